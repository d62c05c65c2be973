"""What is done to organisations."""

from __future__ import annotations

from django.db import transaction

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.organisations.models import Organisation


@transaction.atomic
def create_organisation(
    *, name: str, descriptor: str, ods_code: str, hr_email: str, hr_phone: str, by: Actor
) -> Organisation:
    """A new trust. Raises ValidationError with a sentence a field where something is missing, wrong or taken."""
    organisation = Organisation(
        name=name, descriptor=descriptor, ods_code=ods_code, hr_email=hr_email, hr_phone=hr_phone
    )
    organisation.full_clean()
    organisation.save()
    record(
        Kind.ORGANISATION_CREATED,
        actor=by,
        organisation_id=organisation.id,
        subject=organisation.id,
    )
    return organisation
