"""A staff member's way back in by less than password and phone: after a wait, in which they are told and can stop it.

Where no texts are sent, whoever reads a mailbox gets both the link to a new password and the code after it. And whose
phone is lost has HR write another number to their record, as may somebody who only says so. Neither opens an account
at once: it takes a day, or the trust's delay for resets where that is longer. A passkey or an app opens it meanwhile.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from staffpassport.accounts import holders, recovery_mails, sessions
from staffpassport.accounts.models import User
from staffpassport.accounts.network import by_themselves
from staffpassport.accounts.recovery_models import Recovery
from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.organisations.models import Organisation
from staffpassport.work.duties import Duty

# Nobody else confirms it, so it is never less: long enough for somebody to read their messages.
LEAST = timedelta(hours=24)
# Whoever has not come by then starts again.
KEPT = timedelta(days=7)


def of(user: User) -> Recovery | None:
    """What is under way of this person, waiting or not."""
    found = Recovery.everywhere.filter(user=user.pk).select_related("organisation")
    return found.filter(effective_at__gt=timezone.now() - KEPT).first()


def of_trust(user: UUID, trust: Organisation) -> Recovery | None:
    """The same where the person was told in this trust's name, which its HR may know."""
    found: Recovery | None = Recovery.objects.of(trust).filter(user=user).first()
    return found


def delay_of(trust: Organisation) -> timedelta:
    """How long a person of this trust has to stop it."""
    return max(LEAST, timedelta(minutes=trust.reset_delay_minutes))


def start_by_mail(user: User, trust: Organisation, network_address: str | None) -> Recovery:
    """In the caller's transaction: a password was chosen by a link, and codes come to the same mailbox. Each time it
    begins anew: what was chosen before does not count any more.
    """
    return _start(user, trust, None, network_address)


@transaction.atomic
def start_by_phone(user: User, contact: holders.Contact, network_address: str | None) -> Recovery:
    """Codes are to go to the number on the record. Safe to repeat: the first time counts."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    there = of(user)
    if there and there.phone == contact.phone:
        return there
    return _start(user, contact.phone_of, contact.phone, network_address)


@transaction.atomic
def stop(asked: Recovery, by: Actor) -> bool:
    """By whoever reads the person's messages. A password that was chosen meanwhile opens nothing. False where it is
    over.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=asked.user_id)
    recovery = of(locked)
    if recovery is None or recovery.pk != asked.pk:
        return False
    recovery.delete()
    if recovery.phone is None:
        locked.set_unusable_password()
        locked.save(update_fields=["password"])
        sessions.end_all_of(locked)
    _record(Kind.RECOVERY_STOPPED, recovery, by)
    return True


def finish(user: User, address: str, by: Actor) -> None:
    """In the caller's transaction, the account held: a code to this address was right, so a wait is over or was not
    needed. A number that took over is the proved one from now on.
    """
    recovery = of(user)
    if recovery is None:
        return
    recovery.delete()
    if recovery.phone == address:
        User.objects.filter(pk=user.pk).update(phone=address)
        holders.proved(user, address)
    _record(Kind.RECOVERY_ENDED, recovery, by)


def end_for_another_number(user: UUID, trust: Organisation, by: Actor) -> None:
    """In the caller's transaction: HR of this trust has written another number to its record. Were the one before
    written again after the wait, codes would go to it at once: so whoever has lost the phone starts again.
    """
    recovery = Recovery.objects.of(trust).filter(user=user).exclude(phone=None).first()
    if recovery and recovery.delete()[0]:
        _record(Kind.RECOVERY_ENDED, recovery, by)


def forget_old() -> bool:
    """Deletes what nobody has used."""
    Recovery.everywhere.filter(effective_at__lt=timezone.now() - KEPT).delete()
    return False


def _start(user: User, trust: Organisation, phone: str | None, network_address: str | None) -> Recovery:
    now = timezone.now()
    recovery: Recovery
    recovery, _new = Recovery.everywhere.update_or_create(
        user=user,
        defaults={
            "organisation": trust,
            "phone": phone,
            "started_at": now,
            "effective_at": now + delay_of(trust),
        },
    )
    _record(Kind.RECOVERY_STARTED, recovery, by_themselves(user, network_address))
    recovery_mails.tell(recovery)
    return recovery


def _record(kind: Kind, recovery: Recovery, by: Actor) -> None:
    what = "another telephone number" if recovery.phone else "a new password by email"
    record(kind, actor=by, organisation_id=recovery.organisation_id, subject=recovery.user_id, detail=what)


CLEARING = Duty("forget-recoveries", run=forget_old, every=timedelta(hours=1))
