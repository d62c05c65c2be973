"""A table that leaves the portal as a file: as CSV or as a workbook, as its page asks, with an event that it did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.http.response import HttpResponseBase

from staffpassport.accounts.network import actor
from staffpassport.audit.models import Kind
from staffpassport.audit.record import record
from staffpassport.organisations.access import PortalRequest
from staffpassport.roster import text_tables
from staffpassport.roster.workbooks import Cell
from staffpassport.ui.downloads import CSV, XLSX, streamed, whole


@dataclass(frozen=True, slots=True)
class Table:
    """What is handed over: `name` is the file's without its ending, `widths` are characters by place of the column."""

    title: str
    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Mapping[int, int]


def hand_over(
    request: PortalRequest, table: Table, kind: Kind, detail: str, subject: UUID | None = None
) -> HttpResponseBase:
    """The file of the kind that the buttons of `download_buttons` name. The event tells `detail`, nothing personal,
    and is about `subject`, or about the trust where it is None.
    """
    as_workbook = request.POST.get("format") == "xlsx"
    with transaction.atomic():
        record(
            kind,
            actor=actor(request),
            organisation_id=request.organisation.pk,
            subject=subject or request.organisation.pk,
            detail=", ".join(filter(None, [detail, "Excel" if as_workbook else "CSV"])),
        )
    if as_workbook:
        made = text_tables.as_xlsx(table.title, table.headings, table.rows, widths=table.widths)
        return whole(made, f"{table.name}.xlsx", XLSX)
    return streamed(text_tables.as_csv(table.headings, table.rows), f"{table.name}.csv", CSV)
