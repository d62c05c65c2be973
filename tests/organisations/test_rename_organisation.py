"""A trust that is called otherwise from now on."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from staffpassport.audit.models import Event, Kind
from staffpassport.organisations.models import Organisation

pytestmark = pytest.mark.django_db


def rename(**given: str) -> str:
    said = StringIO()
    call_command("rename_organisation", organisation="rz1", stdout=said, **given)
    return said.getvalue()


def test_a_name_is_changed_and_recorded_once(trust: Organisation, other_trust: Organisation) -> None:
    before = str(trust)
    assert "It is Fairdale and Northmoor NHS Foundation Trust now." in rename(name=" Fairdale and  Northmoor")
    trust.refresh_from_db()
    assert str(trust) == "Fairdale and Northmoor NHS Foundation Trust"
    assert "Nothing was changed" in rename(name="Fairdale and Northmoor")
    told = Event.objects.get(kind=Kind.SETTINGS_CHANGED)
    assert (told.organisation_id, told.actor) == (trust.pk, "task:rename_organisation")
    assert told.detail == f"Name: {before} → {trust}"
    assert Organisation.objects.get(pk=other_trust.pk).name == other_trust.name


def test_what_is_wrong_is_said_and_nothing_is_changed(trust: Organisation) -> None:
    with pytest.raises(CommandError, match="--name: "):
        rename(name="x" * 101)
    with pytest.raises(CommandError, match="There is no organisation RX9"):
        call_command("rename_organisation", organisation="RX9", name="A")
    assert Organisation.objects.get(pk=trust.pk).name == trust.name
    assert not Event.objects.filter(kind=Kind.SETTINGS_CHANGED).exists()
