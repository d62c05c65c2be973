"""Opening an invitation. A GET changes nothing, however often and by whom: mail scanners open links too."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from staffpassport.accounts.network import network_address
from staffpassport.invitations import links
from staffpassport.invitations.not_me import say_not_me
from staffpassport.invitations.standing import Standing
from staffpassport.messaging.providers import are_texts_sent
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import public
from staffpassport.signup import asking_again
from staffpassport.signup.forms import YES, NewInvitationForm, NotMeForm
from staffpassport.signup.opened import keep, keep_token, opened
from staffpassport.signup.progress import Progress, begin_session

_SAFE_OR_POST = ["GET", "HEAD", "POST"]


@public
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Puts the token into a signed cookie and goes on to an address without it, so that it is in no referrer,
    no history that others see and no log."""
    if links.read(token) is None:
        return _no_such_link(request)
    return keep_token(redirect("invitation"), token)


@public
@require_safe
def invitation(request: HttpRequest) -> HttpResponse:
    """Who invites, how the invitation stands, whom to ask whether it is real, and what can be done."""
    found = opened(request)
    if found is None:
        return _no_such_link(request)
    context = {
        "opened": found,
        "invitation": found.invitation,
        "trust": found.invitation.organisation,
        "not_me": found.standing is Standing.OPEN and found.invitation.not_me_by == found.by,
        "code_by_text": found.by is Channel.EMAIL and are_texts_sent(),
    }
    return render(request, "signup/invitation.jinja", context)


@public
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """ "Start application": this browser's session takes the invitation up. Nothing else is written, nothing sent."""
    found = opened(request)
    if found is None or found.standing is not Standing.OPEN:
        return redirect("invitation")
    begin_session(request, found.invitation, found.by)
    progress = Progress.of(request)
    answer = redirect(progress.next() if progress else "invitation")
    return keep(answer, found.invitation, found.by)


@public
@require_http_methods(_SAFE_OR_POST)
def new_invitation(request: HttpRequest) -> HttpResponse:
    """ "Send me a new invitation": to the addresses on record, if at all. The answer is the same for everybody."""
    found = opened(request)
    if found is None:
        return _no_such_link(request)
    if found.standing not in (Standing.EXPIRED, Standing.REPLACED):
        return redirect("invitation")
    form = NewInvitationForm(request.POST if request.method == "POST" else None)
    context = {
        "form": form,
        "trust": found.invitation.organisation,
        "most": asking_again.MOST_A_DAY,
        "texts": are_texts_sent(),
    }
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["send"] != YES:
            return redirect("invitation")
        asking_again.ask(found.invitation, network_address(request))
        return redirect("invitation-asked")
    return render(request, "signup/new_invitation.jinja", context)


@public
@require_safe
def asked_again(request: HttpRequest) -> HttpResponse:
    """What there is to say after it, whatever comes of it."""
    found = opened(request)
    if found is None:
        return _no_such_link(request)
    context = {
        "trust": found.invitation.organisation,
        "most": asking_again.MOST_A_DAY,
        "texts": are_texts_sent(),
    }
    return render(request, "signup/asked_again.jinja", context)


@public
@require_http_methods(_SAFE_OR_POST)
def not_me(request: HttpRequest) -> HttpResponse:
    """ "This is not me": reminders stop, HR is told, and nothing about the person invited is shown."""
    found = opened(request)
    if found is None:
        return _no_such_link(request)
    if found.standing is not Standing.OPEN:
        return redirect("invitation")
    form = NotMeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["not_me"] == YES:
            say_not_me(invitation=found.invitation, by=found.by, network_address=network_address(request))
        return redirect("invitation")
    context = {"form": form, "trust": found.invitation.organisation}
    return render(request, "signup/not_me.jinja", context)


def _no_such_link(request: HttpRequest) -> HttpResponse:
    """The same for what is no link, is not ours, or leads to nothing any more."""
    return render(request, "signup/no_such_link.jinja", status=404)
