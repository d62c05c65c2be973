"""Resend an invitation to one person, and withdraw it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from staffpassport.accounts.network import actor
from staffpassport.invitations.forms import NO
from staffpassport.invitations.record_forms import ResendForm, WithdrawForm, hidden_id
from staffpassport.invitations.resending import MOST_A_DAY, LeftOut, possible_from, resend
from staffpassport.invitations.standing import newest_of
from staffpassport.invitations.withdrawing import withdraw
from staffpassport.messaging.providers import are_texts_sent
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.passports.finding import look_at_or_404, passport_or_404
from staffpassport.passports.models import Status


@requires(Permission.RESEND)
def resend_invitation(request: PortalRequest, passport: UUID) -> HttpResponse:
    """The question, with where the messages go; then a new invitation. Says why where none can be sent."""
    person = look_at_or_404(request, passport)
    newest = newest_of(person)
    form = ResendForm(
        request.POST if request.method == "POST" else None,
        initial={"invitation": str(newest.pk) if newest else ""},
    )
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["resend"] == NO:
            return redirect("person", passport=passport)
        seen = hidden_id(form, "invitation")
        resent = resend(
            organisation=request.organisation,
            passports=[passport],
            by=actor(request),
            seen={passport: seen} if seen else None,
        )
        return to_what_came_of_it(request, passport, resent.left_out.get(passport))
    return render(
        request,
        "invitations/resend.jinja",
        {
            "form": form,
            "passport": person,
            "answered": person.status != Status.INVITATION_SENT,
            "possible_from": possible_from(request.organisation, passport),
            "most": MOST_A_DAY,
            "texts": are_texts_sent(),
        },
    )


def to_what_came_of_it(request: PortalRequest, passport: UUID, left_out: LeftOut | None) -> HttpResponse:
    """To the confirmation, or back to the record with the reason why nothing was sent."""
    if left_out is None:
        return redirect("invitation-resent", passport=passport)
    messages.warning(request, left_out.sentence)
    return redirect("person", passport=passport)


@requires(Permission.RESEND)
def invitation_resent(request: PortalRequest, passport: UUID) -> HttpResponse:
    """Invitation sent. Shown while it is true: an address that was kept leads to the record."""
    person = passport_or_404(request, passport)
    newest = newest_of(person)
    if newest is None or newest.sequence == 1 or newest.ended_at:
        return redirect("person", passport=passport)
    sent = {"passport": person, "invitation": newest, "texts": are_texts_sent()}
    return render(request, "invitations/resent.jinja", sent)


@requires(Permission.WITHDRAW)
def withdraw_invitation(request: PortalRequest, passport: UUID) -> HttpResponse:
    """The question, and then the invitation is taken back; the record stays."""
    person = passport_or_404(request, passport)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["withdraw"] != NO:
            if withdraw(organisation=request.organisation, passports=[passport], by=actor(request)):
                messages.success(request, f"The invitation of {person.full_name} has been withdrawn.")
            else:
                messages.warning(request, "There is no invitation that could be withdrawn any more.")
        return redirect("person", passport=passport)
    expires_at = person.invitation_expires_at
    is_open = person.status == Status.INVITATION_SENT and expires_at and expires_at > timezone.now()
    return render(
        request, "invitations/withdraw.jinja", {"form": form, "passport": person, "is_open": is_open}
    )
