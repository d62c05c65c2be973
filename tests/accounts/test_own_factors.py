"""“How you log in”: what a person adds, renames and takes away, and what they are told of it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connections, transaction

from staffpassport.accounts import changing_factors, factor_notices
from staffpassport.accounts.managing import RefusedError
from staffpassport.accounts.models import Membership, User
from staffpassport.audit.models import Event, Kind
from staffpassport.messaging import composers
from staffpassport.messaging.composers import Content, NoLongerWanted
from staffpassport.messaging.models import Message
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.security_key import SecurityKey
from tests.accounts.signing_in import (
    CODE,
    FRESH_CODE,
    LOG_IN,
    RECOVERY_CODES,
    code_of,
    codes_on,
    give_fresh_code,
    give_password,
    key_on,
    with_authenticator,
    with_recovery_codes,
)
from tests.checking import CheckingClient
from tests.reading import error_sentences, link, rows, text

pytestmark = pytest.mark.django_db

PAGE = "/your-account"
ADD_PASSKEY, ADD_APP, NEW_CODES, PASSWORD = (
    f"{PAGE}/{what}" for what in ("passkey", "app", "recovery-codes", "password")
)
NEW_PASSWORD = "orange kettle winter bus"


@pytest.fixture
def me(portal: CheckingClient, hr: Membership) -> CheckingClient:
    """The HR user's browser, after a fresh code of the authenticator app."""
    give_fresh_code(portal, hr.user)
    return portal


def add_passkey(
    client: CheckingClient, name: str = "Work laptop", key: SecurityKey | None = None, kind: str = "passkey"
) -> Any:
    typed = {"name": name, "kind": kind}
    options = client.post(f"{ADD_PASSKEY}/begin", typed).json()
    return client.post(ADD_PASSKEY, {**typed, "passkey": (key or SecurityKey()).make(options)})


def only(kind: Authenticator.Type) -> Authenticator:
    found: Authenticator = Authenticator.objects.get(type=kind)
    return found


def told() -> list[str]:
    """The bodies of all e-mails that wait, in the order in which they were queued."""
    messages = list(Message.everywhere.filter(purpose__in=factor_notices.PURPOSES).order_by("pk"))
    said = composers.compose(messages)
    bodies = []
    for message in messages:
        content = said[message.pk]
        assert isinstance(content, Content)
        bodies.append(content.body)
    return bodies


def events(*kinds: Kind) -> list[tuple[str, str]]:
    return list(Event.objects.filter(kind__in=kinds).order_by("id").values_list("kind", "detail"))


def test_the_name_in_the_header_leads_to_the_page(portal: CheckingClient, hr: Membership) -> None:
    assert link(portal.get("/people"), "Alex Morgan") == PAGE
    with_authenticator(hr.user)
    page = portal.get(PAGE)
    assert rows(page) == ["Authenticator app"]
    assert f"You log in as {hr.user.email}" in text(page)
    assert "Not yet" in text(page)
    assert "If you lose this one" in text(page)


def test_whoever_works_for_no_trust_has_the_page_too(portal: CheckingClient, hr: Membership) -> None:
    give_fresh_code(portal, hr.user)
    Membership.everywhere.all().delete()
    assert rows(portal.get(PAGE)) == ["Authenticator app"]
    add_passkey(portal)
    assert rows(portal.get(PAGE)) == ["Authenticator app", "Work laptop"]
    assert Message.everywhere.count() == 0, "there is no trust in whose name to write"


@pytest.mark.parametrize("where", [ADD_PASSKEY, f"{ADD_PASSKEY}/begin", ADD_APP, NEW_CODES, PASSWORD])
def test_every_change_takes_a_fresh_factor(portal: CheckingClient, hr: Membership, where: str) -> None:
    with_authenticator(hr.user)
    asked = portal.post(where)["Location"]
    assert asked.startswith(FRESH_CODE)
    # The page itself would ask again.
    assert link(portal.get(asked), "Back") == PAGE
    factor = only(Authenticator.Type.TOTP).pk
    for what in ("rename", "remove"):
        assert portal.post(f"{PAGE}/factors/{factor}/{what}")["Location"].startswith(FRESH_CODE)
    assert events(Kind.FACTOR_ADDED, Kind.FACTOR_RENAMED, Kind.FACTOR_REMOVED, Kind.PASSWORD_CHANGED) == []


def test_a_passkey_is_added_under_a_name_and_logs_in(me: CheckingClient, hr: Membership) -> None:
    key = SecurityKey()
    assert add_passkey(me, key=key)["Location"] == PAGE
    page = me.get(PAGE)
    assert "“Work laptop” is added" in text(page)
    assert rows(page) == ["Authenticator app", "Work laptop"]
    client = CheckingClient()
    begun = client.post("/log-in/passkey/begin").json()
    assert client.post("/log-in/passkey", {"passkey": key.give(begun)})["Location"] == "/"
    assert events(Kind.FACTOR_ADDED) == [(Kind.FACTOR_ADDED, "passkey")]
    (mail,) = told()
    assert mail.startswith("Hello Alex Morgan,")
    assert "added to what you log in with: passkey." in mail
    assert "hr@rz1.example.com" in mail


