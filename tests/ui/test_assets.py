"""What the build made: `node staffpassport/ui/assets/build.mjs`, run at set-up."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

import staffpassport.ui

BUILT = Path(staffpassport.ui.__file__).parent / "static" / "ui"
FIRST_VIEW = ("app.css", "app.js", "favicon.svg")


def test_there_is_a_build() -> None:
    assert finders.find("ui/app.css"), "Run: node staffpassport/ui/assets/build.mjs"


@pytest.mark.parametrize("name", FIRST_VIEW)
def test_the_licensed_font_is_nowhere_and_nothing_is_fetched_from_elsewhere(name: str) -> None:
    built = (BUILT / name).read_text()
    assert "frutiger" not in built.lower()
    assert "@font-face" not in built
    addresses = set(re.findall(r"https?://[\w./-]+", built)) - {"http://www.w3.org/2000/svg"}
    assert not [address for address in addresses if f"url({address}" in built or f'url("{address}' in built]


def test_every_picture_of_the_stylesheet_is_there() -> None:
    pictures = set(re.findall(r'url\("?([^")]+)"?\)', (BUILT / "app.css").read_text()))
    assert pictures
    assert [picture for picture in pictures if not (BUILT / picture).is_file()] == []


def test_the_first_view_is_small() -> None:
    assert sum(len(gzip.compress((BUILT / name).read_bytes())) for name in FIRST_VIEW) < 60_000
