"""A plugin for pytest: every test as often as REPEAT says. `make torture` loads it; each time chance is another."""

from __future__ import annotations

import os

import pytest

_NAME = "_again"


@pytest.fixture
def _again(request: pytest.FixtureRequest) -> None:
    """The number of the repetition, which is of no interest to the test."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    times = int(os.environ.get("REPEAT", "1"))
    if times > 1:
        metafunc.fixturenames.append(_NAME)
        metafunc.parametrize(_NAME, range(times), indirect=True)
