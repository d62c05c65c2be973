"""Delete passport from the records: the question, and then the list with the confirmation."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from staffpassport.accounts.network import actor
from staffpassport.audit.models import Kind
from staffpassport.audit.record import history
from staffpassport.invitations.deleting import delete
from staffpassport.invitations.forms import NO
from staffpassport.invitations.record_forms import DeleteForm
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.passports.finding import passport_or_404


@requires(Permission.DELETE)
def delete_passport(request: PortalRequest, passport: UUID) -> HttpResponse:
    """Asks, erases, confirms. A second click finds that it is done."""
    try:
        person = passport_or_404(request, passport)
    except Http404:
        if request.method == "POST" and _was_deleted(request, passport):
            return _to_the_list(request)
        raise
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["delete"] == NO:
            return redirect("person", passport=passport)
        deleted = delete(organisation=request.organisation, passports=[passport], by=actor(request))
        if not deleted.passports:
            return _to_the_list(request)
        told = " They are told by email that the invitation was deleted." if deleted.told else ""
        messages.success(
            request,
            f"The staff passport of {person.full_name} has been deleted from the records.{told}",
        )
        return redirect("people")
    return render(request, "invitations/delete.jinja", {"form": form, "passport": person})


def _was_deleted(request: PortalRequest, passport: UUID) -> bool:
    deletions = history(passport, [Kind.PASSPORT_DELETED])
    return deletions.filter(organisation_id=request.organisation.pk).exists()


def _to_the_list(request: PortalRequest) -> HttpResponse:
    messages.warning(request, "This staff passport has been deleted from the records already.")
    return redirect("people")
