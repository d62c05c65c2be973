"""HR's answers to whoever has signed up: once, by one of two, with an event and an e-mail, erased with the passport."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor
from staffpassport.identity.answering import (
    NotToAnswerError,
    ProfileChangedError,
    confirm_identity,
    decline_access,
    reconsider,
)
from staffpassport.identity.composing import COMPOSERS
from staffpassport.identity.models import Decline, IdentityCheck, Reason
from staffpassport.invitations.deleting import delete
from staffpassport.invitations.resending import LeftOut, resend
from staffpassport.messaging.models import Message, PracticeMessage
from staffpassport.messaging.states import State
from staffpassport.organisations.models import Organisation
from staffpassport.passports.editing import version_of
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.portal.history import history_of
from tests import making
from tests.identity.answering import BY, a_check, confirmed, signed_up
from tests.messaging.outbox import deliver_now

pytestmark = pytest.mark.django_db


def declined(
    person: StaffPassport, reason: Reason = Reason.NOT_CONFIRMED, words: str = "", by: Actor = BY
) -> None:
    decline_access(organisation=person.organisation, passport=person.pk, reason=reason, words=words, by=by)


def taken_back(person: StaffPassport) -> None:
    reconsider(organisation=person.organisation, passport=person.pk, by=BY)


def status_of(person: StaffPassport) -> str:
    return str(StaffPassport.everywhere.get(pk=person.pk).status)


def mails() -> list[PracticeMessage]:
    """What has gone out of HR's answers."""
    deliver_now()
    ours = Message.everywhere.filter(purpose__in=list(COMPOSERS)).values("id")
    return list(PracticeMessage.everywhere.filter(reference__in=ours).order_by("id"))


def kinds(person: StaffPassport) -> list[str]:
    told = (Kind.IDENTITY_CONFIRMED, Kind.ACCESS_DECLINED, Kind.ACCESS_RECONSIDERED)
    events = Event.objects.filter(subject=str(person.pk), kind__in=told).order_by("id")
    return list(events.values_list("kind", flat=True))


@pytest.mark.parametrize("status", [Status.APPOINTMENT_NEEDED, Status.IDENTITY_SHARED])
def test_confirming_moves_on_says_who_and_what_and_tells_the_person(
    trust: Organisation, status: Status
) -> None:
    grace = signed_up(trust, status, email="grace@example.com")
    confirmed(grace)
    assert status_of(grace) == Status.CREDENTIALS_PENDING
    check = IdentityCheck.objects.of(trust).get()
    assert (check.checked_by, check.by_name, check.seen) == ("Sam Reed", "Alex Morgan", "Passport")
    event = Event.objects.get(kind=Kind.IDENTITY_CONFIRMED)
    assert (event.subject, event.actor, event.detail) == (str(grace.pk), BY.key, "")
    [mail] = mails()
    assert (mail.recipient, mail.subject) == (
        "grace@example.com",
        "Fairdale Teaching Hospitals has confirmed your identity",
    )
    assert "Hello Grace" in mail.body
    assert trust.hr_phone in mail.body


def test_confirming_twice_by_the_same_answer_is_once(trust: Organisation) -> None:
    grace, answer = signed_up(trust), uuid7()
    confirmed(grace, answer=answer)
    confirmed(grace, answer=answer)
    assert kinds(grace) == [Kind.IDENTITY_CONFIRMED]
    assert len(mails()) == 1


@pytest.mark.parametrize(
    "status",
    [status for status in Status if status not in (Status.APPOINTMENT_NEEDED, Status.IDENTITY_SHARED)],
)
def test_whoever_has_not_signed_up_or_has_an_answer_gets_none(trust: Organisation, status: Status) -> None:
    grace = signed_up(trust, status)
    with pytest.raises(NotToAnswerError):
        confirmed(grace)
    with pytest.raises(NotToAnswerError):
        declined(grace)
    assert status_of(grace) == status
    assert kinds(grace) == []


def test_a_name_that_was_changed_meanwhile_is_not_confirmed(trust: Organisation) -> None:
    grace = signed_up(trust)
    StaffPassport.objects.of(trust).filter(pk=grace.pk).update(last_name="Smith")
    with pytest.raises(ProfileChangedError):
        confirmed(grace)
    assert status_of(grace) == Status.APPOINTMENT_NEEDED


def test_another_trust_cannot_answer(trust: Organisation, other_trust: Organisation) -> None:
    grace = signed_up(trust)
    with pytest.raises(StaffPassport.DoesNotExist):
        confirm_identity(
            organisation=other_trust,
            passport=grace.pk,
            answer=uuid7(),
            check=a_check(),
            seen=version_of(grace),
            by=BY,
        )


