"""What a person's record shows: the profile, and how the e-mail and the text of the invitation stand."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from staffpassport.invitations.actions import PURPOSE
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message
from staffpassport.messaging.providers import are_texts_sent
from staffpassport.messaging.states import Channel, State
from staffpassport.passports.editing import LABELS
from staffpassport.passports.models import ProfileChange, StaffPassport, Status
from staffpassport.passports.words import in_words, shown
from staffpassport.portal.advice import Advisor
from staffpassport.ui import formats

_FIRST = ("first_name", "last_name", "preferred_name", "date_of_birth")
_MOST_CHANGES = 50


class Answering(enum.StrEnum):
    """How far the answer to an invitation is."""

    WAITING = "waiting"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True)
class MessageState:
    """One channel of the newest invitation. `advice` says why something went wrong and what to do, with the link."""

    channel: str
    address: str
    state: str
    advice: SafeString


@dataclass(frozen=True, slots=True)
class Line:
    """A label and a value of a profile; None where nothing was given."""

    key: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    """One answer that somebody has changed."""

    label: str
    old: str | None
    new: str | None
    by: str
    at: datetime


def answering(passport: StaffPassport) -> Answering:
    """Whether somebody is still asked to answer, and can."""
    if passport.status != Status.INVITATION_SENT:
        return Answering.NOT_ASKED
    if passport.invitation_expires_at is None:
        return Answering.WITHDRAWN
    return Answering.WAITING if timezone.now() < passport.invitation_expires_at else Answering.EXPIRED


def profile(passport: StaffPassport) -> list[Line]:
    """What a record shows first."""
    return _lines(passport, _FIRST)


def details(passport: StaffPassport) -> list[Line]:
    """The rest, behind "Show all details"."""
    rest = _lines(passport, (column for column in LABELS if column not in _FIRST))
    return [*rest, Line("Passport created on", formats.date(passport.created_at))]


def changes_of(passport: StaffPassport) -> list[Changed]:
    """The newest changes of a profile, newest first."""
    changes = ProfileChange.objects.of(passport.organisation).filter(passport=passport).order_by("-pk")
    return [
        Changed(
            LABELS[change.field],
            in_words(change.field, change.old),
            in_words(change.field, change.new),
            change.by_name,
            change.at,
        )
        for change in changes[:_MOST_CHANGES]
    ]


def message_states(
    passport: StaffPassport, newest: Invitation | None, advisor: Advisor
) -> list[MessageState]:
    """E-mail and text of the newest invitation, in that order; none where nobody was invited."""
    if newest is None:
        return []
    about_it = Message.objects.of(passport.organisation).filter(about=str(newest.pk), purpose=PURPOSE)
    messages = {message.channel: message for message in about_it}
    return [
        _state_of(message, address, passport, advisor)
        for channel, address in (
            (Channel.EMAIL, passport.email),
            (Channel.TEXT, formats.phone(passport.phone)),
        )
        if (message := messages.get(channel))
    ] + _not_sent(passport, messages)


_WORDS = {Channel.EMAIL: "Email", Channel.TEXT: "Text message"}


def _not_sent(passport: StaffPassport, messages: Mapping[str, Message]) -> list[MessageState]:
    """That there is no text, and why: else HR would look for it."""
    if Channel.TEXT in messages or are_texts_sent():
        return []
    why = format_html("{}", "This service sends no text messages. You need not do anything.")
    return [MessageState(_WORDS[Channel.TEXT], formats.phone(passport.phone), "Not sent", why)]


def _state_of(message: Message, address: str, passport: StaffPassport, advisor: Advisor) -> MessageState:
    channel = Channel(message.channel)
    since = passport.address_since(channel)
    if since and message.created_at < since:
        # What became of it tells of the address before.
        return MessageState(_WORDS[channel], address, "Not sent", advisor.address_changed(channel, since))
    state = State(message.state)
    return MessageState(_WORDS[channel], address, state.label, advisor.on(channel, state, message.failure))


def _lines(passport: StaffPassport, columns: Iterable[str]) -> list[Line]:
    return [Line(LABELS[column], shown(passport, column)) for column in columns]
