"""Nobody adds a table or a column without saying whose data it is, where the person is told of it, and when it goes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from staffpassport.accounts.models import KnownDevice, Recovery, User, UserSession
from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.batches.kinds import Kind as Batches
from staffpassport.identity.models import Decline, IdentityCheck
from staffpassport.invitations.deleting import delete
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, State
from staffpassport.organisations.models import Organisation
from staffpassport.passports.editing import LABELS
from staffpassport.passports.models import ProfileChange, StaffPassport
from staffpassport.passports.words import in_words
from staffpassport.portal import held
from staffpassport.roster.cohort import job_roles
from staffpassport.signup.models import Application, ContactCorrection
from staffpassport.ui import formats
from staffpassport.work import duties
from tests import making
from tests.accounts.signing_in import with_authenticator
from tests.batches import batches
from tests.personal_data import ACCOUNT, NOBODY, PASSPORT, TABLES
from tests.test_docs import ROOT
from tests.uploads import lists

_MORE_CHOICES: list[Any] = [Kind.choices, LABELS.items(), [("totp", "authenticator app"), ("True", "Yes")]]


def tables() -> dict[str, type[models.Model]]:
    return {model._meta.label: model for model in apps.get_models(include_auto_created=True)}


def test_every_column_of_every_table_is_thought_of() -> None:
    found = {
        label: {column.name for column in model._meta.concrete_fields} for label, model in tables().items()
    }
    for label, model in tables().items():
        found[label] |= {column.name for column in model._meta.many_to_many}
    listed = {label: [*one.about.split(), *one.ours.split()] for label, one in TABLES.items()}
    assert {label: sorted(columns) for label, columns in listed.items()} == {
        label: sorted(columns - {"pk"}) for label, columns in found.items()
    }


@pytest.mark.django_db
def test_there_is_no_table_beside_them() -> None:
    known = {model._meta.db_table for model in tables().values()}
    beside = {"django_migrations", "cache_entries"}  # entries of minutes: the duty `clear-cache`
    assert set(connection.introspection.table_names()) - known <= beside


def test_whatever_goes_has_what_deletes_it_and_whatever_stays_is_said() -> None:
    page = " ".join((ROOT / "docs" / "data-protection.md").read_text(encoding="utf-8").split())
    registered = {one.name for one in duties.registered()}
    for label, model in tables().items():
        goes = TABLES[label].goes
        match goes:
            case _ if goes == NOBODY:
                assert not TABLES[label].about, label
            case _ if goes == PASSPORT:
                assert "passports.StaffPassport" in deleted_with(model), label
            case _ if goes == ACCOUNT:
                assert "accounts.User" in deleted_with(model), label
            case _ if goes in registered:
                assert f"`{goes}`" in page or goes == "note-erasures", label
            case _:
                assert goes in page, label
                assert f"`{goes}`" not in page, f"{label}: no such duty"


def deleted_with(model: type[models.Model]) -> set[str]:
    """The tables whose rows take this one's along."""
    found = {model._meta.label}
    for column in model._meta.concrete_fields:
        if column.remote_field and column.remote_field.on_delete is models.CASCADE:
            found |= deleted_with(column.remote_field.model)
    return found


@pytest.mark.django_db
def test_each_column_about_a_person_is_in_everything_we_hold_about_them_and_goes_with_them(
    trust: Organisation,
) -> None:
    person = somebody_of_whom_all_is_held(trust)
    told: dict[str, str] = {}
    for part, *cells in held.everything_about(person):
        told[part] = told.get(part, "") + "\n" + "\n".join(cells)
    of_person = rows_of(person)
    assert {table.told for table in TABLES.values()} - {""} == set(held.PARTS)
    for label, table in TABLES.items():
        assert table.told or not table.about, label
        if not table.told:
            continue
        rows = of_person[label]
        assert rows, f"{label}: the test would show nothing"
        for column in table.about.split():
            values = [row[column] for row in rows if row[column] not in (None, "", [], {})]
            assert values, f"{label}.{column}: the test would show nothing"
            for value in values:
                missing = [one for one in parts_of(value) if not is_told(told[table.told], column, one)]
                assert missing == [], f"{label}.{column} is not in {table.told}"

    delete(organisation=trust, passports=[person.pk], by=making.BY)
    for label, table in TABLES.items():
        if table.goes in (PASSPORT, ACCOUNT):
            assert not tables()[label]._base_manager.exists(), label


