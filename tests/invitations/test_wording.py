"""What the invited read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from staffpassport.invitations import wording
from staffpassport.invitations.composing import preview
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from tests import making

# The longest name of a trust in England, without its descriptor, in November 2026.
LONGEST = "The Robert Jones and Agnes Hunt Orthopaedic Hospital"
# As long as a portal's host name may get before the text of that trust needs a second segment.
LONG_HOST = "https://passport.longtrust.nhs.uk"


def test_the_text_of_the_longest_trust_is_one_segment(db: None, settings: LazySettings) -> None:
    settings.BASE_URL = LONG_HOST
    trust = making.organisation(name=LONGEST)
    text = preview(trust, "Zoë", timezone.now())[Channel.TEXT].body.replace("•", "x")
    assert wording.fits_one_text(text), f"{len(text)} characters: {text}"


def test_the_text_has_no_first_name_because_an_accent_would_halve_its_room(trust: Organisation) -> None:
    assert "Zoë" not in preview(trust, "Zoë", timezone.now())[Channel.TEXT].body


def test_a_curly_apostrophe_in_the_name_of_a_trust_does_not_make_the_text_dearer(db: None) -> None:
    trust = making.organisation(name="King’s College Hospital")
    text = preview(trust, "Zoë", timezone.now())[Channel.TEXT].body.replace("•", "x")
    assert "King's College" in text
    assert wording.fits_one_text(text)


def test_the_email_greets_by_name_and_says_who_invites_where_to_start_and_whom_to_ask(
    trust: Organisation,
) -> None:
    email = preview(trust, "Zoë", timezone.now() + timedelta(days=14))[Channel.EMAIL]
    assert email.subject == "Fairdale Teaching Hospitals invites you to sign up for a Digital Staff Passport"
    for said in (
        "Hello Zoë,",
        "Start application",
        trust.hr_email,
        trust.hr_phone,
        "Nobody reads replies",
        "Fairdale Teaching Hospitals NHS Foundation Trust",
    ):
        assert said in email.body


def test_braces_in_a_name_are_just_braces(trust: Organisation) -> None:
    assert "Hello {trust}," in preview(trust, "{trust}", timezone.now())[Channel.EMAIL].body


@pytest.mark.parametrize(("body", "fits"), [("a" * 160, True), ("a" * 161, False), ("Zoë ł", False)])
def test_one_segment_is_160_characters_of_the_gsm_alphabet(body: str, fits: bool) -> None:
    assert wording.fits_one_text(body) is fits
