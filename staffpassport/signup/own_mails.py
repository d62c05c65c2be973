"""The notice that a contact detail was changed, to the address before: nobody else takes over a passport unseen."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.outbox import Draft, enqueue
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.passports.models import StaffPassport

EMAIL_CHANGED = "own-email-changed"
PHONE_CHANGED = "own-phone-changed"
PURPOSES = (EMAIL_CHANGED, PHONE_CHANGED)


def tell_of_change(passport: StaffPassport, channel: Channel, old: str) -> None:
    """Queues the notice in the caller's transaction; that of another phone goes by e-mail too."""
    purpose = EMAIL_CHANGED if channel is Channel.EMAIL else PHONE_CHANGED
    recipients = {Channel.EMAIL: passport.email, channel: old}
    occasion = uuid7()
    enqueue(
        Draft(
            organisation_id=passport.organisation_id,
            about=str(passport.pk),
            purpose=purpose,
            channel=by,
            idempotency_key=f"{purpose}:{occasion}:{by.value}",
            recipient=recipient,
            urgency=Urgency.SINGLE,
        )
        for by, recipient in recipients.items()
    )


def compose(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """What was changed and whom to tell if that is wrong, without a name: the old address may be somebody else's by
    now. One query a batch.
    """
    found = StaffPassport.everywhere.filter(pk__in={message.about for message in messages})
    passports = {str(passport.pk): passport for passport in found.select_related("organisation")}
    return {message.id: _content(message, passports.get(message.about)) for message in messages}


def _content(message: ToCompose, passport: StaffPassport | None) -> Composed:
    if passport is None:
        return NoLongerWanted("passport-deleted")
    trust = passport.organisation
    facts = {
        "trust": trust.name,
        "trust_in_full": str(trust),
        "hr_email": trust.hr_email,
        "hr_phone": trust.hr_phone,
    }
    if message.channel == Channel.TEXT:
        return Content(subject="", body=_text().format(**facts))
    is_email = message.purpose == EMAIL_CHANGED
    subject = _email_subject() if is_email else _phone_subject()
    body = _email_body() if is_email else _phone_body()
    return Content(subject=subject.format(**facts), body=(body + _ending()).format(**facts))


def _text() -> str:
    return _("{trust}: your staff passport has another phone number now. Not you? Call HR: {hr_phone}")


def _email_subject() -> str:
    return _("The email address of your Digital Staff Passport was changed")


def _phone_subject() -> str:
    return _("The telephone number of your Digital Staff Passport was changed")


def _email_body() -> str:
    return _("""\
Hello,

The email address of your Digital Staff Passport with {trust} was changed. From now on, emails about it go to the new \
one.
""")


def _phone_body() -> str:
    return _("""\
Hello,

The telephone number of your Digital Staff Passport with {trust} was changed. From now on, text messages and security \
codes go to the new one.
""")


def _ending() -> str:
    return _("""
Did you do this? Then you do not need to do anything.

If you did not, tell the HR team of {trust} at once:
{hr_email}
{hr_phone}

Nobody reads replies to this email.

{trust_in_full}
""")
