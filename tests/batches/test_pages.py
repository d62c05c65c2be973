"""Choosing many people in the list, the question, how far it is, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from staffpassport.accounts import fresh
from staffpassport.accounts.models import Membership
from staffpassport.audit.models import Event
from staffpassport.audit.models import Kind as Happened
from staffpassport.batches import actions
from staffpassport.batches.kinds import Kind, State
from staffpassport.batches.models import Batch, BatchPerson
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.resending import resend
from staffpassport.messaging.states import State as MessageState
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports import search
from staffpassport.passports.models import StaffPassport
from staffpassport.uploads import actions as uploads
from tests import making
from tests.accounts.signing_in import give_fresh_code
from tests.batches.batches import BY, chosen, confirmed, invited, work
from tests.checking import CheckingClient
from tests.reading import error_sentences, link, rows, text
from tests.uploads import lists

pytestmark = pytest.mark.django_db

YES, NO = {"answer": "yes"}, {"answer": "no"}


def tick(client: CheckingClient, kind: Kind, *ids: Any, query: str = "") -> Any:
    return client.post(f"/people/choose/{kind}{query}", {"who": [str(pk) for pk in ids]})


def everybody(client: CheckingClient, kind: Kind, query: str) -> Any:
    return client.post(f"/people/choose/{kind}{query}", {"everybody": "1"})


def test_those_ticked_are_named_asked_about_and_sent_to_at_once(
    portal: CheckingClient, trust: Organisation
) -> None:
    ids = [making.passport(trust, first_name=name).pk for name in ("Ada", "Ben", "Cleo")]
    question = tick(portal, Kind.RESEND, *ids[:2], query="?q=okafor")["Location"]
    page = portal.get(question)
    assert "You chose Ben Okafor, Ada Okafor." in text(page)
    assert "2 people will get a new email and a new text message" in text(page)
    assert link(page, "Back") == "/people?q=okafor"
    result = portal.post(question, YES, follow=True)
    assert "2 invitations sent" in text(result)
    assert link(result, "Go back to the list of people") == "/people?q=okafor"
    again = Invitation.objects.of(trust).filter(sequence=2)
    assert set(again.values_list("passport_id", flat=True)) == set(ids[:2])


def test_nothing_happens_before_somebody_says_yes(portal: CheckingClient, trust: Organisation) -> None:
    ids = invited(trust, 2)
    for kind in Kind:
        question = tick(portal, kind, *ids, query="?status=invitation-sent")["Location"]
        portal.get(question)
        assert error_sentences(portal.post(question, {}))
        assert portal.post(question, NO)["Location"] == "/people?status=invitation-sent"
        assert portal.get(question).status_code == 404
    assert Invitation.objects.of(trust).filter(ended_at=None).count() == 2


def test_a_second_click_finds_what_the_first_one_did(portal: CheckingClient, trust: Organisation) -> None:
    question = tick(portal, Kind.DELETE, *invited(trust, 2))["Location"]
    first, second = (portal.post(question, YES, follow=True) for _ in range(2))
    assert "2 staff passports deleted" in text(first)
    assert first.redirect_chain == second.redirect_chain
    assert Event.objects.filter(kind=Happened.BATCH_DONE).count() == 1


def test_the_choice_stays_what_it_was_when_the_list_changes(
    portal: CheckingClient, trust: Organisation
) -> None:
    ids = invited(trust, 3)
    StaffPassport.objects.of(trust).update(text_state=MessageState.FAILED)
    question = everybody(portal, Kind.RESEND, "?arrival=did-not-arrive")["Location"]
    StaffPassport.objects.of(trust).filter(pk=ids[0]).update(text_state=MessageState.DELIVERED)
    making.passport(trust)
    StaffPassport.objects.of(trust).exclude(pk__in=ids).update(text_state=MessageState.FAILED)
    portal.post(question, YES)
    again = Invitation.objects.of(trust).filter(sequence=2)
    assert set(again.values_list("passport_id", flat=True)) == set(ids)


def test_who_is_left_out_is_counted_in_advance_and_listed_afterwards(
    portal: CheckingClient, trust: Organisation
) -> None:
    often, other, gone = (making.passport(trust, first_name=name) for name in ("Often", "Other", "Gone"))
    for _ in range(3):
        resend(organisation=trust, passports=[often.pk], by=BY)
    question = tick(portal, Kind.RESEND, often.pk, other.pk, gone.pk)["Location"]
    StaffPassport.objects.of(trust).filter(pk=gone.pk).delete()
    page = text(portal.get(question))
    assert "1 person will get" in page
    assert "1 person: The staff passport is no longer in the records." in page
    assert "1 person: An invitation can be re-sent to one person 3 times in 24 hours at most." in page
    result = portal.post(question, YES, follow=True)
    assert "1 invitation sent" in text(result)
    left_out = link(result, "See who was left out")
    listed = portal.get(left_out)
    assert rows(listed) == ["Often Okafor"]
    assert "You see who was left out" in text(listed)


def test_where_nothing_can_be_done_nobody_is_asked(portal: CheckingClient, trust: Organisation) -> None:
    ids = invited(trust, 2)
    StaffPassport.objects.of(trust).update(invitation_expires_at=None)
    page = portal.get(tick(portal, Kind.WITHDRAW, *ids)["Location"])
    assert "So there is nothing to do." in text(page)
    assert 'type="radio"' not in page.content.decode()


@pytest.mark.parametrize(
    ("kind", "page"), [(Kind.RESEND, "resend"), (Kind.WITHDRAW, "withdraw"), (Kind.DELETE, "delete")]
)
def test_one_person_is_asked_about_on_the_page_of_one(
    portal: CheckingClient, trust: Organisation, kind: Kind, page: str
) -> None:
    somebody = making.passport(trust).pk
    assert tick(portal, kind, somebody)["Location"] == f"/people/{somebody}/{page}"


def test_nobody_ticked_nobodys_ids_and_a_search_that_finds_too_many_lead_back(
    portal: CheckingClient, trust: Organisation, other_trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = invited(other_trust, 2)
    invited(trust, 2)
    monkeypatch.setattr(search, "MOST_MATCHES", 1)
    sends: list[tuple[str, Callable[[], Any]]] = [
        ("Select the people first", lambda: tick(portal, Kind.DELETE, query="?q=grace")),
        (
            "Nobody of those you chose",
            lambda: tick(portal, Kind.DELETE, *theirs, "nonsense", query="?q=grace"),
        ),
        ("it cannot be said who is meant", lambda: everybody(portal, Kind.DELETE, "?q=grace")),
    ]
    for sentence, send in sends:
        assert send()["Location"] == "/people?q=grace"
        assert sentence in text(portal.get("/people"))
    assert not Batch.everywhere.exists()
    assert "to all" not in text(portal.get("/people?q=grace"))


def test_many_are_left_to_a_worker_and_the_page_follows_it(
    portal: CheckingClient, trust: Organisation
) -> None:
    invited(trust, 30)
    listed = portal.get("/people?status=invitation-sent")
    assert "Re-send to all 30 people of this list" in text(listed)
    question = everybody(portal, Kind.RESEND, "?status=invitation-sent")["Location"]
    assert "and 25 more." in text(portal.get(question))
    progress = portal.post(question, YES)["Location"]
    assert "0 of 30 people have been seen to" in text(portal.get(progress))
    assert link(portal.get("/people"), "Re-send invitations, 30 people: see how far it is") in progress
    assert portal.get(question)["Location"] == progress
    work()
    assert "30 invitations sent" in text(portal.get(progress))
    assert "see how far it is" not in text(portal.get("/people"))


def test_more_than_may_go_without_need_a_fresh_code(
    portal: CheckingClient, hr: Membership, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh, "MOST_PEOPLE_WITHOUT", 3)
    first = tick(portal, Kind.DELETE, *invited(trust, 2))["Location"]
    assert "authenticator app" not in text(portal.get(first))
    portal.post(first, YES)
    # Two and two more within a day are four.
    second = tick(portal, Kind.DELETE, *invited(trust, 2), query="?q=o")["Location"]
    assert "asked for a security code first" in text(portal.get(second))
    asked = portal.post(second, YES)["Location"]
    assert asked.startswith("/confirm-it-is-you")
    assert StaffPassport.objects.of(trust).count() == 2
    give_fresh_code(portal, hr.user)
    assert "2 staff passports deleted" in text(portal.post(second, YES, follow=True))


def test_a_re_send_counts_with_those_invited_that_day(
    portal: CheckingClient, hr: Membership, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh, "MOST_PEOPLE_WITHOUT", 3)
    ids = invited(trust, 2)
    portal.post(tick(portal, Kind.RESEND, *ids)["Location"], YES)
    again = tick(portal, Kind.RESEND, *ids)["Location"]
    assert portal.post(again, YES)["Location"].startswith("/confirm-it-is-you")


def test_whoever_only_reads_sees_no_boxes_and_gets_no_question(trust: Organisation) -> None:
    reader = making.logged_in(making.member(trust, Role.READ_ONLY))
    batch = chosen(trust, Kind.RESEND, 2)
    page = reader.get("/people?status=invitation-sent").content.decode()
    assert "name=who" not in page
    assert "Re-send" not in page
    assert reader.get(f"/people/batches/{batch.pk}").status_code == 404
    going_on = confirmed(trust, Kind.RESEND, 2)
    assert reader.get(f"/people/batches/{going_on.pk}").status_code == 200


def test_another_trusts_batch_and_the_question_of_another_kind_are_not_found(
    portal: CheckingClient, trust: Organisation, other_trust: Organisation
) -> None:
    theirs, mine = confirmed(other_trust, Kind.RESEND, 2), chosen(trust, Kind.RESEND, 2)
    assert portal.get(f"/people/batches/{theirs.pk}").status_code == 404
    assert portal.post(f"/people/batches/{theirs.pk}/resend", YES).status_code == 404
    assert portal.post(f"/people/batches/{mine.pk}/delete", YES).status_code == 404
    assert len(rows(portal.get(f"/people?left_out={theirs.pk}"))) == 2, "passed over, as any made-up value"
    assert not Event.objects.filter(kind=Happened.BATCH_DONE).exists()


def test_a_link_to_the_choice_asks_first_and_keeps_nothing(
    portal: CheckingClient, trust: Organisation
) -> None:
    invited(trust, 2)
    page = portal.get("/people/choose/resend?status=invitation-sent")
    assert "Re-send invitations of everybody on the list" in text(page)
    assert not BatchPerson.everywhere.exists()


def test_the_boxes_say_whom_they_select(portal: CheckingClient, trust: Organisation) -> None:
    somebody = making.passport(trust)
    page = portal.get("/people").content.decode()
    assert re.findall(r'value=(\w+) aria-label="(.*?)"', page) == [(somebody.pk.hex, "Select Grace Okafor")]


# ── From home and from an upload ────────────────────────────────────────────────────────────────────────────


def chosen_by_button(client: CheckingClient, page: Any, words: str) -> Batch:
    """What comes of the button with these words of an upload's page."""
    forms = re.findall(r'<form method="post" action="([^"]+)".*?</form>', page.content.decode(), re.DOTALL)
    buttons = re.findall(r"<form.*?</form>", page.content.decode(), re.DOTALL)
    action = next(
        found for form in buttons if words in form for found in forms if f'action="{found}"' in form
    ).replace("&amp;", "&")
    client.post(action, {"everybody": "1"})
    batch: Batch = Batch.everywhere.latest("pk")
    return batch


