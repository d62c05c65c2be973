"""The id of a request and its line in the log, the headers of pages, the check of forms."""

from __future__ import annotations

import re

import pytest
import structlog
from django.test import Client, override_settings
from structlog.testing import capture_logs

from staffpassport.ui.middleware import new_request_id


def test_each_request_has_an_id_that_can_be_read_out() -> None:
    ids = {new_request_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch(r"[2-9a-z]{4}-[2-9a-z]{4}", it) for it in ids)


def test_an_id_that_is_sent_along_is_not_believed(client: Client) -> None:
    answer = client.get("/", headers={"x-request-id": "forged"})
    assert answer["X-Request-Id"] != "forged"


def test_a_request_has_one_line_with_its_route_and_neither_path_nor_query(client: Client) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        answer = client.get("/people/secret-token/?search=ann")
    (line,) = logs
    assert {**line, "milliseconds": 0} == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "route": "people/<str:token>/",
        "status": 200,
        "milliseconds": 0,
        "request_id": answer["X-Request-Id"],
    }


def test_a_path_that_leads_nowhere_is_not_logged(client: Client) -> None:
    with capture_logs() as logs:
        client.get("/people/secret/token/")
    assert [line["route"] for line in logs] == ["(none)"]


def test_nothing_is_left_in_the_log_for_the_next_request(client: Client) -> None:
    client.get("/")
    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.parametrize("path", ["/", "/nowhere/", "/refuses/"])
def test_pages_are_kept_by_nobody_and_closed_to_other_sites(hr: Client, path: str) -> None:
    answer = hr.get(path)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert "geolocation=()" in answer["Permissions-Policy"]


class TestForms:
    """Django's check of forms holds, with what browsers send under our Referrer-Policy."""

    @pytest.fixture
    def strict(self) -> Client:
        return Client(enforce_csrf_checks=True)

    def post(self, client: Client, *, token: bool = True, secure: bool = False, **headers: str) -> int:
        client.get("/", secure=secure)
        value = client.cookies["csrf"].value if token else "x" * 32
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.post("/", {"csrfmiddlewaretoken": value}, headers=sent, secure=secure).status_code

    def test_a_form_of_ours_is_taken(self, strict: Client) -> None:
        assert self.post(strict, origin="http://testserver") == 302

    def test_the_token_is_checked_all_the_same(self, strict: Client) -> None:
        assert self.post(strict, token=False, origin="http://testserver") == 403

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
    def test_another_origin_or_none_that_can_be_named_is_refused(self, strict: Client, origin: str) -> None:
        assert self.post(strict, origin=origin) == 403

    def test_over_tls_a_form_has_to_say_where_it_comes_from(self, strict: Client) -> None:
        with override_settings(CSRF_COOKIE_SECURE=True):
            assert self.post(strict, secure=True, origin="https://testserver") == 302
            assert self.post(strict, secure=True, referer="https://testserver/") == 302
            assert self.post(strict, secure=True, referer="https://evil.example/") == 403
            assert self.post(strict, secure=True) == 403
