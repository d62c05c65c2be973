"""“How you log in”: a person's own second factors, recovery codes and password. Changes take a fresh factor first."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from staffpassport.accounts import changing_factors, factors, fresh, passkeys, sessions, texts
from staffpassport.accounts.forms import (
    AddPasskeyForm,
    ChangePasswordForm,
    NameForm,
    SetUpAuthenticatorForm,
)
from staffpassport.accounts.managing import RefusedError
from staffpassport.accounts.models import User
from staffpassport.accounts.network import actor
from staffpassport.accounts.passkeys import PasskeyError
from staffpassport.messaging.providers import are_texts_sent
from staffpassport.organisations.access import PortalRequest, proved

View = TypeVar("View", bound=Callable[..., HttpResponse])


def with_a_fresh_factor(view: View) -> View:
    """Asks for one before the page is shown, so that nothing typed is lost."""

    @wraps(view)
    def asked(request: HttpRequest, **parts: int) -> HttpResponse:
        if not fresh.is_fresh(request):
            return fresh.ask(request, request.path, instead=reverse("your-account"))
        return view(request, **parts)

    return asked  # type: ignore[return-value]  # wraps keeps what the view takes


@proved
def how_you_log_in(request: PortalRequest) -> HttpResponse:
    """What there is, when it was added and last used, and the ways to change it."""
    user = _user(request)
    strong = list(factors.strong_ones(user))
    context = {
        "user": user,
        "factors": strong,
        "has_app": any(one.type == Authenticator.Type.TOTP for one in strong),
        "last": changing_factors.is_the_last(user),
        "way": texts.way_of(user),
        "may_have_texts": are_texts_sent() and texts.first_trust(user) is not None,
        "codes_left": factors.recovery_codes_left(user),
        "name_of": factors.name_of,
        "what_it_is": factors.what_it_is,
    }
    return render(request, "account/how_you_log_in.jinja", context)


@proved
@with_a_fresh_factor
def add_app(request: PortalRequest) -> HttpResponse:
    """A QR code, a key to type, and the first code."""
    user = _user(request)
    if factors.ways_of(user).app:
        return _refused(request, RefusedError(changing_factors.HAS_APP))
    form = SetUpAuthenticatorForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            changing_factors.add_app(user=user, secret=form.secret, by=actor(request))
        except RefusedError as refused:
            return _refused(request, refused)
        factors.forget_secret(request)
        return _done(request, _("Your authenticator app is added. You can log in with it from now on."))
    context = {"form": form, "app": factors.to_scan(user, form.secret)}
    return render(request, "account/add_app.jinja", context)


@proved
@with_a_fresh_factor
def add_passkey(request: PortalRequest) -> HttpResponse:
    """What kind, under which name; then the browser makes it."""
    user = _user(request)
    form = AddPasskeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            new = passkeys.finish_making(request, request.POST.get("passkey", ""))
            changing_factors.add_passkey(
                user=user, new=new, name=form.cleaned_data["name"], by=actor(request)
            )
        except (PasskeyError, RefusedError) as refused:
            messages.warning(request, f"{refused.sentence}.")
        else:
            said = _("“{name}” is added. You can log in with it from now on.")
            return _done(request, said.format(name=form.cleaned_data["name"]))
    return render(request, "account/add_passkey.jinja", {"form": form})


@proved
@require_POST
@with_a_fresh_factor
def begin_passkey(request: PortalRequest) -> HttpResponse:
    """What the browser makes a passkey by. Nothing, where the form has mistakes: they come first."""
    form = AddPasskeyForm(request.POST)
    if not form.is_valid():
        return JsonResponse({})
    user = _user(request)
    alone = form.cleaned_data["kind"] == AddPasskeyForm.PASSKEY
    return JsonResponse(
        passkeys.begin_making(request, user_id=user.pk, name=user.email, label=user.name, alone=alone)
    )


@proved
@with_a_fresh_factor
def rename(request: PortalRequest, factor: int) -> HttpResponse:
    """Another name for a factor."""
    held = _own(request, factor)
    name = factors.name_of(held)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": name})
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["name"]
        try:
            changed = changing_factors.rename(user=_user(request), factor=factor, name=new, by=actor(request))
        except RefusedError as refused:
            return _refused(request, refused)
        said = _("“{name}” is now “{new}”.") if changed else _("It has that name already.")
        return _done(request, said.format(name=name, new=new))
    return render(request, "account/rename_factor.jinja", {"form": form, "factor": held, "name": name})


@proved
@with_a_fresh_factor
def remove(request: PortalRequest, factor: int) -> HttpResponse:
    """Asks once more, as it cannot be undone."""
    user, held = _user(request), _own(request, factor)
    name = factors.name_of(held)
    if request.method == "POST":
        try:
            changing_factors.remove(user=user, factor=factor, by=actor(request))
        except RefusedError as refused:
            return _refused(request, refused)
        return _done(request, _("“{name}” is removed. Nobody can log in with it any more.").format(name=name))
    last = changing_factors.is_the_last(user)
    context = {"factor": held, "name": name, "last": last, "what_it_is": factors.what_it_is(held)}
    return render(request, "account/remove_factor.jinja", context)


@proved
@with_a_fresh_factor
def new_codes(request: PortalRequest) -> HttpResponse:
    """Asks once more, as the codes that there are end; then shows the new ones."""
    if request.method == "POST":
        changing_factors.make_recovery_codes(user=_user(request), by=actor(request))
        factors.show_codes(request)
        return redirect("recovery-codes")
    return render(request, "account/new_codes.jinja")


@proved
@with_a_fresh_factor
def change_password(request: PortalRequest) -> HttpResponse:
    """Another password; whoever is logged in elsewhere is logged out there."""
    user = _user(request)
    form = ChangePasswordForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            changing_factors.change_password(
                user=user, password=form.cleaned_data["password"], by=actor(request)
            )
            sessions.end_others(request)
        update_session_auth_hash(request, user)  # this session goes on
        return _done(
            request, _("Your password is changed. Wherever else you were logged in, you are logged out.")
        )
    return render(request, "account/change_password.jinja", {"form": form, "user": user})


def _user(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)
    return user


def _own(request: HttpRequest, factor: int) -> Authenticator:
    """One of the person's own: another's is as one that does not exist."""
    found = factors.strong_ones(_user(request)).filter(pk=factor).first()
    if found is None:
        raise Http404
    return found


def _done(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("your-account")


def _refused(request: HttpRequest, refused: RefusedError) -> HttpResponse:
    messages.warning(request, f"{refused.sentence}.")
    return redirect("your-account")
