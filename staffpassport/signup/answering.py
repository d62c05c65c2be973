"""What the person answers about themselves: kept on the application, and read together with what HR has given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from staffpassport.passports.editing import Profile, profile_of
from staffpassport.passports.models import StaffPassport
from staffpassport.signup.models import Application, IdentityRoute

DETAILS = ("first_name", "last_name", "preferred_name", "date_of_birth")
NUMBERS = ("esr_assignment_number", "oriel_pin")


def as_answered(passport: StaffPassport, application: Application) -> dict[str, Any]:
    """The person's own columns as they will stand: what HR gave, and over it what the person wants otherwise."""
    stands: dict[str, Any] = {column: getattr(passport, column) for column in (*DETAILS, *NUMBERS)}
    return {**stands, **{column: _value(column, text) for column, text in application.answers.items()}}


def wanted(passport: StaffPassport, application: Application) -> Profile:
    """The whole profile as the person wants it to stand."""
    profile = profile_of(passport)
    return replace(profile, details=replace(profile.details, **as_answered(passport, application)))


def save_details(application: Application, passport: StaffPassport, answers: Mapping[str, Any]) -> None:
    """Names and date of birth."""
    _save(application, passport, {column: answers[column] for column in DETAILS}, "details_at")


def save_numbers(application: Application, passport: StaffPassport, answers: Mapping[str, Any]) -> None:
    """The numbers that the person knows; what they do not know stays as HR gave it."""
    known = {column: answers.get(column) for column in NUMBERS}
    stands = {column: getattr(passport, column) for column in NUMBERS}
    _save(
        application, passport, {column: known[column] or stands[column] for column in NUMBERS}, "numbers_at"
    )


def save_another(application: Application, has_another: bool) -> None:
    """Whether the person has a passport with another trust."""
    _of(application).update(has_another=has_another)


def save_route(application: Application, route: IdentityRoute) -> None:
    """The way to verify identity, chosen again before anything is sent."""
    _of(application).update(identity_route=route)


@transaction.atomic
def _save(application: Application, passport: StaffPassport, values: Mapping[str, Any], when: str) -> None:
    """Only what differs is kept, so that what HR corrects later in the rest is not undone by an answer."""
    current = _of(application).select_for_update().first()
    if current is None:
        return
    answers = _without(current.answers, values)
    for column, value in values.items():
        if value != getattr(passport, column):
            answers[column] = value.isoformat() if isinstance(value, date) else value
    changes: dict[str, Any] = {"answers": answers, when: timezone.now()}
    _of(application).update(**changes)


def _of(application: Application) -> Any:
    """The application while it is not sent: what was sent is not changed by another tab."""
    return Application.objects.of(application.organisation).filter(pk=application.pk, sent_at=None)


def _without(answers: Mapping[str, Any], columns: Iterable[str]) -> dict[str, Any]:
    return {column: value for column, value in answers.items() if column not in columns}


def _value(column: str, kept: str | None) -> date | str | None:
    return date.fromisoformat(kept) if column == "date_of_birth" and kept else kept
