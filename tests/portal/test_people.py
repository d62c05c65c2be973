"""Identity and access: the list, its search, its filters, and that it is the trust's own."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

import staffpassport.ui
from staffpassport.messaging.states import State
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from tests import making
from tests.checking import CheckingClient
from tests.reading import link, rows, text

pytestmark = pytest.mark.django_db


def names(client: CheckingClient, query: str = "") -> list[str]:
    page = client.get(f"/people{query}")
    assert page.status_code == 200
    return rows(page)


def test_the_newest_stand_on_top(portal: CheckingClient, trust: Organisation) -> None:
    making.passport(trust, first_name="Early")
    making.passport(trust, first_name="Late")
    assert names(portal) == ["Late Okafor", "Early Okafor"]


def test_an_empty_list_says_what_will_be_here(portal: CheckingClient) -> None:
    assert "Nobody has been invited yet" in portal.get("/people").content.decode()


def test_another_trusts_people_are_never_listed_found_or_counted(
    portal: CheckingClient, other_trust: Organisation
) -> None:
    making.passport(other_trust, first_name="Stranger")
    assert names(portal) == []
    assert names(portal, "?q=stranger") == []
    assert link(portal.get("/"), "0 invitations pending") == "/people?status=invitation-sent"


def test_another_trusts_record_is_not_found(portal: CheckingClient, other_trust: Organisation) -> None:
    stranger = making.passport(other_trust)
    assert portal.get(f"/people/{stranger.pk}").status_code == 404


def test_a_record_shows_the_profile_the_messages_and_the_history(
    portal: CheckingClient, trust: Organisation
) -> None:
    person = making.passport(trust, email="grace@example.com")
    page = portal.get(f"/people/{person.pk}").content.decode()
    assert "Identity and access: Grace Okafor" in page
    assert "15/03/1984" in page
    assert "<strong>Queued</strong> to grace@example.com" in page
    assert "Passport created and invitation prepared" in page


def test_25_people_a_page_and_the_rest_one_link_away(portal: CheckingClient, trust: Organisation) -> None:
    for number in range(27):
        making.passport(trust, first_name=f"Number{chr(65 + number) if number < 26 else 'Last'}")
    first = portal.get("/people")
    assert len(rows(first)) == 25
    older = portal.get("/people" + link(first, "Older"))
    assert rows(older) == ["NumberB Okafor", "NumberA Okafor"]
    assert rows(portal.get("/people" + link(older, "Newer"))) == rows(first)


@pytest.mark.parametrize(
    "sought",
    ["zoe", "Zoë", "ANGSTR", "strom", "zoe ang", "ang zoe", "an", "zoe.a@", "07946 000 777", "+447946000777"],
)
def test_part_of_a_name_an_email_or_a_phone_finds_a_person(
    portal: CheckingClient, trust: Organisation, sought: str
) -> None:
    making.passport(trust, first_name="Grace")
    making.passport(
        trust, first_name="Zoë", last_name="Ångström", email="zoe.a@example.com", phone="+447946000777"
    )
    assert rows(portal.get("/people", {"q": sought})) == ["Zoë Ångström"]


def test_two_letters_are_looked_for_where_words_begin(portal: CheckingClient, trust: Organisation) -> None:
    making.passport(trust, first_name="Li", last_name="Na")
    making.passport(trust, first_name="Ali", last_name="Hana")
    assert names(portal, "?q=li") == ["Li Na"]


def test_a_search_with_signs_of_the_database_finds_nobody(
    portal: CheckingClient, trust: Organisation
) -> None:
    making.passport(trust)
    assert names(portal, "?q=%25%25%25") == []
    assert names(portal, "?q=___") == []


def test_nobody_found_says_what_to_do_next(portal: CheckingClient, trust: Organisation) -> None:
    making.passport(trust)
    assert "Check the spelling" in portal.get("/people?q=nobody-of-this-name").content.decode()


def test_filters_narrow_the_list_and_stand_in_the_address(
    portal: CheckingClient, trust: Organisation
) -> None:
    waiting = making.passport(trust, first_name="Waiting")
    done = making.passport(trust, first_name="Done")
    StaffPassport.objects.of(trust).filter(pk=done.pk).update(status=Status.ACTIVE)
    assert names(portal, "?status=active") == ["Done Okafor"]
    assert names(portal, "?status=active&status=invitation-sent") == ["Done Okafor", "Waiting Okafor"]
    assert names(portal, "?status=active&employment_type=temporary-mover") == []
    assert names(portal, "?status=made-up") == ["Done Okafor", "Waiting Okafor"]
    page = portal.get("/people?status=active").content.decode()
    assert 'value="active" checked' in page.replace("\n", " ")
    assert waiting.full_name not in page


def test_an_invitation_that_did_not_arrive_is_counted_and_listed(
    portal: CheckingClient, trust: Organisation
) -> None:
    lost = making.passport(trust, first_name="Lost")
    making.passport(trust, first_name="Reached")
    StaffPassport.objects.of(trust).filter(pk=lost.pk).update(text_state=State.FAILED)
    filtered = link(portal.get("/"), "1 invitation that did not arrive")
    assert rows(portal.get(filtered)) == ["Lost Okafor"]


def test_a_read_only_user_sees_the_list_and_no_button_to_invite(trust: Organisation) -> None:
    reader = making.logged_in(making.member(trust, Role.READ_ONLY))
    assert "Invite staff" not in reader.get("/people").content.decode()
    assert reader.get("/people/invite").status_code == 403


def test_a_made_up_key_of_a_page_shows_the_first(portal: CheckingClient, trust: Organisation) -> None:
    making.passport(trust)
    assert names(portal, "?before=nonsense") == ["Grace Okafor"]


def test_a_list_page_stays_small_and_takes_a_handful_of_queries(
    portal: CheckingClient, trust: Organisation, django_assert_max_num_queries: object
) -> None:
    for _ in range(25):
        making.passport(trust, first_name="Mary-Jane", last_name="García López")
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        page = portal.get("/people")
    assert len(page.content) < 25_000
    # As much as there can be to say of an invitation.
    StaffPassport.objects.of(trust).update(
        email_state=State.FAILED, text_state=State.MAYBE_SENT, invitation_expires_at=timezone.now()
    )
    assert len(portal.get("/people").content) < 25_000


def test_on_a_phone_the_labels_of_the_stylesheet_are_the_headings_of_the_list(
    portal: CheckingClient, trust: Organisation
) -> None:
    making.passport(trust)
    headings = re.findall(r'<th scope="col">(.*?)</th>', portal.get("/people").content.decode())
    styles = (Path(staffpassport.ui.__file__).parent / "assets/app/_lists.scss").read_text()
    found = re.search(r"\$people: (.*?);", styles)
    assert found
    assert re.findall(r'"(.*?)"', found[1]) == headings[1:]


def stands(trust: Organisation, name: str, **columns: Any) -> None:
    StaffPassport.objects.of(trust).filter(first_name=name).update(**columns)


def test_each_row_says_how_email_and_text_stand(portal: CheckingClient, trust: Organisation) -> None:
    def said() -> str:
        return text(portal.get("/people")).partition("Invitation sent Invited")[2]

    making.passport(trust, first_name="Grace")
    assert said().startswith(" Email and text: Queued ")
    stands(trust, "Grace", email_state=State.DELIVERED, text_state=State.FAILED)
    assert said().startswith(" Email: Delivered Text: Did not arrive ")
    stands(trust, "Grace", email_state=State.MAYBE_SENT, text_state=State.SENT)
    assert said().startswith(" Email: May have been sent Text: Sent ")
    stands(trust, "Grace", email_state=None)
    assert said().startswith(" Email: Not sent to the new address Text: Sent ")
    stands(trust, "Grace", invitation_expires_at=datetime(2026, 11, 11, 12, tzinfo=UTC))
    assert said().startswith(" Email: Not sent to the new address Invitation expired on 11/11/2026 ")
    stands(trust, "Grace", invitation_expires_at=None)
    assert said().startswith(" Invitation withdrawn ")
    stands(trust, "Grace", status=Status.ACTIVE)
    assert "Invitation withdrawn" not in text(portal.get("/people")).partition("Active Invited")[2]


def test_filters_find_who_was_not_reached_has_not_answered_and_whose_invitation_is_over(
    portal: CheckingClient, trust: Organisation
) -> None:
    for name in ("Waiting", "Lost", "Expired", "Withdrawn", "Answered"):
        making.passport(trust, first_name=name)
    stands(trust, "Lost", email_state=State.FAILED)
    stands(trust, "Expired", invitation_expires_at=timezone.now())
    stands(trust, "Withdrawn", invitation_expires_at=None, text_state=State.FAILED)
    stands(trust, "Answered", status=Status.APPOINTMENT_NEEDED, text_state=State.FAILED)
    assert names(portal, "?arrival=did-not-arrive") == ["Lost Okafor"]
    assert names(portal, "?arrival=not-answered") == ["Lost Okafor", "Waiting Okafor"]
    assert names(portal, "?arrival=expired") == ["Expired Okafor"]
    assert names(portal, "?arrival=withdrawn") == ["Withdrawn Okafor"]
    assert names(portal, "?arrival=withdrawn&arrival=expired") == ["Withdrawn Okafor", "Expired Okafor"]
    assert rows(portal.get(link(portal.get("/"), "1 invitation that did not arrive"))) == ["Lost Okafor"]
