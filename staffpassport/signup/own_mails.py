"""The notice that a contact detail was changed, to the addresses before: nobody takes over a passport unseen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from uuid_utils.compat import uuid7

from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.outbox import enqueue_to_one
from staffpassport.messaging.providers import are_texts_sent
from staffpassport.messaging.states import Channel
from staffpassport.passports.models import StaffPassport
from staffpassport.ui.later import later as _

EMAIL_CHANGED, PHONE_CHANGED = "own-email-changed", "own-phone-changed"
EMAIL_BY_HR, PHONE_BY_HR = "email-changed-by-hr", "phone-changed-by-hr"
PURPOSES = (EMAIL_CHANGED, PHONE_CHANGED, EMAIL_BY_HR, PHONE_BY_HR)


def tell_of_change(
    passport: StaffPassport, channel: Channel, known: Iterable[tuple[Channel, str]], *, by_hr: bool = False
) -> None:
    """Queues the notice to where the person is known to read, in the caller's transaction.

    What they have changed themselves is told by e-mail and by the channel itself, what HR has changed by all there are.
    """
    if channel is Channel.EMAIL:
        purpose = EMAIL_BY_HR if by_hr else EMAIL_CHANGED
    else:
        purpose = PHONE_BY_HR if by_hr else PHONE_CHANGED
    enqueue_to_one(
        [at for at in sorted(known) if by_hr or at[0] in (Channel.EMAIL, channel)],
        organisation_id=passport.organisation_id,
        about=passport.pk,
        purpose=purpose,
        occasion=str(uuid7()),
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
        "link": settings.BASE_URL + reverse("own-passport", args=[passport.pk]),
    }
    notice = _NOTICES[message.purpose]
    if message.purpose == PHONE_BY_HR and not are_texts_sent():
        notice = _NOT_TO_PROVE
    if message.channel == Channel.TEXT:
        return Content(subject="", body=notice.text.format(**facts))
    return Content(
        subject=notice.subject.format(**facts),
        body=f"{_HELLO}\n\n{notice.body}{notice.if_not}\n{_ENDING}".format(**facts),
    )


@dataclass(frozen=True, slots=True)
class _Notice:
    """What a change reads like: `if_not` says what to do about it. `text` is one segment for the longest trust."""

    subject: str
    body: str
    if_not: str
    text: str = ""


_HELLO = _("Hello,")
_ENDING = _("""\
{hr_email}
{hr_phone}

Nobody reads replies to this email.

{trust_in_full}
""")
_DONE_BY_ONESELF = _("""
Did you do this? Then you do not need to do anything.

If you did not, tell the HR team of {trust} at once:""")
_CONFIRM = _("""
Log in and confirm the new one:
{link}

Is it not yours? Then do not confirm it, and tell the HR team of {trust} at once:""")
_EMAIL_WAS_CHANGED = _("The email address of your Digital Staff Passport was changed")
_PHONE_WAS_CHANGED = _("The telephone number of your Digital Staff Passport was changed")

_NOTICES = {
    EMAIL_CHANGED: _Notice(
        _EMAIL_WAS_CHANGED,
        _("""\
The email address of your Digital Staff Passport with {trust} was changed. From now on, emails about it go to the new \
one.
"""),
        _DONE_BY_ONESELF,
    ),
    PHONE_CHANGED: _Notice(
        _PHONE_WAS_CHANGED,
        _("""\
The telephone number of your Digital Staff Passport with {trust} was changed. From now on, text messages about it go \
to the new one, and so do security codes if they went to the old one.
"""),
        _DONE_BY_ONESELF,
        _("{trust}: your staff passport has another phone number now. Not you? Call HR: {hr_phone}"),
    ),
    EMAIL_BY_HR: _Notice(
        _EMAIL_WAS_CHANGED,
        _("""\
The HR team of {trust} has changed the email address of your Digital Staff Passport. You log in as before: until you \
confirm the new address, links and codes do not go to it.
"""),
        _CONFIRM,
        _("{trust} changed the email on your staff passport. Log in to confirm it. Wrong? Call {hr_phone}"),
    ),
    PHONE_BY_HR: _Notice(
        _PHONE_WAS_CHANGED,
        _("""\
The HR team of {trust} has changed the telephone number of your Digital Staff Passport. You log in as before: until \
you confirm the new number, security codes do not go to it.
"""),
        _CONFIRM,
        _("{trust} changed the phone on your staff passport. Log in to confirm it. Wrong? Call {hr_phone}"),
    ),
}
# Where no texts are sent a number opens nothing.
_NOT_TO_PROVE = _Notice(
    _PHONE_WAS_CHANGED,
    _("""\
The HR team of {trust} has changed the telephone number of your Digital Staff Passport. You log in as before.
"""),
    _("""
Is it not yours? Tell the HR team of {trust}:"""),
)
