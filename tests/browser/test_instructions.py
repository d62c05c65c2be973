"""The instructions for inviting many, in the new window that the upload page opens."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from staffpassport.accounts.models import Membership
from staffpassport.uploads.instructions import TITLE, ZIP_NAME
from staffpassport.uploads.views.beginning import upload_address
from tests.browser.conftest import StartJourney
from tests.making import COHORT

pytestmark = pytest.mark.browser


def test_the_instructions_open_in_a_new_window_with_everything_to_take_away(
    hr: Membership, start: StartJourney, size: ViewportSize
) -> None:
    journey = start(hr, size=size)
    journey.open(upload_address(COHORT))
    journey.into_a_new_window("Download the template and follow the instructions (opens in a new window)")
    journey.shows(TITLE)
    name, _ = journey.download("All of it together")
    assert name == ZIP_NAME
    journey.page.get_by_role("link", name="Look at what we found", exact=True).click()
    expect(journey.page.get_by_role("heading", name="6. Look at what we found")).to_be_in_viewport()
