"""Turning invitations into the words that a provider is given, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from staffpassport.invitations import links, purposes, wording
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.roster.cohort import Cohort, EmploymentStatus, EmploymentType
from staffpassport.ui import formats

M = TypeVar("M", bound=Model)

# Why a message that waited for an address is not sent: HR has corrected the address since.
ADDRESS_CHANGED = "address-changed"

# What stands in a preview for the person's own link: as long as the real one, and good for nothing.
_HIDDEN_TOKEN = "•" * links.TOKEN_LENGTH


def compose(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """Subject and body for each message, in two queries a batch."""
    invitations = _by_id(Invitation.everywhere.filter(pk__in={message.about for message in messages}))
    passports = _by_id(
        StaffPassport.everywhere.filter(pk__in={i.passport_id for i in invitations.values()}).select_related(
            "organisation"
        )
    )
    now = timezone.now()
    return {
        message.id: _content(message, invitations.get(message.about), passports, now) for message in messages
    }


def compose_deletions(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """The same for people whose passport was deleted: of them nothing is left but the trust, in one query a batch."""
    trusts = Organisation.objects.in_bulk({message.organisation_id for message in messages})
    contents = {pk: _farewell(trust) for pk, trust in trusts.items()}
    return {message.id: contents[message.organisation_id] for message in messages}


def preview(
    organisation: Organisation,
    first_name: str,
    expires_at: datetime,
    cohort: Cohort,
    purpose: str = purposes.INVITATION,
) -> dict[Channel, Content]:
    """The e-mail and the text as this person will get them, but for the link, which is theirs alone."""
    facts = wording.Facts(
        first_name=first_name,
        employment_type=cohort.employment_type,
        employment_status=cohort.employment_status,
        link=f"{settings.BASE_URL}/i/{_HIDDEN_TOKEN}",
        invited=formats.day(timezone.now()),
        expires=formats.day(expires_at),
        is_reminder=purpose == purposes.REMINDER,
        **_of(organisation),
    )
    return {channel: _worded(channel, facts) for channel in Channel}


def _content(
    message: ToCompose,
    invitation: Invitation | None,
    passports: dict[str, StaffPassport],
    now: datetime,
) -> Composed:
    if invitation is None or invitation.ended_at:
        return NoLongerWanted("invitation-ended")
    if invitation.accepted_at:
        return NoLongerWanted("invitation-accepted")
    if invitation.expires_at <= now:
        return NoLongerWanted("invitation-expired")
    passport = passports.get(str(invitation.passport_id))
    if passport is None:
        return NoLongerWanted("passport-deleted")
    since = passport.address_since(message.channel)
    if since and message.created_at < since:
        return NoLongerWanted(ADDRESS_CHANGED)
    is_reminder = message.purpose == purposes.REMINDER
    if is_reminder and passport.status != Status.INVITATION_SENT:
        return NoLongerWanted("invitation-answered")
    if is_reminder and invitation.not_me_at:
        return NoLongerWanted("not-me")
    if is_reminder and not passport.organisation.reminder_days:
        return NoLongerWanted("reminders-off")
    facts = wording.Facts(
        first_name=passport.first_name,
        employment_type=EmploymentType(passport.employment_type),
        employment_status=EmploymentStatus(passport.employment_status),
        link=links.address(invitation, message.channel),
        invited=formats.day(invitation.created_at),
        expires=formats.day(invitation.expires_at),
        is_reminder=is_reminder,
        **_of(passport.organisation),
    )
    return _worded(message.channel, facts)


def _of(organisation: Organisation) -> dict[str, Any]:
    return {
        "trust": organisation.name,
        "trust_in_full": str(organisation),
        "hr_email": organisation.hr_email,
        "hr_phone": organisation.hr_phone,
    }


def _farewell(trust: Organisation) -> Content:
    return Content(
        subject=wording.DELETED_SUBJECT.format(trust=trust.name),
        body=wording.DELETED_EMAIL.format(
            trust=trust.name, trust_in_full=trust, hr_email=trust.hr_email, hr_phone=trust.hr_phone
        ),
    )


def _worded(channel: Channel, facts: wording.Facts) -> Content:
    if channel is Channel.EMAIL:
        return Content(subject=wording.email_subject(facts), body=wording.email_body(facts))
    return Content(subject="", body=wording.text_body(facts))


def _by_id(rows: Iterable[M]) -> dict[str, M]:
    return {str(row.pk): row for row in rows}
