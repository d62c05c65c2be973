"""What is told of a reset of how somebody logs in: to the person on every way there is, and to whom it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from staffpassport.accounts import stop_links
from staffpassport.accounts.administrators import email_to_each, senior_administrators
from staffpassport.accounts.models import Membership, User
from staffpassport.accounts.oneself import ways_to
from staffpassport.accounts.reset_models import OPEN, Reason, SecondFactorReset
from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.outbox import enqueue, enqueue_to_one
from staffpassport.messaging.states import Channel
from staffpassport.ui.formats import date_and_time

STARTED, CONFIRMED = "reset-started", "reset-confirmed"
TO_CONFIRM, WAS_CONFIRMED, STOPPED = "reset-to-confirm", "reset-was-confirmed", "reset-stopped"
PURPOSES = (STARTED, CONFIRMED, TO_CONFIRM, WAS_CONFIRMED, STOPPED)
_SALT = "stop a reset"

_SUBJECTS = {
    STARTED: "Somebody wants to reset how you log in to the Digital Staff Passport portal",
    CONFIRMED: "How you log in to the Digital Staff Passport portal will be reset",
    TO_CONFIRM: "A reset of how somebody logs in waits for you to confirm it",
    WAS_CONFIRMED: "A reset of how somebody logs in to the Digital Staff Passport portal was confirmed",
    STOPPED: "A reset of how somebody logs in to the Digital Staff Passport portal was stopped",
}
_NOT_ASKED = """
Have you not asked for this? Stop it here, you need not log in:
{stop}
"""
_BODIES = {
    STARTED: """\
Hello {name},

{starter}, a senior portal administrator of {trust}, has started to reset how you log in. Reason: {reason}.

When another senior portal administrator has confirmed it, your second factors will be removed. You then log in with \
your password and set up a new one.
"""
    + _NOT_ASKED,
    CONFIRMED: """\
Hello {name},

The reset of how you log in, which {starter} of {trust} has started, was confirmed by {confirmer}. On {effective}, \
your second factors will be removed and you will be logged out everywhere. You then log in with your \
password and set up a new one.
"""
    + _NOT_ASKED,
    TO_CONFIRM: """\
Hello,

{starter} has started to reset how {name}, {email}, logs in to the Digital Staff Passport portal of {trust}. \
Reason: {reason}.

Speak to {name} first, in person or on a number that you know, to be sure that they have asked for it. Then confirm \
the reset, or stop it:
{page}
""",
    WAS_CONFIRMED: """\
Hello,

{confirmer} has confirmed that how {name}, {email}, logs in to the Digital Staff Passport portal of {trust} is reset. \
{starter} had started it. Reason: {reason}. It takes effect on {effective}.

You get this email because you are a senior portal administrator of {trust}. Are {starter} and {confirmer} not two \
people, or has {name} not asked for it? Stop the reset before then:
{page}
""",
    STOPPED: """\
Hello,

The reset of how {name}, {email}, logs in to the Digital Staff Passport portal of {trust} was stopped, or nobody \
confirmed it in time. Nothing was changed.

You get this email because you are a senior portal administrator of {trust}, or because it was about you.
""",
}
_TEXTS = {
    STARTED: "Digital Staff Passport: {trust} has started to reset how you log in. Not asked for it? Stop it: {stop}",
    CONFIRMED: "Digital Staff Passport: how you log in is reset on {effective}. Not asked for it? Stop it: {stop}",
}


def tell_person(reset: SecondFactorReset, purpose: str) -> None:
    """Queues a message to the person on every way there is, in the caller's transaction."""
    enqueue_to_one(
        ways_to(reset.user), organisation_id=reset.organisation_id, about=reset.pk, purpose=purpose
    )


def tell_administrators(reset: SecondFactorReset, purpose: str, *, but: Membership) -> None:
    """To the trust's senior administrators, but the one who has just done it and the person."""
    others = senior_administrators(reset.organisation).exclude(pk=but.pk).exclude(user=reset.user_id)
    enqueue(email_to_each(others, purpose=purpose, about=reset.pk))


def tell_of_end(reset: SecondFactorReset) -> None:
    """To the person and the trust's senior administrators."""
    person = Membership.objects.of(reset.organisation).filter(user=reset.user_id).select_related("user")
    administrators = senior_administrators(reset.organisation).exclude(user=reset.user_id)
    enqueue(email_to_each([*person, *administrators], purpose=STOPPED, about=reset.pk))


def stop_path(reset: SecondFactorReset) -> str:
    """A page that stops the reset, for whoever holds its address: while it is open."""
    return stop_links.path("stop-reset", reset.pk, salt=_SALT)


def reset_of(token: str) -> SecondFactorReset | None:
    """The open reset that a link may stop; None where it is wrong, or the reset is over."""
    resets = SecondFactorReset.everywhere.filter(OPEN, pk=stop_links.named(token, salt=_SALT))
    found: SecondFactorReset | None = resets.select_related("user", "organisation").first()
    return found


def compose(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """In two queries a batch. The link that stops a reset is made when it is sent, and stands nowhere before."""
    found = SecondFactorReset.everywhere.filter(pk__in={message.about for message in messages})
    resets = {
        str(one.pk): one for one in found.select_related("organisation", "user", "started_by", "confirmed_by")
    }
    people = Membership.everywhere.filter(
        organisation__in={one.organisation_id for one in resets.values()},
        user__in={
            user for one in resets.values() for user in (one.user_id, one.started_by_id, one.confirmed_by_id)
        },
    )
    members = {(one.organisation_id, one.user_id): one for one in people}
    return {message.id: _content(message, resets.get(message.about), members) for message in messages}


def _content(
    message: ToCompose, reset: SecondFactorReset | None, members: dict[tuple[UUID, UUID], Membership]
) -> Composed:
    if reset is None:
        return NoLongerWanted("reset-gone")
    is_over = bool(reset.stopped_at or reset.done_at)
    person = members.get((reset.organisation_id, reset.user_id))
    if person is None or (is_over and message.purpose != STOPPED):
        return NoLongerWanted("reset-over")
    facts = {
        "name": person.name,
        "email": reset.user.email,
        "trust": reset.organisation,
        "reason": Reason(reset.reason).label,
        "starter": _name(reset.started_by, reset, members),
        "confirmer": _name(reset.confirmed_by, reset, members),
        "effective": date_and_time(reset.effective_at) if reset.effective_at else "",
        "stop": settings.BASE_URL + stop_path(reset),
        "page": settings.BASE_URL + reverse("user-reset", args=[person.pk]),
    }
    if message.channel == Channel.TEXT:
        return Content(subject="", body=_TEXTS[message.purpose].format_map(facts))
    return Content(
        subject=_SUBJECTS[message.purpose].format_map(facts),
        body=_BODIES[message.purpose].format_map(facts),
    )


def _name(user: User | None, reset: SecondFactorReset, members: dict[tuple[UUID, UUID], Membership]) -> str:
    """As the trust knows the person."""
    if user is None:
        return ""
    member = members.get((reset.organisation_id, user.pk))
    return member.name if member else user.name
