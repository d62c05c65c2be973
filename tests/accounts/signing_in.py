"""Logging in as a person does: with a password, an authenticator app and recovery codes."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp

from staffpassport.accounts import factors
from staffpassport.accounts.models import User
from tests import making
from tests.checking import CheckingClient
from tests.reading import plain

LOG_IN, CODE, SET_UP, RECOVERY_CODES = "/log-in", "/log-in/code", "/log-in/set-up", "/log-in/recovery-codes"
FRESH_CODE = "/confirm-it-is-you"
TRY_LATER = "You have tried too many times. Wait 5 minutes, then try again"


def give_password(client: CheckingClient, email: str, password: str = making.PASSWORD, **more: Any) -> Any:
    """Sends the first form; what it needs of a page's hidden fields may be added by the caller."""
    return client.post(LOG_IN, {"login": email, "password": password}, **more)


def code_of(secret: str, *, periods_ago: int = 0) -> str:
    """What an authenticator app with this key shows, or showed so many times 30 seconds ago."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 - periods_ago)))


def key_on(page: Any) -> str:
    """The key that a person without a camera types into the app."""
    found = re.findall(r'<code class="app-key">([A-Z2-7 ]+)</code>', page.content.decode())
    assert len(found) == 1
    return str(found[0]).replace(" ", "")


def codes_on(page: Any) -> list[str]:
    """The recovery codes that a page shows."""
    return [
        plain(code) for code in re.findall(r'<code class="app-key">([^<]+)</code>', page.content.decode())
    ]


def with_authenticator(user: User) -> str:
    """Gives the person an authenticator app, and returns its key."""
    secret = str(totp.generate_totp_secret())
    totp.TOTP.activate(user, secret)
    return secret


def with_recovery_codes(user: User) -> list[str]:
    """Gives the person ten recovery codes, kept already."""
    codes = RecoveryCodes.activate(user)
    codes.mark_as_viewed()
    return [str(code) for code in codes.get_unused_codes()]


def stored_secret(user: User) -> str:
    """The key of the person's app, as it stands in the database."""
    return str(Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data["secret"])


def give_fresh_code(client: CheckingClient, user: User) -> None:
    """Gives a code as somebody who is logged in; the person gets an authenticator app if there is none."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    secret = factors.decrypt(found.data["secret"]) if found else with_authenticator(user)
    assert client.post(FRESH_CODE, {"code": code_of(secret)}).status_code == 302
