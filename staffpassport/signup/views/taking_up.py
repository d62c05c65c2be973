"""Going on with the invitation of another trust, one of those that the person was shown."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from staffpassport.invitations.models import Invitation
from staffpassport.messaging.states import Channel
from staffpassport.signup.opened import keep
from staffpassport.signup.progress import Progress, begin_session


def chosen_of(request: HttpRequest, shown: Sequence[Invitation]) -> Invitation | None:
    """The one whose button was pressed; None where it is not among them (any more)."""
    return next((one for one in shown if str(one.pk) == request.POST.get("invitation")), None)


def take_up(request: HttpRequest, chosen: Invitation, by: Channel) -> HttpResponse:
    """To the first step of it that is not done; the others are not shown again on the way."""
    begin_session(request, chosen, by)
    request.session.modified = True
    progress = Progress.of(request)
    if progress:
        progress.save(seen_others=True)
    return keep(redirect(progress.next() if progress else "invitation"), chosen, by)
