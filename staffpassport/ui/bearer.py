"""Bearer tokens of other programmes: GOV.UK Notify that calls back, a monitor that fetches figures."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from django.http import HttpRequest


def knows_a_token(request: HttpRequest, tokens: Sequence[str]) -> bool:
    """Compared in constant time, with all of them: how long it takes tells nothing."""
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    matches = [hmac.compare_digest(shown.strip().encode(), token.encode()) for token in tokens]
    return scheme.lower() == "bearer" and any(matches)
