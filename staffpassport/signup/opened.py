"""The invitation that a browser has opened: by a signed cookie, and from "Start application" on by its session."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from staffpassport.invitations import links
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.standing import Standing, invitation_of, standing_of
from staffpassport.messaging.states import Channel

_COOKIE = f"{settings.COOKIE_PREFIX}invitation"
_SALT = "opened invitation"
_LIVES_SECONDS = 60 * 60

# As long as the link's cookie lives, so long without use may what was proved count in a browser that others use too.
_PROOFS_LIVE_SECONDS = _LIVES_SECONDS
# Whoever has sent an application has no reason to come back: no longer than somebody who is logged in.
_AFTER_SENDING_SECONDS = settings.SESSION_IDLE_SECONDS
_NOTED_EVERY_SECONDS = 60
# What was chosen before anything was proved, and what was sent: they say nothing of anybody.
_STAYS = ("invitation", "by", "another", "notices", "notices_at", "route", "sent")

# All that a session knows of signing up, under one key.
KEPT = "sign-up"


@dataclass(frozen=True, slots=True)
class Opened:
    """An invitation, the channel whose link opened it, and how it stands."""

    invitation: Invitation
    by: Channel
    standing: Standing


def opened(request: HttpRequest) -> Opened | None:
    """What the link that was opened last leads to; after its hour, what was started in this session."""
    token = request.get_signed_cookie(_COOKIE, default="", salt=_SALT, max_age=_LIVES_SECONDS)
    link = links.read(token or "")
    if link:
        return _as_it_stands(invitation_of(link), link.channel)
    return started(request)


def started(request: HttpRequest) -> Opened | None:
    """The invitation for which this session has started an application."""
    kept: dict[str, Any] = request.session.get(KEPT, {})
    if "invitation" not in kept:
        return None
    found = Invitation.everywhere.select_related("organisation").filter(pk=UUID(kept["invitation"])).first()
    return _as_it_stands(found, Channel(kept["by"]))


def kept_in(request: HttpRequest) -> dict[str, Any]:
    """What the session knows, read for a page. Whoever was away for too long proves a channel again."""
    kept: dict[str, Any] = request.session[KEPT]
    now = time.time()
    away = now - kept.get("used", now)
    if away > (_AFTER_SENDING_SECONDS if "sent" in kept else _PROOFS_LIVE_SECONDS):
        kept = {name: kept[name] for name in _STAYS if name in kept}
        request.session.cycle_key()
    if away > _NOTED_EVERY_SECONDS or "used" not in kept:
        request.session[KEPT] = kept = {**kept, "used": now}
    return kept


def keep_token(response: HttpResponse, token: str) -> HttpResponse:
    """Puts a link's token where only this browser and we can read it: in no address, referrer or log."""
    response.set_signed_cookie(
        _COOKIE,
        token,
        salt=_SALT,
        max_age=_LIVES_SECONDS,
        httponly=True,
        secure=settings.SERVED_OVER_TLS,
        samesite="Lax",
    )
    return response


def keep(response: HttpResponse, invitation: Invitation, by: Channel) -> HttpResponse:
    """The same for an invitation that is taken up on a page of ours, or gone on with."""
    return keep_token(response, links.token(bytes(invitation.link_id), by))


def _as_it_stands(invitation: Invitation | None, by: Channel) -> Opened | None:
    if invitation is None:
        return None
    return Opened(invitation, by, standing_of(invitation, timezone.now()))