def test_a_security_key_without_a_pin_is_good_after_a_password_only(
    me: CheckingClient, hr: Membership
) -> None:
    key = SecurityKey(verifies=False)
    assert add_passkey(me, "Blue key", key, "security-key")["Location"] == PAGE
    assert "Security key" in text(me.get(PAGE))
    client = CheckingClient()
    give_password(client, hr.user.email)
    begun = client.post(f"{CODE}/passkey").json()
    assert client.post(CODE, {"passkey": key.give(begun)})["Location"] == "/"


def test_what_is_wrong_with_the_form_or_the_passkey_is_said_and_what_was_typed_stays(
    me: CheckingClient,
) -> None:
    assert me.post(f"{ADD_PASSKEY}/begin", {"name": "", "kind": "passkey"}).json() == {}
    page = me.post(ADD_PASSKEY, {"name": " ", "kind": "", "passkey": '{"problem": "TypeError"}'})
    assert error_sentences(page) == ["Select what you want to add", "Enter a name"]
    page = me.post(ADD_PASSKEY, {"name": "x" * 51, "kind": "passkey"})
    assert error_sentences(page) == ["Name must be 50 characters or fewer"]
    typed = {"name": "Work laptop", "kind": "passkey"}
    me.post(f"{ADD_PASSKEY}/begin", typed)
    page = me.post(ADD_PASSKEY, {**typed, "passkey": '{"problem": "NotAllowedError"}'})
    assert "The passkey was not made. It was cancelled" in text(page)
    assert 'value="Work laptop"' in page.content.decode()
    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()


def test_there_is_an_end_to_passkeys(me: CheckingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changing_factors, "MOST_PASSKEYS", 1)
    add_passkey(me)
    assert "passkeys already" in text(add_passkey(me))
    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count() == 1


def test_an_app_is_added_where_there_is_none(me: CheckingClient, hr: Membership) -> None:
    assert me.get(ADD_APP)["Location"] == PAGE, "there is one"
    add_passkey(me)
    me.post(f"{PAGE}/factors/{only(Authenticator.Type.TOTP).pk}/remove")
    key = key_on(me.get(ADD_APP))
    assert error_sentences(me.post(ADD_APP, {"code": "000000"}))[0].startswith("Code is not right")
    assert me.post(ADD_APP, {"code": code_of(key)})["Location"] == PAGE
    assert rows(me.get(PAGE)) == ["Work laptop", "Authenticator app"]
    assert events(Kind.FACTOR_ADDED, Kind.FACTOR_REMOVED) == [
        (Kind.FACTOR_ADDED, "passkey"),
        (Kind.FACTOR_REMOVED, "authenticator app"),
        (Kind.FACTOR_ADDED, "authenticator app"),
    ]


def test_a_factor_gets_another_name(me: CheckingClient, hr: Membership) -> None:
    factor = only(Authenticator.Type.TOTP)
    where = f"{PAGE}/factors/{factor.pk}/rename"
    assert 'value="Authenticator app"' in me.get(where).content.decode()
    assert me.post(where, {"name": "My <b>phone</b>"})["Location"] == PAGE
    assert rows(me.get(PAGE)) == ["My <b>phone</b>"]
    me.post(where, {"name": "My <b>phone</b>"})
    assert events(Kind.FACTOR_RENAMED) == [(Kind.FACTOR_RENAMED, "authenticator app")]
    client = CheckingClient()
    give_password(client, hr.user.email)
    assert client.get(CODE).status_code == 200, "its secret is still there"


def test_a_removed_passkey_logs_nobody_in(me: CheckingClient) -> None:
    key = SecurityKey()
    add_passkey(me, key=key)
    where = f"{PAGE}/factors/{only(Authenticator.Type.WEBAUTHN).pk}/remove"
    assert "Remove it from your device" in text(me.get(where))
    assert me.post(where)["Location"] == PAGE
    assert me.post(where).status_code == 404
    client = CheckingClient()
    begun = client.post("/log-in/passkey/begin").json()
    assert client.post("/log-in/passkey", {"passkey": key.give(begun)})["Location"] == LOG_IN
    assert "removed from what you log in with: passkey." in told()[-1]


def test_the_last_strong_one_stays(me: CheckingClient, hr: Membership) -> None:
    with_recovery_codes(hr.user)
    where = f"{PAGE}/factors/{only(Authenticator.Type.TOTP).pk}/remove"
    assert "Remove" not in text(me.get(PAGE)).replace("Removed", "")
    assert "only one that you have" in text(me.get(where))
    assert me.post(where)["Location"] == PAGE
    assert "Add another authenticator app or passkey first" in text(me.get(PAGE))
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()
    assert told() == []


