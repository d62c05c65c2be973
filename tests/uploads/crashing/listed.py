"""A list, mostly of a thousand rows, that is sent in while processes die, and what has to be true of it in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from staffpassport.audit.models import Event, Kind
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.uploads.models import Upload, UploadRow
from staffpassport.uploads.progress import invited_by
from staffpassport.uploads.states import Outcome, State
from tests import making
from tests.uploads import lists

KNOWN, TWINS, PROBLEMS, BLANK = 10, 15, 20, 15
_LEFT_OUT = KNOWN + TWINS + PROBLEMS + BLANK
TO_INVITE = 1_000 - _LEFT_OUT
COLLEAGUE = "Colleague"


@dataclass(slots=True)
class List:
    """Its rows in any order; and whom they must invite, by their emails.

    `emails` are those of its first people, others are made up. `upload` is what became of it, once it is sent in.
    """

    trust: Organisation
    chance: Random
    emails: Sequence[str] = ()
    to_invite: int = TO_INVITE
    content: bytes = field(init=False)
    plan: dict[str, str] = field(init=False)
    upload: Upload = field(init=False)

    def __post_init__(self) -> None:
        chosen = [lists.person(email=email) for email in self.emails]
        good = [*chosen, *lists.people(self.to_invite - len(chosen))]
        known = [lists.person() for _ in range(KNOWN)]
        for row in known:
            making.passport(self.trust, email=row[3])
        wrong = [lists.person(email="nobody") for _ in range(PROBLEMS)]
        rows = [*good, *self.chance.sample(good, TWINS), *known, *wrong, *([""] * 7 for _ in range(BLANK))]
        self.chance.shuffle(rows)
        # Blank rows at the end are none of the list.
        rows.sort(key=lambda row: row is good[0])
        self.plan = {row[3]: "+44" + row[4][1:] for row in good}
        self.content = lists.as_csv(rows)

    def now(self) -> Upload:
        found: Upload = Upload.everywhere.select_related("organisation").get(pk=self.upload.pk)
        return found


def the_totals_add_up(listed: List, end: State) -> None:
    upload = listed.now()
    assert lists.adds_up(upload)
    assert (upload.rows, upload.to_invite, upload.duplicates, upload.problems, upload.blank) == (
        listed.to_invite + _LEFT_OUT,
        listed.to_invite,
        KNOWN + TWINS,
        PROBLEMS,
        BLANK,
    )
    outcomes = Counter(UploadRow.everywhere.values_list("outcome", flat=True))
    assert outcomes[Outcome.OVERTAKEN] == upload.overtaken
    assert outcomes.total() == upload.rows - BLANK
    if end != State.STOPPED:
        assert upload.stopped == 0
    happened = Counter(Event.objects.filter(subject=str(upload.pk)).values_list("kind", flat=True))
    assert set(happened.values()) == {1}, happened


def everybody_has_what_they_should_have_and_nobody_else(listed: List) -> None:
    upload = listed.now()
    invited = dict(invited_by(upload).values_list("email", "phone"))
    assert len(invited) == upload.invited == invited_by(upload).count()
    assert invited.items() <= listed.plan.items()
    colleagues = StaffPassport.everywhere.filter(first_name=COLLEAGUE)
    overtaken = set(colleagues.values_list("email", flat=True))
    assert not overtaken & set(invited)
    if upload.stopped == 0:
        assert set(invited) | overtaken == set(listed.plan)
        assert upload.overtaken == len(overtaken)

    passports = list(StaffPassport.everywhere.values_list("pk", flat=True))
    assert len(passports) == KNOWN + len(overtaken) + len(invited)
    invitations = dict(Invitation.everywhere.values_list("pk", "passport_id"))
    assert sorted(invitations.values()) == sorted(passports)
    events = Event.objects.filter(kind=Kind.INVITED).values_list("subject", flat=True)
    assert sorted(events) == sorted(map(str, passports))
    keys = Message.everywhere.values_list("idempotency_key", flat=True)
    assert sorted(keys) == sorted(
        f"invitation:{pk}:{channel}" for pk in invitations for channel in ("email", "text")
    )
