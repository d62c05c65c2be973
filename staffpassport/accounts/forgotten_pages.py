"""“Forgotten your password?”: asking for a link by e-mail. The answer is the same for everybody."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from staffpassport.accounts import forgotten
from staffpassport.accounts.limits import TooManyTriesError
from staffpassport.accounts.network import network_address, network_of
from staffpassport.organisations.access import public
from staffpassport.ui.fields import EmailField
from staffpassport.ui.forms import Form

_ASKED_FOR = "password_forgotten_by"
# As long as an account's address may be.
_LONGEST = 254


class ForgottenForm(Form):
    """The address that somebody logs in with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = EmailField(
            label=_("Email address"),
            hint=_("The one that you log in with."),
            missing=_("Enter your email address"),
            autocomplete="username",
        )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if len(email) > _LONGEST:
            raise ValidationError(_("Enter an email address in the correct format, like name@example.com"))
        return email


@public
def ask(request: HttpRequest) -> HttpResponse:
    """The question, for whoever asks."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            forgotten.ask(email=email, network=network_of(request), network_address=network_address(request))
        except TooManyTriesError as refusal:
            form.add_error("email", refusal.sentence)
        else:
            request.session[_ASKED_FOR] = email
            return redirect("forgotten-password-sent")
    return render(request, "account/forgotten.jinja", {"form": form})


@public
def sent(request: HttpRequest) -> HttpResponse:
    """What happens next, whether there is such an account or not."""
    email = request.session.get(_ASKED_FOR)
    if not email:
        return redirect("forgotten-password")
    return render(request, "account/forgotten_sent.jinja", {"email": email, "most": forgotten.MOST_AN_HOUR})
