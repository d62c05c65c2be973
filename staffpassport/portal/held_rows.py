"""Rows of uploaded lists that are about one person, as long as they are kept (LISTS_KEPT_DAYS).

A row is found by an e-mail address, a phone or the passport that it was known by. People share phones, and sometimes a
mailbox: a row is told whole only where its names are the person's and its date of birth is no other one. Of any other
row the person is told by which address or phone it may be about them, and not what may be somebody else's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from staffpassport.passports.models import ProfileChange, StaffPassport
from staffpassport.roster.dates import date_of_birth
from staffpassport.roster.fields import Field
from staffpassport.roster.folding import fold
from staffpassport.roster.mistakes import Mistake
from staffpassport.ui import formats
from staffpassport.uploads.models import UploadRow

LEFT_OUT = "the rest is left out, as it may be about somebody else"
# What stands around an address in a cell that could not be read, such as “Grace <grace@example.com>; work”.
_BETWEEN_ADDRESSES = re.compile(r"[\s,;:<>()]+")
_NAMES = (Field.FIRST_NAME, Field.LAST_NAME)
_KEYS = (Field.EMAIL, Field.PHONE)
# A phone by these, however its beginning is written.
_LAST_DIGITS = 9

# What a row says, and what the person is or was known by, by column.
Said = dict[str, str]
Known = Mapping[str, set[str]]


def rows_about(passport: StaffPassport) -> Iterator[tuple[str, str, str, str]]:
    """What, held, when and by, for each row."""
    known = _known_by(passport)
    found = _found(passport, known).select_related("upload").order_by("upload_id", "number")
    for row in found.iterator():
        said = _said(row)
        if _is_about(row, said, passport, known):
            what = f"Row {row.number} of {row.upload.file_name}"
            yield what, _told(said, known), formats.date_and_time(row.upload.created_at), ""


def _known_by(passport: StaffPassport) -> Known:
    """What stands on the record and what stood there before, as `_form` has it."""
    known: dict[str, set[str]] = defaultdict(set)
    for field in Field:
        known[field].add(_form(field, getattr(passport, field)))
    earlier = ProfileChange.objects.of(passport.organisation).filter(passport=passport, field__in=list(Field))
    for field, old in earlier.values_list("field", "old"):
        known[field].add(_form(field, old))
    return {field: values - {""} for field, values in known.items()}


def _found(passport: StaffPassport, known: Known) -> Any:
    """By the database: also rows that have an address or a number of the person inside a longer one."""
    wanted = Q(cells__icontains=str(passport.pk))
    for email in known[Field.EMAIL]:
        wanted |= Q(email__iexact=email) | Q(cells__icontains=email)
    for digits in known[Field.PHONE]:
        wanted |= Q(phone__endswith=digits) | Q(cells__contains=digits)
        wanted |= Q(cells__contains=f"{digits[:-6]} {digits[-6:]}")
    rows = UploadRow.objects.of(passport.organisation).filter(upload__cleared_at=None)
    return rows.annotate(cells=Cast("remarks", TextField())).filter(wanted)


def _said(row: UploadRow) -> Said:
    """A row's values, or what its cells hold where they could not be taken."""
    values = {field.value: getattr(row, field) for field in Field}
    cells = (row.remarks or {}).get("cells") or {}
    return {
        field: formats.date(value) if isinstance(value, date) else value
        for field, value in (values | cells).items()
        if value
    }


def _is_about(row: UploadRow, said: Said, passport: StaffPassport, known: Known) -> bool:
    if str(passport.pk) in ((row.remarks or {}).get("known") or {}).values():
        return True
    words = {word for value in said.values() for word in _BETWEEN_ADDRESSES.split(value.casefold())}
    return bool(words & known[Field.EMAIL]) or _form(Field.PHONE, said.get(Field.PHONE)) in known[Field.PHONE]


def _told(said: Said, known: Known) -> str:
    if _is_the_person(said, known):
        return ", ".join(said.values())
    common = [said[key] for key in _KEYS if _form(key, said.get(key)) in known[key]]
    return "; ".join(filter(None, [", ".join(common), LEFT_OUT]))


def _is_the_person(said: Said, known: Known) -> bool:
    names = all(_form(name, said.get(name)) in known[name] for name in _NAMES)
    born = _form(Field.DATE_OF_BIRTH, said.get(Field.DATE_OF_BIRTH))
    return names and (not born or not known[Field.DATE_OF_BIRTH] or born in known[Field.DATE_OF_BIRTH])


def _form(field: str, value: date | str | None) -> str:
    """A value as it is the same however it is written; empty where there is none."""
    if not value:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    match field:
        case Field.EMAIL:
            return value.casefold()
        case Field.PHONE:
            return re.sub(r"\D", "", value)[-_LAST_DIGITS:]
        case Field.DATE_OF_BIRTH:
            with suppress(Mistake):
                return str(date_of_birth(value, today=timezone.localdate()) or "")
    return fold(value)
