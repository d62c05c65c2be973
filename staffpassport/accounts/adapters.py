"""Where allauth asks us: secrets at rest, what may be done at all, and what is written down."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import handler429
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from staffpassport.accounts import factors, lifetimes, limits, pending, sessions
from staffpassport.accounts.choosing import memberships_of
from staffpassport.accounts.limits import TooManyTriesError
from staffpassport.accounts.models import User
from staffpassport.accounts.network import actor, network_address, person
from staffpassport.accounts.session_models import Because
from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.roster.values import email_key
from staffpassport.ui.later import later as _

_WRONG_PASSWORD = _("Email address or password is not right. Check both and try again")


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves; refusals are plain sentences and events."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _WRONG_PASSWORD,
        "account_inactive": _WRONG_PASSWORD,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Portal users are made by those who run the portal or the trust."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Nobody is answered in JSON: allauth's would repeat the password that was typed."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """After logging in people go to a page of this portal, named without a host."""
        return bool(url_has_allowed_host_and_scheme(url, allowed_hosts=None))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """A try beyond the limit is refused before the password is looked at, and is an event too.

        Limits of our own in place of allauth's: those lock an account for everybody, the person included.
        """
        self._tries = limits.at_password(request, email_key(credentials.get("email", "")))
        try:
            limits.take(self._tries)
        except TooManyTriesError as refusal:
            refused(request, _known(credentials), "too many tries")
            raise ValidationError(refusal.sentence) from refusal

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user:
            limits.give_back(self._tries)
        return user

    def get_login_stages(self) -> list[str]:
        """allauth's, and a staff member's code."""
        return [*super().get_login_stages(), "staffpassport.accounts.text_stage.StaffCodeStage"]

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's own banners ("Successfully signed in") say what the page shows anyway."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail goes through the outbox; what is told of factors is written by `factor_notices`."""

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        pending.begin(request, user)
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        """Everything asked for was given. Raises ImmediateHttpResponse where the password was changed meanwhile."""
        if not pending.goes_on(request, user):
            raise ImmediateHttpResponse(redirect("account_login"))
        pending.end(request)
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        record(
            Kind.LOGGED_IN,
            actor=person(user, request),
            organisation_id=None,
            subject=user.id,
        )
        factors.remember_codes_not_kept(request)
        sessions.enter_the_only_one(request, memberships_of(request))
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Written for known and unknown addresses alike; only a known one is named, by its id."""
        refused(request, _known(credentials), "password")

    def logout(self, request: HttpRequest) -> None:
        was_in = isinstance(request.user, User)
        if isinstance(request.user, User):
            record(
                Kind.LOGGED_OUT,
                actor=actor(request),
                organisation_id=None,
                subject=request.user.id,
            )
            lifetimes.end_here(request, Because.LOGGED_OUT)
        super().logout(request)
        if was_in:
            messages.success(request, gettext("You are logged out."))


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted with FACTOR_KEYS; by default they would be readable."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "Code is not right, or was used already. Wait for your app to show a new code and type it here"
        ),
    }

    def encrypt(self, text: str) -> str:
        return factors.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return factors.decrypt(encrypted_text)


def _known(credentials: dict[str, Any]) -> User | None:
    return User.objects.filter(email=email_key(credentials.get("email", ""))).first()


def refused(request: HttpRequest, user: User | None, what: str) -> None:
    """Writes down a wrong password or code."""
    record(
        Kind.LOG_IN_REFUSED,
        actor=Actor("task:log-in", "Somebody", network_address(request)),
        organisation_id=None,
        subject=user.id if user else "unknown",
        detail=what,
    )


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """More log-ins from one network address than people make: allauth's page, and an event."""
    refused(request, None, "too many tries from this network address")
    answer: HttpResponse = handler429(request)
    return answer
