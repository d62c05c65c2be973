"""What is asked about the settings of a trust, a few in each form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from staffpassport.messaging.providers import are_texts_sent
from staffpassport.organisations.changing import LABELS, delay_in_words, version_of
from staffpassport.organisations.contacts import phone_to_show
from staffpassport.organisations.models import LONGEST_DELAY, SHORTEST_DELAY, Organisation
from staffpassport.roster import values
from staffpassport.ui.fields import EmailField, HiddenField, RadiosField, TelephoneField, TextField
from staffpassport.ui.forms import Form

LONGEST_LIFETIME = 90  # days
MOST_REMINDERS = 10
FEWEST_DAYS_KEPT, MOST_DAYS_KEPT = 30, 730


class SettingsForm(Form):
    """Some settings of a trust. `seen` is the version of them that the page shows, `section` says which form it is.

    `takes_a_fresh_code` says whether a stolen session could do harm by them that nobody takes back (decision 44).
    """

    section_name: ClassVar[str]
    url_name: ClassVar[str]
    heading: ClassVar[str]
    names: ClassVar[tuple[str, ...]]
    takes_a_fresh_code: ClassVar[bool] = False

    seen = HiddenField(required=False)
    section = HiddenField(required=False)

    @classmethod
    def of(cls, organisation: Organisation) -> SettingsForm:
        """The form with what is set."""
        now = {name: cls.typed(getattr(organisation, name)) for name in cls.names}
        seen = version_of(organisation, cls.names)
        return cls(initial={**now, "seen": seen, "section": cls.section_name})

    @staticmethod
    def typed(value: Any) -> str:
        """A value as somebody would type it."""
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return "" if value is None else str(value)

    def answers(self) -> Mapping[str, Any]:
        """The settings, once the form is valid."""
        return {name: self.cleaned_data[name] for name in self.names}


class ContactsForm(SettingsForm):
    """Whom the invited can ask."""

    section_name = "contacts"
    url_name = "system-contacts"
    heading = "Contacts shown to the people you invite"
    names = ("hr_email", "hr_phone")
    takes_a_fresh_code = True  # whoever is invited trusts whom they find there

    hr_email = EmailField(
        label=LABELS["hr_email"],
        hint="A mailbox that the HR team reads, not that of one person",
        parse=values.email_address,
    )
    hr_phone = TelephoneField(
        label=LABELS["hr_phone"], hint="For example, 0113 496 0100 ext 123", parse=phone_to_show
    )


def whole_days(typed: str) -> int:
    """From 1 to 90. Raises ValueError with a sentence."""
    if not re.fullmatch(r"[0-9]{1,3}", typed) or not 1 <= int(typed) <= LONGEST_LIFETIME:
        raise ValueError(f"Enter a whole number of days from 1 to {LONGEST_LIFETIME}")
    return int(typed)


def days_of_reminders(typed: str) -> list[int]:
    """Distinct whole numbers, in order. Raises ValueError with a sentence."""
    parts = [part for part in re.split(r"[\s,;]+|\band\b", typed) if part]
    if not all(re.fullmatch(r"[0-9]{1,3}", part) and int(part) for part in parts):
        raise ValueError("Enter days as whole numbers with commas between them, like 1, 2, 3")
    days = sorted(map(int, parts))
    if len(set(days)) < len(days):
        raise ValueError("Enter each day only once")
    if len(days) > MOST_REMINDERS:
        raise ValueError(f"Enter {MOST_REMINDERS} days or fewer")
    return days


class InvitationsForm(SettingsForm):
    """How long invitations work, and when people are reminded of them."""

    section_name = "invitations"
    url_name = "system-invitations"
    heading = "Invitations and reminders"
    names = ("invitation_days", "reminder_days")

    invitation_days = TextField(
        label="How many days do invitations work for?",
        hint=f"From 1 to {LONGEST_LIFETIME}. It counts for invitations from now on.",
        missing="Enter how many days invitations work for",
        width=3,
        inputmode="numeric",
        parse=whole_days,
    )
    reminder_days = TextField(
        label="On which days after the invitation are people reminded? (optional)",
        hint="Numbers with commas between them, for example 1, 2, 3. Leave it empty for no reminders. "
        "Only people who have not signed up are reminded.",
        width=20,
        required=False,
        parse=days_of_reminders,
    )

    def clean_reminder_days(self) -> list[int]:
        return list(self.cleaned_data["reminder_days"] or [])

    def clean(self) -> None:
        lifetime, days = self.cleaned_data.get("invitation_days"), self.cleaned_data.get("reminder_days")
        if lifetime and days and days[-1] > lifetime:
            self.add_error(
                "reminder_days",
                f"Invitations work for {lifetime} {'day' if lifetime == 1 else 'days'}, "
                f"so nobody can be reminded on day {days[-1]}",
            )


def notify_id(typed: str) -> UUID:
    """An id as GOV.UK Notify shows it. Raises ValueError with a sentence."""
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", typed):
        raise ValueError("Enter an id as GOV.UK Notify shows it, like 8e222534-7f05-4972-86e3-17c5d9f894e2")
    return UUID(typed)


_NOT_WITH_A_MAIL_SERVER = {
    "notify_reply_to_id": "Not used now: this service sends by a mail server, and replies go to the email address "
    "of your HR team.",
    "notify_text_sender_id": "Not used now: this service sends no text messages.",
}


class SendersForm(SettingsForm):
    """In whose name messages go out."""

    section_name = "senders"
    url_name = "system-senders"
    heading = "Senders of messages"
    names = ("notify_reply_to_id", "notify_text_sender_id")
    takes_a_fresh_code = True  # answers go there, and nothing goes out with a wrong one

    notify_reply_to_id = TextField(
        label="Id of the reply-to address of emails (optional)", required=False, parse=notify_id
    )
    notify_text_sender_id = TextField(
        label="Id of the sender of text messages (optional)", required=False, parse=notify_id
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not are_texts_sent():
            for name, hint in _NOT_WITH_A_MAIL_SERVER.items():
                self.fields[name].help_text = hint

    def clean_notify_reply_to_id(self) -> UUID | None:
        return self.cleaned_data["notify_reply_to_id"] or None

    def clean_notify_text_sender_id(self) -> UUID | None:
        return self.cleaned_data["notify_text_sender_id"] or None


DELAYS = (SHORTEST_DELAY, 60, 4 * 60, 12 * 60, 24 * 60, 48 * 60, LONGEST_DELAY)  # minutes


class LoggingInForm(SettingsForm):
    """How long somebody has to stop a reset of how they log in."""

    section_name = "logging-in"
    url_name = "system-logging-in"
    heading = "Logging in"
    names = ("reset_delay_minutes",)
    takes_a_fresh_code = True  # it guards how everybody logs in

    reset_delay_minutes = RadiosField(
        label="After a second administrator has confirmed a reset, how long until the second factors are removed?",
        hint="The person is told at each step and can stop the reset until then. So the longer, the safer.",
        missing="Select a delay",
        choices=[(str(minutes), delay_in_words(minutes)) for minutes in DELAYS],
        label_size="m",
    )

    def clean_reset_delay_minutes(self) -> int:
        return int(self.cleaned_data["reset_delay_minutes"])


def days_until_deleted(typed: str) -> int:
    """From 30 to 730. Raises ValueError with a sentence."""
    if not re.fullmatch(r"[0-9]{1,3}", typed) or not FEWEST_DAYS_KEPT <= int(typed) <= MOST_DAYS_KEPT:
        raise ValueError(f"Enter a whole number of days from {FEWEST_DAYS_KEPT} to {MOST_DAYS_KEPT}")
    return int(typed)


class RecordsForm(SettingsForm):
    """Whether people who have never answered are deleted, and when."""

    section_name = "records"
    url_name = "system-records"
    heading = "Old records"
    names = ("delete_unanswered_days",)
    takes_a_fresh_code = True  # within an hour people are gone for good

    delete_unanswered_days = TextField(
        label="After how many days are people deleted who have never answered? (optional)",
        hint=f"From {FEWEST_DAYS_KEPT} to {MOST_DAYS_KEPT}, counted from when their last invitation expired or was "
        "withdrawn. Leave it empty to delete nobody. You see how many people that concerns before you save it.",
        width=3,
        inputmode="numeric",
        required=False,
        parse=days_until_deleted,
    )

    def clean_delete_unanswered_days(self) -> int | None:
        return self.cleaned_data["delete_unanswered_days"] or None


class SummariesForm(SettingsForm):
    """Weekly e-mails to the HR team."""

    section_name = "summaries"
    url_name = "system-summaries"
    heading = "Summary emails"
    names = ("weekly_summary",)

    weekly_summary = RadiosField(
        label="Send a weekly email of what waits to be done?",
        hint="On Monday at 8:00, to every senior portal administrator and HR user, if anything waits.",
        missing="Select yes or no",
        choices=[("True", "Yes"), ("False", "No")],
        label_size="m",
    )

    def clean_weekly_summary(self) -> bool:
        return bool(self.cleaned_data["weekly_summary"] == "True")


FORMS: Mapping[str, type[SettingsForm]] = {
    form.section_name: form
    for form in (ContactsForm, InvitationsForm, SendersForm, LoggingInForm, RecordsForm, SummariesForm)
}
