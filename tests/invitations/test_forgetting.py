"""People who have never answered are deleted where a trust wants it, and nobody else is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from staffpassport.audit.models import Event, Kind
from staffpassport.invitations import forgetting
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.resending import resend
from staffpassport.invitations.withdrawing import withdraw
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.work import duties
from tests import making

pytestmark = pytest.mark.django_db
DAYS = 100


def over_for(passport: StaffPassport, days: float) -> StaffPassport:
    """Its invitations expired so many days ago."""
    Invitation.everywhere.filter(passport_id=passport.pk).update(
        expires_at=timezone.now() - timedelta(days=days)
    )
    return passport


def left() -> set[object]:
    while forgetting.delete_some():
        pass
    return set(StaffPassport.everywhere.values_list("pk", flat=True))


def wants(trust: Organisation) -> None:
    Organisation.objects.filter(pk=trust.pk).update(delete_unanswered_days=DAYS)


def test_they_go_so_many_days_after_their_invitation_and_not_before(trust: Organisation) -> None:
    gone, stays = over_for(making.passport(trust), DAYS + 0.01), over_for(making.passport(trust), DAYS - 0.01)
    assert left() == {gone.pk, stays.pk}
    wants(trust)
    assert left() == {stays.pk}
    told = Event.objects.get(kind=Kind.PASSPORT_DELETED)
    assert (told.subject, told.actor) == (str(gone.pk), "task:delete-unanswered")


def test_whoever_was_invited_again_has_answered_or_is_another_trusts_stays(
    trust: Organisation, other_trust: Organisation
) -> None:
    wants(trust)
    again, accepted, further, theirs = (
        over_for(making.passport(where), DAYS + 1) for where in (trust, trust, trust, other_trust)
    )
    resend(organisation=trust, passports=[again.pk], by=making.BY)
    Invitation.everywhere.filter(passport_id=accepted.pk).update(accepted_at=timezone.now())
    StaffPassport.everywhere.filter(pk=further.pk).update(status=Status.APPOINTMENT_NEEDED)
    assert left() == {again.pk, accepted.pk, further.pk, theirs.pk}


def test_an_invitation_that_was_withdrawn_counts_from_then(trust: Organisation) -> None:
    wants(trust)
    person = making.passport(trust)
    withdraw(organisation=trust, passports=[person.pk], by=making.BY)
    assert left() == {person.pk}
    Invitation.everywhere.update(ended_at=timezone.now() - timedelta(days=DAYS + 1))
    assert left() == set()


def test_many_go_in_chunks(trust: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "_CHUNK", 2)
    wants(trust)
    for _ in range(3):
        over_for(making.passport(trust), DAYS + 1)
    assert [forgetting.delete_some() for _ in range(3)] == [True, True, False]
    assert not StaffPassport.everywhere.exists()


def test_a_worker_has_the_duty() -> None:
    assert forgetting.FORGETTING in duties.registered()
