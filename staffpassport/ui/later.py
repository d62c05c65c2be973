"""Texts that are made when a module is read, and translated when they are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.utils.translation import gettext_lazy

# `from staffpassport.ui.later import later as _`. Fields and messages take such a text for any other, of which Django's
# types tell it.
later = cast("Callable[[str], str]", gettext_lazy)
