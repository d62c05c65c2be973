"""Whoever works for several trusts chooses one at log-in, and another from the header."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from staffpassport.accounts import factors, sessions
from staffpassport.accounts.fresh import own_path
from staffpassport.accounts.models import Membership, User
from staffpassport.organisations.access import PortalRequest, Role, proved
from staffpassport.ui.fields import RadiosField
from staffpassport.ui.forms import Form

_BACK_TO = "next"


class ChooseTrustForm(Form):
    """The trusts of one person, each with what they are in it."""

    def __init__(self, answers: Any, *, memberships: list[Membership]) -> None:
        super().__init__(answers)
        self.fields["trust"] = RadiosField(
            label="Which trust do you want to work for now?",
            missing="Select a trust",
            choices=[(str(one.pk), str(one.organisation)) for one in memberships],
            option_hints={str(one.pk): Role(one.role).label for one in memberships},
            label_size="m",
        )


@proved
def choose_trust(request: PortalRequest) -> HttpResponse:
    """The question, and on to the page that was asked for."""
    wanted = own_path(request.GET.get(_BACK_TO, ""))
    if len(request.memberships) < 2:
        return redirect("home")
    form = ChooseTrustForm(
        request.POST if request.method == "POST" else None, memberships=request.memberships
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["trust"]
        sessions.enter(request, next(one for one in request.memberships if str(one.pk) == chosen))
        return HttpResponseRedirect(wanted)
    return render(request, "account/choose_trust.jinja", {"form": form, "here": choosing(wanted)})


def choosing(back_to: str) -> str:
    """Where a trust is chosen, to go on to `back_to` after it."""
    return f"{reverse('choose-trust')}?{urlencode({_BACK_TO: back_to})}"


def memberships_of(request: HttpRequest) -> list[Membership]:
    """What the person is in which trusts, by the trusts' names: nothing before a second factor is proved."""
    user = request.user
    if not isinstance(user, User) or not factors.proved_in(request):
        return []
    active = Membership.everywhere.filter(user=user, ended_at=None).select_related("organisation", "user")
    return list(active.order_by("organisation__name", "pk"))
