"""HR's side: contact details to check, and the answer to each."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from staffpassport.accounts.network import actor
from staffpassport.invitations.not_me import said_not_me
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.passports.finding import look_at
from staffpassport.passports.models import StaffPassport
from staffpassport.signup.correcting import Decided, confirm, refuse, waiting_in
from staffpassport.signup.forms import DecisionForm
from staffpassport.signup.models import ContactCorrection
from staffpassport.signup.on_the_record import in_words

_MOST = 100
_IS_ON_ANOTHER = (
    "You cannot confirm this contact detail while it is on another record. "
    "Delete one of the two records, or refuse it"
)


@requires(Permission.VERIFY)
def contact_details(request: PortalRequest) -> HttpResponse:
    """Everybody whose contact details HR has to look at, oldest first."""
    waiting = waiting_in(request.organisation).select_related("passport").order_by("pk")[:_MOST]
    strangers = list(said_not_me(request.organisation).order_by("not_me_at")[:_MOST])
    people = StaffPassport.objects.of(request.organisation).in_bulk([one.passport_id for one in strangers])
    context = {
        "corrections": in_words(request.organisation, waiting),
        "strangers": [(people[one.passport_id], one) for one in strangers if one.passport_id in people],
        "most": _MOST,
    }
    return render(request, "signup/contact_details.jinja", context)


@requires(Permission.VERIFY)
def decide(request: PortalRequest, correction: UUID) -> HttpResponse:
    """Old and new, whether it stands on another record, and the question."""
    found = _correction_or_404(request, correction)
    passport = found.passport
    passport.organisation = request.organisation
    if found.decided_at:
        messages.warning(
            request, "This contact detail was decided on already. The record shows how it stands."
        )
        return redirect("person", passport=passport.pk)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        confirmed = form.cleaned_data["decision"] == DecisionForm.CONFIRM
        verb = confirm if confirmed else refuse
        decided = verb(organisation=request.organisation, correction=found.pk, by=actor(request))
        if decided is not Decided.DUPLICATE:
            _say(request, passport, decided, confirmed)
            return redirect("person", passport=passport.pk)
        form.add_error("decision", _IS_ON_ANOTHER)
    look_at(request, passport)
    [shown] = in_words(request.organisation, [found])
    context = {"form": form, "passport": passport, "correction": shown}
    return render(request, "signup/decide.jinja", context)


def _say(request: PortalRequest, passport: StaffPassport, decided: Decided, confirmed: bool) -> None:
    if decided is Decided.ALREADY:
        messages.warning(
            request, "This contact detail was decided on already. The record shows how it stands."
        )
        return
    what = "confirmed" if confirmed else "refused"
    sentence = format_html(
        "You have {} the contact detail. {} is told, if the invitation is still open.",
        what,
        passport.full_name,
    )
    messages.success(request, sentence)


def _correction_or_404(request: PortalRequest, pk: UUID) -> ContactCorrection:
    mine = ContactCorrection.objects.of(request.organisation).select_related("passport")
    found: ContactCorrection | None = mine.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
