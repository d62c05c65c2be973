"""A second factor once more, for what reaches many people, for roles, for settings that guard something and for the
person's own factors: it is still the same person here.

A view that needs one asks before its form is sent, so that nothing typed is lost:

    if not fresh.is_fresh(request):
        return fresh.ask(request, back_to=request.get_full_path())
"""

from __future__ import annotations

import time
from datetime import timedelta
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from staffpassport.accounts import factors, holders
from staffpassport.accounts.models import User

STAYS_FRESH = timedelta(minutes=10)
# Whoever invites or takes away more people than this within a day gives a fresh code first.
MOST_PEOPLE_WITHOUT = 500
_BACK_TO, _INSTEAD = "next", "instead"


def is_fresh(request: HttpRequest) -> bool:
    """Whether the logged-in person showed a factor in this session within the last ten minutes, on the page that
    `ask` leads to. That of log-in does not count: it says who logged in, not who is here now.
    """
    user = request.user
    if not isinstance(user, User):
        return False
    now = time.time()
    return any(
        given.get("method") == "mfa"
        and given.get("reauthenticated") is True
        and not (given.get(factors.OF_STAFF) and holders.works_in_a_portal(user))
        and 0 <= now - given.get("at", 0) < STAYS_FRESH.total_seconds()
        for given in get_authentication_records(request, user)
    )


def ask(request: HttpRequest, back_to: str, *, instead: str = "") -> HttpResponseRedirect:
    """Leads to the page that asks for a code and then to `back_to`, a path of ours.

    Whoever goes back without a code comes to `instead`, where `back_to` itself would ask for one again.

    Staff members without an app or a passkey get one by text: there is nothing else that they could add a passkey by.
    """
    user = getattr(request, "user", None)
    if isinstance(user, User) and not factors.has_one(user) and holders.staff_contact(user):
        return redirect(page(back_to, "fresh-by-code", instead=instead))
    return redirect(page(back_to, instead=instead))


def page(back_to: str, name: str = "fresh-code", *, instead: str = "") -> str:
    """Where a code is asked for, to go on to `back_to` after it; see `ask`."""
    query = {_BACK_TO: back_to, **({_INSTEAD: instead} if instead else {})}
    return f"{reverse(name)}?{urlencode(query)}"


def same_page(request: HttpRequest, name: str = "fresh-code") -> str:
    """The page of the code that this request is for, or one of its other addresses."""
    return page(back_to(request), name, instead=request.GET.get(_INSTEAD, ""))


def back_to(request: HttpRequest) -> str:
    """Where the page of the code leads; home in place of anything that is no path of ours."""
    return own_path(request.GET.get(_BACK_TO, ""))


def instead(request: HttpRequest) -> str:
    """Where whoever gives no code goes back to."""
    return own_path(request.GET.get(_INSTEAD) or request.GET.get(_BACK_TO, ""))


def log_in_page(wanted: str) -> str:
    """Where one logs in, to go on to `wanted` after it."""
    log_in = resolve_url(settings.LOGIN_URL)
    return f"{log_in}?{urlencode({_BACK_TO: wanted})}" if wanted else log_in


def own_path(wanted: str) -> str:
    """A path of this portal to lead to; home in place of anything else."""
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def remember(request: HttpRequest, by: Authenticator) -> None:
    """A factor was shown just now.

    The session gets a new key: whoever had stolen the old one must not share what it has opened.
    """
    post_authentication(request, by, reauthenticated=True)
    request.session.cycle_key()
