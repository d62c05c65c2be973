"""Choosing a password, setting up the first second factor, keeping the recovery codes."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from staffpassport.accounts import (
    browsers,
    changing_factors,
    factors,
    forgotten,
    links,
    passkeys,
    recovering,
    sessions,
)
from staffpassport.accounts.choosing import memberships_of
from staffpassport.accounts.forms import ChoosePasswordForm, SetUpAuthenticatorForm
from staffpassport.accounts.managing import RefusedError
from staffpassport.accounts.models import User
from staffpassport.accounts.network import actor, network_address
from staffpassport.accounts.passkeys import PasskeyError
from staffpassport.audit.models import Kind
from staffpassport.audit.record import record
from staffpassport.organisations.access import logged_in, public
from staffpassport.ui.formats import date_and_time


@logged_in
def set_up(request: HttpRequest) -> HttpResponse:
    """The first log-in: a passkey; or an authenticator app, by a QR code or a key to type, and its first code."""
    user = request.user
    assert isinstance(user, User)
    if factors.has_one(user):
        return redirect("home")
    if "passkey" in request.POST:
        return _set_up_passkey(request, user)
    form = SetUpAuthenticatorForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        return _set_up(
            request,
            lambda: changing_factors.add_app(user=user, secret=form.secret, by=actor(request), first=True),
        )
    return render(request, "mfa/set_up.jinja", {"form": form, "app": factors.to_scan(user, form.secret)})


@logged_in
@require_POST
def begin_set_up(request: HttpRequest) -> HttpResponse:
    """What the browser makes the first passkey by."""
    user = request.user
    assert isinstance(user, User)
    if factors.has_one(user):
        return redirect("home")
    return JsonResponse(passkeys.begin_making(request, user_id=user.pk, name=user.email, label=user.name))


def _set_up_passkey(request: HttpRequest, user: User) -> HttpResponse:
    try:
        new = passkeys.finish_making(request, request.POST["passkey"])
    except PasskeyError as error:
        messages.warning(request, f"{error.sentence}.")
        return redirect("mfa_activate_totp")
    return _set_up(
        request,
        lambda: changing_factors.add_passkey(
            user=user, new=new, name="Passkey", by=actor(request), first=True
        ),
    )


def _set_up(request: HttpRequest, add: Callable[[], None]) -> HttpResponse:
    try:
        add()
    except RefusedError:
        return redirect("home")  # a second click: the first has set it up
    factors.forget_secret(request)
    factors.remember_set_up(request)
    sessions.enter_the_only_one(request, memberships_of(request))
    return redirect("recovery-codes")


@logged_in
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten codes, shown until the person says that they are kept: also at the next log-in."""
    if request.method == "POST":
        factors.recovery_codes_kept(request)
        record(Kind.RECOVERY_CODES_KEPT, actor=actor(request), organisation_id=None, subject=request.user.pk)
    codes = factors.recovery_codes_to_keep(request)
    if not codes:
        return redirect("home")
    return render(request, "mfa/recovery_codes.jinja", {"codes": codes})


@public
def choose_password(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a one-time link: opening it changes nothing."""
    user = links.user_of(token)
    if not user:
        return render(request, "account/link_not_valid.jinja", status=410)
    form = ChoosePasswordForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        chosen = forgotten.choose_password(
            token=token, password=form.cleaned_data["password"], network_address=network_address(request)
        )
        if not chosen:
            return render(request, "account/link_not_valid.jinja", status=410)
        messages.success(request, _saved(chosen))
        response = redirect("account_login")
        browsers.remember(request, response, chosen.email)
        return response
    waits_for = forgotten.waits_for(user)
    context = {
        "form": form,
        "user": user,
        "wait_hours": recovering.delay_of(waits_for).total_seconds() / 3600 if waits_for else 0,
    }
    return render(request, "account/choose_password.jinja", context)


def _saved(user: User) -> str:
    waiting = recovering.of(user)
    if waiting and waiting.phone is None:
        return _("Your password is saved. You can log in with it from {when}.").format(
            when=date_and_time(waiting.effective_at)
        )
    return _("Your password is saved. Log in with it.")
