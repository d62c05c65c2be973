"""Changing the settings of a trust, one person at a time, with what was changed from what to what in its events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from django.db import transaction

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, event, write
from staffpassport.organisations.models import Organisation

# What a trust's senior administrators can change, as pages and events call it.
LABELS: Mapping[str, str] = {
    "hr_email": "HR email address",
    "hr_phone": "HR telephone number",
    "invitation_days": "Invitations work for",
    "reminder_days": "Reminders",
    "reset_delay_minutes": "Delay before a second factor is reset",
    "delete_unanswered_days": "People who have never answered",
    "weekly_summary": "Weekly summary emails",
    "notify_reply_to_id": "Reply-to address of emails",
    "notify_text_sender_id": "Sender of text messages",
}


class ChangedMeanwhileError(Exception):
    """Somebody else has changed one of these settings since the form was opened. Nothing was written."""


@transaction.atomic
def change_settings(
    *, organisation: Organisation, values: Mapping[str, Any], seen: str, by: Actor
) -> list[str]:
    """Writes checked values by the names of LABELS, and an event for each that differs; returns which did.

    `seen` is the `version_of` what the form showed. Where nothing differs, nothing is written or refused: that
    makes it safe to repeat. The trust's row is locked in a way that invitations are not held up by.

    Raises ChangedMeanwhileError, and KeyError for what is no setting.
    """
    now = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    differing = [name for name in values if LABELS[name] and getattr(now, name) != values[name]]
    if not differing:
        return []
    if seen != version_of(now, values):
        raise ChangedMeanwhileError
    before = {name: shown(name, getattr(now, name)) for name in differing}
    for name in differing:
        setattr(now, name, values[name])
    now.save(update_fields=differing)
    write(
        event(
            Kind.SETTINGS_CHANGED,
            actor=by,
            organisation_id=now.pk,
            subject=now.pk,
            detail=f"{LABELS[name]}: {before[name]} → {shown(name, values[name])}",
        )
        for name in differing
    )
    return differing


def version_of(organisation: Organisation, names: Iterable[str]) -> str:
    """What a form keeps of the settings that it shows: by it is seen whether somebody has changed them since."""
    values = repr([getattr(organisation, name) for name in sorted(names)])
    return blake2b(values.encode(), digest_size=8).hexdigest()


def shown(name: str, value: Any) -> str:
    """A value in words."""
    if name == "invitation_days":
        return "1 day" if value == 1 else f"{value} days"
    if name == "reminder_days":
        return f"On day {', '.join(map(str, value))} after the invitation" if value else "None"
    if name == "reset_delay_minutes":
        return delay_in_words(value)
    if name == "delete_unanswered_days":
        return (
            f"Deleted {value} days after their last invitation"
            if value
            else "Stay until somebody deletes them"
        )
    if name == "weekly_summary":
        return "Every Monday at 8:00" if value else "None"
    if name.startswith("notify_"):
        return str(value) if value else "The usual one of the service"
    return str(value)


def delay_in_words(minutes: int) -> str:
    """`15 minutes`, `1 hour`, `72 hours`."""
    number, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