def test_those_of_an_upload_who_did_not_arrive_are_one_click_away(
    portal: CheckingClient, trust: Organisation
) -> None:
    upload = lists.done(trust, lists.people(4))
    address = f"/people/uploads/{upload.pk}"
    assert "Re-send to" not in text(portal.get(address))
    ids = list(StaffPassport.objects.of(trust).order_by("pk").values_list("pk", flat=True))
    StaffPassport.objects.of(trust).filter(pk__in=ids[:2]).update(email_state=MessageState.FAILED)
    batch = chosen_by_button(portal, portal.get(address), "Re-send to 2 people")
    assert set(BatchPerson.everywhere.values_list("passport_id", flat=True)) == set(ids[:2])
    assert (batch.kind, batch.state) == (Kind.RESEND, State.TO_CONFIRM)


def test_those_of_home_s_counter_are_two_clicks_away(portal: CheckingClient, trust: Organisation) -> None:
    invited(trust, 3)
    StaffPassport.objects.of(trust).update(text_state=MessageState.FAILED)
    listed = portal.get(link(portal.get("/"), "3 invitations that did not arrive"))
    assert "Re-send to all 3 people of this list" in text(listed)
    assert 'formaction="/people/choose/resend?arrival=did-not-arrive"' in listed.content.decode()


