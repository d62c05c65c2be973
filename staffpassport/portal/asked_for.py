"""Whom the address of a list asks for: everybody of the trust, or an upload's people; searched and filtered."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict

from staffpassport.organisations.access import PortalRequest
from staffpassport.organisations.models import Organisation
from staffpassport.passports import filters
from staffpassport.passports.models import StaffPassport
from staffpassport.passports.search import search
from staffpassport.uploads.models import Upload
from staffpassport.uploads.progress import invited_by


@dataclass(frozen=True, slots=True)
class AskedFor:
    """The people, and by what they were asked for. `too_many`: more match than a search tells, so some are missing."""

    passports: QuerySet[StaffPassport]
    sought: str
    chosen: filters.Chosen
    upload: Upload | None
    too_many: bool

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a form sends along, to ask for the same people."""
        kept = [(name, value) for name, values in self.chosen.items() for value in values]
        if self.sought:
            kept.append(("q", self.sought))
        if self.upload:
            kept.append(("upload", str(self.upload.pk)))
        return kept


def asked_for(request: PortalRequest, params: QueryDict | None = None) -> AskedFor:
    """The trust's passports that the address asks for, or `params` in its place."""
    params = request.GET if params is None else params
    sought = params.get("q", "").strip()
    chosen = filters.chosen_in(params)
    upload = _upload_of(request.organisation, params.get("upload", ""))
    everyone = invited_by(upload) if upload else StaffPassport.objects.of(request.organisation)
    found = search(filters.apply(everyone, chosen), sought)
    return AskedFor(found.passports, sought, chosen, upload, found.too_many)


def _upload_of(organisation: Organisation, wanted: str) -> Upload | None:
    """The upload of this id; one that is none of the trust's is passed over."""
    try:
        pk = UUID(wanted)
    except ValueError:
        return None
    found: Upload | None = Upload.objects.of(organisation).filter(pk=pk).first()
    return found
