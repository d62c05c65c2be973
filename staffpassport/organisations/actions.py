"""What is done to organisations."""

from __future__ import annotations

from uuid import UUID

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


@transaction.atomic
def rename(*, organisation: Organisation, by: Actor, name: str = "", descriptor: str = "") -> bool:
    """Another name or descriptor, where one is given; False where it is called so already.

    Raises ValidationError with a sentence a field.
    """
    before = str(organisation)
    organisation.name = name or organisation.name
    organisation.descriptor = descriptor or organisation.descriptor
    if str(organisation) == before:
        return False
    organisation.full_clean()
    organisation.save(update_fields=["name", "descriptor"])
    record(
        Kind.SETTINGS_CHANGED,
        actor=by,
        organisation_id=organisation.id,
        subject=organisation.id,
        detail=f"Name: {before} → {organisation}",
    )
    return True


@transaction.atomic
def set_senders(
    *, organisation: Organisation, reply_to_id: UUID | None, text_sender_id: UUID | None, by: Actor
) -> None:
    """In whose name the trust's messages go out, by GOV.UK Notify's ids; None means the service's usual name."""
    organisation.notify_reply_to_id = reply_to_id
    organisation.notify_text_sender_id = text_sender_id
    organisation.save(update_fields=["notify_reply_to_id", "notify_text_sender_id"])
    record(Kind.SENDERS_SET, actor=by, organisation_id=organisation.id, subject=organisation.id)
