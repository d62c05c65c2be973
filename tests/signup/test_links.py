"""The links in invitations: 26 characters, one way to write each, and nothing to make them from but the key."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.test import override_settings
from hypothesis import example, given
from hypothesis import strategies as st

from staffpassport.invitations import links
from staffpassport.invitations.links import Link
from staffpassport.invitations.models import LINK_ID_BYTES, new_link_id
from staffpassport.messaging.states import Channel

OLD, NEW, OTHER = (f"{word} link key of the tests 0123456789" for word in ("an old", "a new", "another"))
link_ids = st.binary(min_size=LINK_ID_BYTES, max_size=LINK_ID_BYTES)
channels = st.sampled_from(Channel)


@contextmanager
def keys(*newest_first: str) -> Iterator[None]:
    with override_settings(LINK_KEYS=list(newest_first)):
        yield


@given(link_ids, channels)
def test_a_token_names_its_invitation_and_channel_again(link_id: bytes, channel: Channel) -> None:
    token = links.token(link_id, channel)
    assert len(token) == links.TOKEN_LENGTH
    assert links.read(token) == Link(link_id, channel)


@given(st.text(max_size=40) | st.text("ABCabc019-_=", min_size=26, max_size=26))
@example("\x00" * 26)
@example("é" * 26)
@example("=" * 26)
@example("A" * 26)
@example("")
def test_any_text_is_a_link_of_ours_or_none(text: str) -> None:
    assert links.read(text) is None


@given(link_ids, channels, st.integers(0, 25), st.characters(min_codepoint=33, max_codepoint=126))
def test_no_character_can_be_changed(link_id: bytes, channel: Channel, place: int, character: str) -> None:
    token = links.token(link_id, channel)
    changed = token[:place] + character + token[place + 1 :]
    assert changed == token or links.read(changed) is None


@given(link_ids, channels)
def test_there_is_one_way_to_write_a_link(link_id: bytes, channel: Channel) -> None:
    """The last character holds bits that decoding ignores: what counts or blocks by the text must see one."""
    token = links.token(link_id, channel)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert [last for last in alphabet if links.read(token[:-1] + last)] == [token[-1]]
    for other in (f"{token}=", f" {token}", f"{token}\n", token.swapcase()):
        assert links.read(other) is None or other == token


def test_the_link_of_one_channel_is_not_that_of_the_other() -> None:
    link_id = new_link_id()
    email, text = links.token(link_id, Channel.EMAIL), links.token(link_id, Channel.TEXT)
    assert links.read(email) != links.read(text)
    swapped = email[:10] + text[10:12] + email[12:]
    assert links.read(swapped) is None


def test_a_channel_that_does_not_exist_is_refused_even_with_a_right_mac() -> None:
    named = new_link_id() + b"x"
    raw = named + links._mac(named, settings.LINK_KEYS[0])
    assert links.read(urlsafe_b64encode(raw).decode().rstrip("=")) is None


def test_another_key_makes_another_link() -> None:
    link_id = new_link_id()
    with keys(OLD):
        token = links.token(link_id, Channel.EMAIL)
    with keys(OTHER):
        assert links.read(token) is None


def test_a_new_key_signs_and_the_old_one_is_still_read_until_it_is_taken_away() -> None:
    link_id = new_link_id()
    with keys(OLD):
        before = links.token(link_id, Channel.EMAIL)
    with keys(NEW, OLD):
        assert links.read(before) == Link(link_id, Channel.EMAIL)
        after = links.token(link_id, Channel.EMAIL)
        assert after != before
    with keys(NEW):
        assert links.read(before) is None
        assert links.read(after) == Link(link_id, Channel.EMAIL)


def test_a_change_of_the_secret_key_breaks_no_link() -> None:
    token = links.token(new_link_id(), Channel.TEXT)
    with override_settings(SECRET_KEY=OTHER):
        assert links.read(token) is not None


def test_link_ids_do_not_repeat() -> None:
    assert len({new_link_id() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("mac", [bytes(10), b"\xff" * 10])
def test_what_the_database_holds_is_not_enough_to_make_a_link(mac: bytes) -> None:
    assert links.read(urlsafe_b64encode(new_link_id() + b"e" + mac).decode().rstrip("=")) is None
