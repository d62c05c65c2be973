"""Pages for what went wrong."""

from __future__ import annotations

import pytest
from django.test import Client
from structlog.testing import capture_logs

from tests.ui.html import elements, text


@pytest.fixture
def careless(hr: Client) -> Client:
    """A client that takes a failure as its answer, as a browser does."""
    hr.raise_request_exception = False
    return hr


@pytest.mark.parametrize(
    ("path", "status", "heading"),
    [
        ("/bad/", 400, "Sorry, we could not read that request"),
        ("/refuses/", 403, "You do not have permission to see this page"),
        ("/nowhere/", 404, "Page not found"),
        ("/fails/", 500, "Sorry, there is a problem with the service"),
        ("/away/", 503, "Sorry, the service is not available at the moment"),
    ],
)
def test_an_error_page_says_what_happened_and_which_id_to_quote(
    careless: Client, path: str, status: int, heading: str
) -> None:
    answer = careless.get(path)
    html = answer.content.decode()
    assert answer.status_code == status
    assert f"<title>{heading} – Digital Staff Passport</title>" in html
    assert len(elements(html, "h1")) == 1
    assert f"If you ask for help, quote {answer['X-Request-Id']}." in text(html)
    assert answer["Cache-Control"] == "no-store"


def test_pages_that_are_missing_or_refused_keep_the_navigation(careless: Client) -> None:
    for path in ("/nowhere/", "/refuses/"):
        assert "Identity and access" in careless.get(path).content.decode()


def test_a_failure_is_handed_to_the_log_which_decides_what_may_be_told(careless: Client) -> None:
    with capture_logs() as logs:
        careless.get("/fails/")
    (failure,) = [line for line in logs if line["event"] == "request failed"]
    assert failure["exc_info"] is True
    assert "ann.lee" not in str(logs)


def test_a_database_that_is_away_is_waited_for(careless: Client) -> None:
    with capture_logs() as logs:
        answer = careless.get("/away/")
    assert answer["Retry-After"] == "10"
    assert "This should pass within a minute. Then open the page again." in text(answer.content.decode())
    assert [line["exc_info"] for line in logs if line["event"] == "request failed"] == [True]


def test_the_page_for_failures_comes_out_when_nothing_else_does(
    careless: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> dict[str, object]:
        raise RuntimeError("no frame")

    monkeypatch.setattr("staffpassport.ui.errors.bare_frame", broken)
    answer = careless.get("/fails/")
    assert answer.status_code == 500
    assert f"quote {answer['X-Request-Id']}" in answer.content.decode()


def test_the_page_for_failures_asks_nothing_of_the_request(
    careless: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(request: object) -> dict[str, object]:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr("staffpassport.ui.frame.frame", broken)
    answer = careless.get("/fails/")
    html = answer.content.decode()
    assert answer.status_code == 500
    assert "Digital Staff Passport" in html
    assert "Log out" not in html


def test_a_false_host_name_gets_a_page_too(careless: Client) -> None:
    answer = careless.get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "Sorry, we could not read that request" in answer.content.decode()


def test_a_form_without_its_token_is_told_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/", {})
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "Sorry, that page was out of date" in html
    assert f"quote {answer['X-Request-Id']}." in text(html)


def test_an_error_page_holds_nothing_of_what_was_asked_for(careless: Client) -> None:
    assert "sec%3Cret" not in careless.get("/nowhere/sec%3Cret/?q=sec%3Cret").content.decode()
