"""What a person is told when somebody gets back in as them by less than what they had, with a link that stops it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from uuid_utils.compat import uuid7

from staffpassport.accounts import stop_links
from staffpassport.accounts.oneself import ways_to
from staffpassport.accounts.recovery_models import Recovery
from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.outbox import enqueue_to_one
from staffpassport.messaging.states import Channel
from staffpassport.ui.formats import date_and_time
from staffpassport.ui.later import later as _

PURPOSE = "recovery-started"
_SALT = "stop a recovery"

_SUBJECT = _("Somebody wants to log in to your Digital Staff Passport in a new way")
_BY_MAIL = _("""\
Hello {name},

A new password was chosen for your Digital Staff Passport account, by a link that was sent to this address. You have \
been logged out everywhere.

As we can reach you by email alone, the new password opens your account from {effective} on. With a passkey you can \
log in at once.
""")
_BY_PHONE = _("""\
Hello {name},

Somebody who knows your password has said that your phone is lost. From {effective} on, the codes to log in to your \
Digital Staff Passport account go to the telephone number that {trust} has for you now, which ends in {digits}. Until \
then they go to your old one.
""")
_NOT_ME = _("""
Was that you? Then you need not do anything.

If it was not, stop it here. You need not log in:
{stop}

Then tell the HR team of {trust}:
{hr_email}
{hr_phone}
""")
_TEXT = _("Staff Passport: your log-in codes go to another phone from {effective}. Not you? Stop it: {stop}")


def tell(recovery: Recovery) -> None:
    """Queues it to every way there is, in the caller's transaction."""
    enqueue_to_one(
        ways_to(recovery.user),
        organisation_id=recovery.organisation_id,
        about=recovery.pk,
        purpose=PURPOSE,
        occasion=str(uuid7()),
    )


def stop_path(recovery: Recovery) -> str:
    """A page that stops this one and none after it: an old message may lie where somebody else reads it by then."""
    return stop_links.path("stop-recovery", recovery.pk, salt=_SALT)


def recovery_of(token: str) -> Recovery | None:
    """Which one a page stops; None where the link is wrong, or it is over."""
    found = Recovery.everywhere.filter(pk=stop_links.named(token, salt=_SALT))
    return found.select_related("user").first()


def compose(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """In one query a batch. The link is made when it is sent, and stands nowhere before."""
    found = Recovery.everywhere.filter(pk__in={message.about for message in messages})
    recoveries = {str(one.pk): one for one in found.select_related("organisation", "user")}
    return {message.id: _content(message.channel, recoveries.get(message.about)) for message in messages}


def _content(channel: Channel, recovery: Recovery | None) -> Composed:
    if recovery is None:
        return NoLongerWanted("recovery-over")
    trust = recovery.organisation
    facts = {
        "name": recovery.user.name,
        "trust": trust,
        "hr_email": trust.hr_email,
        "hr_phone": trust.hr_phone,
        "effective": date_and_time(recovery.effective_at),
        "digits": (recovery.phone or "")[-3:],
        "stop": settings.BASE_URL + stop_path(recovery),
    }
    if channel is Channel.TEXT:
        return Content(subject="", body=_TEXT.format(**facts))
    body = _BY_PHONE if recovery.phone else _BY_MAIL
    return Content(subject=str(_SUBJECT), body=f"{body}{_NOT_ME}".format(**facts))
