"""The digits of a code: made of its id by a key, so that a stolen database holds none."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from django.conf import settings

DIGITS = 6


def of(code: UUID) -> str:
    """What is sent: six digits, by the newest of LINK_KEYS."""
    return _digits(code, settings.LINK_KEYS[0])


def fit(code: UUID, typed: str) -> bool:
    """Whether these are the code's digits, by whichever key they were made with. Spaces and dashes do not count."""
    plain = "".join(sign for sign in typed if sign.isascii() and sign.isdecimal())
    fitting = [hmac.compare_digest(plain, _digits(code, key)) for key in settings.LINK_KEYS]
    return any(fitting)


def address_digest(address: str) -> bytes:
    """An address as a code remembers it. Once SECRET_KEY changes, the codes that are out are good for nothing."""
    return hmac.digest(f"address of a code {settings.SECRET_KEY}".encode(), address.encode(), hashlib.sha256)


def _digits(code: UUID, key: str) -> str:
    made = hmac.digest(f"security code {key}".encode(), code.bytes, hashlib.sha256)
    # 2^64 is so much more than 10^6 that no digit is likelier than another.
    return f"{int.from_bytes(made[:8], 'big') % 10**DIGITS:0{DIGITS}}"
