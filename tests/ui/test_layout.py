"""What stands around every page."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.test import Client, override_settings

from staffpassport.ui import frame
from staffpassport.ui.frame import Area, register_area, register_notice
from tests.ui.html import element, elements, text

PRACTICE = "Practice mode: the people are made up and nothing is sent to the outside world."


def page(client: Client, path: str = "/") -> str:
    return client.get(path).content.decode()


def test_the_title_is_the_heading_and_the_service(hr: Client) -> None:
    html = page(hr)
    assert "<title>A plain page – Digital Staff Passport</title>" in html
    assert len(elements(html, "h1")) == 1
    assert elements(html, "html")[0]["lang"] == "en-GB"


def test_the_title_says_that_there_is_an_error(hr: Client) -> None:
    html = hr.post("/sign-in/", {"email": ""}).content.decode()
    assert "<title>Error: Log in – Digital Staff Passport</title>" in html


def test_every_script_carries_the_nonce_of_the_policy(hr: Client) -> None:
    answer = hr.get("/")
    nonces = {script["nonce"] for script in elements(answer.content.decode(), "script")}
    (nonce,) = nonces
    assert f"script-src 'nonce-{nonce}'" in answer["Content-Security-Policy"]


def test_nothing_is_styled_inside_the_page(hr: Client) -> None:
    html = hr.post("/style-guide/", {"email": ""}).content.decode() + page(hr, "/list/") + page(hr, "/check/")
    assert not elements(html, "style")
    assert not [item for item in elements(html) if item.get("style") is not None]


def test_the_header_names_the_trust_and_who_is_signed_in(hr: Client) -> None:
    words = text(page(hr))
    assert "Sheffield Teaching Hospitals NHS Foundation Trust Digital Staff Passport" in words
    assert "Signed in as Priya Nair-O’Connell Log out" in words


def test_logging_out_is_a_form_with_a_token(hr: Client) -> None:
    html = page(hr)
    out = [form for form in elements(html, "form") if form["action"] == "/account/log-out/"]
    assert [form["method"] for form in out] == ["post"]
    assert "csrfmiddlewaretoken" in html[html.index("/account/log-out/") :]


def test_whoever_is_not_signed_in_sees_neither_trust_nor_navigation_nor_log_out(client: Client) -> None:
    words = text(page(client))
    assert "Log out" not in words
    assert "Sheffield" not in words
    assert "Identity and access" not in words


def test_the_navigation_shows_the_areas_that_one_may_see_and_where_one_is(hr: Client) -> None:
    links = [
        link
        for link in elements(page(hr, "/people/"), "a")
        if "nhsuk-header__navigation-link" in link.classes
    ]
    assert [(link["href"], link.get("aria-current")) for link in links] == [("/", None), ("/people/", "page")]


def test_a_page_below_an_area_lies_in_it(hr: Client) -> None:
    (current,) = [link for link in elements(page(hr, "/people/17/"), "a") if link.get("aria-current")]
    assert (current["href"], current["aria-current"]) == ("/people/", "true")


def test_areas_stand_in_their_order_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    areas: list[Area] = []
    monkeypatch.setattr(frame, "_areas", areas)
    home, people = Area("Home", "home", 1), Area("People", "people", 2, "see")
    for area in (people, home, people):
        register_area(area)
    assert areas == [home, people]


def test_a_notice_is_for_members_and_only_while_it_says_something(
    hr: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "_notices", [])
    said: list[str | None] = ["Messages are <not> being sent"]

    def notice(request: HttpRequest) -> str | None:
        return said[0]

    register_notice(notice)
    register_notice(notice)
    assert page(hr).count("Messages are &lt;not&gt; being sent") == 1
    assert "Messages are" not in page(Client())
    said[0] = None
    assert "app-notice" not in page(hr)


@pytest.mark.parametrize("path", ["/", "/nowhere/", "/refuses/", "/bad/"])
def test_practice_mode_says_so_on_every_page(hr: Client, path: str) -> None:
    assert PRACTICE in text(page(hr, path))
    with override_settings(PRACTICE_MODE=False):
        assert PRACTICE not in text(page(hr, path))


def test_what_succeeded_is_told_once_on_the_next_page(hr: Client) -> None:
    html = hr.post("/people/", follow=True).content.decode()
    assert "nhsuk-notification-banner--success" in html
    assert "Success The invitation has been sent." in text(html)
    assert "nhsuk-notification-banner" not in page(hr)


def test_the_footer_leads_to_its_five_pages_and_names_the_operator(client: Client) -> None:
    html = page(client)
    links = [link["href"] for link in elements(html, "a") if "nhsuk-footer__list-item-link" in link.classes]
    assert links == ["/accessibility/", "/contact/", "/cookies/", "/privacy/", "/terms/"]
    assert "Run by The practice team" in text(html)
    assert "© NHS" not in html


def test_the_nhs_logo_is_shown_only_where_the_operator_may_use_it(hr: Client) -> None:
    assert "nhsuk-header__logo" not in page(hr)
    with override_settings(NHS_LOGO=True):
        html = page(hr)
    (logo,) = [svg for svg in elements(html, "svg") if "nhsuk-header__logo" in svg.classes]
    assert logo["aria-label"] == "NHS"


def test_the_skip_link_leads_to_the_content(hr: Client) -> None:
    html = page(hr)
    (skip,) = [link for link in elements(html, "a") if "nhsuk-skip-link" in link.classes]
    assert element(html, skip["href"].removeprefix("#")).tag == "main"


def test_a_question_can_be_the_heading_itself(hr: Client) -> None:
    html = page(hr, "/question/")
    assert len(elements(html, "h1")) == 1
    assert "<title>I want to create: – Digital Staff Passport</title>" in html


@pytest.mark.parametrize("path", ["/style-guide/", "/list/", "/check/", "/question/", "/sign-in/"])
def test_ids_are_unique(hr: Client, path: str) -> None:
    ids = [item["id"] for item in elements(hr.post(path, {"email": ""}).content.decode()) if item.get("id")]
    assert len(ids) == len(set(ids))


def test_a_list_of_25_rows_is_small(hr: Client) -> None:
    assert len(hr.get("/list/").content) < 25_000
