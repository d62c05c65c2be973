"""Where GOV.UK Notify tells what became of a message. Notify's own words for it are the stub's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from uuid_utils.compat import uuid7

from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Failure, State
from staffpassport.messaging.views import LARGEST
from staffpassport.organisations.models import Organisation
from tests.messaging.notifying import TOKEN
from tests.messaging.outbox import delivery, queue, run

OLD = "the token before this one 0123456789"


@pytest.fixture(autouse=True)
def _tokens(settings: Settings) -> None:
    settings.NOTIFY_CALLBACK_TOKENS = [TOKEN, OLD]


@pytest.fixture
def message(trust: Organisation) -> Message:
    queued = queue(trust)
    run(delivery())
    return queued


def receipt(reference: Any, status: str = "delivered", **other: Any) -> dict[str, Any]:
    return {
        "id": str(uuid7()),
        "reference": None if reference is None else str(reference),
        "to": "ada@example.com",
        "status": status,
        "created_at": "2026-11-22T12:00:00.000000Z",
        "completed_at": "2026-11-22T12:00:05.000000Z",
        "sent_at": "2026-11-22T12:00:01.000000Z",
        "notification_type": "email",
        **other,
    }


def post(body: Any, token: str = TOKEN, **headers: str) -> Any:
    """As Notify does: no cookie, no form token."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client(enforce_csrf_checks=True).post(
        reverse("notify-receipt"),
        raw,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", **headers},
    )


def state_of(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.state, message.failure


@pytest.mark.parametrize("token", [TOKEN, OLD])
def test_a_receipt_moves_its_message_on(message: Message, token: str) -> None:
    answer = post(receipt(message.id), token)
    assert (answer.status_code, answer.content) == (204, b"")
    assert state_of(message) == (State.DELIVERED, "")


@pytest.mark.parametrize(
    ("status", "type_", "failure"),
    [
        ("permanent-failure", "email", Failure.NO_SUCH_ADDRESS),
        ("temporary-failure", "email", Failure.MAILBOX_NOT_ACCEPTING),
        ("permanent-failure", "sms", Failure.NO_SUCH_PHONE),
        ("temporary-failure", "sms", Failure.PHONE_NOT_ACCEPTING),
        ("technical-failure", "sms", Failure.PROVIDER_FAULT),
    ],
)
def test_a_failure_is_told_with_its_reason(message: Message, status: str, type_: str, failure: str) -> None:
    assert post(receipt(message.id, status, notification_type=type_)).status_code == 204
    assert state_of(message) == (State.FAILED, failure)


def test_twice_and_out_of_order_does_no_harm(message: Message) -> None:
    for status in ("delivered", "delivered", "sending", "temporary-failure"):
        assert post(receipt(message.id, status)).status_code == 204
    assert state_of(message) == (State.DELIVERED, "")


@pytest.mark.parametrize("reference", [None, "", "batch-7", "01a204d6-c260-720a-b1c8-b49d73544981", 7, ["x"]])
def test_a_reference_that_is_nobodys_is_not_found(db: None, reference: Any) -> None:
    body = receipt("x")
    body["reference"] = reference
    assert post(body).status_code == 404


@pytest.mark.parametrize(
    "authorisation",
    ["", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer \xe9"],
)
def test_without_its_token_nothing_is_read(message: Message, authorisation: str) -> None:
    answer = post(receipt(message.id), Authorization=authorisation)
    assert answer.status_code == 401
    assert state_of(message)[0] == State.SENT


def test_where_no_token_is_set_nobody_has_one(message: Message, settings: Settings) -> None:
    settings.NOTIFY_CALLBACK_TOKENS = []
    for token in ("", TOKEN):
        assert post(receipt(message.id), token).status_code == 404
    assert state_of(message)[0] == State.SENT


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "The body must be JSON."),
        (b"{", "The body must be JSON."),
        (b"\xff\xfe", "The body must be JSON."),
        (b"[" * LARGEST, "The body must be JSON."),
        (b"9" * LARGEST, "The body must be JSON."),
        (b"[]", "The body must be a JSON object."),
        (b"null", "The body must be a JSON object."),
        (b"{}", "The status must be one that GOV.UK Notify documents, such as delivered."),
        (receipt("x", "elephant"), "The status must be one that GOV.UK Notify documents, such as delivered."),
        (receipt("x") | {"status": ["delivered"]}, "The status must be one"),
        (receipt("x", notification_type="letter"), "The notification_type must be email or sms."),
        (receipt("x", notification_type={}), "The notification_type must be email or sms."),
    ],
)
def test_what_is_no_receipt_is_answered_with_a_sentence(db: None, body: Any, says: str) -> None:
    answer = post(body)
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/plain")
    assert answer.content.decode().startswith(says)


def test_a_body_that_is_too_long_is_not_read_to_its_end(db: None) -> None:
    assert post(b" " * (LARGEST + 1)).status_code == 413
    assert post(b" " * 3_000_000).status_code == 413


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_only_a_post_is_taken(db: None, method: str) -> None:
    assert Client().generic(method, reverse("notify-receipt")).status_code == 405


def test_nothing_of_a_person_gets_into_the_log(message: Message, caplog: pytest.LogCaptureFixture) -> None:
    post(receipt(message.id))
    post(receipt("ada@example.com"))
    assert str(message.id) in caplog.text
    assert "ada@" not in caplog.text
    assert TOKEN not in caplog.text