def test_another_persons_factor_is_as_one_that_does_not_exist(
    me: CheckingClient, trust: Organisation
) -> None:
    colleague = making.member(trust, Role.HR_USER).user
    with_authenticator(colleague)
    factor = Authenticator.objects.get(user=colleague).pk
    codes = Authenticator.objects.create(
        user=User.objects.get(email=colleague.email), type=Authenticator.Type.RECOVERY_CODES, data={}
    )
    for what in ("rename", "remove"):
        for pk in (factor, codes.pk, 10**12):
            assert me.get(f"{PAGE}/factors/{pk}/{what}").status_code == 404
            assert me.post(f"{PAGE}/factors/{pk}/{what}", {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.filter(user=colleague).count() == 2


def test_new_recovery_codes_end_the_old_ones(me: CheckingClient, hr: Membership) -> None:
    old = with_recovery_codes(hr.user)
    assert "10 of your recovery codes are left" in text(me.get(PAGE))
    assert me.get(NEW_CODES).status_code == 200
    assert me.post(NEW_CODES)["Location"] == RECOVERY_CODES
    assert me.get(PAGE)["Location"] == RECOVERY_CODES
    new = codes_on(me.get(RECOVERY_CODES))
    assert len(new) == 10
    assert not set(new) & set(old)
    me.post(RECOVERY_CODES)
    assert me.get(RECOVERY_CODES)["Location"] == "/"
    for code, answer in ((old[0], 200), (new[0], 302)):
        client = CheckingClient()
        give_password(client, hr.user.email)
        assert client.post(CODE, {"code": code}).status_code == answer
    assert "9 of your recovery codes are left" in text(me.get(PAGE))
    assert ["new recovery codes were made" in told()[0], "recovery codes was used" in told()[1]] == [
        True,
        True,
    ]


def test_a_changed_password_ends_the_other_sessions(me: CheckingClient, hr: Membership) -> None:
    elsewhere = making.logged_in(hr)
    page = me.post(PASSWORD, {"current": "wrong", "password": "short"})
    assert error_sentences(page)[0] == "Current password is not right. Check it and try again"
    assert "12 characters" in error_sentences(page)[1]
    assert me.post(PASSWORD, {"current": making.PASSWORD, "password": NEW_PASSWORD})["Location"] == PAGE
    assert "Your password is changed" in text(me.get(PAGE)), "this session goes on"
    assert elsewhere.get("/people")["Location"].startswith(LOG_IN)
    assert give_password(CheckingClient(), hr.user.email, NEW_PASSWORD)["Location"] == CODE
    assert events(Kind.PASSWORD_CHANGED) == [(Kind.PASSWORD_CHANGED, "")]
    assert "your password was changed." in told()[-1]


def test_the_current_password_cannot_be_guessed_at_leisure(me: CheckingClient) -> None:
    for _ in range(5):
        me.post(PASSWORD, {"current": "wrong", "password": NEW_PASSWORD})
    page = me.post(PASSWORD, {"current": making.PASSWORD, "password": NEW_PASSWORD})
    assert error_sentences(page) == ["You have tried too many times. Wait 5 minutes, then try again"]


def test_whoever_has_no_password_chooses_one(hr: Membership) -> None:
    hr.user.set_unusable_password()
    hr.user.save()
    client = making.logged_in(hr)
    give_fresh_code(client, hr.user)
    assert "Choose a password" in text(client.get(PAGE))
    assert client.post(PASSWORD, {"password": NEW_PASSWORD})["Location"] == PAGE
    assert give_password(CheckingClient(), hr.user.email, NEW_PASSWORD)["Location"] == CODE


def test_an_email_of_somebody_who_is_gone_is_not_sent(me: CheckingClient) -> None:
    add_passkey(me)
    message = Message.everywhere.get(purpose__in=factor_notices.PURPOSES)
    Membership.everywhere.all().delete()
    assert isinstance(composers.compose([message])[message.pk], NoLongerWanted)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_factors_removed_at_the_same_moment_one_stays() -> None:
    user = making.member(making.organisation(), Role.HR_USER).user
    with_authenticator(user)
    passkey = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "alone": True, "count": 0}
    )
    app = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    meeting = threading.Barrier(2, timeout=10)
    outcomes: list[str] = []

    def remove(factor: Authenticator) -> None:
        try:
            with transaction.atomic():
                meeting.wait()
                changing_factors.remove(user=user, factor=factor.pk, by=making.BY)
            outcomes.append("done")
        except RefusedError as refusal:
            outcomes.append(refusal.sentence)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=remove, args=(factor,)) for factor in (app, passkey)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == sorted(["done", changing_factors.LAST_ONE])
    assert Authenticator.objects.filter(user=user).count() == 1
