"""The filters of Identity and access. They stand in the URL, so that a filtered list can be kept or sent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from staffpassport.messaging.states import State
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.roster.cohort import EmploymentStatus, EmploymentType
from staffpassport.ui.fields import CheckboxesField
from staffpassport.ui.forms import Form

ARRIVAL = "arrival"
DID_NOT_ARRIVE = "did-not-arrive"
NOT_ANSWERED = "not-answered"
CANCELLED = "cancelled"
EXPIRED = "expired"
WITHDRAWN = "withdrawn"

Chosen = Mapping[str, list[str]]


class FilterForm(Form):
    """The questions, by their names in the URL. Shown with what was chosen; never refused."""

    employment_type = CheckboxesField(
        label="Employment type",
        choices=[(t.value, t.label) for t in EmploymentType],
        small=True,
        label_size="s",
    )
    employment_status = CheckboxesField(
        label="Employment status",
        choices=[(s.value, s.label) for s in EmploymentStatus],
        small=True,
        label_size="s",
    )
    status = CheckboxesField(label="Status", choices=Status.choices, small=True, label_size="s")
    arrival = CheckboxesField(
        label="Invitation",
        choices=[
            (DID_NOT_ARRIVE, "Email or text did not arrive"),
            (NOT_ANSWERED, "Not answered yet"),
            (CANCELLED, "Stopped before it was sent"),
            (EXPIRED, "Expired"),
            (WITHDRAWN, "Withdrawn"),
        ],
        small=True,
        label_size="s",
    )


def chosen_in(params: QueryDict) -> Chosen:
    """What the URL chooses, by question; values that no question offers are passed over."""
    questions = FilterForm.base_fields.items()
    found = {
        name: [value for value in params.getlist(name) if question.valid_value(value)]
        for name, question in questions
        if isinstance(question, CheckboxesField)
    }
    return {name: values for name, values in found.items() if values}


def apply(passports: QuerySet[StaffPassport], chosen: Chosen) -> QuerySet[StaffPassport]:
    """The passports that have one of the chosen values for each question that was answered."""
    for name, values in chosen.items():
        if name == ARRIVAL:
            passports = passports.filter(_invitation_is_one_of(values))
        else:
            by_value: dict[str, Any] = {f"{name}__in": values}
            passports = passports.filter(**by_value)
    return passports


def did_not_arrive() -> Q:
    """Those whose e-mail or text came to nothing, and who are still asked to answer.

    Those who are not are told by `not in`: by `status =` the database would go through all who are invited, in place
    of the few in the index of those not reached.
    """
    not_asked = [status for status in Status if status != Status.INVITATION_SENT]
    return (
        (Q(email_state=State.FAILED) | Q(text_state=State.FAILED))
        & Q(invitation_expires_at__isnull=False)
        & ~Q(status__in=not_asked)
    )


def _invitation_is_one_of(values: list[str]) -> Q:
    now = timezone.now()
    asked = Q(status=Status.INVITATION_SENT)
    conditions = {
        DID_NOT_ARRIVE: did_not_arrive(),
        NOT_ANSWERED: asked & Q(invitation_expires_at__gt=now),
        CANCELLED: asked
        & Q(email_state=State.CANCELLED, invitation_expires_at__isnull=False)
        # Where no texts are sent, there is none to stop.
        & (Q(text_state=State.CANCELLED) | Q(text_state=None)),
        EXPIRED: asked & Q(invitation_expires_at__lte=now),
        WITHDRAWN: asked & Q(invitation_expires_at=None),
    }
    return reduce(or_, (conditions[value] for value in values))
