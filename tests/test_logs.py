"""Logs: what went wrong and where, and never a person's details."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog

from staffpassport import logs

PERSON = "grace.okafor@example.com"


class RefusedError(Exception):
    """With a message that holds what a row held, as the database's do."""


def fail() -> None:
    email = PERSON
    raise RefusedError(f"Key (email)=({email}) already exists")


def fail_in_turn() -> None:
    try:
        fail()
    except RefusedError as first:
        raise KeyError(PERSON) from first


def caught(failing: Callable[[], None]) -> Exception:
    try:
        failing()
    except Exception as fault:
        return fault
    raise AssertionError("should have failed")


@contextmanager
def logging_as(log_format: str) -> Iterator[io.StringIO]:
    """The product's logging, into a text; afterwards everything is as it was."""
    kept = (sys.excepthook, threading.excepthook, logging.raiseExceptions, structlog.get_config())
    root = logging.getLogger()
    root_kept = (root.level, root.handlers[:])
    config = logs.configure(log_format)
    out = io.StringIO()
    config["handlers"]["stderr"]["stream"] = out
    try:
        logging.config.dictConfig(config)
        # A logger that is used first in here must not keep this way of writing for the tests that follow.
        structlog.configure(cache_logger_on_first_use=False)
        yield out
    finally:
        sys.excepthook, threading.excepthook, logging.raiseExceptions = kept[:3]
        logging.config.dictConfig(logs.configure("console"))
        structlog.configure(**kept[3])
        root.setLevel(root_kept[0])
        root.handlers[:] = root_kept[1]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    with logging_as("json") as out:
        yield out


def only_line(written: io.StringIO) -> dict[str, Any]:
    (line,) = written.getvalue().splitlines()
    told: dict[str, Any] = json.loads(line)
    return told


def test_a_fault_is_its_class_its_places_and_its_causes() -> None:
    told = logs.describe(caught(fail_in_turn))
    assert told["fault"] == "KeyError"
    assert told["cause"] == "RefusedError"
    newest, *_, first = told["where"].split(" < ")
    assert newest.startswith("tests/test_logs.py:")
    assert newest.endswith(" fail_in_turn")
    assert first.endswith(" caught")
    assert PERSON not in str(told)


def test_a_fault_without_a_cause_has_none_and_a_hidden_one_stays_hidden() -> None:
    def hidden() -> None:
        try:
            fail()
        except RefusedError:
            raise ValueError from None

    assert "cause" not in logs.describe(caught(fail))
    assert "cause" not in logs.describe(caught(hidden))


def test_causes_that_go_round_in_a_circle_come_to_an_end() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert logs.describe(first)["cause"] == "KeyError"


def test_places_are_few_and_without_the_machines_folders() -> None:
    def deep(left: int) -> None:
        if left:
            deep(left - 1)
        fail()

    where = logs.describe(caught(lambda: deep(100)))["where"].split(" < ")
    assert len(where) == 12
    assert where[0].endswith(" fail"), "the newest, which says most"
    assert not any(place.startswith("/") for place in where)


def by_structlog(fault: Exception) -> None:
    structlog.get_logger("ours").error("failed", exc_info=fault, number=3)


def by_structlog_inside(fault: Exception) -> None:
    try:
        raise fault
    except RefusedError:
        structlog.get_logger("ours").exception("failed", number=3)


def by_the_standard_library(fault: Exception) -> None:
    logging.getLogger("some.library").error("failed", exc_info=fault)


def by_the_standard_library_inside(fault: Exception) -> None:
    try:
        raise fault
    except RefusedError:
        logging.getLogger("django.security.SuspiciousSession").exception("failed")


def by_gunicorn(fault: Exception) -> None:
    logging.getLogger("gunicorn.error").error("failed", exc_info=(type(fault), fault, fault.__traceback__))


