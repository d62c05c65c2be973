"""What somebody had typed when their session ended, kept for when they log in again.

Answers that wait to be confirmed (`ui/drafts.py`) go along in the browser's next session, which is nobody's: no page
shows them, and only the same person who enters the same trust's portal gets them back. A form that arrives too late is
kept as a draft as well, where its view can show one (`kept_if_late`); nothing of it is carried out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from staffpassport.ui import drafts

_CARRIED = "carried"
_FORM = "late_form"
KEPT, LOST = "kept", "lost"


def take_along(request: HttpRequest, entered: list[str | int], log_out: Callable[[], None]) -> None:
    """Logs out and keeps what was typed in a portal: `entered` begins with the id of the membership."""
    typed = drafts.all_of(request.session)
    user = str(request.user.pk)
    log_out()
    if entered:
        request.session[_CARRIED] = {"user": user, "membership": entered[0], "drafts": typed}


def give_back(request: HttpRequest, membership: Any) -> None:
    """Somebody enters a portal: what they had typed there is theirs again, and what others had typed is gone."""
    carried = request.session.pop(_CARRIED, None)
    request.session.pop(_FORM, None)
    if carried and (carried["user"], carried["membership"]) == (str(membership.user_id), str(membership.pk)):
        drafts.put_back(request.session, carried["drafts"])


def keep_late_form(request: HttpRequest, view: Callable[..., Any]) -> str:
    """Where to go after logging in again: to the page that was asked for, or to the form with what was typed."""
    carried = request.session.get(_CARRIED)
    again = drafts.kept_if_late_by(view)
    if request.method != "POST":
        _say(request, "")
        return request.get_full_path()
    if carried is None or again is None or request.FILES:
        _say(request, LOST)
        return request.get_full_path()
    in_hand: dict[str, Any] = {}
    drafts.put_back(in_hand, carried["drafts"])
    where = again(request, in_hand)
    request.session[_CARRIED] = {**carried, "drafts": drafts.all_of(in_hand)}
    _say(request, KEPT)
    return where


def late_form(request: HttpRequest) -> str:
    """KEPT or LOST, where a form came too late."""
    return str(request.session.get(_FORM, ""))


def logged_out_page(back_to: str) -> str:
    """The page that says why, and leads to `back_to` by way of logging in."""
    return f"{reverse('logged-out')}?{urlencode({'next': back_to}, safe='/')}"


def _say(request: HttpRequest, what: str) -> None:
    if late_form(request) != what:
        request.session[_FORM] = what