@pytest.mark.parametrize(
    ("reason", "words", "read"),
    [
        (
            Reason.NOT_A_NEW_STARTER,
            "",
            "Not able to identify the individual as a new starter at this organisation",
        ),
        (Reason.NOT_CONFIRMED, "", "Unable to confirm identity"),
        (Reason.OTHER, "You start in {May}.", "You start in {May}."),
    ],
)
def test_the_person_reads_why_access_is_declined_and_the_event_has_no_words(
    trust: Organisation, reason: Reason, words: str, read: str
) -> None:
    grace = signed_up(trust)
    declined(grace, reason, words)
    assert status_of(grace) == Status.ACCESS_DECLINED
    [mail] = mails()
    assert f"The reason: {read}\n" in mail.body
    assert trust.hr_email in mail.body
    assert Event.objects.get(kind=Kind.ACCESS_DECLINED).detail == reason.label


def test_words_stand_with_the_reason_other_only(trust: Organisation) -> None:
    grace = signed_up(trust)
    with pytest.raises(IntegrityError), transaction.atomic():
        declined(grace, Reason.OTHER, "")
    declined(grace, Reason.NOT_CONFIRMED, "words that nobody asked for")
    assert Decline.objects.of(trust).get().words == ""


def test_a_decline_is_taken_back_and_given_again(trust: Organisation) -> None:
    grace = signed_up(trust)
    declined(grace)
    mails()
    taken_back(grace)
    assert status_of(grace) == Status.APPOINTMENT_NEEDED
    assert "has taken that back" in mails()[-1].body
    with pytest.raises(NotToAnswerError):
        taken_back(grace)
    declined(grace, Reason.OTHER, "Again")
    assert "The reason: Again" in mails()[-1].body
    assert len(mails()) == 3
    assert kinds(grace) == [Kind.ACCESS_DECLINED, Kind.ACCESS_RECONSIDERED, Kind.ACCESS_DECLINED]


def test_what_is_no_longer_so_is_not_sent(trust: Organisation) -> None:
    """HR takes the decline back, changes the address or deletes the record before the e-mail has gone out."""
    grace, tom, mary = signed_up(trust), signed_up(trust), signed_up(trust)
    for person in (grace, tom, mary):
        declined(person)
    taken_back(grace)
    since = Message.everywhere.latest("created_at").created_at
    StaffPassport.objects.of(trust).filter(pk=tom.pk).update(email_since=since)
    delete(organisation=trust, passports=[mary.pk], by=BY)
    assert [mail.subject for mail in mails() if "declined your" in mail.subject] == []
    assert Message.everywhere.filter(purpose="access-declined", state=State.CANCELLED).count() == 3


def test_history_tells_whether_the_answer_has_gone_out(trust: Organisation) -> None:
    grace, tom = signed_up(trust), signed_up(trust)
    confirmed(grace)
    declined(tom)
    taken_back(tom)
    mails()
    told = Event.objects.filter(detail="Email with HR’s answer").order_by("pk")
    assert set(told.values_list("subject", "kind")) == {
        (str(grace.pk), Kind.MESSAGE_SENT),
        (str(grace.pk), Kind.MESSAGE_DELIVERED),
        (str(tom.pk), Kind.MESSAGE_SENT),
        (str(tom.pk), Kind.MESSAGE_DELIVERED),
        (str(tom.pk), Kind.MESSAGE_CANCELLED),
    }
    assert "Email with HR’s answer cancelled" in [line.what for line in history_of(tom)]


def test_answers_are_erased_with_the_passport(trust: Organisation) -> None:
    grace, tom = signed_up(trust), signed_up(trust)
    declined(grace, Reason.OTHER, "Words about Grace")
    taken_back(grace)
    confirmed(grace)
    confirmed(tom)
    delete(organisation=trust, passports=[grace.pk], by=BY)
    assert not Decline.everywhere.exists()
    assert [check.passport_id for check in IdentityCheck.everywhere.all()] == [tom.pk]
    assert Event.objects.filter(kind=Kind.IDENTITY_CONFIRMED, subject=str(grace.pk)).exists()


def test_a_declined_person_is_not_invited_again_by_re_sending(trust: Organisation) -> None:
    grace = signed_up(trust)
    declined(grace)
    resent = resend(organisation=trust, passports=[grace.pk], by=BY)
    assert resent.left_out == {grace.pk: LeftOut.ANSWERED}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rival", [confirmed, declined], ids=["confirms", "declines"])
def test_of_two_colleagues_at_the_same_moment_one_answers(rival: Callable[..., Any]) -> None:
    """On PostgreSQL: a look before the lock would let both through."""
    grace = signed_up(making.organisation())
    together, refused = threading.Barrier(2), []

    def answer(verb: Callable[..., Any]) -> None:
        together.wait(timeout=10)
        try:
            verb(grace)
        except NotToAnswerError:
            refused.append(verb)
        finally:
            connections.close_all()

    both = [threading.Thread(target=answer, args=[verb]) for verb in (confirmed, rival)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(refused) == 1
    assert len(kinds(grace)) == 1
    assert Message.everywhere.filter(purpose__in=["identity-confirmed", "access-declined"]).count() == 1
