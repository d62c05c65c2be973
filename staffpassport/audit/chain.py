"""The chain of sealed events, as pure functions: no database, no clock, no settings.

Every event of a trust gets a number, from 1 without a gap, and a MAC of its own over the number and all that it says.
A seal closes a batch of them: its MAC goes over the seal before it and the MACs of its events. So an edit names the
event, a deletion or insertion breaks the numbers, and the newest seal (the head) vouches for everything before it.
MACs are HMAC-SHA256; an event's is cut to 16 bytes, which nobody guesses either.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from staffpassport.audit.moments import Moments

# What `check` tells of one trust; who has thousands of wrong events needs no more to begin with.
MOST_FINDINGS = 100

_EVENT_MAC = 16
_write_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class Told(NamedTuple):
    """All that an event says, in the order in which it is sealed."""

    id: UUID
    organisation_id: UUID | None
    kind: str
    actor: str
    actor_name: str
    subject: str
    detail: str
    at: datetime
    network_address: str | None


class Sealed(NamedTuple):
    """An event in its place."""

    number: int
    mac: bytes
    told: Told


class Seal(NamedTuple):
    """A closed batch; `previous` is the MAC of the seal before it, empty for the first."""

    first: int
    last: int
    previous: bytes
    mac: bytes
    key_id: str
    sealed_at: datetime


class Retired(NamedTuple):
    """All up to the event number `last` is gone for its age; `head` is the MAC of the seal that ended there."""

    last: int
    head: bytes
    key_id: str
    retired_at: datetime
    mac: bytes


class Keys:
    """AUDIT_KEYS, newest first: the newest seals, each verifies what it has sealed."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._by_id = {_key_id(key): key.encode() for key in keys}
        self.newest = _key_id(keys[0])

    def get(self, key_id: str) -> bytes | None:
        """The key with this id; None where it was taken away."""
        return self._by_id.get(key_id)


@dataclass(slots=True)
class Verdict:
    """What was found out about the chain of one trust: nothing in `findings` means that it is whole."""

    findings: list[str] = field(default_factory=list)
    more_findings: int = 0
    events: int = 0
    last: int = 0
    head: bytes = b""

    def say(self, sentence: str) -> None:
        """Adds a finding, or counts it where there are many."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(sentence)
        else:
            self.more_findings += 1


def event_mac(key: bytes, trust: UUID, number: int, told: Told | None) -> bytes:
    """The MAC of an event in its place; `told` None for one that was gone before it could be sealed."""
    if told is None:
        said: list[object] = [trust.hex, number]
    else:
        said = [
            trust.hex,
            number,
            told.id.hex,
            told.organisation_id.hex if told.organisation_id else None,
            *told[2:7],
            told.at.isoformat(),
            told.network_address,
        ]
    return hmac.digest(key, b"event" + _write_json(said).encode(), "sha256")[:_EVENT_MAC]


def seal_mac(key: bytes, trust: UUID, seal: Seal, events: Iterable[bytes]) -> bytes:
    """The MAC of a seal over the MACs of its events; the seal's own `mac` is not looked at."""
    said = [trust.hex, seal.first, seal.last, seal.previous.hex(), seal.key_id, seal.sealed_at.isoformat()]
    return hmac.digest(key, b"seal" + _write_json(said).encode() + b"".join(events), "sha256")


def retired_mac(key: bytes, trust: UUID, retired: Retired) -> bytes:
    """The MAC of where a chain begins now; its own `mac` is not looked at."""
    said = [trust.hex, retired.last, retired.head.hex(), retired.key_id, retired.retired_at.isoformat()]
    return hmac.digest(key, b"retired" + _write_json(said).encode(), "sha256")


def check(
    trust: UUID,
    seals: Iterable[Seal],
    events: Iterable[Sealed],
    keys: Keys,
    heads: Mapping[int, set[bytes]],
    retired: Retired | None = None,
    retirements: Mapping[int, set[bytes]] | None = None,
) -> Verdict:
    """Reads the chain of one trust once, from its beginning, and says what is wrong with it, each with its place.

    `seals` come by their first number, `events` by number; both may be streams. `heads` are what was noted outside
    the database: a last number, and the MACs that the seal ending there had. Where the chain begins after what was
    `retired`, that must stand in `retirements`, noted in the same way; None trusts in the keys alone.
    """
    verdict, waiting, missing_keys = Verdict(), _Events(events), set()
    moments = Moments(verdict.say)
    unseen_heads = {number: set(macs) for number, macs in heads.items()}
    if retired:
        _begin_after(trust, retired, keys, retirements, unseen_heads, verdict)
    previous = verdict.head
    for seal in seals:
        if seal.first != verdict.last + 1:
            verdict.say(_gap(verdict.last + 1, seal.first - 1, "seal"))
        if seal.previous != previous:
            verdict.say(f"The seal of {_numbers(seal.first, seal.last)} does not follow the seal before it.")
        key = keys.get(seal.key_id)
        if key is None and seal.key_id not in missing_keys:
            missing_keys.add(seal.key_id)
            verdict.say(
                f"From number {seal.first:,} on, events were sealed with the key {seal.key_id}, which is not among "
                "AUDIT_KEYS: they cannot be verified. Add that key at the end of AUDIT_KEYS."
            )
        macs = []
        for one in waiting.of(seal, verdict):
            macs.append(one.mac)
            verdict.events += 1
            _check_event(trust, one, key, verdict)
            moments.look_at(one.number, one.told.id, one.told.at, seal.sealed_at)
        if key and len(macs) == seal.last - seal.first + 1 and seal_mac(key, trust, seal, macs) != seal.mac:
            verdict.say(f"The seal of {_numbers(seal.first, seal.last)} is not what was written.")
        if seal.mac not in unseen_heads.pop(seal.last, {seal.mac}):
            verdict.say(
                f"The seal that ends with number {seal.last:,} is another than the head noted outside the database."
            )
        previous, verdict.last, verdict.head = seal.mac, seal.last, seal.mac
    for one in waiting.rest():
        verdict.say(f"{_what(one)} has a number and no seal.")
    moments.tell()
    _check_heads(unseen_heads, verdict)
    return verdict


