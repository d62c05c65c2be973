"""Fields of one text box."""

from __future__ import annotations

import re
from typing import Unpack, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import format_lazy
from django.utils.translation import gettext

from staffpassport.ui.fields.base import NhsField, Options, enter, look_from
from staffpassport.ui.later import later as _


class TextField(NhsField, forms.CharField):
    """A line of text. `autocomplete` is for what is asked of people about themselves, such as "given-name"."""

    def __init__(
        self,
        *,
        label: str,
        width: int | None = None,
        autocomplete: str = "off",
        inputmode: str = "",
        component: str = "input",
        widget: forms.Widget | None = None,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(
            label=label,
            look=look_from(
                options, component=component, width=width, autocomplete=autocomplete, inputmode=inputmode
            ),
            missing=enter(label),
            options=options,
            widget=widget or forms.TextInput(),
        )


class EmailField(TextField):
    """An e-mail address. For one's own, `autocomplete` is "email", or "username" to log in."""

    def __init__(
        self, *, label: str = _("Email address"), autocomplete: str = "off", **options: Unpack[Options]
    ) -> None:
        options.setdefault("parse", plain_email)
        options.setdefault("missing", _("Enter an email address"))
        super().__init__(
            label=label, autocomplete=autocomplete, component="email", widget=forms.EmailInput(), **options
        )


class TelephoneField(TextField):
    """A telephone number. For one's own, `autocomplete` is "tel"."""

    def __init__(
        self, *, label: str = _("Telephone number"), autocomplete: str = "off", **options: Unpack[Options]
    ) -> None:
        options.setdefault("missing", _("Enter a telephone number"))
        super().__init__(
            label=label,
            width=20,
            autocomplete=autocomplete,
            widget=forms.TextInput(attrs={"type": "tel"}),
            **options,
        )


class CodeField(TextField):
    """A security code of `digits` digits; spaces and dashes are forgiven. Gives the digits as text."""

    def __init__(
        self, *, label: str = _("Security code"), digits: int = 6, **options: Unpack[Options]
    ) -> None:
        self.digits = digits
        options.setdefault("parse", self._digits)
        options.setdefault(
            "missing", cast(str, format_lazy(_("Enter the {digits}-digit code"), digits=digits))
        )
        super().__init__(
            label=label,
            width=10,
            autocomplete="one-time-code",
            inputmode="numeric",
            component="code",
            **options,
        )

    def _digits(self, typed: str) -> str:
        code = re.sub(r"[\s-]", "", typed)
        if not re.fullmatch(rf"[0-9]{{{self.digits}}}", code):
            raise ValueError(
                gettext("The code must be {digits} digits, for example {example}").format(
                    digits=self.digits, example="1234567890"[: self.digits]
                )
            )
        return code


class PasswordField(TextField):
    """A password, with a button that shows it. Never written back into the page, nor trimmed.

    `autocomplete` is "current-password" to log in, "new-password" to choose one.
    """

    def __init__(
        self,
        *,
        label: str = _("Password"),
        autocomplete: str = "current-password",
        **options: Unpack[Options],
    ) -> None:
        options.setdefault("missing", _("Enter a password"))
        super().__init__(
            label=label,
            autocomplete=autocomplete,
            component="password",
            widget=forms.PasswordInput(),
            **options,
        )
        self.strip = False


class WordsField(TextField):
    """A few sentences, of `most` characters at most. Gives them as one line: what goes into a sentence of ours."""

    def __init__(self, *, label: str, most: int, lines: int = 4, **options: Unpack[Options]) -> None:
        self.most = most
        options.setdefault("parse", self._words)
        super().__init__(label=label, width=lines, component="textarea", widget=forms.Textarea(), **options)

    def _words(self, typed: str) -> str:
        words = " ".join(typed.split())
        if len(words) > self.most:
            label = str(self.label).removesuffix(" (optional)")
            raise ValueError(
                gettext("{label} must be {most} characters or less").format(label=label, most=self.most)
            )
        return words


class HiddenField(TextField):
    """A value that goes along unseen."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__(label="", component="hidden", widget=forms.HiddenInput(), **options)


def plain_email(typed: str) -> str:
    """An address as Django judges it, for fields that bring no rule of their own."""
    try:
        validate_email(typed)
    except ValidationError:
        raise ValueError(
            gettext("Enter an email address in the correct format, like name@example.com")
        ) from None
    return typed
