"""The e-mails and texts of signing up: what happens next, and what HR has made of a corrected contact detail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from staffpassport.invitations import links
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.standing import Standing, standing_of
from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.outbox import Draft, enqueue
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.signup.models import Application, ContactCorrection, IdentityRoute

SIGNED_UP = "signed-up"
CONTACT_DECIDED = "contact-decided"


def tell_what_happens_next(application: Application, passport: StaffPassport) -> None:
    """Queues the e-mail, in the caller's transaction."""
    _queue(SIGNED_UP, application.pk, passport.organisation_id, Channel.EMAIL, passport.email)


def tell_of_decision(correction: ContactCorrection, recipient: str) -> None:
    """The same to the channel that was right all along."""
    _queue(
        CONTACT_DECIDED,
        correction.pk,
        correction.organisation_id,
        Channel(correction.told_by),
        recipient,
    )


def _queue(purpose: str, about: UUID, organisation: UUID, channel: Channel, recipient: str) -> None:
    enqueue(
        [
            Draft(
                organisation_id=organisation,
                about=str(about),
                purpose=purpose,
                channel=channel,
                idempotency_key=purpose,
                recipient=recipient,
                urgency=Urgency.SINGLE,
            )
        ]
    )


def compose_next_steps(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """What happens next, for those who have signed up: one query a batch."""
    found = Application.everywhere.select_related("passport", "organisation").in_bulk(
        [UUID(message.about) for message in messages]
    )
    return {message.id: _next_steps(found.get(UUID(message.about))) for message in messages}


def _next_steps(application: Application | None) -> Composed:
    if application is None:
        return NoLongerWanted("passport-deleted")
    trust = application.organisation
    facts = {**_of(trust), "first_name": application.passport.first_name}
    what = _by_app() if application.identity_route == IdentityRoute.APP else _by_appointment()
    return Content(
        subject=_("{trust} has your details for your Digital Staff Passport").format(**facts),
        body=_next_steps_body().format(**facts, what=what.format(**facts)),
    )


def compose_decisions(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """What HR has decided, with the link to go on by, or where to log in: two queries a batch."""
    found = ContactCorrection.everywhere.select_related("organisation", "passport").in_bulk(
        [UUID(message.about) for message in messages]
    )
    people = {correction.passport_id for correction in found.values()}
    invitations = {
        invitation.passport_id: invitation
        for invitation in Invitation.everywhere.filter(passport_id__in=people).order_by("sequence")
    }
    return {
        message.id: _decision(correction, invitations.get(correction.passport_id), message.channel)
        if (correction := found.get(UUID(message.about)))
        else NoLongerWanted("passport-deleted")
        for message in messages
    }


def _decision(correction: ContactCorrection, newest: Invitation | None, channel: Channel) -> Composed:
    if correction.passport.holder_id:
        page = settings.BASE_URL + reverse("own-passport", args=[correction.passport_id])
        return _decided(correction, channel, _own_words(), {**_of(correction.organisation), "link": page})
    if newest is None or standing_of(newest, timezone.now()) is not Standing.OPEN:
        return NoLongerWanted("invitation-ended")
    link = links.address(newest, channel)
    return _decided(correction, channel, _words(), {**_of(correction.organisation), "link": link})


@dataclass(frozen=True, slots=True)
class _Words:
    """How a decision is told: to whoever is signing up, and to whoever has."""

    subject: str
    body: str
    confirmed_text: str
    refused_text: str


def _decided(
    correction: ContactCorrection, channel: Channel, words: _Words, facts: dict[str, str]
) -> Content:
    confirmed = correction.decision == ContactCorrection.Decision.CONFIRMED
    if channel is Channel.TEXT:
        text = words.confirmed_text if confirmed else words.refused_text
        return Content(subject="", body=text.format(**facts))
    if correction.channel == Channel.TEXT:
        sentence = _confirmed_phone() if confirmed else _refused_phone()
    else:
        sentence = _confirmed_email() if confirmed else _refused_email()
    return Content(
        subject=words.subject.format(**facts),
        body=words.body.format(**facts, sentence=sentence.format(**facts)),
    )


def _of(trust: Organisation) -> dict[str, str]:
    return {
        "trust": trust.name,
        "trust_in_full": str(trust),
        "hr_email": trust.hr_email,
        "hr_phone": trust.hr_phone,
    }


def _next_steps_body() -> str:
    return _("""\
Hello {first_name},

You have signed up for a Digital Staff Passport. {trust} has your details.

What happens next

{what}

Until then you do not need to do anything. You can log in with your email address to see what the trust holds about \
you.

If you did not do this, or have a question, ask the HR team of {trust}:
{hr_email}
{hr_phone}

Nobody reads replies to this email.

{trust_in_full}
""")


def _by_appointment() -> str:
    return _(
        "The HR team of {trust} will contact you to arrange an appointment, at which they check who you are. They will "
        "tell you what to bring."
    )


def _by_app() -> str:
    return _(
        "You chose to verify your identity with a digital identity app. {trust} cannot take that yet, so its HR team "
        "will contact you to arrange an appointment, at which they check who you are."
    )


def _words() -> _Words:
    return _Words(
        subject=_("Go on with your Digital Staff Passport for {trust}"),
        body=_("""\
Hello,

{sentence}

Go on with your application:
{link}

Do you have a question? Ask the HR team of {trust}:
{hr_email}
{hr_phone}

Nobody reads replies to this email.

{trust_in_full}
"""),
        confirmed_text=_("Your email address is confirmed. Go on with your Digital Staff Passport: {link}"),
        refused_text=_("Your new email address was not confirmed. Go on or ask HR: {link}"),
    )


def _own_words() -> _Words:
    return _Words(
        subject=_("The contact detail that you gave {trust}"),
        body=_("""\
Hello,

{sentence}

Log in to see what the trust holds about you:
{link}

Do you have a question? Ask the HR team of {trust}:
{hr_email}
{hr_phone}

Nobody reads replies to this email.

{trust_in_full}
"""),
        confirmed_text=_(
            "{trust} confirmed the new email address on your staff passport. Not you? Call {hr_phone}"
        ),
        refused_text=_("{trust} did not confirm the email address that you gave. Ask HR: {hr_phone}"),
    )


def _confirmed_phone() -> str:
    return _("{trust} has confirmed the telephone number that you gave.")


def _refused_phone() -> str:
    return _(
        "{trust} has not confirmed the telephone number that you gave. The one that it had before still stands."
    )


def _confirmed_email() -> str:
    return _("{trust} has confirmed the email address that you gave.")


def _refused_email() -> str:
    return _(
        "{trust} has not confirmed the email address that you gave. The one that it had before still stands."
    )
