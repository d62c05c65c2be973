"""What belongs to a trust is reached through the trust, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Manager, Model

from staffpassport.messaging.models import Message
from staffpassport.organisations.models import (
    Organisation,
    OrganisationOwned,
    ScopedManager,
    UnscopedQueryError,
)
from staffpassport.passports.models import StaffPassport
from tests import making

OWNED = [model for model in apps.get_models() if issubclass(model, OrganisationOwned)]

UNSCOPED: list[Callable[[Any], Any]] = [
    lambda objects: objects.all(),
    lambda objects: objects.filter(pk=1),
    lambda objects: objects.get(pk=1),
    lambda objects: objects.count(),
    lambda objects: objects.exists(),
    lambda objects: objects.first(),
    lambda objects: objects.create(),
    lambda objects: objects.bulk_create([]),
    lambda objects: objects.update(),
    lambda objects: objects.in_bulk(),
    lambda objects: objects.values_list("pk"),
    lambda objects: objects.raw("SELECT 1"),
    lambda objects: list(objects.iterator()),
]


@pytest.mark.parametrize("query", UNSCOPED)
def test_a_query_that_does_not_say_whose_is_refused(query: Callable[[Any], Any]) -> None:
    with pytest.raises(UnscopedQueryError):
        query(StaffPassport.objects)


@pytest.mark.django_db
def test_of_gives_the_trusts_own_and_everywhere_gives_all(
    trust: Organisation, other_trust: Organisation
) -> None:
    own, other = making.passport(trust), making.passport(other_trust)
    assert list(StaffPassport.objects.of(trust)) == [own]
    assert set(StaffPassport.everywhere.all()) == {own, other}
    assert Message.objects.of(trust).count() == 2


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)
def test_every_model_of_a_trust_keeps_the_scoped_manager(model: type[Model]) -> None:
    """A class Meta that forgets to inherit would make Django's own look-ups fail, or the manager plain."""
    assert type(model.objects) is ScopedManager  # type: ignore[attr-defined]
    assert type(model._default_manager) is Manager
    assert model._default_manager.name == "everywhere"
    assert model._base_manager.__class__ is Manager


def test_what_is_no_trusts_own_is_named_here() -> None:
    """Whoever adds a table of people has to think of it."""
    ours = {model.__name__ for model in apps.get_models() if model.__module__.startswith("staffpassport.")}
    owned = {model.__name__ for model in OWNED}
    # Events have no foreign keys, on purpose; the others hold no staff members: how far duties over all trusts are.
    assert ours - owned == {
        "Organisation",
        "User",
        "UserSession",
        "KnownDevice",
        "Event",
        "Unsealed",
        "SealedEvent",
        "AuditSeal",
        "TrailContents",
        "ProviderBudget",
        "DutyLease",
        "WorkerHeartbeat",
        "ReminderRound",
        "ExpiryMark",
        "TextFactor",
        "Tries",
        "Retirement",
        "SecurityCode",  # belongs to a Proving, which is a trust's
    }
