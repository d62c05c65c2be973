"""What a page shows of the messages before HR says yes: the invitation, and the reminder that follows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from staffpassport.invitations import purposes, reminding
from staffpassport.invitations.composing import preview
from staffpassport.messaging.providers import are_texts_sent
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.roster.cohort import Cohort


def messages_for(organisation: Organisation, first_name: str, cohort: Cohort) -> dict[str, Any]:
    """The very words that this person will get, for a template.

    `reminder` is None where the trust does not remind, and a `text` where this installation sends none.
    """
    expires_at = timezone.now() + timedelta(days=organisation.invitation_days)
    reminders = reminding.in_words(organisation)
    sent = preview(organisation, first_name, expires_at, cohort)
    again = preview(organisation, first_name, expires_at, cohort, purposes.REMINDER)
    return {
        "email": sent[Channel.EMAIL],
        "text": sent[Channel.TEXT] if are_texts_sent() else None,
        "reminder": {
            "when": reminders,
            "email": again[Channel.EMAIL],
            "text": again[Channel.TEXT] if are_texts_sent() else None,
        }
        if reminders
        else None,
    }