def _begin_after(
    trust: UUID,
    retired: Retired,
    keys: Keys,
    retirements: Mapping[int, set[bytes]] | None,
    unseen_heads: dict[int, set[bytes]],
    verdict: Verdict,
) -> None:
    """Begins the verdict where the chain begins, if somebody with the keys said so, and also outside the database."""
    until, key = f"all up to event number {retired.last:,} was deleted for its age", keys.get(retired.key_id)
    if key is None:
        verdict.say(f"That {until} was sealed with the key {retired.key_id}, which is not among AUDIT_KEYS.")
    elif retired_mac(key, trust, retired) != retired.mac:
        verdict.say(
            f"That {until} is said in the database, and no portal has sealed it: somebody cut it off."
        )
    if retirements is not None and retired.head not in retirements.get(retired.last, ()):
        verdict.say(f"That {until} was not noted outside the database: somebody may have cut it off.")
    if retired.head not in unseen_heads.get(retired.last, {retired.head}):
        verdict.say(
            f"The seal that ended with number {retired.last:,} and was deleted for its age is another than the head "
            "noted outside the database."
        )
    for number in [number for number in unseen_heads if number <= retired.last]:
        del unseen_heads[number]
    verdict.last, verdict.head = retired.last, retired.head


class _Events:
    """A stream of events, of which each seal takes its own."""

    def __init__(self, events: Iterable[Sealed]) -> None:
        self._stream = iter(events)
        self._next = next(self._stream, None)

    def of(self, seal: Seal, verdict: Verdict) -> Iterator[Sealed]:
        """The events that belong to the seal; what is missing or out of place is told."""
        due = seal.first
        while self._next is not None and self._next.number <= seal.last:
            one = self._next
            self._next = next(self._stream, None)
            if one.number < due:
                verdict.say(f"{_what(one)} stands in a place that is taken, or that no seal covers.")
                continue
            if one.number > due:
                verdict.say(_gap(due, one.number - 1))
            due = one.number + 1
            yield one
        if due <= seal.last:
            verdict.say(_gap(due, seal.last))

    def rest(self) -> Iterator[Sealed]:
        """What no seal has taken."""
        while self._next is not None:
            yield self._next
            self._next = next(self._stream, None)


def _check_event(trust: UUID, one: Sealed, key: bytes | None, verdict: Verdict) -> None:
    if key and event_mac(key, trust, one.number, one.told) != one.mac:
        verdict.say(f"{_what(one)} is not what was sealed: it was changed, exchanged or moved.")
    elif (one.told.organisation_id or UUID(int=0)) != trust:
        verdict.say(f"{_what(one)} is one of another trust: somebody had it sealed here.")


def _check_heads(unseen: Mapping[int, set[bytes]], verdict: Verdict) -> None:
    beyond = max((number for number in unseen if number > verdict.last), default=None)
    if beyond is not None:
        verdict.say(
            f"The trail was cut back: it ends with number {verdict.last:,}, but a head was noted outside the database "
            f"for number {beyond:,}."
        )
    for number in sorted(number for number in unseen if number <= verdict.last):
        verdict.say(f"A head was noted outside the database for number {number:,}, where no seal ends now.")


def _what(one: Sealed) -> str:
    return f"Event number {one.number:,} (id {one.told.id})"


def _gap(first: int, last: int, of: str = "") -> str:
    if last < first:
        return f"The seals overlap at number {first:,}."
    gone = "Event number {}" if first == last else "Events number {}"
    beginning = f"The {of} of {_numbers(first, last)}" if of else gone.format(_range(first, last))
    return f"{beginning} {'is' if of or first == last else 'are'} missing."


def _numbers(first: int, last: int) -> str:
    return f"event number {first:,}" if first == last else f"events number {_range(first, last)}"


def _range(first: int, last: int) -> str:
    return f"{first:,}" if first == last else f"{first:,} to {last:,}"


def _key_id(key: str) -> str:
    """Tells keys apart and tells nothing of them: they have 32 characters or more."""
    return hashlib.sha256(b"audit key " + key.encode()).hexdigest()[:16]
