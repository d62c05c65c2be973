"""An authenticator app, from the standard alone (RFC 6238), so that the portal is not tested by its own code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

_PERIOD_SECONDS = 30


def code(key: str, *, later: int = 0) -> str:
    """The six digits for a key as the page shows it; `later` counts codes from the present one."""
    secret = base64.b32decode(key.replace(" ", ""))
    moment = struct.pack(">Q", int(time.time()) // _PERIOD_SECONDS + later)
    digest = hmac.digest(secret, moment, hashlib.sha1)
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
