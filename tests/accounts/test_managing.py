"""What senior portal administrators do to the portal users of their trust."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connections, transaction
from uuid_utils.compat import uuid7

from staffpassport.accounts import links, mails, managing, notices
from staffpassport.accounts.managing import KnownHereError, RefusedError, version_of
from staffpassport.accounts.models import Membership, User
from staffpassport.audit.models import Event, Kind
from staffpassport.messaging import composers
from staffpassport.messaging.composers import Content, NoLongerWanted
from staffpassport.messaging.models import Message
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making

pytestmark = pytest.mark.django_db
SENIOR = Role.SENIOR_ADMINISTRATOR


@pytest.fixture
def senior(trust: Organisation) -> Membership:
    return making.member(trust, SENIOR)


def now(member: Membership) -> Membership:
    found: Membership = Membership.everywhere.get(pk=member.pk)
    return found


def add(
    by: Membership, email: str = "new@example.com", role: Role = Role.HR_USER, pk: UUID | None = None
) -> UUID:
    pk = pk or uuid7()
    managing.add_user(membership=pk, email=email, name="Sam Reed", role=role, by=by, network_address=None)
    return pk


def give_role(member: Membership, role: Role, by: Membership) -> list[str]:
    return managing.change_user(
        membership=member.pk,
        name=member.name,
        role=role,
        seen=version_of(member),
        by=by,
        network_address=None,
    )


def disable(member: Membership, by: Membership) -> bool:
    return managing.disable_user(membership=member.pk, by=by, network_address=None)


def mails_of(purpose: str) -> dict[str, str]:
    """What each recipient of a purpose reads."""
    messages = list(Message.everywhere.filter(purpose=purpose))
    said = composers.compose(messages)
    found = {}
    for message in messages:
        content = said[message.pk]
        assert isinstance(content, Content)
        found[str(message.recipient)] = content.body
    return found


def refused(what: Callable[[], object]) -> str:
    """The sentence of a refusal, after which everything is as before."""
    before = list(Membership.everywhere.order_by("pk").values())
    events = Event.objects.count()
    with pytest.raises(RefusedError) as refusal:
        what()
    assert list(Membership.everywhere.order_by("pk").values()) == before
    assert Event.objects.count() == events
    return refusal.value.sentence


def test_a_new_user_gets_a_link_and_the_other_administrators_are_told(
    trust: Organisation, senior: Membership
) -> None:
    colleague, _hr = making.member(trust, SENIOR), making.member(trust, Role.HR_USER)
    made = Membership.objects.of(trust).get(pk=add(senior))
    assert (made.user.email, made.name, made.role) == ("new@example.com", "Sam Reed", Role.HR_USER)
    event = Event.objects.get(kind=Kind.USER_CREATED, actor=f"user:{senior.user_id}")
    assert (event.subject, event.detail) == (str(made.user_id), "HR user")
    welcome = mails_of(mails.WELCOME)
    assert list(welcome) == ["new@example.com"]
    assert str(trust) in welcome["new@example.com"]
    token = welcome["new@example.com"].partition("/choose-password/")[2].split()[0]
    assert links.user_of(token) == made.user
    told = mails_of(notices.ACCOUNT_ADDED)
    assert list(told) == [colleague.user.email]
    assert "Alex Morgan gave Sam Reed, new@example.com, an account" in told[colleague.user.email]


def test_adding_twice_under_one_id_adds_once(senior: Membership) -> None:
    pk = add(senior)
    add(senior, pk=pk)
    assert Message.everywhere.filter(purpose=mails.WELCOME).count() == 1
    assert Membership.objects.of(senior.organisation).count() == 2


def test_somebody_of_this_trust_is_not_added_again(senior: Membership) -> None:
    there = making.member(senior.organisation, Role.HR_USER)
    with pytest.raises(KnownHereError) as known:
        add(senior, there.user.email.upper())
    assert known.value.membership == there
    disable(there, senior)
    with pytest.raises(KnownHereError):
        add(senior, there.user.email)


def test_somebody_of_another_trust_keeps_their_password_and_neither_trust_learns_of_the_other(
    senior: Membership, other_trust: Organisation
) -> None:
    there = making.member(other_trust, SENIOR)
    here = Membership.objects.of(senior.organisation).get(pk=add(senior, there.user.email))
    assert here.user == there.user
    assert User.objects.filter(email=there.user.email).count() == 1
    assert (here.name, here.last_seen_at) == ("Sam Reed", None)
    assert now(there).name == "Alex Morgan"
    assert Message.objects.of(other_trust).count() == 0
    body = mails_of(mails.WELCOME)[there.user.email]
    assert "choose-password" not in body
    assert "Log in with the password" in body
    assert other_trust.name not in body
    assert disable(here, senior)
    assert now(there).ended_at is None


def test_a_new_link_ends_the_one_before(senior: Membership) -> None:
    made = Membership.everywhere.get(pk=add(senior))
    first = links.password_link(made.user, lives=links.MAILED_LIVES).rpartition("/")[2]
    assert links.user_of(first)
    managing.send_link_again(membership=made.pk, by=senior, network_address=None)
    assert links.user_of(first) is None
    second = links.password_link(User.objects.get(pk=made.user_id), lives=links.MAILED_LIVES)
    assert links.user_of(second.rpartition("/")[2]) == made.user


def test_whoever_was_disabled_before_the_mail_went_out_gets_none(senior: Membership) -> None:
    made = Membership.everywhere.get(pk=add(senior))
    link = links.password_link(made.user, lives=links.MAILED_LIVES).rpartition("/")[2]
    disable(made, senior)
    assert links.user_of(link) is None
    message = Message.everywhere.get(purpose=mails.WELCOME)
    assert isinstance(composers.compose([message])[message.pk], NoLongerWanted)
    again = lambda: managing.send_link_again(membership=made.pk, by=senior, network_address=None)  # noqa: E731
    assert refused(again) == managing.DISABLED


def test_a_changed_role_is_told_to_the_person_and_the_other_administrators(
    trust: Organisation, senior: Membership
) -> None:
    colleague, hr = making.member(trust, SENIOR), making.member(trust, Role.HR_USER)
    assert give_role(hr, SENIOR, senior) == ["role"]
    assert now(hr).role == SENIOR
    event = Event.objects.get(kind=Kind.ROLE_CHANGED)
    assert event.detail == "from HR user to Senior portal administrator"
    assert event.subject == str(hr.user_id)
    own, others = mails_of(notices.OWN_ROLE_CHANGED), mails_of(notices.ROLE_CHANGED)
    assert list(own) == [hr.user.email]
    assert "changed your role" in own[hr.user.email]
    assert list(others) == [colleague.user.email]
    assert event.detail in others[colleague.user.email]


def test_the_same_answers_change_nothing(senior: Membership, hr: Membership) -> None:
    assert give_role(hr, Role.HR_USER, senior) == []
    assert not Event.objects.filter(kind=Kind.ROLE_CHANGED).exists()


def test_a_name_is_the_trusts_own(senior: Membership, hr: Membership, other_trust: Organisation) -> None:
    there = Membership.everywhere.create(
        organisation=other_trust, user=hr.user, name="Alexandra", role=Role.HR_USER
    )
    changed = managing.change_user(
        membership=hr.pk,
        name="Lex Morgan",
        role=Role.HR_USER,
        seen=version_of(hr),
        by=senior,
        network_address=None,
    )
    assert changed == ["name"]
    assert (now(hr).name, now(there).name) == ("Lex Morgan", "Alexandra")
    assert Event.objects.get(kind=Kind.USER_RENAMED).detail == ""


def test_nobody_changes_their_own_role_or_disables_themselves(
    trust: Organisation, senior: Membership
) -> None:
    making.member(trust, SENIOR)
    assert refused(lambda: give_role(senior, Role.READ_ONLY, senior)) == managing.ONESELF
    assert refused(lambda: disable(senior, senior)) == managing.ONESELF


def test_whoever_is_no_senior_administrator_any_more_changes_nothing(
    trust: Organisation, senior: Membership, hr: Membership
) -> None:
    """A page that was open when the role went away."""
    colleague = making.member(trust, SENIOR)
    give_role(senior, Role.HR_USER, colleague)
    assert refused(lambda: give_role(hr, SENIOR, senior)) == managing.NOT_ALLOWED
    assert refused(lambda: disable(colleague, senior)) == managing.NOT_ALLOWED
    assert refused(lambda: add(senior)) == managing.NOT_ALLOWED


def test_a_change_by_somebody_else_meanwhile_is_not_overwritten(senior: Membership, hr: Membership) -> None:
    """The page still shows what there was before."""
    give_role(hr, Role.READ_ONLY, senior)
    assert refused(lambda: give_role(hr, SENIOR, senior)) == managing.CHANGED_MEANWHILE


def test_another_trusts_user_does_not_exist(senior: Membership, other_trust: Organisation) -> None:
    theirs = making.member(other_trust, Role.HR_USER)
    with pytest.raises(Membership.DoesNotExist):
        disable(theirs, senior)
    with pytest.raises(Membership.DoesNotExist):
        give_role(theirs, SENIOR, senior)


def test_disabled_and_enabled_again(trust: Organisation, senior: Membership, hr: Membership) -> None:
    colleague = making.member(trust, SENIOR)
    assert disable(hr, senior)
    assert not disable(hr, senior)
    assert managing.enable_user(membership=hr.pk, by=senior, network_address=None)
    assert not managing.enable_user(membership=hr.pk, by=senior, network_address=None)
    assert now(hr).ended_at is None
    kinds = list(Event.objects.filter(subject=str(hr.user_id)).order_by("pk").values_list("kind", flat=True))
    assert kinds == [Kind.USER_CREATED, Kind.USER_DISABLED, Kind.USER_ENABLED]
    told = mails_of(notices.ACCOUNT_ENABLED)
    assert list(told) == [colleague.user.email]
    assert f"enabled the account of {hr.name}, {hr.user.email}" in told[colleague.user.email]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["role", "disabled"])
def test_of_two_administrators_who_take_each_other_away_at_the_same_moment_one_stays(what: str) -> None:
    trust = making.organisation()
    pair = [making.member(trust, SENIOR) for _ in range(2)]
    meeting = threading.Barrier(2, timeout=10)
    outcomes: list[str] = []

    def take_away(member: Membership, by: Membership) -> None:
        try:
            with transaction.atomic():
                meeting.wait()
                give_role(member, Role.HR_USER, by) if what == "role" else disable(member, by)
            outcomes.append("done")
        except RefusedError as refusal:
            outcomes.append(refusal.sentence)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take_away, args=order) for order in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == sorted(["done", managing.NOT_ALLOWED])
    left = Membership.objects.of(trust).filter(role=SENIOR, ended_at=None)
    assert left.count() == 1
