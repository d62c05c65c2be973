"""Choosing a password, setting up the second factor, keeping the recovery codes, giving a fresh code."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from staffpassport.accounts import browsers, factors, forgotten, fresh, links, sessions
from staffpassport.accounts.choosing import memberships_of
from staffpassport.accounts.forms import ChoosePasswordForm, FreshCodeForm
from staffpassport.accounts.models import User
from staffpassport.accounts.network import actor, network_address
from staffpassport.accounts.text_pages import SecondFactorView
from staffpassport.audit.models import Kind
from staffpassport.audit.record import record
from staffpassport.organisations.access import Permission, PortalRequest, logged_in, public, requires

log_in = public(LoginView.as_view())
give_second_factor = public(SecondFactorView.as_view())


class SetUpAuthenticatorView(ActivateTOTPView):
    """The first log-in: a QR code, a key to type, and the first code."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, User) and factors.has_one(request.user):
            return redirect("home")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except IntegrityError:
            return redirect("home")  # a second click: the first has set it up
        factors.remember_set_up(self.request)
        sessions.enter_the_only_one(self.request, memberships_of(self.request))
        record(
            Kind.FACTOR_ADDED,
            actor=actor(self.request),
            organisation_id=None,
            subject=self.request.user.pk,
            detail="authenticator app",
        )
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        context["key_in_groups"] = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
        return context

    def get_success_url(self) -> str:
        return reverse("recovery-codes")


set_up_authenticator = logged_in(SetUpAuthenticatorView.as_view())


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


@requires(Permission.SEE_PASSPORTS)  # which every role has: whoever is inside may prove who they are
def fresh_code(request: PortalRequest) -> HttpResponse:
    """Asks for a code before something that reaches many people, and goes back to it."""
    back_to = fresh.back_to(request)
    if fresh.is_fresh(request):
        return HttpResponseRedirect(back_to)
    form = FreshCodeForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your security code is right. You can go on for the next ten minutes.")
        return HttpResponseRedirect(back_to)
    context = {"form": form, "back_to": back_to, "here": fresh.page(back_to)}
    return render(request, "mfa/fresh_code.jinja", context)


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
        messages.success(request, _("Your password is saved. Log in with it."))
        response = redirect("account_login")
        browsers.remember(request, response, chosen.email)
        return response
    return render(request, "account/choose_password.jinja", {"form": form, "user": user})
