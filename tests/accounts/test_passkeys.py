"""Making a passkey and showing it: what is accepted, and whatever else is refused with a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from hypothesis import given, settings
from hypothesis import strategies as some

from staffpassport.accounts import passkeys
from staffpassport.accounts.models import Membership, User
from staffpassport.accounts.passkeys import NewPasskey, PasskeyError
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.security_key import SecurityKey

pytestmark = pytest.mark.django_db

NOT_RIGHT = "What your browser sent about the passkey is not right. Try again, or choose another way"
TOO_LATE = "That took longer than 5 minutes, or was done already. Try again"
UNKNOWN = "This passkey is not known here. Choose another way"
ELSEWHERE = "Passkeys work only at http://localhost:8000. Go there and try again"


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-02 12:00:00+00:00", tick=False) as clock:
        yield clock


@pytest.fixture
def request_() -> HttpRequest:
    """Of a browser: its session holds what the ceremony remembers."""
    request = HttpRequest()
    request.session = SessionStore()
    return request


def begin(request: HttpRequest, user: User, **more: Any) -> dict[str, Any]:
    return passkeys.begin_making(request, user_id=user.pk, name=user.email, label=user.name, **more)


def made(request: HttpRequest, user: User, key: SecurityKey, **more: Any) -> NewPasskey:
    return passkeys.finish_making(request, key.make(begin(request, user, **more)))


def kept(request: HttpRequest, user: User, key: SecurityKey, **more: Any) -> Authenticator:
    return passkeys.keep(user, made(request, user, key, **more), "Work laptop")


def refusal(call: Any, *args: Any) -> str:
    with pytest.raises(PasskeyError) as refused:
        call(*args)
    return refused.value.sentence


def test_a_passkey_is_made_before_the_account_and_then_logs_in_alone(request_: HttpRequest) -> None:
    key, user = SecurityKey(), User(email="new@example.com", name="Robin Shaw")
    options = begin(request_, user)["publicKey"]
    assert options["rp"] == {"id": "localhost", "name": "Digital Staff Passport"}
    assert (options["user"]["name"], options["user"]["displayName"]) == ("new@example.com", "Robin Shaw")
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["timeout"] == 300_000
    new = passkeys.finish_making(request_, key.make({"publicKey": options}))
    waiting: NewPasskey = json.loads(json.dumps(new))
    user.save()
    passkey = passkeys.keep(user, waiting, "Work laptop")
    assert str(passkey) == "Work laptop"

    asked = passkeys.begin_giving(request_)
    assert "allowCredentials" not in asked["publicKey"], "nobody learns who has one"
    shown = passkeys.finish_giving(request_, key.give(asked))
    assert shown == passkey
    assert shown.user == user


def test_the_host_is_that_of_the_settings_whatever_was_asked_for(
    request_: HttpRequest, hr: Membership, settings: LazySettings
) -> None:
    settings.BASE_URL = "https://Passport.Example.nhs.uk:443"
    request_.META["HTTP_HOST"] = "evil.example"
    key = SecurityKey(origin="https://passport.example.nhs.uk")
    assert begin(request_, hr.user)["publicKey"]["rp"]["id"] == "passport.example.nhs.uk"
    kept(request_, hr.user, key)
    assert passkeys.finish_giving(request_, key.give(passkeys.begin_giving(request_)))


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost",
        "http://localhost:8001",
        "https://localhost:8000",
        "http://sub.localhost:8000",
        "https://evil.example",
        "null",
        "",
    ],
)
def test_another_address_is_refused(request_: HttpRequest, hr: Membership, origin: str) -> None:
    key = SecurityKey()
    kept(request_, hr.user, key)
    elsewhere = SecurityKey(origin=origin)
    assert refusal(made, request_, hr.user, elsewhere) == ELSEWHERE
    key.origin = origin
    assert refusal(passkeys.finish_giving, request_, key.give(passkeys.begin_giving(request_))) == ELSEWHERE


def test_our_page_in_somebody_elses_frame_is_refused(request_: HttpRequest, hr: Membership) -> None:
    key = SecurityKey()
    assert (
        refusal(passkeys.finish_making, request_, key.make(begin(request_, hr.user), framed=True))
        == ELSEWHERE
    )


def test_another_challenge_is_refused(request_: HttpRequest, hr: Membership) -> None:
    key = SecurityKey()
    answer = key.make(begin(request_, hr.user), challenge=b"x" * 32)
    assert refusal(passkeys.finish_making, request_, answer) == NOT_RIGHT
    kept(request_, hr.user, key)
    shown = key.give(passkeys.begin_giving(request_), challenge=b"x" * 32)
    assert refusal(passkeys.finish_giving, request_, shown) == NOT_RIGHT


def test_a_challenge_is_good_for_one_answer(request_: HttpRequest, hr: Membership) -> None:
    key = SecurityKey(count=0)
    answer = key.make(begin(request_, hr.user))
    new = passkeys.finish_making(request_, answer)
    assert refusal(passkeys.finish_making, request_, answer) == TOO_LATE
    passkeys.keep(hr.user, new, "Phone")
    shown = key.give(passkeys.begin_giving(request_))
    kept_session = dict(request_.session)
    passkeys.finish_giving(request_, shown)
    assert refusal(passkeys.finish_giving, request_, shown) == TOO_LATE
    request_.session.update(kept_session)
    assert refusal(passkeys.finish_giving, request_, shown) == TOO_LATE, "nor in a request at the same moment"


def test_a_wrong_answer_uses_the_challenge_up_too(request_: HttpRequest, hr: Membership) -> None:
    key = SecurityKey()
    options = begin(request_, hr.user)
    assert refusal(passkeys.finish_making, request_, "{}") == NOT_RIGHT
    assert refusal(passkeys.finish_making, request_, key.make(options)) == TOO_LATE


def test_five_minutes_and_no_longer(
    request_: HttpRequest, hr: Membership, at_noon: time_machine.Traveller
) -> None:
    key = SecurityKey()
    options = begin(request_, hr.user)
    at_noon.shift(299)
    passkeys.keep(hr.user, passkeys.finish_making(request_, key.make(options)), "Phone")
    options = passkeys.begin_giving(request_)
    at_noon.shift(301)
    assert refusal(passkeys.finish_giving, request_, key.give(options)) == TOO_LATE


def test_a_passkey_has_to_prove_who_holds_it(request_: HttpRequest, hr: Membership) -> None:
    key = SecurityKey(verifies=False)
    assert refusal(made, request_, hr.user, key) == NOT_RIGHT
    key.verifies = True
    kept(request_, hr.user, key)
    key.verifies = False
    assert refusal(passkeys.finish_giving, request_, key.give(passkeys.begin_giving(request_))) == NOT_RIGHT


def test_a_plain_security_key_is_good_after_a_password_and_never_alone(
    request_: HttpRequest, hr: Membership
) -> None:
    key = SecurityKey(verifies=False)
    passkey = kept(request_, hr.user, key, alone=False)
    asked = passkeys.begin_giving(request_, hr.user)
    assert len(asked["publicKey"]["allowCredentials"]) == 1
    assert passkeys.finish_giving(request_, key.give(asked), hr.user) == passkey
    # Whoever finds a key without a PIN can give it one.
    key.verifies = True
    assert refusal(passkeys.finish_giving, request_, key.give(passkeys.begin_giving(request_))) == UNKNOWN


def test_somebody_elses_passkey_is_not_known(
    request_: HttpRequest, hr: Membership, trust: Organisation
) -> None:
    mine, theirs = SecurityKey(), SecurityKey()
    kept(request_, hr.user, mine)
    colleague = making.member(trust, Role.HR_USER).user
    kept(request_, colleague, theirs)
    asked = passkeys.begin_giving(request_, hr.user)
    assert refusal(passkeys.finish_giving, request_, theirs.give(asked), hr.user) == UNKNOWN
    as_me = theirs.give(passkeys.begin_giving(request_), user=hr.user.pk)
    assert refusal(passkeys.finish_giving, request_, as_me) == UNKNOWN
    theirs.id = mine.id
    as_mine = theirs.give(passkeys.begin_giving(request_), user=hr.user.pk)
    assert refusal(passkeys.finish_giving, request_, as_mine) == NOT_RIGHT, "the signature is another's"


def test_what_was_begun_for_one_is_not_finished_for_another(
    request_: HttpRequest, hr: Membership, trust: Organisation
) -> None:
    key, other = SecurityKey(), SecurityKey()
    kept(request_, hr.user, key)
    colleague = making.member(trust, Role.HR_USER).user
    kept(request_, colleague, other)
    shown = key.give(passkeys.begin_giving(request_, hr.user))
    assert refusal(passkeys.finish_giving, request_, shown, colleague) == TOO_LATE
    shown = key.give(passkeys.begin_giving(request_, hr.user))
    assert refusal(passkeys.finish_giving, request_, shown) == TOO_LATE
    with pytest.raises(ValueError, match="another user"):
        passkeys.keep(colleague, made(request_, hr.user, SecurityKey()), "Phone")


@pytest.mark.parametrize("handle", [b"", b"short", b"n" * 16, b"x" * 64])
def test_a_passkey_of_nobody_is_not_known(request_: HttpRequest, handle: bytes) -> None:
    shown = SecurityKey().give(passkeys.begin_giving(request_), user=handle)
    assert refusal(passkeys.finish_giving, request_, shown) == UNKNOWN


@pytest.mark.parametrize("change", [{"is_active": False}, {"practice": True}])
def test_whoever_may_not_log_in_is_told_what_strangers_are_told(
    request_: HttpRequest, hr: Membership, settings: LazySettings, change: dict[str, bool]
) -> None:
    key = SecurityKey()
    kept(request_, hr.user, key)
    settings.PRACTICE_MODE = False
    User.objects.update(**change)
    assert refusal(passkeys.finish_giving, request_, key.give(passkeys.begin_giving(request_))) == UNKNOWN


def test_a_count_that_does_not_go_up_is_a_copy(request_: HttpRequest, hr: Membership) -> None:
    key = SecurityKey(count=5)
    passkey = kept(request_, hr.user, key)
    passkeys.finish_giving(request_, key.give(passkeys.begin_giving(request_)))
    passkey.refresh_from_db()
    assert passkey.data["count"] == 6
    for count in (5, 4, 0):  # used 6, 5 and 0 times, as it says
        key.count = count
        with pytest.raises(PasskeyError, match="copied") as refused:
            passkeys.finish_giving(request_, key.give(passkeys.begin_giving(request_)))
        assert refused.value.user == hr.user
    key.count = 6
    assert passkeys.finish_giving(request_, key.give(passkeys.begin_giving(request_)))


def test_passkeys_that_do_not_count_are_used_again_and_again(request_: HttpRequest, hr: Membership) -> None:
    key = SecurityKey(count=0)
    kept(request_, hr.user, key)
    for _ in range(2):
        assert passkeys.finish_giving(request_, key.give(passkeys.begin_giving(request_)))


def test_a_device_is_not_asked_for_a_second_passkey_of_one_person(
    request_: HttpRequest, hr: Membership
) -> None:
    key = SecurityKey()
    kept(request_, hr.user, key)
    assert len(begin(request_, hr.user)["publicKey"]["excludeCredentials"]) == 1
    assert "already" in refusal(kept, request_, hr.user, key)
    assert Authenticator.objects.count() == 1


def test_a_removed_passkey_is_not_known_any_more(request_: HttpRequest, hr: Membership) -> None:
    key = SecurityKey()
    passkey = kept(request_, hr.user, key)
    shown = key.give(passkeys.begin_giving(request_))
    passkey.delete()
    assert refusal(passkeys.finish_giving, request_, shown) == UNKNOWN
    assert refusal(passkeys.begin_giving, request_, hr.user) == UNKNOWN


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        ("NotAllowedError", "was cancelled or took too long"),
        ("InvalidStateError", "has a passkey for your account already"),
        ("SecurityError", "work only at http://localhost:8000"),
        ("whatever", "was cancelled or took too long"),
    ],
)
def test_what_the_browser_could_not_do_becomes_a_sentence(
    request_: HttpRequest, hr: Membership, problem: str, sentence: str
) -> None:
    begin(request_, hr.user)
    assert sentence in refusal(passkeys.finish_making, request_, json.dumps({"problem": problem}))


some_json = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
answers = some.text() | some_json.map(json.dumps) | some.just("[" * 15_000) | some.just("x" * 20_000)


@settings(max_examples=60, deadline=None)
@given(answer=answers, part=some.sampled_from(["id", "rawId", "type", "response", "clientDataJSON"]))
def test_whatever_is_sent_gets_a_sentence(answer: str, part: str) -> None:
    request = HttpRequest()
    request.session = SessionStore()
    user = User(email="new@example.com", name="Robin Shaw")
    right = json.loads(SecurityKey().make(begin(request, user)))
    (right["response"] if part == "clientDataJSON" else right)[part] = answer
    for sent in (answer, json.dumps(right)):
        begin(request, user)
        assert refusal(passkeys.finish_making, request, sent)
        passkeys.begin_giving(request)
        assert refusal(passkeys.finish_giving, request, sent)


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
@pytest.mark.parametrize("wrong", ["", "AAAA", "=", "é", 7, None, [], {}])
def test_a_part_that_is_wrong_gets_a_sentence(
    request_: HttpRequest, hr: Membership, part: str, wrong: Any
) -> None:
    key = SecurityKey()
    kept(request_, hr.user, key)
    answer = json.loads(key.give(passkeys.begin_giving(request_)))
    answer["response"][part] = wrong
    assert refusal(passkeys.finish_giving, request_, json.dumps(answer)) in (NOT_RIGHT, UNKNOWN)