@pytest.mark.parametrize("undo", [uploads.stop, uploads.withdraw])
def test_whoever_stopped_or_withdrew_an_upload_can_invite_its_people_after_all(
    portal: CheckingClient, trust: Organisation, undo: Any
) -> None:
    """They would be duplicates of the same list."""
    upload = lists.done(trust, lists.people(3))
    undo(upload, by=making.BY)
    lists.work()
    address = f"/people/uploads/{upload.pk}"
    page = portal.get(address)
    assert "3 people have a passport and no invitation to answer" in text(page)
    actions.confirm(chosen_by_button(portal, page, "Re-send to 3 people"), by=BY)
    work()
    assert "Re-send to" not in text(portal.get(address))
    assert set(StaffPassport.objects.of(trust).values_list("email_state", flat=True)) == {MessageState.QUEUED}


def test_their_records_can_be_deleted_in_place_of_it(portal: CheckingClient, trust: Organisation) -> None:
    listed = lists.people(3)
    upload = lists.done(trust, listed)
    uploads.withdraw(upload, by=making.BY)
    lists.work()
    page = portal.get(f"/people/uploads/{upload.pk}")
    actions.confirm(chosen_by_button(portal, page, "Delete the records of 3 people"), by=BY)
    work()
    assert lists.checked(trust, listed).to_invite == 3
