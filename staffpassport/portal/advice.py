"""Why a message did not arrive, in plain words, and what to do about it, with the link that does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from staffpassport.invitations.composing import ADDRESS_CHANGED
from staffpassport.messaging.states import Channel, Failure, State, reason_in_words
from staffpassport.passports.models import StaffPassport
from staffpassport.ui import formats

_ADDRESSES = {Channel.EMAIL: "email address", Channel.TEXT: "telephone number"}

# What is told in words of our own, or of another room.
_REASONS = {
    ADDRESS_CHANGED: "The address was changed before it was sent",
    Failure.TOO_LATE: "The invitation was no longer valid when it could be sent",
}
_WRONG_ADDRESS = (
    Failure.NO_SUCH_ADDRESS,
    Failure.NO_SUCH_PHONE,
    Failure.ADDRESS_REFUSED,
    Failure.PHONE_REFUSED,
)
_NOT_ACCEPTING = (Failure.MAILBOX_NOT_ACCEPTING, Failure.PHONE_NOT_ACCEPTING)


@dataclass(frozen=True, slots=True)
class Advisor:
    """Advises on the messages of one person. `may_act`: whoever reads it may change and re-send, and it is of use."""

    passport: StaffPassport
    may_act: bool

    def on(self, channel: Channel, state: State, failure: str) -> SafeString:
        """What went wrong and what to do; nothing for a message that is well on its way."""
        if state == State.UNCERTAIN:
            return format_html(
                "{}", "We are asking the provider whether it took it. You need not do anything now."
            )
        if state not in (State.FAILED, State.MAYBE_SENT, State.CANCELLED):
            return SafeString()
        reason = _REASONS.get(failure) or reason_in_words(failure)
        return self._said(f"{reason}." if reason else "", self._what_to_do(channel, state, failure))

    def address_changed(self, channel: Channel, at: datetime) -> SafeString:
        """That the address is newer than the invitation."""
        reason = f"The {_ADDRESSES[channel]} was changed on {formats.date(at)}, after the invitation."
        return self._said(reason, format_html("{}.", self._resend("Re-send the invitation")))

    def _said(self, reason: str, what_to_do: SafeString) -> SafeString:
        return format_html("{} {}", reason, what_to_do) if self.may_act else format_html("{}", reason)

    def _what_to_do(self, channel: Channel, state: State, failure: str) -> SafeString:
        address = _ADDRESSES[channel]
        if failure == Failure.NOT_CARRIED:
            return SafeString()
        if failure in _WRONG_ADDRESS:
            return format_html("{}.", self._edit(channel, "Check it, change it and re-send the invitation"))
        if failure == Failure.REFUSED:
            return format_html(
                "{}.", self._edit(channel, "Check it, change it if it is wrong and re-send the invitation")
            )
        if failure in _NOT_ACCEPTING:
            return format_html(
                "{} or {} later.",
                self._edit(channel, f"Change the {address}"),
                self._resend("re-send the invitation"),
            )
        if failure == Failure.TEAM_ONLY:
            return format_html(
                "Tell the people who run this service, then {}.", self._resend("re-send the invitation")
            )
        if state == State.MAYBE_SENT:
            return format_html(
                "Ask {} whether it came. If not, {}.",
                self.passport.first_name,
                self._resend("re-send the invitation"),
            )
        return format_html("{}.", self._resend("Re-send the invitation"))

    def _edit(self, channel: Channel, words: str) -> SafeString:
        """A link to the field of the form. Both channels may need one, so each says in full which it is."""
        field = "email" if channel is Channel.EMAIL else "phone"
        return format_html(
            '<a href="{}#id_{}">{}<span class="nhsuk-u-visually-hidden"> ({})</span></a>',
            reverse("edit-profile", args=[self.passport.pk]),
            field,
            words,
            _ADDRESSES[channel],
        )

    def _resend(self, words: str) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("resend-invitation", args=[self.passport.pk]), words
        )
