"""What is said of a code that was not sent, or is not right: the same words wherever one is asked for."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staffpassport.codes.actions import Receiver, Sending, Trying, seconds_until_next


def why_not(tried: Trying) -> str:
    """What is wrong with what was typed, and what to do; for the field. Not for a right one."""
    return {
        Trying.WRONG: _("The code is not right. Check the newest message and type its 6 digits"),
        Trying.SPENT: _("This code can no longer be used. Ask for a new one"),
        Trying.TOO_MANY: _(
            "Too many wrong codes were typed within an hour. Wait an hour, then ask for a new one"
        ),
    }[tried]


def why_not_sent(sending: Sending, receiver: Receiver) -> str:
    """Why no code was sent to this receiver, and what to do; without a full stop, as for a field."""
    if sending is Sending.TOO_MANY:
        return _("Too many codes were sent within an hour. Wait an hour, then ask for a new one")
    wait = seconds_until_next(receiver)
    sentence = ngettext(
        "A code was sent a moment ago and may still arrive. You can ask for a new one in %(wait)d second",
        "A code was sent a moment ago and may still arrive. You can ask for a new one in %(wait)d seconds",
        wait,
    )
    return sentence % {"wait": wait}
