"""What a code comes in: an e-mail or a text that says whose service it is, what it is for, and not to pass it on."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from staffpassport.codes import digits
from staffpassport.codes.models import SecurityCode
from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.states import Channel

PURPOSE = "security-code"


def compose(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """Makes the digits when they are sent. A code that was used or replaced meanwhile is not sent."""
    codes = SecurityCode.objects.select_related("proving__organisation").in_bulk(
        [UUID(message.about) for message in messages]
    )
    return {message.id: _content(codes.get(UUID(message.about)), message.channel) for message in messages}


def _content(code: SecurityCode | None, channel: Channel) -> Composed:
    if code is None or code.used_at:
        return NoLongerWanted("code-gone")
    facts = {
        "code": digits.of(code.pk),
        "trust": code.proving.organisation.name,
        "host": settings.ALLOWED_HOSTS[0],
    }
    if channel == Channel.TEXT:
        return Content(subject="", body=_text().format(**facts))
    return Content(subject=_subject().format(**facts), body=_email().format(**facts))


def _text() -> str:
    # The last line is what phones look for, to offer the code above the keyboard on this very site only.
    return _("{code} is your Digital Staff Passport code. It is valid for 5 minutes. Tell nobody.") + (
        "\n\n@{host} #{code}"
    )


def _subject() -> str:
    return _("{code} is your Digital Staff Passport security code")


def _email() -> str:
    return _("""\
Hello,

Your security code is {code}

Type it into the page that asks for it. It is valid for 5 minutes.

Tell nobody this code: nobody from {trust} or the NHS will ever ask you for it. If you did not ask for a code, you \
need not do anything.

Nobody reads replies to this email.
""")
