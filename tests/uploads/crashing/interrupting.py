"""Dying at a chosen statement without dying: for every statement of a verb, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from django.db import connections

from staffpassport.bulk import copytext

# What a database does by itself for a process that is gone.
_CLEARING_UP = ("ROLLBACK", "RELEASE")


class Killed(BaseException):
    """In place of SIGKILL. No Exception, so nothing that waits for faults can catch it."""


@dataclass(slots=True)
class Interruption:
    """The process dies just before its `at`th statement or commit; nothing it wants to write afterwards arrives."""

    at: int
    statements: list[str] = field(default_factory=list)

    @property
    def happened(self) -> bool:
        return len(self.statements) >= self.at

    def next(self, statement: str) -> None:
        if self.happened and statement.startswith(_CLEARING_UP):
            return
        self.statements.append(statement)
        if self.happened:
            raise Killed(statement)


@contextmanager
def killed_at(number: int) -> Iterator[Interruption]:
    """Swallows the death that it brings about.

    COMMIT counts too, which Django does not show to wrappers of statements; and COPY, which is stopped when it has
    begun. A process that dies is rolled back by the database; here that is done before the exception goes up.
    """
    connection = connections["default"]
    interruption = Interruption(number)
    commit, lines = connection.commit, copytext.lines

    def execute(real: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        interruption.next(sql)
        return real(sql, parameters, many, context)

    def dies_before_commit() -> None:
        try:
            interruption.next("COMMIT")
        except Killed:
            connection.rollback()
            raise
        commit()

    def dies_in_copy(*args: Any) -> str:
        interruption.next("COPY")
        return lines(*args)

    with pytest.MonkeyPatch.context() as patched, connection.execute_wrapper(execute):
        patched.setattr(connection, "commit", dies_before_commit)
        patched.setattr(copytext, "lines", dies_in_copy)
        with suppress(Killed):
            yield interruption


def every_statement() -> Iterator[int]:
    """1, 2, 3 …; whoever loops over it stops at the first that is not reached."""
    return count(1)
