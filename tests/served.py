"""How any answer of ours has to be served, whatever is on it: `CheckingClient` holds each to it."""

from __future__ import annotations

from typing import Any

from django.conf import settings

# What a browser shows in the portal's own name. Anything else is a file, which it saves and never opens there.
_SHOWN = {"text/html", "text/plain", "application/json"}


def faults(answer: Any) -> list[str]:
    """What is wrong with its cookies, its type or how long it may be kept."""
    found = []
    for name, cookie in answer.cookies.items():
        if not cookie.value:  # taken back
            continue
        if not cookie["httponly"] or cookie["samesite"] not in ("Lax", "Strict"):
            found.append(f"the cookie {name} can be read by scripts or is sent by other sites")
        if cookie["path"] != "/" or cookie["domain"] or bool(cookie["secure"]) != settings.SERVED_OVER_TLS:
            found.append(f"the cookie {name} could not be called __Host-{name}")
    kind = answer.get("Content-Type", "").partition(";")[0]
    if kind and kind not in _SHOWN and not answer.get("Content-Disposition", "").startswith("attachment"):
        found.append(f"{kind} is not served as a file")
    if answer.get("X-Content-Type-Options") != "nosniff":
        found.append("a browser may take it for something else than it is")
    return found
