"""The links in invitations: 26 characters that name an invitation and the channel it came by.

link_id (8 bytes), channel (1 byte) and an HMAC-SHA256 cut to 10 bytes, in base64url. The database holds only the
link_id, so a stolen copy of it opens nothing. LINK_KEYS rotate, newest first.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from django.conf import settings

from staffpassport.invitations.models import LINK_ID_BYTES, Invitation
from staffpassport.messaging.states import Channel

TOKEN_LENGTH = 26
_MAC_BYTES = 10
_TOKEN_BYTES = LINK_ID_BYTES + 1 + _MAC_BYTES
_CHANNEL_BYTES = {Channel.EMAIL: b"e", Channel.TEXT: b"t"}
_CHANNELS = {byte: channel for channel, byte in _CHANNEL_BYTES.items()}


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is ours."""

    link_id: bytes
    channel: Channel


def token(link_id: bytes, channel: Channel) -> str:
    """The 26 characters for an invitation and a channel."""
    named = link_id + _CHANNEL_BYTES[channel]
    return _written(named + _mac(named, settings.LINK_KEYS[0]))


def read(text: str) -> Link | None:
    """What a token names, None where it is not one of ours. Constant in time for a right form."""
    if len(text) != TOKEN_LENGTH or not text.isascii():
        return None
    try:
        raw = urlsafe_b64decode(text + "==")
    except ValueError:
        return None
    if len(raw) != _TOKEN_BYTES:
        return None
    named, mac = raw[: LINK_ID_BYTES + 1], raw[LINK_ID_BYTES + 1 :]
    channel = _CHANNELS.get(named[LINK_ID_BYTES:])
    ours = [hmac.compare_digest(mac, _mac(named, key)) for key in settings.LINK_KEYS]
    if channel is None or not any(ours) or _written(raw) != text:
        return None
    return Link(named[:LINK_ID_BYTES], channel)


def _written(raw: bytes) -> str:
    """The one way to write these bytes: the last character has bits to spare, which could be anything."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def address(invitation: Invitation, channel: Channel) -> str:
    """The link as the person gets it."""
    return f"{settings.BASE_URL}/i/{token(bytes(invitation.link_id), channel)}"


def _mac(named: bytes, key: str) -> bytes:
    return hmac.digest(f"invitation link {key}".encode(), named, hashlib.sha256)[:_MAC_BYTES]
