"""Two who send at the same moment make one sign-up; what HR does meanwhile is not overrun."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from staffpassport.accounts.models import User
from staffpassport.audit.models import Event, Kind
from staffpassport.invitations.withdrawing import withdraw
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel
from staffpassport.passports.editing import version_of
from staffpassport.passports.models import Status
from staffpassport.signup.proofs import key_of
from staffpassport.signup.sending import NewAccount, Sent, send
from tests import making
from tests.signup.person import Person, invitation_of

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def together(*what: Callable[[], Any]) -> list[Any]:
    """What each returns, begun at the same moment on a connection of its own."""
    begin, answers = Barrier(len(what)), []

    def run(one: Callable[[], Any]) -> None:
        begin.wait()
        try:
            answers.append(one())
        finally:
            connection.close()

    threads = [Thread(target=run, args=[one]) for one in what]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_two_acceptances_make_one_sign_up() -> None:
    passport = making.passport(making.organisation(), last_name="Okafor")
    Person(passport).until_check()
    invitation, seen = invitation_of(passport), version_of(passport)
    proved = {channel.value: key_of(passport, channel) for channel in Channel}

    def accept() -> Sent:
        return send(
            invitation=invitation,
            by=Channel.EMAIL,
            kept={"proved": proved},
            seen=seen,
            account=NewAccount(password="!made of a password"),
            network_address=None,
        )[0]

    answers = together(*[accept] * 6)
    assert Counter(answers) == {Sent.NOW: 1, Sent.ALREADY: 5}
    assert User.objects.filter(email=passport.email_key).count() == 1
    assert Event.objects.filter(kind=Kind.SIGNED_UP).count() == 1
    assert Message.everywhere.filter(purpose="signed-up").count() == 1


def test_sending_and_withdrawing_leave_one_of_both() -> None:
    trust = making.organisation()
    passport = making.passport(trust, last_name="Okafor")
    person = Person(passport)
    person.until_check()
    together(person.send, lambda: withdraw(organisation=trust, passports=[passport.pk], by=making.BY))
    passport.refresh_from_db()
    newest = invitation_of(passport)
    assert bool(newest.accepted_at) is not bool(newest.ended_at)
    assert (passport.status == Status.APPOINTMENT_NEEDED) is bool(newest.accepted_at)
