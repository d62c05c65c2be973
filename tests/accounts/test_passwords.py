"""What may be a password: by NIST SP 800-63B-4, with the sentence for what may not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from staffpassport.accounts.models import User
from staffpassport.accounts.passwords import (
    LIKE_HERE,
    LIKE_YOU,
    LONGEST,
    TOO_COMMON,
    TOO_LONG,
    TOO_SHORT,
    problem,
)
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def zoe(trust: Organisation) -> User:
    """Of Fairdale Teaching Hospitals, RZ1."""
    user: User = making.member(trust, Role.HR_USER, email="z.hartington@brightwell.example").user
    user.name = "Zoë Hartington-Smythe"
    user.save()
    return user


@pytest.mark.parametrize(
    "password",
    [
        "three random words",
        "orange kettle winter bus",
        "        spaces count       ",
        "Grüße an alle Kröten",
        "ねこがすきですほんとうに",
        "🦔🌻🚲🦔🌻🚲🫖🧦🪁🥁🦑🧀",
        "jR7!kq2Lw9#x",
        "k4-x9-p2-m7-q1",
        "nhs elephant 93 lamp",
        "48213 90377 11296",
        "x" * 60 + "y" * 30 + "z" * 30 + " words",
    ],
)
def test_whatever_is_long_and_not_to_be_guessed_is_taken(zoe: User, password: str) -> None:
    assert problem(password, zoe) is None


@pytest.mark.parametrize(
    ("sentence", "passwords"),
    [
        (TOO_SHORT, ["", "elevensigns", "orange bus", "é" * 11]),
        (TOO_LONG, ["long enough " * 11]),
        (
            TOO_COMMON,
            [
                *("password1234", "Password1234!", "P@ssw0rd2026!!", "p4ssw0rd!!!!!", "!!dragon!!!!!!"),
                *("sunshine 2026", "passwordpassword", "aaaaaaaaaaaa", "abababababab", "123456789012"),
                *("abcdefghijkl", "qwertyuiop123", "zxcvbnm98765", "Ünïcörn 12345"),
            ],
        ),
        (
            LIKE_YOU,
            ["hartington-1234", "Zoe.Hartington1", "SMYTHE zoë 1999", "h4rtingt0n!!!", "brightwell-z-1"],
        ),
        (
            LIKE_HERE,
            [
                *(
                    "fairdale-2026!",
                    "Fairdale NHS 12",
                    "RZ1-passport-26",
                    "digitalstaffpassport",
                    "nhs-portal-2026",
                ),
                *("March-April 26", "winter2026nhs!", "Teaching RZ1 99", "welcome-staff-1"),
            ],
        ),
    ],
)
def test_what_is_short_common_or_easy_to_guess_is_refused_with_one_sentence(
    zoe: User, sentence: str, passwords: list[str]
) -> None:
    assert {password: problem(password, zoe) for password in passwords} == dict.fromkeys(passwords, sentence)


def test_a_trust_that_somebody_is_about_to_belong_to_counts_too(other_trust: Organisation) -> None:
    new = User(email="new@example.com", name="Robin Shaw")
    assert problem("northmoor-community-1", new) is None
    assert problem("northmoor-community-1", new, [other_trust]) == LIKE_HERE


def test_128_characters_are_counted_as_people_count_them(zoe: User) -> None:
    composed = "é" * 64 + "ü" * 32 + "ö" * 31 + "x"
    apart = composed.replace("é", "e\u0301")
    assert len(apart) > LONGEST
    assert problem(apart, zoe) is None
    assert problem(apart + "x", zoe) == TOO_LONG


def test_an_accent_typed_on_another_keyboard_is_the_same_password(zoe: User) -> None:
    """A Mac sends é as one sign or as two, by who typed it."""
    zoe.set_password("cafe\u0301 in the rain")
    assert zoe.check_password("caf\u00e9 in the rain")
    zoe.set_password("caf\u00e9 in the rain")
    assert zoe.check_password("cafe\u0301 in the rain")
    assert not zoe.check_password("cafe in the rain")
    assert not zoe.check_password("café in the rain ")


class AnyPassword(TestCase):
    @given(st.text(max_size=200))
    def test_any_text_gets_an_answer(self, text: str) -> None:
        assert problem(text, User(email="a@b.example", name="A")) in {
            *(None, TOO_SHORT, TOO_LONG, TOO_COMMON, LIKE_YOU, LIKE_HERE),
        }
