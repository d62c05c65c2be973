"""Invitations of several trusts to the same person: shown once they have proved e-mail and phone, and never before.

No trust learns of another by it: nothing is written, and each application is the trust's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from staffpassport.invitations.models import Invitation
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.signup import proofs


def invitations_of(kept: dict[str, Any], passport: StaffPassport) -> Sequence[Invitation]:
    """The open invitations of other trusts to the e-mail address and the phone that this session has proved.

    None before both are proved.
    """
    if not proofs.are_both_proved(kept, passport):
        return []
    # By trust, as the index of addresses begins with it: a look at each in place of a walk through everybody.
    elsewhere = Organisation.objects.exclude(pk=passport.organisation_id).order_by()
    same = StaffPassport.everywhere.filter(
        organisation_id__in=list(elsewhere.values_list("pk", flat=True)),
        email_key=passport.email_key,
        phone=passport.phone,
        status=Status.INVITATION_SENT,
    )
    open_ones = Invitation.everywhere.filter(
        passport_id__in=list(same.values_list("pk", flat=True)),
        ended_at=None,
        accepted_at=None,
        expires_at__gt=timezone.now(),
    )
    return list(open_ones.select_related("organisation").order_by("expires_at", "pk"))