@pytest.mark.parametrize(
    "log",
    [
        by_structlog,
        by_structlog_inside,
        by_the_standard_library,
        by_the_standard_library_inside,
        by_gunicorn,
    ],
)
def test_whoever_logs_a_fault_its_message_and_values_stay_out(
    written: io.StringIO, log: Callable[[Exception], None]
) -> None:
    log(caught(fail))
    told = only_line(written)
    assert told["event"] == "failed"
    assert told["level"] == "error"
    assert told["fault"] == "RefusedError"
    assert "fail" in told["where"]
    assert PERSON not in written.getvalue()
    assert not {"exc_info", "exception", "stack_info"} & set(told)


def test_exc_info_without_a_fault_is_no_trouble(written: io.StringIO) -> None:
    logging.getLogger("x").error("nothing failed", exc_info=True)
    structlog.get_logger("x").error("nothing failed", exc_info=True)
    assert written.getvalue().count("nothing failed") == 2


def test_gunicorn_names_no_address_of_a_page(written: io.StringIO) -> None:
    log = logging.getLogger("gunicorn.error")
    log.error("Error handling request %s %s", "GET", "/i/secret-token", exc_info=caught(fail))
    log.warning("Invalid request from ip=192.0.2.1: Invalid HTTP request line: 'GET /i/secret-token'")
    log.warning("Worker exiting (pid: %s)", 7)
    logging.getLogger("gunicorn.access").info('192.0.2.1 "GET /i/secret-token HTTP/1.1" 200')
    said = [json.loads(line)["event"] for line in written.getvalue().splitlines()]
    assert said == ["Error handling request", "Invalid request", "Worker exiting (pid: 7)"]
    assert "secret-token" not in written.getvalue()
    assert "192.0.2.1" not in written.getvalue()


@pytest.mark.parametrize("name", ["django.request", "django.security.csrf"])
def test_django_does_not_repeat_our_lines_with_the_path(written: io.StringIO, name: str) -> None:
    logging.getLogger(name).warning("Forbidden (%s): %s", "no cookie", "/i/secret-token")
    logging.getLogger(name).error("Internal Server Error: %s", "/choose-password/secret-token")
    assert written.getvalue() == ""


def test_a_line_has_its_time_level_logger_and_the_requests_id(written: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="k7f3-9mzq"):
        structlog.get_logger("staffpassport.requests").info("request", status=200)
        logging.getLogger("some.library").warning("hm")
    for line in map(json.loads, written.getvalue().splitlines()):
        assert line["request_id"] == "k7f3-9mzq"
        assert line["timestamp"].endswith("Z")
        assert line["logger"] in ("staffpassport.requests", "some.library")


def test_a_thing_that_is_logged_by_mistake_does_not_tell_its_name(written: io.StringIO) -> None:
    class Person:
        def __repr__(self) -> str:
            return PERSON

    number = uuid.uuid4()
    structlog.get_logger("x").info("seen", whom=Person(), all=[Person()], id=number)
    told = only_line(written)
    assert told["whom"] == "<Person>"
    assert told["id"] == str(number)
    assert PERSON not in written.getvalue()


def test_what_ends_a_thread_is_a_line_like_any_other(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert only_line(written)["fault"] == "RefusedError"
    assert PERSON not in written.getvalue() + capsys.readouterr().err


def test_what_ends_a_process_is_a_line_like_any_other(written: io.StringIO) -> None:
    fault = caught(fail)
    sys.excepthook(type(fault), fault, fault.__traceback__)
    told = only_line(written)
    assert (told["event"], told["fault"]) == ("crashed", "RefusedError")
    assert PERSON not in written.getvalue()


def test_a_line_that_cannot_be_written_is_not_printed_instead(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("x").warning("%d", PERSON)
    assert PERSON not in capsys.readouterr().err


def test_people_who_develop_see_all_of_a_fault() -> None:
    with logging_as("console") as out:
        logging.getLogger("x").error("failed", exc_info=caught(fail))
    assert PERSON in out.getvalue()
    assert "Traceback" in out.getvalue()
