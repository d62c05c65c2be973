"""All settings at once, read and checked."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from staffpassport.environment.refusing import refuse_what_does_not_fit
from staffpassport.environment.variables import VARIABLES, Variable

_SIMILAR = 0.85
_SHORTEST_NAME_COMPARED = 8


def read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """All settings by name, read and checked.

    Raises ImproperlyConfigured with one sentence for the first that is missing, bad, misspelt or unsafe.
    """
    _refuse_misspelt(environ)
    practice = _read(VARIABLES[0], environ, practice=False)
    values = {variable.name: _read(variable, environ, practice=practice) for variable in VARIABLES}
    refuse_what_does_not_fit(values)
    return values


def _read(variable: Variable, environ: Mapping[str, str], *, practice: bool) -> Any:
    default = variable.default
    if practice and variable.practice_default is not None:
        default = variable.practice_default
    text = environ.get(variable.name, default)
    if text is None:
        raise ImproperlyConfigured(
            f"{variable.name} is not set ({variable.meaning}). See docs/running-it.md, "
            "or set PRACTICE_MODE=on to try the portal with made-up people."
        )
    try:
        return variable.read(text)
    except ValueError as problem:
        raise ImproperlyConfigured(f"{variable.name} {problem}. See docs/running-it.md.") from None


def _refuse_misspelt(environ: Mapping[str, str]) -> None:
    known = [variable.name for variable in VARIABLES]
    for name in environ:
        if name in known or len(name) < _SHORTEST_NAME_COMPARED:
            continue
        meant = difflib.get_close_matches(name, known, n=1, cutoff=_SIMILAR)
        if meant:
            raise ImproperlyConfigured(f"{name} is not a setting. Did you mean {meant[0]}?")
