"""`manage.py create_organisation`: whatever is typed, a trust or a sentence an option."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from staffpassport.audit.models import Event, Kind
from staffpassport.organisations.models import Organisation

pytestmark = pytest.mark.django_db

TRUST = {
    "name": "Sheffield Teaching Hospitals",
    "descriptor": "NHS Foundation Trust",
    "ods-code": "RHQ",
    "hr-email": "hr@example.nhs.uk",
    "hr-phone": "0114 000 0000",
}


def run(**given: str) -> str:
    out = io.StringIO()
    told = {**TRUST, **{name.replace("_", "-"): value for name, value in given.items()}}
    call_command("create_organisation", *(f"--{name}={value}" for name, value in told.items()), stdout=out)
    return out.getvalue()


def test_a_trust_is_made_and_written_down() -> None:
    said = run(ods_code=" rhq ", name=" Sheffield \n Teaching  Hospitals ")
    assert "Created Sheffield Teaching Hospitals NHS Foundation Trust, ODS code RHQ." in said
    made = Organisation.objects.get()
    assert (made.invitation_days, made.reminder_days) == (14, [1, 2, 3])
    event = Event.objects.get(kind=Kind.ORGANISATION_CREATED)
    assert (event.organisation_id, event.actor) == (made.pk, "task:create_organisation")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "--name: This field cannot be blank"),
        ({"name": "x" * 101}, "--name: Ensure this value has at most 100 characters"),
        ({"ods_code": "1HQ"}, "--ods-code: An ODS code is a letter and two letters or digits"),
        ({"ods_code": "RHQ1"}, "--ods-code: "),
        ({"hr_email": "hr"}, "--hr-email: Enter a valid email address"),
        ({"hr_phone": ""}, "--hr-phone: This field cannot be blank"),
        ({"hr_phone": "0" * 31}, "--hr-phone: "),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_is_made(
    wrong: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CommandError) as refused:
        run(**wrong)
    assert sentence in str(refused.value)
    assert not Organisation.objects.exists()


def test_a_code_is_taken_once() -> None:
    run()
    with pytest.raises(CommandError, match="--ods-code: there is an organisation RHQ already"):
        run(name="Another", ods_code="rhq")
    assert Organisation.objects.count() == 1


def test_several_mistakes_are_told_at_once() -> None:
    with pytest.raises(CommandError) as refused:
        run(ods_code="?", hr_email="?")
    assert len(str(refused.value).splitlines()) == 3
