"""Whether messages go out, in sentences for the portal's pages and figures for those who run it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone

from staffpassport.messaging import budget, hours, providers
from staffpassport.messaging.claim import first_due
from staffpassport.messaging.providers.base import Provider
from staffpassport.messaging.states import Channel, Hurdle, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.work import heartbeat

NO_PROVIDER = (
    "Messages are not being sent, because nobody has been set up to deliver them. "
    "They are kept and go out when the people who run this service have set one up."
)
NO_WORKER = (
    "Messages are not being sent at the moment. "
    "They are kept and go out by themselves when sending works again. "
    "If this lasts, tell the people who run this service."
)
_HURDLE = (
    "Messages are not being sent, because {because}. "
    "They are kept and go out by themselves when the people who run this service have put it right."
)
_NOT_CARRIED = {
    Channel.EMAIL: "This service cannot send emails: only texts go out.",
    Channel.TEXT: "This service cannot send texts: only emails go out.",
}
_DAY_USED_UP = (
    "Today's limit of {channels} has been reached. Those that still wait go out by themselves after midnight."
)
_PLURALS = {Channel.EMAIL: "emails", Channel.TEXT: "texts"}


def notice(request: HttpRequest) -> str | None:
    """For the frame of the portal's pages: what is wrong with sending, or None."""
    return problem()


def problem(now: datetime | None = None) -> str | None:
    """One or two sentences on why messages do not go out, or None. Two queries, each of one row."""
    now = now or timezone.now()
    provider = providers.chosen()
    if provider is None:
        return NO_PROVIDER
    if not heartbeat.anyone_alive(now):
        return NO_WORKER
    missing = [channel for channel in Channel if channel not in provider.channels]
    if missing:
        return _NOT_CARRIED[missing[0]]
    purse = budget.peek(provider, now)
    if purse.paused and purse.row.paused_because in Hurdle.values:
        return _HURDLE.format(because=Hurdle(purse.row.paused_because).label)
    used_up = _used_up(purse)
    if used_up:
        return _DAY_USED_UP.format(channels=" and ".join(_PLURALS[channel] for channel in used_up))
    return None


def channels_used_up(provider: type[Provider], now: datetime) -> list[Channel]:
    """The channels whose messages of today are used up, as far as bulk invitations and reminders go."""
    return _used_up(budget.peek(provider, now))


def _used_up(purse: budget.Purse) -> list[Channel]:
    return [channel for channel in Channel if purse.left_today(channel, Urgency.BULK) == 0]


def oldest_waiting(now: datetime | None = None) -> timedelta | None:
    """How long the oldest message that may go out has waited, None when none does."""
    return max(longest_waits(now).values(), default=None)


def longest_waits(now: datetime | None = None) -> dict[Urgency, timedelta]:
    """The same for each urgency of which one waits.

    One query, a few index probes for each trust.
    """
    now = now or timezone.now()
    queues = {f"{channel}_{urgency.value}": (urgency, channel) for urgency in Urgency for channel in Channel}
    oldest = {name: first_due(*queue, now) for name, queue in queues.items()}
    rows = Organisation.objects.order_by().annotate(**oldest).values_list(*oldest)
    waits: dict[Urgency, timedelta] = {}
    for row in rows:
        for (urgency, _), due_at in zip(queues.values(), row, strict=True):
            since = hours.waiting_since(urgency, due_at, now) if due_at is not None else None
            if since is not None:
                waits[urgency] = max(waits.get(urgency, timedelta(0)), now - since)
    return waits
