"""What the invited read."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from django.conf import LazySettings
from django.utils import timezone

from staffpassport.invitations import composing, purposes, wording
from staffpassport.messaging.composers import Content
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.roster.cohort import EmploymentStatus, EmploymentType
from staffpassport.ui import formats
from tests import making

# The longest names of trusts in England, without their descriptors, in November 2026. From the Organisation Data
# Service's list of NHS trusts.
LONGEST = (
    "The Robert Jones and Agnes Hunt Orthopaedic Hospital",
    "Barking, Havering and Redbridge University Hospitals",
    "Herefordshire and Worcestershire Health and Care",
    "Wrightington, Wigan and Leigh Teaching Hospitals",
    "South West London and St George's Mental Health",
    "University Hospitals Coventry and Warwickshire",
)
# As long as docs/running-it.md allows.
LONGEST_HOST = "https://staffpassport.longtrust.nhs.uk"
PURPOSES = purposes.ALL
VARIANTS = tuple(product(EmploymentType, EmploymentStatus))


def preview(
    trust: Organisation,
    name: str = "Zoë",
    variant: tuple[EmploymentType, EmploymentStatus] = VARIANTS[0],
    purpose: str = purposes.INVITATION,
) -> dict[Channel, Content]:
    employment_type, employment_status = variant
    cohort = replace(making.COHORT, employment_type=employment_type, employment_status=employment_status)
    return composing.preview(trust, name, timezone.now() + timedelta(days=14), cohort, purpose)


def text_of(trust: Organisation, purpose: str = purposes.INVITATION, name: str = "Zoë") -> str:
    """The text, with signs of the alphabet for the dots that hide a link."""
    return preview(trust, name, purpose=purpose)[Channel.TEXT].body.replace("•", "x")


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("name", LONGEST)
def test_the_text_of_the_longest_trusts_is_one_segment(
    db: None, settings: LazySettings, name: str, purpose: str
) -> None:
    assert len(LONGEST_HOST.removeprefix("https://")) == 30
    settings.BASE_URL = LONGEST_HOST
    text = text_of(making.organisation(name=name), purpose)
    assert name in text
    assert wording.fits_one_text(text), f"{len(text)} characters: {text}"


@pytest.mark.parametrize("purpose", PURPOSES)
def test_the_text_has_no_first_name_because_an_accent_would_halve_its_room(
    trust: Organisation, purpose: str
) -> None:
    assert text_of(trust, purpose, "Zoë") == text_of(trust, purpose, "Grace")


def test_a_curly_apostrophe_in_the_name_of_a_trust_does_not_make_the_text_dearer(db: None) -> None:
    text = text_of(making.organisation(name="King’s College Hospital"))
    assert "King's College" in text
    assert wording.fits_one_text(text)


def test_the_email_greets_by_name_and_says_who_invites_where_to_start_and_whom_to_ask(
    trust: Organisation,
) -> None:
    email = preview(trust)[Channel.EMAIL]
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


def test_a_reminder_says_that_it_is_one_and_of_when(trust: Organisation) -> None:
    sent = preview(trust, purpose=purposes.REMINDER)
    assert sent[Channel.EMAIL].subject.startswith("Reminder:")
    today = formats.day(timezone.now())
    assert f"This is a reminder. On {today}, {trust.name} invited you" in sent[Channel.EMAIL].body
    assert "reminder" in sent[Channel.TEXT].body


def test_the_four_kinds_of_people_read_four_emails(trust: Organisation) -> None:
    bodies = {variant: preview(trust, variant=variant)[Channel.EMAIL].body for variant in VARIANTS}
    assert len(set(bodies.values())) == 4
    for (_, status), body in bodies.items():
        is_new = "before your first day" in body or "before you arrive" in body
        assert is_new == (status is EmploymentStatus.NEW_STARTER)
    for (kind, _), body in bodies.items():
        assert ("each time you rotate" in body) == (kind is EmploymentType.TEMPORARY_MOVER)


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_email_has_short_sentences_and_one_thing_to_do(
    trust: Organisation, variant: tuple[EmploymentType, EmploymentStatus], purpose: str
) -> None:
    body = preview(trust, variant=variant, purpose=purpose)[Channel.EMAIL].body
    assert body.count("http") == body.count("Start application") == 1
    assert "{" not in body
    for sentence in re.split(r"[.?:]\s", body):
        assert len(sentence.split()) <= 25, sentence


def test_braces_in_a_name_are_just_braces(trust: Organisation) -> None:
    assert "Hello {trust}," in preview(trust, "{trust}")[Channel.EMAIL].body


@pytest.mark.parametrize(("body", "fits"), [("a" * 160, True), ("a" * 161, False), ("Zoë ł", False)])
def test_one_segment_is_160_characters_of_the_gsm_alphabet(body: str, fits: bool) -> None:
    assert wording.fits_one_text(body) is fits
