"""The filters of Identity and access. They stand in the URL, so that a filtered list can be kept or sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from staffpassport.messaging.states import State
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.roster.cohort import EmploymentStatus, EmploymentType


@dataclass(frozen=True, slots=True)
class Option:
    """A check box of a filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One question of the filter panel, by its name in the URL."""

    name: str
    label: str
    options: list[Option]

    @property
    def chosen(self) -> list[Option]:
        return [option for option in self.options if option.chosen]


ARRIVAL = "arrival"
DID_NOT_ARRIVE = "did-not-arrive"

_QUESTIONS: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("employment_type", "Employment type", [(t.value, t.label) for t in EmploymentType]),
    ("employment_status", "Employment status", [(s.value, s.label) for s in EmploymentStatus]),
    ("status", "Status", [(s.value, str(s.label)) for s in Status]),
    (ARRIVAL, "Invitation", [(DID_NOT_ARRIVE, "Email or text did not arrive")]),
]


def filters_of(params: QueryDict) -> list[Filter]:
    """The filters with what the URL chose; values that are not known are passed over."""
    return [
        Filter(
            name,
            label,
            [Option(value, text, value in params.getlist(name)) for value, text in choices],
        )
        for name, label, choices in _QUESTIONS
    ]


def apply(passports: QuerySet[StaffPassport], filters: Iterable[Filter]) -> QuerySet[StaffPassport]:
    """The passports that have one of the chosen values for each question that was answered."""
    for question in filters:
        values = [option.value for option in question.chosen]
        if values and question.name == ARRIVAL:
            passports = passports.filter(did_not_arrive())
        elif values:
            by_value: dict[str, Any] = {f"{question.name}__in": values}
            passports = passports.filter(**by_value)
    return passports


def did_not_arrive() -> Q:
    """Those whose e-mail or text came to nothing."""
    return Q(email_state=State.FAILED) | Q(text_state=State.FAILED)
