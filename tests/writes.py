"""What a request writes: whatever changes the portal for anybody has to leave an event in the audit trail."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_WRITE = re.compile(r'(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM) "?(\w+)"?(?: SET (.*?) WHERE)?')
# What holds nothing but where somebody is in the portal, by which browsers, or how often they tried.
_QUIET = {"django_session", "cache_entries", "accounts_usersession", "accounts_knowndevice", "accounts_tries"}
# Whom somebody has chosen, and has yet to say yes or no to.
_CHOICES = {"batches_batch", "batches_batchperson"}
# A code that was asked for changes nothing before it is typed, which is an event; it goes out as a message.
_CODES = {"codes_proving", "codes_securitycode"}
# What somebody has answered and not sent yet: nobody else sees it, and sending it is an event.
_ANSWERS = {"signup_application"}
# That somebody is here, which the portal notes once a minute.
_QUIET_COLUMNS = re.compile(r'"last_(?:seen_at|login)" = \S+')


class Writes:
    """Looks at each statement of a request, as a wrapper of Django's."""

    def __init__(self) -> None:
        self._tables: set[str] = set()

    def __call__(
        self, execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any
    ) -> Any:
        answer = execute(sql, parameters, many, context)
        written = _WRITE.match(sql)
        if written and context["cursor"].rowcount and not _is_quiet(sql, written):
            self._tables.add(written[1])
        return answer

    @property
    def without_an_event(self) -> list[str]:
        """The tables that were written, if no event was."""
        if "audit_unsealed" in self._tables:
            return []
        quiet = _QUIET | _CODES | _ANSWERS | ({"messaging_message"} if self._tables & _CODES else set())
        return sorted(self._tables - quiet)


def _is_quiet(sql: str, written: re.Match[str]) -> bool:
    if written[1] in _CHOICES:
        return '"confirmed_at" = ' not in sql
    return bool(written[2] and _QUIET_COLUMNS.fullmatch(written[2]))
