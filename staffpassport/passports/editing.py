"""Changing what stands on a passport: one person, with what it was before kept beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.bulk import insert
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.passports.create import Clash, find_clashes
from staffpassport.passports.models import ProfileChange, StaffPassport
from staffpassport.passports.search import search_key
from staffpassport.roster.cohort import Cohort, EmploymentStatus, EmploymentType, StaffGroup
from staffpassport.roster.people import StaffDetails

# The columns that HR can change, as its pages call them.
LABELS: Mapping[str, str] = {
    "first_name": "First name",
    "last_name": "Last name",
    "preferred_name": "Preferred name",
    "date_of_birth": "Date of birth",
    "email": "Email address",
    "phone": "Telephone number",
    "staff_group": "Staff group",
    "job_role_key": "Job role",
    "employment_type": "Employment type",
    "employment_status": "Employment status",
    "oriel_pin": "Oriel PIN",
    "esr_assignment_number": "ESR assignment number",
    "professional_body": "Professional body",
    "registration_number": "Registration number",
}
_DIGEST = 8  # hexadecimal digits a column
_ROOM = 200  # what an event's detail takes


@dataclass(frozen=True, slots=True, repr=False)
class Profile:
    """All that HR can change of a person: every value checked, None where there is none."""

    details: StaffDetails
    professional_body: str | None = None
    registration_number: str | None = None

    def columns(self) -> dict[str, Any]:
        """The values as the passport's columns hold them, in the order of LABELS."""
        details = self.details
        cohort = details.cohort
        return {
            "first_name": details.first_name,
            "last_name": details.last_name,
            "preferred_name": details.preferred_name,
            "date_of_birth": details.date_of_birth,
            "email": details.email,
            "phone": details.phone,
            "staff_group": cohort.staff_group.value,
            "job_role_key": cohort.job_role.key if cohort.job_role else None,
            "employment_type": cohort.employment_type.value,
            "employment_status": cohort.employment_status.value,
            "oriel_pin": details.oriel_pin,
            "esr_assignment_number": details.esr_assignment_number,
            "professional_body": self.professional_body,
            "registration_number": self.registration_number,
        }


def profile_of(passport: StaffPassport) -> Profile:
    """What stands on a passport, for whoever changes a part of it."""
    return Profile(
        details=StaffDetails(
            first_name=passport.first_name,
            last_name=passport.last_name,
            email=passport.email,
            phone=passport.phone,
            cohort=Cohort(
                staff_group=StaffGroup(passport.staff_group),
                job_role=passport.job_role,
                employment_type=EmploymentType(passport.employment_type),
                employment_status=EmploymentStatus(passport.employment_status),
            ),
            date_of_birth=passport.date_of_birth,
            oriel_pin=passport.oriel_pin,
            esr_assignment_number=passport.esr_assignment_number,
            preferred_name=passport.preferred_name,
        ),
        professional_body=passport.professional_body,
        registration_number=passport.registration_number,
    )


def with_address(profile: Profile, channel: Channel, value: str) -> Profile:
    """The same with another e-mail address or phone."""
    if channel is Channel.EMAIL:
        return replace(profile, details=replace(profile.details, email=value))
    return replace(profile, details=replace(profile.details, phone=value))


class ClashError(Exception):
    """The new e-mail or phone stands on another passport of the trust. Nothing was written."""

    def __init__(self, clashes: list[Clash]) -> None:
        super().__init__(f"{len(clashes)} clashes with other passports")
        self.clashes = clashes


class ChangedMeanwhileError(Exception):
    """Somebody else has changed these columns since the form was opened. Nothing was written."""

    def __init__(self, passport: StaffPassport, columns: list[str]) -> None:
        super().__init__(f"{len(columns)} columns were changed meanwhile")
        self.passport = passport
        self.columns = columns


@dataclass(frozen=True, slots=True)
class Edited:
    """The columns that were changed, and the channels whose address is another one now."""

    columns: Sequence[str] = ()
    channels: Sequence[Channel] = ()


