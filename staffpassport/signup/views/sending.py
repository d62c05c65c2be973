"""The answers read back, sending them, and what happens next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from staffpassport.accounts.models import User
from staffpassport.accounts.network import network_address
from staffpassport.messaging.providers import are_texts_sent
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import public
from staffpassport.passports.editing import version_of
from staffpassport.signup import answering, others
from staffpassport.signup.forms import CheckForm
from staffpassport.signup.models import Application, IdentityRoute
from staffpassport.signup.opened import KEPT, kept_in
from staffpassport.signup.progress import Progress, Step, page_of
from staffpassport.signup.sending import NewAccount, Sent, send
from staffpassport.signup.views.taking_up import chosen_of, take_up
from staffpassport.ui import formats


@page_of(Step.CHECK)
def check(request: HttpRequest, progress: Progress) -> HttpResponse:
    """Every answer with a link to change it; sending it is the last step."""
    application, passport = progress.application, progress.passport
    assert application
    form = CheckForm(
        request.POST if request.method == "POST" else None, initial={"seen": version_of(passport)}
    )
    if request.method == "POST" and form.is_valid():
        return _send(request, progress, form.cleaned_data["seen"])
    context = {"form": form, "trust": progress.organisation, "answers": _read_back(progress, application)}
    return render(request, "signup/check.jinja", context)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def done(request: HttpRequest) -> HttpResponse:
    """What happens next, for whoever has sent an application in this session; and the invitations of other trusts that
    they can answer with what they have just proved."""
    kept = kept_in(request) if KEPT in request.session else {}
    sent = kept.get("sent")
    applications = Application.everywhere.select_related("organisation", "passport")
    application = applications.filter(pk=UUID(sent)).first() if sent else None
    if application is None:
        return redirect("invitation")
    found = others.invitations_of(kept, application.passport)
    if request.method == "POST":
        chosen = chosen_of(request, found)
        # Both channels are proved, so it is all the same whose link it would have been.
        return take_up(request, chosen, Channel.EMAIL) if chosen else redirect("sign-up-done")
    context = {
        "trust": application.organisation,
        "by_app": application.identity_route == IdentityRoute.APP,
        "others": found,
    }
    return render(request, "signup/done.jinja", context)


def _send(request: HttpRequest, progress: Progress, seen: str) -> HttpResponse:
    sent, user = send(
        invitation=progress.invitation,
        by=progress.by,
        kept=progress.kept,
        seen=seen,
        account=progress.account or NewAccount.in_session(progress.kept),
        network_address=network_address(request),
    )
    if sent is Sent.NOW and user and progress.application:
        _keep_what_stays(progress, progress.application, user)
        return redirect("sign-up-done")
    if sent is Sent.ALREADY:
        return redirect("sign-up-done" if "sent" in request.session.get(KEPT, {}) else "invitation")
    if sent is Sent.ACCOUNT_THERE:
        return redirect(Step.ACCOUNT)
    messages.warning(
        request,
        _("Something has changed meanwhile, and nothing was sent. Check your answers and send them again."),
    )
    again = Progress.of(request)
    return redirect(again.next() if again else "invitation")


def _keep_what_stays(progress: Progress, application: Application, user: User) -> None:
    """The application is over. What was proved, and whose account it is, counts for another trust's invitation."""
    stays = {name: progress.kept[name] for name in ("proved", "used") if name in progress.kept}
    request = progress.request
    request.session[KEPT] = {**stays, "account": str(user.pk), "sent": str(application.pk)}
    request.session.cycle_key()


def _read_back(progress: Progress, application: Application) -> list[dict[str, Any]]:
    passport = progress.passport
    answers = answering.as_answered(passport, application)
    another = _("Yes") if application.has_another else _("No")
    route = IdentityRoute(application.identity_route).label
    by_text = _to_change("sign-up-correct", Channel.TEXT) if are_texts_sent() else ""
    lines = [
        (_("Do you already have a Digital Staff Passport?"), another, _to_change(Step.ANOTHER)),
        (_("How you want to verify your identity"), route, _to_change(Step.IDENTITY)),
        (_("First name"), answers["first_name"], _to_change(Step.DETAILS, at="first_name")),
        (_("Last name"), answers["last_name"], _to_change(Step.DETAILS, at="last_name")),
        (_("Preferred name"), answers["preferred_name"], _to_change(Step.DETAILS, at="preferred_name")),
        (
            _("Date of birth"),
            formats.date(answers["date_of_birth"]),
            _to_change(Step.DETAILS, at="date_of_birth-day"),
        ),
        (_("Email address"), passport.email, _to_change("sign-up-correct", Channel.EMAIL)),
        (_("Telephone number"), formats.phone(passport.phone), by_text),
        (
            _("ESR assignment number"),
            answers["esr_assignment_number"],
            _to_change(Step.NUMBERS, at="esr_assignment_number"),
        ),
        (_("Oriel PIN"), answers["oriel_pin"], _to_change(Step.NUMBERS, at="oriel_pin")),
        (_("How you log in"), *_way_back(progress)),
    ]
    return [{"key": key, "value": value, "change": change} for key, value, change in lines]


def _way_back(progress: Progress) -> tuple[str, str]:
    if progress.account:
        return _("With the account that you have"), ""
    by = _("With a passkey") if "passkey" in progress.kept else _("With the password that you chose")
    return by, _to_change(Step.ACCOUNT)


def _to_change(page: str, *args: str, at: str = "") -> str:
    """The address of a page whose "Back" leads here again, `at` the field of this name."""
    return f"{reverse(page, args=args)}?change" + (f"#id_{at}" if at else "")
