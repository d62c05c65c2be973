"""The plan of an upload: what becomes of each row, stored as it is shown, with a hash over all of it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from staffpassport import bulk
from staffpassport.organisations.models import Organisation
from staffpassport.passports.known import known_by_email, known_by_phone
from staffpassport.roster import checking as roster
from staffpassport.roster.checked import CheckedRow, Values
from staffpassport.roster.emails import email_key
from staffpassport.roster.fields import Field
from staffpassport.uploads.models import Upload, UploadRow
from staffpassport.uploads.states import Outcome
from staffpassport.work.pauses import give_way

_FIELDS = tuple(Field)
_EMAIL, _PHONE = _FIELDS.index(Field.EMAIL), _FIELDS.index(Field.PHONE)
_NO_VALUES = (None,) * len(_FIELDS)
_COLUMNS = ("number", "outcome", *(field.value for field in _FIELDS), "remarks")
# Twins are one kind of problem, whichever rows the sentence names.
_OTHER_ROWS = re.compile(r"rows? \d[\d,]*(?:, \d[\d,]*)*(?: and \d[\d,]*(?: more)?)?")
# On SQLite a transaction of this many rows keeps other writers waiting for about two tenths of a second.
_AT_ONCE = 25_000
# Sentences that name a symbol or an ending could come in any number.
_MOST_KINDS = 60

StoredRow = tuple[Any, ...]
Planned = tuple[Any, ...]
Keys = tuple[str, str]  # of e-mail and phone


@dataclass(slots=True)
class Totals:
    """What storing a plan counted; `plan_hash` is the SHA-256 over every row of it, in order."""

    to_invite: int = 0
    duplicates: int = 0
    problems: int = 0
    plan_hash: str = ""
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: dict[tuple[str, str], int] = field(default_factory=dict)

    def problem_kinds(self) -> list[dict[str, Any]]:
        """The problems by kind, most first, as the upload keeps them."""
        return [
            {"field": name, "sentence": sentence, "rows": number, "first": self.first[name, sentence]}
            for (name, sentence), number in self.kinds.most_common(_MOST_KINDS)
        ]


def store(upload: Upload, rows: Sequence[CheckedRow]) -> Totals:
    """Looks up who is known, and writes a plan row for each checked row in place of any that were there.

    Raises IntegrityError where another worker writes the same rows at this moment.
    """
    keys = [_keys(row.values) for row in rows if row.outcome is roster.Outcome.GOOD]
    known = _Known(upload.organisation, keys)
    totals = Totals()
    digest = hashlib.sha256()
    known_of_good = map(known.of, keys)
    planned = (_stored(row, known_of_good, totals) for row in rows)
    same = {"upload_id": upload.pk, "organisation_id": upload.organisation_id}
    UploadRow.objects.of(upload.organisation).filter(upload_id=upload.pk).delete()
    while some := list(islice(planned, _AT_ONCE)):
        digest.update(repr(some).encode("utf-8", "surrogatepass"))
        bulk.insert(UploadRow, _COLUMNS, some, same=same)
        if len(some) == _AT_ONCE:
            give_way()
    totals.plan_hash = digest.hexdigest()
    return totals


class _Known:
    """Whom the trust has a passport of, by the keys of a list."""

    def __init__(self, organisation: Organisation, people: Sequence[Keys]) -> None:
        self._emails = known_by_email(organisation, (email for email, _ in people))
        self._phones = known_by_phone(organisation, (phone for _, phone in people))

    def of(self, keys: Keys) -> dict[str, str] | None:
        """The passports that these keys stand on, by `email` and `phone`."""
        email, phone = self._emails.get(keys[0]), self._phones.get(keys[1])
        if email is None and phone is None:
            return None
        found = {"email": email, "phone": phone}
        return {name: str(passport) for name, passport in found.items() if passport}


def _stored(row: CheckedRow, known_of_good: Iterator[dict[str, str] | None], totals: Totals) -> StoredRow:
    remarks: dict[str, Any] | None = None
    values: Sequence[Any] = row.values
    if row.outcome is roster.Outcome.PROBLEM:
        outcome = Outcome.PROBLEM
        totals.problems += 1
        remarks, values = _about_problems(row, totals), _NO_VALUES
    elif row.outcome is roster.Outcome.DUPLICATE:
        outcome = Outcome.DUPLICATE
        totals.duplicates += 1
        remarks = {"same_as": list(row.same_as)}
    elif found := next(known_of_good):
        outcome = Outcome.DUPLICATE
        totals.duplicates += 1
        remarks = {"known": found}
    else:
        outcome = Outcome.TO_INVITE
        totals.to_invite += 1
    return (row.number, outcome.value, *values, remarks)


def _about_problems(row: CheckedRow, totals: Totals) -> dict[str, Any]:
    listed = [
        [problem.field or "", problem.column, problem.value, problem.sentence] for problem in row.problems
    ]
    for name, _, _, sentence in listed:
        kind = (name, _OTHER_ROWS.sub("other rows", sentence))
        totals.kinds[kind] += 1
        totals.first.setdefault(kind, row.number)
    cells = {field.value: text for field, text in zip(Field, row.cells, strict=True) if text}
    remarks: dict[str, Any] = {"cells": cells, "problems": listed}
    if row.same_as:
        remarks["same_as"] = list(row.same_as)
    return remarks


def _keys(values: Values) -> Keys:
    email, phone = values[_EMAIL], values[_PHONE]
    assert isinstance(email, str)
    assert isinstance(phone, str)
    return email_key(email), phone


def rows_to_invite(upload: Upload, after: int, at_most: int) -> list[Planned]:
    """The next rows of the plan that are to be invited, by their numbers: (number, first name, …) as Field has them.

    No model instances: to make 100,000 of them takes longer than to read the rows.
    """
    planned = UploadRow.objects.of(upload.organisation).filter(
        upload_id=upload.pk, outcome=Outcome.TO_INVITE, number__gt=after
    )
    return list(planned.order_by("number").values_list("number", *_FIELDS)[:at_most])
