"""Finding the passport that an address names."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from staffpassport.accounts.network import actor
from staffpassport.audit.models import Kind
from staffpassport.audit.record import record
from staffpassport.organisations.access import PortalRequest
from staffpassport.passports.models import StaffPassport


def passport_or_404(request: PortalRequest, passport: UUID) -> StaffPassport:
    """The trust's passport of this id; another trust's is not found, nor one that was deleted."""
    found: StaffPassport | None = StaffPassport.objects.of(request.organisation).filter(pk=passport).first()
    if found is None:
        raise Http404
    found.organisation = request.organisation
    return found


def look_at_or_404(request: PortalRequest, passport: UUID) -> StaffPassport:
    """The same for a page that shows what stands on it: that somebody looks is an event, and no look goes without."""
    found = passport_or_404(request, passport)
    look_at(request, found)
    return found


def look_at(request: PortalRequest, passport: StaffPassport) -> None:
    """Notes the look, for a page that mostly leads elsewhere: before it shows anything.

    A POST to such a page has an event of its own, if it does anything.
    """
    if request.method != "POST":
        record(
            Kind.PASSPORT_VIEWED,
            actor=actor(request),
            organisation_id=passport.organisation_id,
            subject=passport.pk,
        )
