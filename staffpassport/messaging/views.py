"""Where GOV.UK Notify tells what became of a message. No page for people: its answers are one sentence of text."""

from __future__ import annotations

import json
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from staffpassport.messaging.providers.notify_answers import CHANNELS, became, is_known
from staffpassport.messaging.receipts import record_receipt
from staffpassport.organisations.access import public
from staffpassport.ui.bearer import knows_a_token

log = structlog.get_logger(__name__)

# A receipt has some 400 bytes, and an e-mail address of up to 320 characters.
LARGEST = 16 * 1024


class NotAReceiptError(ValueError):
    """What was sent is no delivery receipt. Its words are the answer."""


@public
@csrf_exempt
@require_POST
def notify_receipt(request: HttpRequest) -> HttpResponse:
    """One delivery receipt, with a token of NOTIFY_CALLBACK_TOKENS. 404 for a reference that is nobody's.

    Twice, late or out of order it does no harm. Nothing of it is kept but the state, and its recipient is not read.
    """
    tokens = settings.NOTIFY_CALLBACK_TOKENS
    if not tokens:
        return _say("No receipts are taken here: NOTIFY_CALLBACK_TOKENS is not set.", 404)
    if not knows_a_token(request, tokens):
        answer = _say("The bearer token is missing or not one of NOTIFY_CALLBACK_TOKENS.", 401)
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    # Not request.body, which would take a megabyte before it minds.
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return _say(f"A receipt has {LARGEST} bytes at most.", 413)
    try:
        reference, status, type_ = _read(body)
    except NotAReceiptError as problem:
        return _say(str(problem), 400)
    state, reason = became(status, CHANNELS[type_])
    known = record_receipt(reference, state, reason)
    log.info("receipt", message=reference if known else None, state=state.value, known=known)
    if not known:
        return _say("There is no message of this reference.", 404)
    return HttpResponse(status=204)


def _read(body: bytes) -> tuple[str, str, str]:
    """Its reference, status and type. An empty reference is that of a message that somebody sent by hand."""
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise NotAReceiptError("The body must be JSON.") from None
    if not isinstance(told, dict):
        raise NotAReceiptError("The body must be a JSON object.")
    reference, status, type_ = (told.get(key) for key in ("reference", "status", "notification_type"))
    if not isinstance(status, str) or not is_known(status):
        raise NotAReceiptError("The status must be one that GOV.UK Notify documents, such as delivered.")
    if not isinstance(type_, str) or type_ not in CHANNELS:
        raise NotAReceiptError("The notification_type must be email or sms.")
    return str(reference or ""), status, type_


def _say(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")
