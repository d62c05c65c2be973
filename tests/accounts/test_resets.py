"""A second factor that is lost: two administrators, a delay, and a person who can stop it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.accounts import managing, own_notices, reset_mails, resets
from staffpassport.accounts.actions import create_portal_user
from staffpassport.accounts.managing import RefusedError
from staffpassport.accounts.models import Membership, SecondFactorReset, TextFactor, User
from staffpassport.accounts.reset_models import Reason
from staffpassport.audit.models import Event, Kind
from staffpassport.messaging import composers
from staffpassport.messaging.composers import Content
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.work import duties
from tests import making
from tests.accounts.meeting import at_once
from tests.accounts.signing_in import (
    give_fresh_code,
    give_password,
    with_authenticator,
    with_recovery_codes,
)
from tests.checking import CheckingClient
from tests.reading import text

pytestmark = pytest.mark.django_db
SENIOR = Role.SENIOR_ADMINISTRATOR


@pytest.fixture
def first(trust: Organisation) -> Membership:
    return entered(making.senior(trust))


@pytest.fixture
def second(trust: Organisation) -> Membership:
    return making.senior(trust)


@pytest.fixture
def person(trust: Organisation, first: Membership, second: Membership) -> Membership:
    member = entered(making.member(trust, Role.HR_USER))
    with_authenticator(member.user)
    with_recovery_codes(member.user)
    return member


def entered(member: Membership) -> Membership:
    """Somebody who has been in the trust's portal."""
    member.last_seen_at = timezone.now()
    member.save()
    return member


def start(person: Membership, by: Membership) -> bool:
    return resets.start_reset(membership=person.pk, reason=Reason.LOST, by=by, network_address=None)


def confirm(person: Membership, by: Membership) -> bool:
    return resets.confirm_reset(membership=person.pk, by=by, network_address=None)


def stop(person: Membership) -> bool:
    reset = resets.open_one(person)
    assert reset
    return resets.stop_reset(reset=reset, by=making.BY)


def work(*, after: timedelta = timedelta()) -> None:
    """The worker's duty, so long after everything that has happened."""
    for one in SecondFactorReset.everywhere.all():
        one.started_at -= after
        if one.effective_at:
            one.effective_at -= after
        one.save()
    while resets.carry_out_some():
        pass


