"""The questions of signing up. Answers are checked by the functions that check HR's form and the columns of a file."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils import timezone

from staffpassport.accounts.forms import ChoosePasswordForm
from staffpassport.messaging.states import Channel
from staffpassport.passports.models import StaffPassport
from staffpassport.roster import sentences, values
from staffpassport.signup.models import IdentityRoute
from staffpassport.ui import formats
from staffpassport.ui.fields import (
    CodeField,
    DateField,
    EmailField,
    HiddenField,
    RadiosField,
    TelephoneField,
    TextField,
)
from staffpassport.ui.forms import Form
from staffpassport.ui.later import later as _

YES = "yes"
NO = "no"


class NewInvitationForm(Form):
    """Nothing is chosen beforehand: a mail scanner that sends the form sends an empty one."""

    send = RadiosField(
        label=_("Do you want a new invitation?"),
        missing=_("Select yes if you want a new invitation"),
        choices=[(YES, _("Yes, send me a new invitation")), (NO, _("No, go back"))],
        label_size="m",
    )


class NotMeForm(Form):
    """The same: a scanner must not stop anybody's reminders."""

    not_me = RadiosField(
        label=_("Is this invitation meant for somebody else?"),
        missing=_("Select yes if this invitation is not meant for you"),
        choices=[(YES, _("Yes, this is not me")), (NO, _("No, go back"))],
        label_size="m",
    )


class AnotherForm(Form):
    """The first question."""

    another = RadiosField(
        label=_("Do you already have a Digital Staff Passport?"),
        missing=_("Select yes if you already have a Digital Staff Passport"),
        choices=[(YES, _("Yes")), (NO, _("No"))],
        page_heading=True,
        label_size="l",
    )


class IdentityForm(Form):
    """How HR is to check who somebody is."""

    route = RadiosField(
        label=_("How do you want to verify your identity?"),
        missing=_("Select how you want to verify your identity"),
        choices=IdentityRoute.choices,
        option_hints={
            IdentityRoute.APP.value: _("An app on your phone that proves who you are"),
            IdentityRoute.APPOINTMENT.value: _("The HR team contacts you to arrange it"),
        },
        page_heading=True,
        label_size="l",
        caption=_("Step 1 of 2: Verify your identity"),
    )


class TypedCodeForm(Form):
    """The six digits."""

    code = CodeField(
        label=_("Security code"),
        hint=_("6 digits. The code is valid for 5 minutes."),
        missing=_("Enter the security code"),
    )


class DetailsForm(Form):
    """Names and date of birth, as HR gave them."""

    first_name = TextField(
        label=_("First name"),
        autocomplete="given-name",
        missing=_(sentences.FIRST_NAME_MISSING),
        parse=values.first_name,
    )
    last_name = TextField(
        label=_("Last name"),
        autocomplete="family-name",
        missing=_(sentences.LAST_NAME_MISSING),
        parse=values.last_name,
    )
    preferred_name = TextField(
        label=_("Preferred name (optional)"),
        hint=_("The name that people call you by, where it is another one"),
        autocomplete="nickname",
        parse=values.preferred_name,
        required=False,
    )
    date_of_birth = DateField(
        label=_("Date of birth"),
        hint=_("For example, 15 3 1984"),
        autocomplete="bday",
        missing=_("Enter your date of birth"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        date_of_birth = self.fields["date_of_birth"]
        assert isinstance(date_of_birth, DateField)
        date_of_birth.parse = partial(values.date_of_birth_from_parts, today=timezone.localdate())

    def answers(self) -> dict[str, Any]:
        """The values, None where there is none, once the form is valid."""
        return {**self.cleaned_data, "preferred_name": self.cleaned_data["preferred_name"] or None}


class NumbersForm(Form):
    """The two numbers by which other systems know somebody: yes and which, or no."""

    knows_esr = RadiosField(
        label=_("Do you know your ESR assignment number?"),
        hint=_("It is on your payslip, if the NHS employs you already"),
        missing=_("Select yes if you know your ESR assignment number"),
        choices=[(YES, _("Yes")), (NO, _("No"))],
        label_size="m",
        inline=True,
    )
    esr_assignment_number = TextField(
        label=_("ESR assignment number, if you know it"),
        hint=_("8 digits, and perhaps a dash and a number for a further post. For example, 20123456-2"),
        width=20,
        parse=values.esr_assignment_number,
        required=False,
    )
    knows_oriel = RadiosField(
        label=_("Do you know your Oriel PIN?"),
        hint=_("Doctors and others in training have one"),
        missing=_("Select yes if you know your Oriel PIN"),
        choices=[(YES, _("Yes")), (NO, _("No"))],
        label_size="m",
        inline=True,
    )
    oriel_pin = TextField(
        label=_("Oriel PIN, if you know it"), width=20, parse=values.oriel_pin, required=False
    )

    _QUESTIONS = (
        ("knows_esr", "esr_assignment_number", _("Enter your ESR assignment number, or select no")),
        ("knows_oriel", "oriel_pin", _("Enter your Oriel PIN, or select no")),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        for knows, number, sentence in self._QUESTIONS:
            if answers.get(knows) == YES and number in answers and not answers[number]:
                self.add_error(number, str(sentence))
        return answers

    def answers(self) -> dict[str, str | None]:
        """The numbers that are known, once the form is valid: what stands beside a no does not count."""
        return {
            number: self.cleaned_data[number] if self.cleaned_data[knows] == YES else None
            for knows, number, _sentence in self._QUESTIONS
        }

    @classmethod
    def of(cls, stands: dict[str, Any], answered: bool) -> NumbersForm:
        """Filled in with what is known; of what nobody knows, neither yes nor no is chosen before it was answered."""
        initial: dict[str, Any] = {}
        for knows, number, _sentence in cls._QUESTIONS:
            initial[number] = stands[number]
            initial[knows] = YES if stands[number] else NO if answered else None
        return cls(initial=initial)


class PasswordForm(ChoosePasswordForm):
    """The way back in for whoever has no passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Choose a password")


class CheckForm(Form):
    """The last page: what is sent is what it showed."""

    seen = HiddenField(required=False)


class EmailCorrectionForm(Form):
    """The right address."""

    value = EmailField(
        label=_("Your email address"),
        hint=_("We send a security code to it"),
        autocomplete="email",
        missing=_(sentences.EMAIL_MISSING),
        parse=values.email_address,
    )


class PhoneCorrectionForm(Form):
    """The right number."""

    value = TelephoneField(
        label=_("Your mobile number"),
        hint=_("We send a security code to it. For example, 07700 900123"),
        autocomplete="tel",
        missing=_(sentences.PHONE_MISSING),
        parse=values.mobile_number,
    )


CORRECTIONS: dict[Channel, type[Form]] = {
    Channel.EMAIL: EmailCorrectionForm,
    Channel.TEXT: PhoneCorrectionForm,
}


class DecisionForm(Form):
    """HR's answer to a corrected contact detail. Not for staff members, so not translated."""

    CONFIRM, REFUSE = "confirm", "refuse"

    decision = RadiosField(
        label="Is this contact detail right?",
        missing="Select whether you confirm or refuse it",
        choices=[(CONFIRM, "Yes, confirm it"), (REFUSE, "No, refuse it")],
        option_hints={
            CONFIRM: "It takes the place of what stands on the record",
            REFUSE: "What stands on the record stays",
        },
        label_size="m",
    )


def masked(passport: StaffPassport, channel: Channel) -> str:
    """As much of an address as its owner needs to know it by, and nobody else can use."""
    if channel is Channel.EMAIL:
        return passport.email[:1]
    return formats.phone(passport.phone)[-3:]
