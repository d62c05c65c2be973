"""The forms of logging in, in the house's look."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from staffpassport.accounts import factors, fresh, limits
from staffpassport.accounts.adapters import refused
from staffpassport.accounts.factor_notices import record_and_tell
from staffpassport.accounts.limits import TooManyTriesError
from staffpassport.accounts.models import User, normalised
from staffpassport.accounts.network import actor, person
from staffpassport.accounts.passkeys import LONGEST_NAME
from staffpassport.audit.models import Kind
from staffpassport.audit.record import record
from staffpassport.roster.values import email_key
from staffpassport.ui.fields import CodeField, EmailField, PasswordField, RadiosField, TextField
from staffpassport.ui.forms import Form, NhsFormMixin
from staffpassport.ui.later import later as _

_WRONG_RECOVERY_CODE = _("Recovery code is not right, or was used already. Check it, or type another one")


class LoginForm(NhsFormMixin, account_forms.LoginForm):
    """E-mail address and password. The answer to a wrong one is the same whether the address is known or not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = EmailField(
            label=_("Email address"), missing=_("Enter your email address"), autocomplete="username"
        )
        self.fields["password"] = PasswordField(
            label=_("Password"), missing=_("Enter your password"), autocomplete="current-password"
        )
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        """As accounts are kept, so that every way to write an address finds its account, and its count of tries."""
        return email_key(str(self.cleaned_data["login"]))


class CodeForm(NhsFormMixin, mfa_forms.BaseAuthenticateForm):
    """A code of the authenticator app, or one of the recovery codes. Each is good once, and five wrong ones lock the
    second factor for a while, wherever they are typed.
    """

    code = TextField(
        label=_("Security code"),
        hint=_(
            "The 6-digit code that your authenticator app shows now. Lost your phone? "
            "Type one of your recovery codes."
        ),
        missing=_("Enter a security code"),
        autocomplete="one-time-code",
        inputmode="numeric",
        width=10,
    )

    def __init__(self, *args: Any, by_app: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_app = by_app
        if not by_app:
            self.fields["code"] = TextField(
                label=_("Recovery code"),
                hint=_("One of the ten codes that you kept when you set up your account. Each works once."),
                missing=_("Enter a recovery code"),
                inputmode="numeric",
                width=10,
            )

    def clean_code(self) -> str:
        try:
            tries = _take_try(self.user)
            code = str(super().clean_code())
        except ValidationError as wrong:
            self.refused("second factor")
            if wrong.code == "incorrect_code" and not self.by_app:
                raise ValidationError(_WRONG_RECOVERY_CODE) from wrong
            raise
        limits.give_back(tries)
        by_app = self.authenticator.type == Authenticator.Type.TOTP
        if by_app and not factors.use_code_once(self.user, code):
            self.refused("second factor used twice")
            raise get_adapter().validation_error("incorrect_code")
        return code

    def refused(self, what: str) -> None:
        """Writes down a wrong code."""
        raise NotImplementedError

    @transaction.atomic
    def save(self) -> None:
        """Writes down a right one."""
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            record_and_tell(Kind.RECOVERY_CODE_USED, self.user, by=person(self.user, context.request))


class SecondFactorForm(CodeForm):
    """The code of log-in."""

    def refused(self, what: str) -> None:
        refused(context.request, self.user, what)

    def save(self) -> None:
        post_authentication(context.request, self.authenticator)
        super().save()


class FreshCodeForm(CodeForm):
    """A code of somebody who is logged in and about to do something that needs a fresh one."""

    def refused(self, what: str) -> None:
        self._record(Kind.CODE_REFUSED, what)

    @transaction.atomic
    def save(self) -> None:
        fresh.remember(context.request, self.authenticator)
        self._record(Kind.CODE_GIVEN)
        super().save()

    def _record(self, kind: Kind, detail: str = "") -> None:
        request = context.request
        record(
            kind,
            actor=actor(request),
            organisation_id=request.organisation.id if request.organisation else None,
            subject=self.user.id,
            detail=detail,
        )


class SetUpAuthenticatorForm(Form):
    """The first code of a new authenticator app.

    Unlike allauth's, a reload keeps the key: whoever has scanned it already must not end up with a wrong one.
    """

    code = CodeField(
        label=_("Security code"),
        hint=_("The 6-digit code that the app shows now. It changes every 30 seconds."),
        missing=_("Enter the code that your app shows"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        self.secret = factors.secret_to_set_up(context.request)

    def clean_code(self) -> str:
        tries = _take_try(self.user)
        code = str(self.cleaned_data["code"])
        if not totp.validate_totp_code(self.secret, code):
            refused(context.request, self.user, "first code of an authenticator app")
            raise ValidationError(
                _(
                    "Code is not right. Check that you scanned the picture on this page, and that your phone's "
                    "clock is right"
                )
            )
        limits.give_back(tries)
        factors.use_code_once(self.user, code)  # nor is it good to log in with
        return code


def _take_try(user: User) -> list[limits.Try]:
    """Counts a try at a second factor. Raises ValidationError where there were too many."""
    tries = limits.at_second_factor(context.request, user)
    try:
        limits.take(tries)
    except TooManyTriesError as refusal:
        raise ValidationError(refusal.sentence) from refusal
    return tries


class ChoosePasswordForm(Form):
    """A first or another password, by the rules of `passwords`."""

    password = PasswordField(
        label=_("New password"),
        hint=_("12 characters or more. Three random words make a password that is hard to guess."),
        missing=_("Enter a new password"),
        autocomplete="new-password",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password = normalised(str(self.cleaned_data["password"]))
        validate_password(password, self.user)
        return password


class ChangePasswordForm(ChoosePasswordForm):
    """Another password; whoever has one types it first."""

    current = PasswordField(label=_("Current password"), missing=_("Enter your current password"))
    field_order = ["current", "password"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if not user.has_usable_password():
            del self.fields["current"]

    def clean_current(self) -> str:
        tries = _take_try(self.user)
        current = str(self.cleaned_data["current"])
        if not self.user.check_password(current):
            refused(context.request, self.user, "current password")
            raise ValidationError(_("Current password is not right. Check it and try again"))
        limits.give_back(tries)
        return current


def _short_enough(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise ValueError(_("Name must be {most} characters or fewer").format(most=LONGEST_NAME))
    return name


class NameForm(Form):
    """What a person calls one of their factors."""

    name = TextField(
        label=_("Name"),
        hint=_("By which you know it again, for example “Work laptop”."),
        missing=_("Enter a name"),
        parse=_short_enough,
    )


class AddPasskeyForm(NameForm):
    """A passkey, or a security key that cannot ask who holds it."""

    PASSKEY, SECURITY_KEY = "passkey", "security-key"

    kind = RadiosField(
        label=_("What do you want to add?"),
        missing=_("Select what you want to add"),
        choices=[(PASSKEY, _("A passkey")), (SECURITY_KEY, _("A security key without a PIN"))],
        option_hints={
            PASSKEY: _(
                "Kept by your phone, computer, password manager or security key, which asks for your finger, "
                "your face or a PIN. You can log in with it alone, without your password."
            ),
            SECURITY_KEY: _("A small device that you plug in and touch. You use it after your password."),
        },
        initial=PASSKEY,
    )
    field_order = ["kind", "name"]