def refusal(what: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as refused:
        what()
    return refused.value.sentence


def has_factors(member: Membership) -> bool:
    return bool(Authenticator.objects.filter(user=member.user).exists())


def mailed(purpose: str) -> dict[str, str]:
    messages = list(Message.everywhere.filter(purpose=purpose))
    said = composers.compose(messages)
    return {
        str(message.recipient): content.body
        for message in messages
        if isinstance(content := said[message.pk], Content)
    }


def test_two_administrators_and_an_hour_remove_the_factors_and_the_sessions(
    person: Membership, first: Membership, second: Membership
) -> None:
    client = making.logged_in(person)
    assert start(person, first)
    work(after=timedelta(days=1))
    assert has_factors(person)
    assert confirm(person, second)
    work(after=timedelta(minutes=59))
    assert has_factors(person)
    assert client.get("/people").status_code == 200
    work(after=timedelta(minutes=1))
    assert not has_factors(person)
    assert client.get("/people")["Location"].startswith("/logged-out")
    work()
    kinds = Event.objects.filter(subject=person.user_id, organisation_id=person.organisation_id)
    assert [kind for kind in kinds.order_by("id").values_list("kind", flat=True) if "reset" in kind] == [
        Kind.RESET_STARTED,
        Kind.RESET_CONFIRMED,
        Kind.FACTORS_RESET,
    ]
    # The password is still needed, and then a new factor.
    newcomer = CheckingClient()
    assert newcomer.get("/people")["Location"].startswith("/log-in")
    give_password(newcomer, person.user.email)
    assert newcomer.get("/people")["Location"] == "/log-in/set-up"


def test_the_person_is_told_at_each_step_and_so_is_every_other_administrator(
    person: Membership, first: Membership, second: Membership, trust: Organisation
) -> None:
    third = making.member(trust, SENIOR)
    start(person, first)
    assert list(mailed(reset_mails.STARTED)) == [person.user.email]
    assert set(mailed(reset_mails.TO_CONFIRM)) == {second.user.email, third.user.email}
    assert f"/users/{person.pk}/reset-log-in" in mailed(reset_mails.TO_CONFIRM)[second.user.email]
    confirm(person, second)
    assert "/stop-reset/" in mailed(reset_mails.CONFIRMED)[person.user.email]
    told = mailed(reset_mails.WAS_CONFIRMED)
    assert set(told) == {first.user.email, third.user.email}
    assert f"/users/{person.pk}/reset-log-in" in told[third.user.email]
    assert mailed(own_notices.FACTORS_RESET) == {}
    work(after=timedelta(hours=1))
    assert "/log-in" in mailed(own_notices.FACTORS_RESET)[person.user.email]
    # What waited to be sent would now lead nowhere.
    assert mailed(reset_mails.STARTED) == mailed(reset_mails.CONFIRMED) == {}


def test_a_phone_that_gets_the_codes_of_a_staff_passport_is_told_too(
    person: Membership, first: Membership
) -> None:
    """Whoever reads the mailbox of somebody who has both keeps it from nobody."""
    User.objects.filter(pk=person.user_id).update(phone="+447946000456")
    TextFactor.objects.create(user=person.user, phone="+447946000123", proved_at=timezone.now())
    person.refresh_from_db()
    start(person, first)
    told = Message.everywhere.filter(purpose=reset_mails.STARTED, channel=Channel.TEXT)
    assert set(told.values_list("recipient", flat=True)) == {"+447946000123", "+447946000456"}


def test_a_phone_is_told_in_a_line_and_gets_no_codes_any_more(
    person: Membership, first: Membership, second: Membership
) -> None:
    TextFactor.objects.create(
        user=person.user, phone="+447946000123", name="Work phone", proved_at=timezone.now()
    )
    start(person, first)
    text_message = Message.everywhere.get(purpose=reset_mails.STARTED, channel=Channel.TEXT)
    assert text_message.recipient == "+447946000123"
    content = composers.compose([text_message])[text_message.pk]
    assert isinstance(content, Content)
    assert not content.subject
    assert "\n" not in content.body
    assert "/stop-reset/" in content.body
    confirm(person, second)
    work(after=timedelta(hours=1))
    assert not TextFactor.objects.exists()


def test_nobody_resets_their_own_or_confirms_what_they_started(
    person: Membership, first: Membership, second: Membership, trust: Organisation
) -> None:
    assert refusal(lambda: start(person, person)) == managing.NOT_ALLOWED
    making.senior(trust)
    assert refusal(lambda: start(first, first)) == resets.ONESELF
    start(first, second)
    assert refusal(lambda: confirm(first, second)) == resets.SAME_PERSON
    assert refusal(lambda: confirm(first, first)) == resets.ONESELF
    assert refusal(lambda: confirm(person, first)) == resets.OVER


def test_nobody_makes_the_second_person_of_a_reset(trust: Organisation, first: Membership) -> None:
    """One administrator with two accounts: the second one has to be as old as a reset waits at most."""
    person, new = entered(making.member(trust, Role.HR_USER)), making.member(trust, SENIOR)
    assert refusal(lambda: start(person, first)) == resets.TOO_FEW
    second = making.senior(trust)
    assert refusal(lambda: start(person, new)) == resets.TOO_NEW
    assert "less than 7 days" in text(making.logged_in(new).get(f"/users/{person.pk}/reset-log-in"))
    start(person, first)
    assert refusal(lambda: confirm(person, new)) == resets.TOO_NEW
    page = text(making.logged_in(new).get(f"/users/{person.pk}/reset-log-in"))
    assert "less than 7 days" in page
    assert "Confirm the reset" not in page
    assert confirm(person, second)


@pytest.mark.parametrize("how", ["another role and back", "disabled and enabled", "by the operator"])
def test_whoever_gets_the_role_back_is_new_in_it(
    person: Membership, first: Membership, second: Membership, trust: Organisation, how: str
) -> None:
    third = making.senior(trust)
    whom: dict[str, Any] = {"membership": third.pk, "by": first, "network_address": None}
    if how == "another role and back":
        for role in (Role.HR_USER, SENIOR):
            third.refresh_from_db()
            managing.change_user(name=third.name, role=role, seen=managing.version_of(third), **whom)
    else:
        managing.disable_user(**whom)
        if how == "by the operator":
            again: dict[str, Any] = {"email": third.user.email, "name": "A", "role": SENIOR, "by": making.BY}
            create_portal_user(organisation=trust, **again)
        else:
            managing.enable_user(**whom)
    start(person, first)
    assert refusal(lambda: confirm(person, third)) == resets.TOO_NEW


def test_two_whose_codes_go_to_one_phone_are_not_two_people(
    person: Membership, first: Membership, second: Membership
) -> None:
    for one in (first, second):
        TextFactor.objects.create(user=one.user, phone="+447946000123", proved_at=timezone.now())
    start(person, first)
    assert refusal(lambda: confirm(person, second)) == resets.SAME_PHONE
    TextFactor.objects.filter(user=second.user).update(phone="+447946000124")
    assert confirm(person, second)


def test_where_there_are_not_two_others_those_who_run_it_are_asked(trust: Organisation) -> None:
    only, user = making.senior(trust), entered(making.senior(trust))
    assert refusal(lambda: start(user, only)) == resets.TOO_FEW
    page = making.logged_in(only).get(f"/users/{user.pk}/reset-log-in")
    assert "Ask those who run this service" in text(page)


def test_whoever_lost_the_role_has_started_nothing(
    person: Membership, first: Membership, second: Membership, trust: Organisation
) -> None:
    making.senior(trust)
    start(person, first)
    Membership.everywhere.filter(pk=first.pk).update(ended_at=timezone.now())
    assert refusal(lambda: confirm(person, second)) == resets.STARTER_GONE


def test_it_is_safe_to_repeat(person: Membership, first: Membership, second: Membership) -> None:
    assert [start(person, first), start(person, second)] == [True, False]
    assert [confirm(person, second), confirm(person, second)] == [True, False]
    assert stop(person)
    reset = SecondFactorReset.everywhere.get()
    assert not resets.stop_reset(reset=reset, by=making.BY)
    assert (
        Event.objects.filter(kind__in=[Kind.RESET_STARTED, Kind.RESET_CONFIRMED, Kind.RESET_STOPPED]).count()
        == 3
    )


def test_what_was_stopped_never_takes_effect(
    person: Membership, first: Membership, second: Membership
) -> None:
    start(person, first)
    confirm(person, second)
    stop(person)
    work(after=timedelta(days=1))
    assert has_factors(person)
    assert set(mailed(reset_mails.STOPPED)) == {person.user.email, first.user.email, second.user.email}


def test_what_nobody_confirms_lapses_after_a_week(person: Membership, first: Membership) -> None:
    start(person, first)
    work(after=timedelta(days=6))
    assert resets.open_one(person)
    work(after=timedelta(days=1, minutes=1))
    assert not resets.open_one(person)


def test_whoever_left_the_trust_meanwhile_is_left_alone(
    person: Membership, first: Membership, second: Membership
) -> None:
    start(person, first)
    confirm(person, second)
    managing.disable_user(membership=person.pk, by=first, network_address=None)
    work(after=timedelta(hours=1))
    assert has_factors(person)


def test_the_delay_is_that_of_the_trust(
    person: Membership, first: Membership, second: Membership, trust: Organisation
) -> None:
    Organisation.objects.filter(pk=trust.pk).update(reset_delay_minutes=0)
    start(person, first)
    confirm(person, second)
    work()
    assert not has_factors(person)


def test_a_trust_that_adds_somebody_of_another_one_cannot_take_away_their_factors(
    person: Membership, other_trust: Organisation
) -> None:
    """Not before they have come: two administrators of any trust could strip anybody whose address they know."""
    one, two = (making.senior(other_trust) for _ in range(2))
    managing.add_user(
        membership=uuid7(), email=person.user.email, name="R", role=SENIOR, by=one, network_address=None
    )
    added = Membership.objects.of(other_trust).get(user=person.user)
    assert refusal(lambda: start(added, one)) == resets.NEVER_HERE
    page = making.logged_in(two).get(f"/users/{added.pk}/reset-log-in")
    assert "has not logged in to your trust’s portal yet" in text(page)
    work(after=timedelta(days=1))
    assert has_factors(person)


def test_another_trust_learns_that_factors_were_removed_and_not_who_did_it(
    person: Membership, first: Membership, second: Membership, other_trust: Organisation
) -> None:
    Membership.everywhere.create(organisation=other_trust, user=person.user, name="R", role=Role.HR_USER)
    start(person, first)
    confirm(person, second)
    work(after=timedelta(hours=1))
    there = Event.objects.filter(organisation_id=other_trust.pk, subject=person.user_id)
    assert [(one.kind, one.actor_name, one.detail) for one in there] == [
        (Kind.FACTORS_RESET, "The portal", "")
    ]


def test_the_database_holds_to_two_people_and_one_reset(
    person: Membership, first: Membership, second: Membership
) -> None:
    now = timezone.now()
    row: dict[str, Any] = {
        "organisation": person.organisation,
        "user": person.user,
        "reason": Reason.LOST,
        "started_by": first.user,
        "started_at": now,
    }
    confirmed = {"confirmed_at": now, "effective_at": now}
    for wrong in (
        {"started_by": person.user},
        {**confirmed, "confirmed_by": first.user},
        {**confirmed, "confirmed_by": person.user},
        {"done_at": now},
        {**confirmed, "confirmed_by": second.user, "done_at": now, "stopped_at": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            SecondFactorReset.everywhere.create(**{**row, **wrong})
    SecondFactorReset.everywhere.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondFactorReset.everywhere.create(**row)


# ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_started_confirmed_and_stopped_on_its_page_with_a_code(
    person: Membership, first: Membership, second: Membership
) -> None:
    where = f"/users/{person.pk}/reset-log-in"
    one, two = making.logged_in(first), making.logged_in(second)
    assert one.post(where, {"do": "start", "reason": "lost"})["Location"].startswith("/confirm-it-is-you")
    assert not resets.open_one(person)
    for client, member in ((one, first), (two, second)):
        give_fresh_code(client, member.user)
    assert "Select a reason" in text(one.post(where, {"do": "start"}))
    assert "The reset is started" in text(one.post(where, {"do": "start", "reason": "lost"}, follow=True))
    assert "Confirm the reset" not in text(one.get(where))
    assert "You have started this reset" in text(one.post(where, {"do": "confirm"}, follow=True))
    assert "A reset of how Alex Morgan logs in is under way" in text(two.get(f"/users/{person.pk}"))
    assert "Confirm the reset" in text(two.get(where))
    assert "Confirmed by Nobody yet" in text(two.get(where))
    done = text(two.post(where, {"do": "confirm"}, follow=True))
    assert "The reset is confirmed" in done
    assert "Confirmed by Alex Morgan" in done
    assert "The reset is stopped" in text(one.post(where, {"do": "stop"}, follow=True))
    assert not resets.open_one(person)


def test_the_link_in_the_email_stops_it_once_and_opening_it_does_not(
    person: Membership, first: Membership, visitor: CheckingClient
) -> None:
    start(person, first)
    reset = resets.open_one(person)
    assert reset
    link = reset_mails.stop_path(reset)
    for _ in range(3):
        assert visitor.get(link).status_code == 200
        visitor.head(link)
    assert resets.open_one(person)
    visitor.post(link)
    assert not resets.open_one(person)
    told = Event.objects.get(kind=Kind.RESET_STOPPED)
    assert told.actor == f"user:{person.user_id}"
    assert visitor.get(link).status_code == visitor.post(link).status_code == 410
    assert visitor.get("/stop-reset/made-up").status_code == 410


def test_whoever_is_logged_in_sees_it_among_their_sessions(person: Membership, first: Membership) -> None:
    client = making.logged_in(person)
    assert "under way" not in text(client.get("/your-account/sessions"))
    start(person, first)
    assert "A reset of how you log in is under way" in text(client.get("/your-account/sessions"))


def test_the_operator_resets_at_once_after_typing_the_address_again(
    person: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = StringIO()
    monkeypatch.setattr("builtins.input", lambda question: "somebody@example.com")
    with pytest.raises(CommandError, match="another address"):
        call_command("reset_second_factor", person.user.email, stdout=said)
    assert has_factors(person)
    monkeypatch.setattr("builtins.input", lambda question: person.user.email.upper())
    call_command("reset_second_factor", person.user.email, stdout=said)
    assert not has_factors(person)
    assert str(person.organisation) in said.getvalue()
    assert Event.objects.filter(kind=Kind.FACTORS_RESET, actor="task:reset_second_factor").count() == 2
    with pytest.raises(CommandError, match="no portal user"):
        call_command("reset_second_factor", "nobody@example.com")


def test_a_worker_has_the_duty() -> None:
    assert resets.CARRYING_OUT in duties.registered()


# ── At the same moment ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_the_same_moment_one_has_done_it() -> None:
    trust = making.organisation()
    starter, one, other = (making.senior(trust) for _ in range(3))
    user = entered(making.member(trust, Role.HR_USER))
    start(user, starter)
    assert sorted(at_once(lambda: confirm(user, one), lambda: confirm(user, other)), key=str) == [False, True]
    assert Event.objects.filter(kind=Kind.RESET_CONFIRMED).count() == 1
    assert Message.everywhere.filter(purpose=reset_mails.CONFIRMED).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_", range(5))
def test_stopped_at_the_moment_of_its_effect_it_is_either_and_never_both(_: int) -> None:
    trust = making.organisation(reset_delay_minutes=0)
    starter, other = (making.senior(trust) for _ in range(2))
    user = entered(making.member(trust, Role.HR_USER))
    with_authenticator(user.user)
    start(user, starter)
    confirm(user, other)
    reset = resets.open_one(user)
    assert reset
    at_once(lambda: resets.stop_reset(reset=reset, by=making.BY), resets.carry_out_some)
    after = SecondFactorReset.everywhere.get()
    assert (after.stopped_at is None) != (after.done_at is None)
    assert has_factors(user) == (after.done_at is None)
    ends = Event.objects.filter(kind__in=[Kind.RESET_STOPPED, Kind.FACTORS_RESET], organisation_id=trust.pk)
    assert ends.count() == 1
