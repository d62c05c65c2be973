"""The five people whom HR is shown before it says yes."""

from __future__ import annotations

from django.db.models import QuerySet

from staffpassport.uploads.models import Upload, UploadRow
from staffpassport.uploads.states import Outcome

SIZE = 5
# Enough to find names with accents in any list that has them.
_LOOKED_AT = 2_000


def sample_of(upload: Upload) -> list[UploadRow]:
    """Five of those to be invited, in the order of the list; names with accents first.

    An encoding that was read wrongly shows in an accented name and nowhere else.
    """
    to_invite = _to_invite(upload)
    names = to_invite.values_list("number", "first_name", "last_name")[:_LOOKED_AT]
    accented_first = sorted(names, key=lambda row: f"{row[1]}{row[2]}".isascii())
    chosen = [number for number, _, _ in accented_first[:SIZE]]
    found = {row.number: row for row in to_invite.filter(number__in=chosen)}
    return [found[number] for number in chosen]


def first_to_invite(upload: Upload) -> UploadRow | None:
    """The first of the list: whose messages the review shows."""
    return _to_invite(upload).first()


def _to_invite(upload: Upload) -> QuerySet[UploadRow]:
    rows = UploadRow.objects.of(upload.organisation).filter(upload_id=upload.pk, outcome=Outcome.TO_INVITE)
    return rows.order_by("number")
