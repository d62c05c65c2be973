"""The counters of home: how many people stand where, and the list that shows them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from staffpassport.invitations.not_me import said_not_me
from staffpassport.organisations.models import Organisation
from staffpassport.passports.filters import ARRIVAL, DID_NOT_ARRIVE, did_not_arrive
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.signup.correcting import waiting_in
from staffpassport.ui.paging import Count, capped_count


@dataclass(frozen=True, slots=True)
class Counter:
    """A number with its words, and where it leads."""

    count: Count
    text: str
    href: str


def counters_of(passports: QuerySet[StaffPassport]) -> list[Counter]:
    """The four counters for these passports; numbers stop at 10,000+."""
    by_status = [
        (Status.INVITATION_SENT, "invitation pending", "invitations pending"),
        (Status.IDENTITY_SHARED, "identity to verify", "identities to verify"),
        (
            Status.APPOINTMENT_NEEDED,
            "identity check appointment to complete",
            "identity check appointments to complete",
        ),
    ]
    counters = [
        _counter(passports.filter(status=status), one, many, f"status={status}")
        for status, one, many in by_status
    ]
    undelivered = passports.filter(did_not_arrive())
    counters.append(
        _counter(
            undelivered,
            "invitation that did not arrive",
            "invitations that did not arrive",
            f"{ARRIVAL}={DID_NOT_ARRIVE}",
        )
    )
    return counters


def contact_counter(organisation: Organisation) -> list[Counter]:
    """What staff members say of their contact details, for HR to look at; nothing while there is none."""
    corrected, strangers = waiting_in(organisation), said_not_me(organisation)
    found = [capped_count(corrected), capped_count(strangers)]
    number = sum(count.number for count in found)
    if not number:
        return []
    count = Count(number, capped=any(count.capped for count in found))
    text = "contact detail to check" if number == 1 else "contact details to check"
    return [Counter(count, text, reverse("contact-details"))]


def _counter(passports: QuerySet[StaffPassport], one: str, many: str, query: str) -> Counter:
    count = capped_count(passports)
    return Counter(
        count, one if str(count) == "1" else many, f"{reverse('people')}?{QueryDict(query).urlencode()}"
    )