def somebody_of_whom_all_is_held(trust: Organisation) -> StaffPassport:
    """Nobody else is in the records: a row in each table that holds people, with no column of `about` left empty."""
    then = timezone.now() - timedelta(days=3)
    row = lists.person(oriel_pin="PIN77", esr_assignment_number="20123456")
    lists.done(trust, lists.as_csv([row]))
    person: StaffPassport = StaffPassport.objects.of(trust).get()
    user = User.objects.create_user(email=person.email, name=person.full_name)
    user.phone, user.last_login = person.phone, then
    user.save()
    person.preferred_name, person.professional_body, person.registration_number = "Mara", "GMC", "7654321"
    person.job_role_key, person.holder = next(iter(job_roles())), user
    person.save()
    of = {"organisation": trust, "passport": person}
    ProfileChange.everywhere.create(
        **of, field="last_name", old="Nwosu-Hill", new="Nwosu", by="user:7", by_name="Alex Morgan", at=then
    )
    Application.everywhere.create(
        **of,
        begun_at=then,
        has_another=True,
        notices={"Privacy notice": "of May"},
        notices_at=then - timedelta(hours=1),
        identity_route="appointment",
        email_proved=person.email_key,
        email_proved_at=then - timedelta(hours=2),
        phone_proved=person.phone,
        phone_proved_at=then - timedelta(hours=3),
        answers={"preferred_name": "Mari"},
        sent_at=then - timedelta(hours=4),
    )
    ContactCorrection.everywhere.create(
        **of,
        channel=Channel.EMAIL,
        value="other@example.com",
        told_by=Channel.TEXT,
        proved_at=then - timedelta(hours=5),
        decided_at=then - timedelta(hours=6),
        decision=ContactCorrection.Decision.REFUSED,
        decided_by="Kim Shah",
    )
    IdentityCheck.everywhere.create(
        **of,
        documents=["passport"],
        other_document="Seaman’s book",
        how="by-video",
        checked_on=date(2026, 5, 4),
        checked_by="Sam Reed",
        by="user:7",
        by_name="Jo Bell",
        at=then - timedelta(hours=7),
    )
    Decline.everywhere.create(
        **of,
        reason="other",
        words="You start in May",
        by="user:7",
        by_name="Al Day",
        at=then - timedelta(hours=8),
        taken_back_at=then - timedelta(hours=9),
    )
    Invitation.everywhere.update(
        started_at=then - timedelta(hours=10),
        accepted_at=then - timedelta(hours=11),
        ended_at=then - timedelta(hours=12),
        ended_reason=Invitation.EndedReason.WITHDRAWN,
        not_me_at=then - timedelta(hours=13),
        not_me_by=Channel.TEXT,
    )
    Message.everywhere.filter(channel=Channel.TEXT).update(
        state=State.FAILED, recipient=None, failure="no-such-address"
    )
    batches.chosen(trust, Batches.RESEND, [person.pk])
    with_authenticator(user)
    UserSession.objects.create(user=user, device="Firefox on Linux", began_at=then, last_seen_at=then)
    KnownDevice.objects.create(user=user, digest=b"7" * 32, last_used_at=then - timedelta(hours=14))
    Recovery.everywhere.create(
        organisation=trust, user=user, phone="+447946000777", started_at=then, effective_at=then
    )
    by = Actor.holder(person.pk, "192.0.2.44")
    record(Kind.TERMS_ACCEPTED, actor=by, organisation_id=trust.pk, subject=person.pk, detail="of May")
    return person


def rows_of(person: StaffPassport) -> dict[str, list[dict[str, Any]]]:
    about = {"audit.Event": Q(subject=str(person.pk)), "messaging.Message": ~Q(about=str(person.holder_id))}
    return {
        label: list(model._base_manager.filter(about.get(label, Q())).values())
        for label, model in tables().items()
    }


def parts_of(value: Any) -> list[Any]:
    """The values within one of JSON."""
    if isinstance(value, dict):
        return [part for one in value.values() for part in parts_of(one)]
    return [part for one in value for part in parts_of(one)] if isinstance(value, list) else [value]


def is_told(words: str, column: str, value: Any) -> bool:
    """As it is, or in the words of a page."""
    if isinstance(value, datetime):
        ways = {formats.date_and_time(value)}
    elif isinstance(value, date):
        ways = {formats.date(value)}
    else:
        text = str(value)
        ways = {text, text.replace("-", " "), formats.phone(text), str(in_words(column, text))}
        ways |= labels_of(column, text)
    return any(way.lower() in words.lower() for way in ways)


def labels_of(column: str, value: str) -> set[str]:
    """What choices of a column of this name are called."""
    told = [model for label, model in tables().items() if TABLES[label].told]
    choices = [one.flatchoices for model in told for one in model._meta.concrete_fields if one.name == column]
    return {str(label) for some in [*choices, *_MORE_CHOICES] for key, label in some if str(key) == value}
