"""How long a session lasts: 20 minutes without use, 12 hours whatever happens, and until it is ended.

The row of UserSession decides, by the server's clock. It is looked at with every request, and written once a minute at
most: so a session may end up to a minute before its 20 minutes are over, never later.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from staffpassport.accounts import user_agents
from staffpassport.accounts.models import User
from staffpassport.accounts.network import network_address
from staffpassport.accounts.session_models import Because, UserSession

_KEY = "user_session"
_OVER = "over"
_SEEN_EVERY = timedelta(minutes=1)
IDLE = timedelta(seconds=settings.SESSION_IDLE_SECONDS)
LONGEST = timedelta(seconds=settings.SESSION_LONGEST_SECONDS)


def begin(request: HttpRequest) -> UserSession:
    """Somebody has just logged in."""
    now = timezone.now()
    assert isinstance(request.user, User)
    begun: UserSession = UserSession.objects.create(
        user=request.user,
        device=user_agents.in_words(request.headers.get("User-Agent", "")),
        network_address=network_address(request),
        began_at=now,
        last_seen_at=now,
    )
    request.session[_KEY] = str(begun.pk)
    request.session.pop(_OVER, None)
    return begun


def has_begun(request: HttpRequest) -> bool:
    """Whether the log-in of this session has been written down."""
    return _KEY in request.session


def current(request: HttpRequest) -> UserSession | None:
    """The row of the session that a request comes in; None where it is gone, or nobody is logged in."""
    named = request.session.get(_KEY)
    if not named or not isinstance(request.user, User):
        return None
    return UserSession.objects.filter(pk=UUID(named), user=request.user).first()


def why_over(session: UserSession | None, now: datetime) -> Because | None:
    """Why a session may not go on; None while it may."""
    if session is None:
        return Because.ELSEWHERE
    if session.ended_because:
        return Because(session.ended_because)
    if now - session.began_at >= LONGEST:
        return Because.LONG
    return Because.IDLE if now - session.last_seen_at >= IDLE else None


def seconds_left(session: UserSession) -> tuple[int, int]:
    """Until it ends without use, and until it ends whatever happens."""
    now = timezone.now()
    if why_over(session, now):
        return 0, 0
    idle, longest = session.last_seen_at + IDLE - now, session.began_at + LONGEST - now
    return int(idle.total_seconds()), int(longest.total_seconds())


def is_use(request: HttpRequest) -> bool:
    """Whether a request shows that somebody is there. What a page fetches by itself does not, or one left open would
    never be logged out. The browser says which it is (`Sec-Fetch-Dest`), whatever a script forgets; for browsers that
    do not yet, our scripts say it too.
    """
    return request.headers.get("Sec-Fetch-Dest") != "empty" and "X-Fetched-By-Page" not in request.headers


def seen(session: UserSession, *, at_once: bool = False) -> None:
    """Notes that the session is in use. Where the database is too busy to take it, the next request notes it: no page
    fails for that.
    """
    now = timezone.now()
    if not at_once and now - session.last_seen_at < _SEEN_EVERY:
        return
    try:
        UserSession.objects.filter(pk=session.pk).update(last_seen_at=now)
    except OperationalError:
        return
    session.last_seen_at = now


def others_of(request: HttpRequest) -> QuerySet[UserSession]:
    """All sessions of the person but the one of this request."""
    assert isinstance(request.user, User)
    here: UserSession | None = getattr(request, "user_session", None)
    everywhere = UserSession.objects.filter(user=request.user)
    return everywhere.exclude(pk=here.pk) if here else everywhere


def end(sessions: QuerySet[UserSession], because: Because) -> int:
    """Ends those that have not ended, with the caller's transaction: none gets another answer. Returns how many."""
    return sessions.filter(ended_at=None).update(ended_at=timezone.now(), ended_because=because)


def end_here(request: HttpRequest, because: Because) -> None:
    """Ends the session of a request, which is about to log out."""
    if isinstance(request.user, User) and (named := request.session.get(_KEY)):
        end(UserSession.objects.filter(pk=UUID(named), user=request.user), because)


def log_out(request: HttpRequest, because: Because) -> None:
    """Logs out and lets the browser know why: it gets a new session, of nobody."""
    end_here(request, because)
    logout(request)
    request.session[_OVER] = because.value


def was_logged_out(request: HttpRequest) -> Because | None:
    """Why the last session of this browser is over, until somebody logs in again."""
    because = request.session.get(_OVER)
    return Because(because) if because else None


def own(request: HttpRequest) -> QuerySet[UserSession]:
    """The sessions of the person that go on, the latest used first."""
    assert isinstance(request.user, User)
    now = timezone.now()
    going_on = UserSession.objects.filter(user=request.user, ended_at=None)
    return going_on.filter(began_at__gt=now - LONGEST, last_seen_at__gt=now - IDLE).order_by("-last_seen_at")


def forget_old() -> None:
    """Deletes what is known of sessions once Django's own are gone as well."""
    kept = LONGEST + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    old = UserSession.objects.filter(began_at__lt=timezone.now() - kept)
    if old.exists():
        old.delete()