def version_of(passport: StaffPassport) -> str:
    """What a form keeps of the profile that it shows: by it `edit` sees whether somebody has changed it since."""
    return "".join(_digest(getattr(passport, column)) for column in LABELS)


@transaction.atomic
def edit(*, organisation: Organisation, passport: UUID, profile: Profile, seen: str, by: Actor) -> Edited:
    """Writes a changed profile, a ProfileChange for each column that differs, and one event without values.

    `seen` is the `version_of` what the form showed. Where nothing differs, nothing is written or refused: that
    makes it safe to repeat. Another e-mail address or phone takes away what was known of its messages; those that
    wait are for the caller to cancel.

    Raises StaffPassport.DoesNotExist, ChangedMeanwhileError or ClashError.
    """
    person = StaffPassport.objects.of(organisation).select_for_update().get(pk=passport)
    wanted = profile.columns()
    differing = [column for column in LABELS if getattr(person, column) != wanted[column]]
    if not differing:
        return Edited()
    if meanwhile := _changed_since(person, seen):
        raise ChangedMeanwhileError(person, meanwhile)
    edited = Edited(differing, _channels_changed(person, profile.details))
    try:
        with transaction.atomic():
            StaffPassport.objects.of(organisation).filter(pk=passport).update(
                **{column: wanted[column] for column in differing}, **_kept_in_step(profile.details, edited)
            )
    except IntegrityError:
        if clashes := clashes_of(organisation, passport, profile.details):
            raise ClashError(clashes) from None
        raise
    _note_changes(person, wanted, differing, by)
    return edited


def clashes_of(organisation: Organisation, passport: UUID, details: StaffDetails) -> list[Clash]:
    """Other passports of the trust on which this e-mail or phone stands."""
    found = find_clashes(organisation, {passport: details})
    return [clash for clash in found if clash.passport.pk != passport]


def _digest(value: object) -> str:
    return blake2b(repr(value).encode(), digest_size=_DIGEST // 2).hexdigest()


def _changed_since(person: StaffPassport, seen: str) -> list[str]:
    now = version_of(person)
    places = range(0, len(now), _DIGEST)
    return [
        column
        for column, at in zip(LABELS, places, strict=True)
        if now[at : at + _DIGEST] != seen[at : at + _DIGEST]
    ]


def _channels_changed(person: StaffPassport, details: StaffDetails) -> list[Channel]:
    """A capital letter more in an e-mail address makes no other address of it."""
    changed = {
        Channel.EMAIL: person.email_key != details.email_key,
        Channel.TEXT: person.phone != details.phone,
    }
    return [channel for channel in Channel if changed[channel]]


def _kept_in_step(details: StaffDetails, edited: Edited) -> dict[str, Any]:
    """The columns that follow from others."""
    names = [details.first_name, details.last_name]
    if details.preferred_name:
        names.append(details.preferred_name)
    columns: dict[str, Any] = {
        "email_key": details.email_key,
        "search_key": search_key(names=names, email=details.email_key, phone=details.phone),
    }
    now = timezone.now()
    if Channel.EMAIL in edited.channels:
        columns |= {"email_since": now, "email_state": None}
    if Channel.TEXT in edited.channels:
        columns |= {"phone_since": now, "text_state": None}
    return columns


def _note_changes(person: StaffPassport, wanted: Mapping[str, Any], columns: list[str], by: Actor) -> None:
    insert(
        ProfileChange,
        ["field", "old", "new"],
        [(column, _as_text(getattr(person, column)), _as_text(wanted[column])) for column in columns],
        same={
            "organisation_id": person.organisation_id,
            "passport_id": person.pk,
            "by": by.key,
            "by_name": by.name,
            "at": timezone.now(),
        },
    )
    record(
        Kind.PROFILE_CHANGED,
        actor=by,
        organisation_id=person.organisation_id,
        subject=person.pk,
        detail=_named(columns),
    )


def _named(columns: list[str]) -> str:
    """Which answers were changed, in a line of history; never the values."""
    named = ", ".join(LABELS[column] for column in columns)
    return named if len(named) <= _ROOM else f"{len(columns)} answers"


def _as_text(value: date | str | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value
