"""Whom the address of a list asks for: everybody of the trust, an upload's people, or those whom something done for
many has left out; searched and filtered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict

from staffpassport.batches.foreseeing import left_out_by
from staffpassport.batches.models import Batch
from staffpassport.organisations.access import PortalRequest
from staffpassport.organisations.models import Organisation, OrganisationOwned
from staffpassport.passports import filters
from staffpassport.passports.models import StaffPassport
from staffpassport.passports.search import search
from staffpassport.uploads.models import Upload
from staffpassport.uploads.progress import invited_by

M = TypeVar("M", bound=OrganisationOwned)


@dataclass(frozen=True, slots=True)
class AskedFor:
    """The people, and by what they were asked for. `too_many`: more match than a search tells, so some are missing."""

    passports: QuerySet[StaffPassport]
    sought: str
    chosen: filters.Chosen
    upload: Upload | None
    left_out: Batch | None
    too_many: bool

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a form sends along, to ask for the same people."""
        kept = [(name, value) for name, values in self.chosen.items() for value in values]
        if self.sought:
            kept.append(("q", self.sought))
        if self.upload:
            kept.append(("upload", str(self.upload.pk)))
        if self.left_out:
            kept.append(("left_out", str(self.left_out.pk)))
        return kept


def asked_for(request: PortalRequest, params: QueryDict | None = None) -> AskedFor:
    """The trust's passports that the address asks for, or `params` in its place."""
    params = request.GET if params is None else params
    sought = params.get("q", "").strip()
    chosen = filters.chosen_in(params)
    upload = _one_of(Upload, request.organisation, params.get("upload", ""))
    batch = _one_of(Batch, request.organisation, params.get("left_out", ""))
    everyone = invited_by(upload) if upload else StaffPassport.objects.of(request.organisation)
    if batch:
        everyone = everyone.filter(pk__in=left_out_by(batch).values("pk"))
    found = search(filters.apply(everyone, chosen), sought)
    return AskedFor(found.passports, sought, chosen, upload, batch, found.too_many)


def _one_of(kind: type[M], organisation: Organisation, wanted: str) -> M | None:
    """The upload or batch of this id; one that is none of the trust's is passed over."""
    try:
        pk = UUID(wanted)
    except ValueError:
        return None
    found: M | None = kind.objects.of(organisation).filter(pk=pk).first()
    return found
