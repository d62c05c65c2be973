"""Showing who one is: by a passkey alone, by a second factor after the password, and once more before what matters.

Each way that needs a browser's script has two addresses: one that begins it, and the page's own, that gets the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.models import Login
from allauth.account.stages import LoginStage
from allauth.account.views import LoginView
from allauth.decorators import rate_limit
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from staffpassport.accounts import factors, fresh, passkeys, pending, texts
from staffpassport.accounts.adapters import refused
from staffpassport.accounts.forms import FreshCodeForm, SecondFactorForm
from staffpassport.accounts.models import User
from staffpassport.accounts.network import actor
from staffpassport.accounts.passkeys import PasskeyError
from staffpassport.audit.models import Kind
from staffpassport.audit.record import record
from staffpassport.organisations.access import PortalRequest, proved, public

View = Callable[..., HttpResponse]

_log_in = LoginView.as_view()


@public
def log_in(request: HttpRequest) -> HttpResponse:
    """The first page. Whoever has given a password already is led on, unless that is another by now."""
    if stage := get_pending_stage(request):
        pending.goes_on(request, stage.login.user)
    answer: HttpResponse = _log_in(request)
    return answer


def _stage(request: HttpRequest) -> LoginStage:
    """How far a log-in is, on pages that `login_stage_required` guards."""
    return request._login_stage  # type: ignore[attr-defined]  # noqa: SLF001  # where allauth puts it


def after_the_password(view: View) -> View:
    """For pages of whoever has given a right password that is still theirs; others are led to log in."""

    @login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not pending.goes_on(request, _stage(request).login.user):
            return redirect("account_login")
        return view(request, *args, **kwargs)

    return guarded  # type: ignore[no-any-return]


# ── By a passkey alone ──────────────────────────────────────────────────────────────────────────────────────


@public
@require_POST
@rate_limit(action="login")
def begin_log_in(request: HttpRequest) -> HttpResponse:
    """What the browser asks for a passkey with; whose, it finds out."""
    return JsonResponse(passkeys.begin_giving(request))


@public
@require_POST
@rate_limit(action="login")
def log_in_with_passkey(request: HttpRequest) -> HttpResponse:
    """A passkey counts as both factors: the device is one, and the finger, the face or the PIN it asked for another."""
    wanted = request.POST.get("next", "")
    if request.user.is_authenticated:
        return HttpResponseRedirect(fresh.own_path(wanted))
    try:
        passkey = passkeys.finish_giving(request, request.POST.get("passkey", ""))
    except PasskeyError as error:
        _refused_at_log_in(request, error)
        return redirect(fresh.log_in_page(wanted))
    login = Login(user=passkey.user, redirect_url=fresh.own_path(wanted))
    answer: HttpResponse = perform_passwordless_login(request, passkey, login)
    return answer


# ── After the password ──────────────────────────────────────────────────────────────────────────────────────


@public
@after_the_password
def give_second_factor(request: HttpRequest) -> HttpResponse:
    """Whichever of the person's factors they have at hand."""
    stage = _stage(request)
    user: User = stage.login.user
    ways = factors.ways_of(user)
    if "passkey" in request.POST:
        try:
            passkey = passkeys.finish_giving(request, request.POST["passkey"], user)
        except PasskeyError as error:
            _refused_at_log_in(request, error)
            return redirect("mfa_authenticate")
        post_authentication(request, passkey)
        return _next_after(stage)
    form = SecondFactorForm(request.POST if request.method == "POST" else None, user=user, by_app=ways.app)
    if request.method == "POST" and form.is_valid():
        form.save()
        return _next_after(stage)
    return render(request, "mfa/authenticate.jinja", {"form": form, "ways": ways, "way": texts.way_of(user)})


@public
@require_POST
@after_the_password
def begin_second_factor(request: HttpRequest) -> HttpResponse:
    """What the browser asks for one of the person's passkeys with."""
    user = _stage(request).login.user
    return _begin(request, user)


# ── Once more ───────────────────────────────────────────────────────────────────────────────────────────────


@proved
def fresh_code(request: PortalRequest) -> HttpResponse:
    """Asks for a second factor before something that matters, and goes back to it."""
    user = request.user
    assert isinstance(user, User)
    back_to = fresh.back_to(request)
    if fresh.is_fresh(request):
        return HttpResponseRedirect(back_to)
    ways = factors.ways_of(user)
    if "passkey" in request.POST:
        return _fresh_passkey(request, user, back_to)
    form = FreshCodeForm(request.POST if request.method == "POST" else None, user=user, by_app=ways.app)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your security code is right. You can go on for the next ten minutes."))
        return HttpResponseRedirect(back_to)
    context = {
        "form": form,
        "ways": ways,
        "instead": fresh.instead(request),
        "here": fresh.same_page(request),
    }
    return render(request, "mfa/fresh_code.jinja", context)


@proved
@require_POST
def begin_fresh_code(request: PortalRequest) -> HttpResponse:
    """What the browser asks for one of the person's passkeys with."""
    assert isinstance(request.user, User)
    return _begin(request, request.user)


def _fresh_passkey(request: PortalRequest, user: User, back_to: str) -> HttpResponse:
    try:
        passkey = passkeys.finish_giving(request, request.POST["passkey"], user)
    except PasskeyError as error:
        if error.what:
            _record_fresh(request, user, Kind.CODE_REFUSED, error.what)
        messages.warning(request, f"{error.sentence}.")
        return redirect(fresh.same_page(request))
    fresh.remember(request, passkey)
    _record_fresh(request, user, Kind.CODE_GIVEN, factors.what_it_is(passkey))
    messages.success(request, _("Your passkey is right. You can go on for the next ten minutes."))
    return HttpResponseRedirect(back_to)


def _record_fresh(request: PortalRequest, user: User, kind: Kind, detail: str) -> None:
    organisation_id = request.organisation.id if request.organisation else None
    record(kind, actor=actor(request), organisation_id=organisation_id, subject=user.pk, detail=detail)


# ── What they share ─────────────────────────────────────────────────────────────────────────────────────────


def _begin(request: HttpRequest, user: User) -> HttpResponse:
    try:
        return JsonResponse(passkeys.begin_giving(request, user))
    except PasskeyError as error:
        messages.warning(request, f"{error.sentence}.")
        return JsonResponse({}, status=400)


def _refused_at_log_in(request: HttpRequest, error: PasskeyError) -> None:
    if error.what:
        refused(request, error.user, error.what)
    messages.warning(request, f"{error.sentence}.")


def _next_after(stage: Any) -> HttpResponse:
    answer: HttpResponse = stage.exit()
    return answer
