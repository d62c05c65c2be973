"""Home, Identity and access, a person's record: the pages that look across rooms."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from staffpassport.batches.foreseeing import going_on
from staffpassport.invitations.standing import newest_of
from staffpassport.organisations.access import Permission, PortalRequest, Role, requires
from staffpassport.passports import filters
from staffpassport.passports.finding import look_at_or_404
from staffpassport.passports.models import StaffPassport
from staffpassport.passports.search import MOST_MATCHES
from staffpassport.portal.advice import Advisor
from staffpassport.portal.arrival import arrival
from staffpassport.portal.asked_for import asked_for
from staffpassport.portal.choosing import ways
from staffpassport.portal.counters import contact_counter, counters_of
from staffpassport.portal.history import history_of
from staffpassport.portal.identity import identity_of
from staffpassport.portal.record import Answering, answering, changes_of, details, message_states, profile
from staffpassport.signup.on_the_record import sign_up_of
from staffpassport.ui.paging import capped_count, page_by_key

_LIST_NEEDS = (
    "id",
    "first_name",
    "last_name",
    "date_of_birth",
    "created_at",
    "staff_group",
    "employment_type",
    "employment_status",
    "status",
    "origin",
    "email_state",
    "text_state",
    "phone_since",
    "invitation_expires_at",
)


@requires(Permission.SEE_PASSPORTS)
def home(request: PortalRequest) -> HttpResponse:
    """The search and the counters, each opening the list already filtered."""
    passports = StaffPassport.objects.of(request.organisation)
    return render(
        request,
        "portal/home.jinja",
        {
            "role": Role(request.membership.role).label,
            "counters": [
                *counters_of(passports),
                *(contact_counter(request.organisation) if request.membership.may(Permission.VERIFY) else ()),
            ],
        },
    )


@requires(Permission.SEE_PASSPORTS)
def people(request: PortalRequest) -> HttpResponse:
    """Identity and access: the trust's passports, newest first, searched and filtered by the URL."""
    asked = asked_for(request)
    page = page_by_key(asked.passports.only(*_LIST_NEEDS), request.GET)
    may_do = ways(request)
    # Everybody at once only of a list that was narrowed, and where it is sure who is meant.
    narrowed = may_do and page.items and asked.kept and not asked.too_many
    return render(
        request,
        "portal/people.jinja",
        {
            "page": page,
            "asked": asked,
            "filter_form": filters.FilterForm(initial=dict(asked.chosen)),
            "too_many": MOST_MATCHES if asked.too_many else None,
            "may_invite": request.membership.may(Permission.INVITE),
            "may_download": request.membership.may(Permission.DOWNLOAD),
            "ways": may_do,
            "everybody": capped_count(asked.passports) if narrowed else None,
            "going_on": going_on(request.organisation),
            "arrival_of": partial(arrival, now=timezone.now()),
        },
    )


@requires(Permission.SEE_PASSPORTS)
def person(request: PortalRequest, passport: UUID) -> HttpResponse:
    """One person's record; another trust's is not found. The one GET that writes: that somebody looked."""
    record = look_at_or_404(request, passport)
    may = request.membership.may
    state, newest = answering(record), newest_of(record)
    may_resend = state is not Answering.NOT_ASKED and may(Permission.RESEND)
    advisor = Advisor(record, may_act=may_resend and state is not Answering.WITHDRAWN)
    return render(
        request,
        "portal/person.jinja",
        {
            "passport": record,
            "profile": profile(record),
            "details": details(record),
            "answering": state,
            "identity": identity_of(record),
            "may_verify": may(Permission.VERIFY),
            "states": message_states(record, newest, advisor),
            "history": history_of(record),
            "changes": changes_of(record),
            "sign_up": sign_up_of(record),
            "may_edit": may(Permission.EDIT),
            "may_resend": may_resend,
            "may_withdraw": state is Answering.WAITING and may(Permission.WITHDRAW),
            "may_delete": may(Permission.DELETE),
            "may_download": may(Permission.DOWNLOAD),
            "may_read_audit": may(Permission.READ_AUDIT),
            "back_link": reverse("people"),
        },
    )
