"""A part of a page that keeps itself up to date, in Chromium and without script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.ui.html import element, elements, text

_runs = count(1)


def address_of(base: str, *, every: str = "0.1", last: int = 10, then: str = "") -> str:
    return f"{base}/progress/?run={next(_runs)}&every={every}&last={last}&then={then}"


@pytest.fixture
def asked(hr_page: Page) -> Iterator[list[str]]:
    """How often the page is fetched; and a script that breaks fails the test."""
    fetched: list[str] = []
    broken: list[str] = []
    hr_page.on("request", lambda it: fetched.append(it.url) if it.resource_type == "fetch" else None)
    hr_page.on("pageerror", lambda error: broken.append(str(error)))
    yield fetched
    assert broken == []


def test_it_moves_by_itself_until_it_is_over(hr_page: Page, address: str, asked: list[str]) -> None:
    hr_page.goto(address_of(address, last=4))
    bar = hr_page.get_by_role("progressbar", name="Invited")
    expect(hr_page.get_by_role("button", name="Pause updating this page")).to_be_visible()
    expect(hr_page.get_by_role("link", name="Refresh this page")).to_have_count(0)
    expect(bar).to_have_js_property("value", 4)
    expect(hr_page.get_by_text("The first messages are out.")).to_be_visible()
    expect(hr_page.get_by_role("button", name="Pause updating this page")).to_have_count(0)
    expect(hr_page.get_by_role("status")).to_have_text("4 of 10 people invited.")
    so_far = len(asked)
    hr_page.wait_for_timeout(500)
    assert len(asked) == so_far == 4


def test_focus_selection_and_opened_details_stay(hr_page: Page, address: str, asked: list[str]) -> None:
    hr_page.goto(address_of(address, every="0.5", last=4))
    hr_page.get_by_text("How long does it take?").click()
    hr_page.evaluate("getSelection().selectAllChildren(document.querySelector('#hint'))")
    hr_page.get_by_role("link", name="See the list").focus()
    expect(hr_page.get_by_text("The first messages are out.")).to_have_count(0)
    expect(hr_page.get_by_text("About 6 minutes.")).to_be_visible()
    expect(hr_page.get_by_text("The first messages are out.")).to_be_visible()
    expect(hr_page.get_by_role("link", name="See the list")).to_be_focused()
    assert hr_page.evaluate("getSelection().toString()") == "This page may be closed."


def test_what_comes_and_goes_in_between_ends_as_the_page_does(
    hr_page: Page, address: str, asked: list[str]
) -> None:
    where = address_of(address, every="0.2", last=7)
    hr_page.goto(where)
    expect(hr_page.locator("#invited-text")).to_have_text("7 of 10")
    words = hr_page.locator("[data-refresh-part]").inner_text()
    hr_page.goto(where)
    assert hr_page.locator("[data-refresh-part]").inner_text() == words


def test_screen_readers_hear_the_summary_at_the_end_and_not_each_step(
    hr_page: Page, address: str, asked: list[str]
) -> None:
    hr_page.goto(address_of(address, last=6))
    said = "document.querySelector('[role=status]')"
    hr_page.evaluate(f"""() => {{ window.heard = []; new MutationObserver(
      () => window.heard.push({said}.textContent)).observe({said}, {{childList: true, characterData: true}}) }}""")
    expect(hr_page.get_by_role("status")).to_have_text("6 of 10 people invited.")
    assert hr_page.evaluate("window.heard") == ["6 of 10 people invited."]


def test_screen_readers_hear_it_now_and_then_on_the_way(
    hr_page: Page, address: str, asked: list[str]
) -> None:
    hr_page.clock.install()
    hr_page.goto(address_of(address, every="4"))
    for step in range(1, 4):
        hr_page.clock.run_for(4_000)
        expect(hr_page.locator("[data-refresh-summary]")).to_have_text(f"{step} of 10 people invited.")
    expect(hr_page.get_by_role("status")).to_have_text("")
    hr_page.clock.run_for(4_000)
    expect(hr_page.locator("[data-refresh-summary]")).to_have_text("4 of 10 people invited.")
    hr_page.clock.run_for(4_000)
    # The clock runs on by itself too, a little.
    expect(hr_page.get_by_role("status")).to_have_text(re.compile("[45] of 10 people invited."))


def test_it_can_be_paused(hr_page: Page, address: str, asked: list[str]) -> None:
    hr_page.goto(address_of(address))
    expect(hr_page.get_by_text("The first messages are out.")).to_be_visible()
    hr_page.get_by_role("button", name="Pause updating this page").click()
    hr_page.wait_for_timeout(200)  # an answer may be on its way
    so_far, shown = len(asked), hr_page.locator("#invited-text").inner_text()
    hr_page.wait_for_timeout(500)
    assert (len(asked), hr_page.locator("#invited-text").inner_text()) == (so_far, shown)
    hr_page.get_by_role("button", name="Continue updating this page").click()
    expect(hr_page.locator("#invited-text")).to_have_text("10 of 10")


def test_the_focus_is_not_lost_with_the_button(hr_page: Page, address: str, asked: list[str]) -> None:
    hr_page.goto(address_of(address, last=3, every="0.3"))
    hr_page.get_by_role("button", name="Pause updating this page").focus()
    expect(hr_page.get_by_role("button", name="Pause updating this page")).to_have_count(0)
    expect(hr_page.locator("#how-far")).to_be_focused()


@pytest.mark.parametrize("then", ["redirect", "go"])
def test_it_leads_on_where_the_answer_does(hr_page: Page, address: str, asked: list[str], then: str) -> None:
    hr_page.goto(address_of(address, last=2, then=then))
    expect(hr_page).to_have_url(f"{address}/done/")
    expect(hr_page.get_by_role("heading", level=1)).to_have_text("1,204 people have been invited")


def test_where_the_region_is_gone_the_whole_page_is_shown(
    hr_page: Page, address: str, asked: list[str]
) -> None:
    hr_page.goto(address_of(address, last=2, then="other-page"))
    expect(hr_page.get_by_role("heading", level=1)).to_have_text("1,204 people have been invited")


def test_a_page_that_is_over_stays_where_it_is(hr_page: Page, address: str, asked: list[str]) -> None:
    """`go_to` speaks to those who watched; for whoever opens the page it must not lead on and on."""
    hr_page.goto(address_of(address, last=0, then="go"))
    hr_page.wait_for_timeout(300)
    assert "/progress/" in hr_page.url
    assert asked == []


def test_after_a_failure_it_tries_again_later_each_time(
    hr_page: Page, address: str, asked: list[str]
) -> None:
    hr_page.goto(address_of(address, every="0.2", last=1, then="fail-twice"))
    began = hr_page.evaluate("performance.now()")
    expect(hr_page.locator("#invited-text")).to_have_text("1 of 10")
    assert hr_page.evaluate("performance.now()") - began > 1000, "0.2, 0.4 and 0.8 seconds"


def test_a_lost_connection_is_no_end(hr_page: Page, address: str, asked: list[str]) -> None:
    hr_page.goto(address_of(address))
    hr_page.context.set_offline(True)
    hr_page.wait_for_timeout(300)
    hr_page.context.set_offline(False)
    expect(hr_page.locator("#invited-text")).to_have_text("10 of 10")


def test_a_tab_that_nobody_sees_asks_for_nothing(hr_page: Page, address: str, asked: list[str]) -> None:
    hide = "Object.defineProperty(document, 'hidden', {{value: {}, configurable: true}})"
    hr_page.add_init_script(hide.format("true"))
    hr_page.goto(address_of(address))
    hr_page.wait_for_timeout(500)
    assert asked == []
    hr_page.evaluate(hide.format("false") + "; document.dispatchEvent(new Event('visibilitychange'))")
    expect(hr_page.locator("#invited-text")).to_have_text("10 of 10")


def test_without_script_there_is_a_link(browser: Browser, address: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address_of(address))
        expect(page.locator("#invited-text")).to_have_text("0 of 10")
        page.get_by_role("link", name="Refresh this page").click()
        expect(page.locator("#invited-text")).to_have_text("1 of 10")


def test_a_bar_says_what_it_measures_and_how_far(hr: Client) -> None:
    html = hr.get("/progress/").content.decode()
    bar = element(html, "invited")
    assert (bar.tag, bar["value"], bar["max"]) == ("progress", "3", "10")
    assert [label["for"] for label in elements(html, "label")] == ["invited"]
    assert "style" not in bar.attributes


def test_files_to_take_away_say_their_kind_and_size(hr: Client) -> None:
    html = hr.get("/done/").content.decode()
    assert "Template (XLSX, 24KB)" in text(html)
    assert "Report of <duplicates> (CSV) Opens in Excel & others" in text(html)


def test_the_panel_holds_the_heading_of_the_page(hr: Client) -> None:
    html = hr.get("/done/").content.decode()
    (heading,) = elements(html, "h1")
    assert "nhsuk-panel__heading" in heading.classes
    assert "An email and a text message are on their way" in text(html)
