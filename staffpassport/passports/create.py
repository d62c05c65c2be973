"""Making passports out of checked details."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from staffpassport.bulk import insert
from staffpassport.messaging.providers import are_texts_sent
from staffpassport.messaging.states import State
from staffpassport.organisations.models import Organisation
from staffpassport.passports.known import known_by_email, known_by_phone
from staffpassport.passports.models import Origin, StaffPassport, Status
from staffpassport.passports.search import search_key
from staffpassport.roster.cohort import Cohort
from staffpassport.roster.people import StaffDetails

# Well under the parameters that SQLite takes in one query (32,766).
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Clash:
    """A person to be invited whose e-mail or phone stands on a passport of the trust already.

    `field` is `email` or `phone`; `person` is the id that the new passport would have had.
    """

    person: UUID
    field: str
    passport: StaffPassport


def find_clashes(organisation: Organisation, people: Mapping[UUID, StaffDetails]) -> list[Clash]:
    """Every clash of these people with the trust's passports, whatever their status; by e-mail first.

    Few queries for any number of people; a person may clash with two different passports.
    """
    by_email = {details.email_key: person for person, details in people.items()}
    by_phone = {details.phone: person for person, details in people.items()}
    known = {
        *known_by_email(organisation, by_email).values(),
        *known_by_phone(organisation, by_phone).values(),
    }
    found = list(StaffPassport.objects.of(organisation).filter(pk__in=known)) if known else []
    clashes = [Clash(by_email[p.email_key], "email", p) for p in found if p.email_key in by_email]
    clashes += [Clash(by_phone[p.phone], "phone", p) for p in found if p.phone in by_phone]
    return clashes


def create_passports(
    organisation: Organisation,
    people: Mapping[UUID, StaffDetails],
    *,
    origin: Origin,
    at: datetime,
    invited_until: datetime,
    upload: UUID | None = None,
) -> None:
    """Writes a passport under each id, with an e-mail and a text queued, in the caller's transaction.

    Raises IntegrityError where somebody else has just written one of these people.
    """
    insert(
        StaffPassport,
        _COLUMNS,
        _rows(people),
        same={
            "organisation_id": organisation.pk,
            "origin": origin,
            "status": Status.INVITATION_SENT,
            "created_at": at,
            "email_state": State.QUEUED,
            "text_state": State.QUEUED if are_texts_sent() else None,
            "invitation_expires_at": invited_until,
            "upload_id": upload,
        },
    )


def existing(organisation: Organisation, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these ids are passports of the trust already."""
    passports = StaffPassport.objects.of(organisation).values_list("pk", flat=True)
    found: set[UUID] = set()
    waiting = iter(ids)
    while some := list(islice(waiting, _AT_ONCE)):
        found.update(passports.filter(pk__in=some))
    return found


_COLUMNS = (
    "id",
    "first_name",
    "last_name",
    "preferred_name",
    "date_of_birth",
    "email",
    "email_key",
    "phone",
    "staff_group",
    "job_role_key",
    "employment_type",
    "employment_status",
    "oriel_pin",
    "esr_assignment_number",
    "search_key",
)


def _rows(people: Mapping[UUID, StaffDetails]) -> Iterator[tuple[object, ...]]:
    cohort: Cohort | None = None
    of_cohort: Sequence[str | None] = ()
    for person, details in people.items():
        if details.cohort is not cohort:  # never, within a list
            cohort = details.cohort
            of_cohort = _of_cohort(cohort)
        yield _row(person, details, of_cohort)


def _of_cohort(cohort: Cohort) -> tuple[str, str | None, str, str]:
    role = cohort.job_role.key if cohort.job_role else None
    return cohort.staff_group.value, role, cohort.employment_type.value, cohort.employment_status.value


def _row(person: UUID, details: StaffDetails, of_cohort: Sequence[str | None]) -> tuple[object, ...]:
    names = [details.first_name, details.last_name]
    if details.preferred_name:
        names.append(details.preferred_name)
    email_key = details.email_key
    return (
        person,
        details.first_name,
        details.last_name,
        details.preferred_name,
        details.date_of_birth,
        details.email,
        email_key,
        details.phone,
        *of_cohort,
        details.oriel_pin,
        details.esr_assignment_number,
        search_key(names=names, email=email_key, phone=details.phone),
    )
