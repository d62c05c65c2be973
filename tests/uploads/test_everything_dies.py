"""One upload from file to last message, while web process, workers, database and GOV.UK Notify do their worst."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import State as MessageState
from staffpassport.organisations.access import Role
from staffpassport.passports.models import StaffPassport
from staffpassport.uploads.models import Upload
from staffpassport.uploads.states import State
from tests import making, notify_stub
from tests.accounts.signing_in import give_fresh_code
from tests.messaging.notifying import TOKEN, point_at, worst_day
from tests.notify_stub import Stub
from tests.runs import examples, surprising
from tests.uploads.crashing.listed import (
    TO_INVITE,
    List,
    everybody_has_what_they_should_have_and_nobody_else,
    the_totals_add_up,
)
from tests.uploads.crashing.mortal import House, Portal, files_with_tables, house
from tests.uploads.crashing.officer import Officer
from tests.work.workers import free_port, workers

__all__ = ["files_with_tables", "house", "workers"]

# Whom GOV.UK Notify does not take, and who does not take it from GOV.UK Notify.
REFUSED = [f"bad-request.{one}@example.com" for one in range(3)]
FULL = [f"permanent-failure.{one}@example.com" for one in range(3)]
# In `make test` as many as are sent in a few seconds.
_PEOPLE = TO_INVITE if surprising() else 240
_ENDED = (MessageState.DELIVERED, MessageState.FAILED)


@pytest.mark.parametrize("round_", range(examples(1)))
def test_whatever_dies_everybody_of_the_list_is_invited_once_and_gets_each_message_once(
    house: House, round_: int
) -> None:
    chance, port = Random(round_), free_port()
    listed = List(making.organisation(), chance, emails=[*REFUSED, *FULL], to_invite=_PEOPLE)
    with notify_stub.running(worst_day(port, round_, messages_a_minute=100_000)) as stub:
        portal = Portal(house, chance, port, _environment(stub))
        officer = Officer(portal.url, _session(listed))
        with portal.started(), ThreadPoolExecutor(1) as elsewhere:
            journey = elsewhere.submit(officer.invites, listed.content, "starters.csv")
            try:
                portal.crew.works_until(journey.done, meanwhile=lambda: portal.dies(officer.stage))
            finally:
                officer.gives_up.set()
            journey.result()
            # Whoever was to die while messages went out, but for a machine that was quicker, dies before the receipts.
            portal.crew.works_until(
                lambda: not portal.to_come and _all_have_ended(),
                meanwhile=lambda: portal.dies(officer.stage),
            )
            portal.is_alive()
        assert not portal.own_faults()
        assert not officer.met["500"]
        assert set(stub.callbacks.answers) <= {0, 204, 503}

    listed.upload = _the_one_that_was_confirmed()
    the_totals_add_up(listed, State.DONE)
    everybody_has_what_they_should_have_and_nobody_else(listed)
    each_message_was_accepted_once(stub)


def each_message_was_accepted_once(stub: Stub) -> None:
    """But for those of an address that GOV.UK Notify refuses; and no other message has failed."""
    emails = dict(StaffPassport.everywhere.values_list("pk", "email"))
    invitations = Invitation.everywhere.values_list("pk", "passport_id")
    whose = {str(pk): emails[passport] for pk, passport in invitations}
    failing = Counter(dict.fromkeys((*REFUSED, *FULL), 1))
    failed, never_accepted = Counter[str](), Counter[str]()
    copies = stub.notify.copies()
    for pk, about, state in Message.everywhere.values_list("pk", "about", "state"):
        failed[whose[about]] += state == MessageState.FAILED
        never_accepted[whose[about]] += not copies[str(pk)]
    assert +failed == failing
    assert +never_accepted == Counter(REFUSED)
    assert set(copies.values()) == {1}
    assert copies.total() == Message.everywhere.count() - len(REFUSED)


def _the_one_that_was_confirmed() -> Upload:
    """Whatever was sent in again: of others nobody is invited."""
    (confirmed,) = Upload.everywhere.filter(confirmed_at__isnull=False)
    found: Upload = confirmed
    others = Upload.everywhere.exclude(pk=found.pk)
    assert {(other.state, other.file_hash) for other in others} <= {(State.TO_REVIEW, found.file_hash)}
    return found


def _all_have_ended() -> bool:
    return not Message.everywhere.exclude(state__in=_ENDED).exists()


def _session(listed: List) -> str:
    """Of an HR user who has proved just now that it is really them, as they are about to invite so many."""
    member = making.member(listed.trust, Role.HR_USER)
    browser = making.logged_in(member)
    give_fresh_code(browser, member.user)
    return str(browser.cookies["session"].value)


def _environment(stub: Stub) -> dict[str, str]:
    return {
        **point_at(stub.url),
        "DJANGO_SETTINGS_MODULE": "tests.uploads.crashing.notify_settings",
        "NOTIFY_CALLBACK_TOKENS": TOKEN,
        "SENDING_THREADS": "16",
        "LOOK_UP_LAST": "4",
        "LOG_LEVEL": "ERROR",
    }
