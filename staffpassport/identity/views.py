"""Confirm identity, decline access, and take that back: what a record leads to once the person has signed up."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from staffpassport.accounts.network import actor
from staffpassport.identity.answering import (
    NotToAnswerError,
    ProfileChangedError,
    confirm_identity,
    decline_access,
    reconsider,
)
from staffpassport.identity.composing import CONFIRMED, RECONSIDERED, preview
from staffpassport.identity.forms import DeclineForm, IdentityCheckForm, ReconsiderForm
from staffpassport.identity.models import How, IdentityCheck, Reason
from staffpassport.identity.standing import decline_of, why_no_answer
from staffpassport.invitations.forms import NO
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.passports.editing import version_of
from staffpassport.passports.finding import look_at, look_at_or_404, passport_or_404
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.ui import formats
from staffpassport.ui.drafts import Drafts
from staffpassport.ui.problems import focus_id

_DRAFTS = Drafts("identity-check")
_GONE = "What you typed is no longer here. Nothing was confirmed."
_CHANGED = (
    "The profile has been changed since you opened the page, so nothing was confirmed. "
    "Compare the documents with the profile as it is now."
)


@requires(Permission.VERIFY)
def confirm(request: PortalRequest, passport: UUID) -> HttpResponse:
    """The form, beside the names and the date of birth that the documents are compared with."""
    person = look_at_or_404(request, passport)
    if request.method == "POST":
        form = IdentityCheckForm(request.POST)
        if form.is_valid():
            draft = _DRAFTS.save(request.session, request.POST)
            return redirect("confirm-identity-check", passport=passport, draft=draft)
    else:
        typed = _DRAFTS.named(request.session, request.GET.get("draft", ""))
        form = IdentityCheckForm.of(person, checked_by=request.membership.name, typed=typed)
    return render(
        request,
        "identity/confirm.jinja",
        {"form": form, "passport": person, "why_not": why_no_answer(person), "facts": _facts(person)},
    )


@requires(Permission.VERIFY)
def check(request: PortalRequest, passport: UUID, draft: UUID) -> HttpResponse:
    """The answers read back, and the e-mail that tells the person."""
    person = passport_or_404(request, passport)
    form_again = f"{reverse('confirm-identity', args=[passport])}?draft={draft}"
    typed = _DRAFTS.load(request.session, draft)
    form = IdentityCheckForm(typed)
    if _is_done(person, draft):
        return _confirmed(request, person)
    if why_not := why_no_answer(person):
        return _to_record(request, person, why_not)
    if typed is None:
        return _to_record(request, person, _GONE)
    if not form.is_valid():
        return redirect(form_again)
    if request.method == "POST":
        return _confirm(request, person, form, draft, form_again)
    if form.cleaned_data["seen"] != version_of(person):
        messages.warning(request, _CHANGED)
        return redirect(form_again)
    look_at(request, person)
    context = {"form": form, "passport": person, "draft": draft, "form_again": form_again}
    context |= {"facts": _facts(person), "answers": _answers(form, form_again)}
    return render(request, "identity/check.jinja", {**context, "email": preview(CONFIRMED, person)})


def _is_done(person: StaffPassport, draft: UUID) -> bool:
    """Whether this very check is written down: a second click finds what the first one made."""
    return IdentityCheck.objects.of(person.organisation).filter(pk=draft, passport=person).exists()


def _confirm(
    request: PortalRequest, person: StaffPassport, form: IdentityCheckForm, draft: UUID, form_again: str
) -> HttpResponse:
    try:
        confirm_identity(
            organisation=request.organisation,
            passport=person.pk,
            answer=draft,
            check=form.check(),
            seen=form.cleaned_data["seen"],
            by=actor(request),
        )
    except ProfileChangedError:
        messages.warning(request, _CHANGED)
        return redirect(form_again)
    except NotToAnswerError:
        return _overtaken(request, person)
    except StaffPassport.DoesNotExist:
        raise Http404 from None
    _DRAFTS.forget(request.session, draft)
    return _confirmed(request, person)


def _confirmed(request: PortalRequest, person: StaffPassport) -> HttpResponse:
    messages.success(request, f"The identity of {person.full_name} is confirmed. They are told by email.")
    return redirect("person", passport=person.pk)


@requires(Permission.VERIFY)
def decline(request: PortalRequest, passport: UUID) -> HttpResponse:
    """The question why; then the person is declined and told."""
    person = passport_or_404(request, passport)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            decline_access(
                organisation=request.organisation,
                passport=passport,
                reason=Reason(form.cleaned_data["reason"]),
                words=form.cleaned_data["words"],
                by=actor(request),
            )
        except NotToAnswerError:
            return _overtaken(request, person)
        except StaffPassport.DoesNotExist:
            raise Http404 from None
        messages.success(request, f"Access of {person.full_name} is declined. They are told by email.")
        return redirect("person", passport=passport)
    return render(
        request,
        "identity/decline.jinja",
        {"form": form, "passport": person, "why_not": why_no_answer(person)},
    )


@requires(Permission.VERIFY)
def take_back(request: PortalRequest, passport: UUID) -> HttpResponse:
    """The question; then the person waits for an appointment again, and is told."""
    person = look_at_or_404(request, passport)
    form = ReconsiderForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["reconsider"] == NO:
            return redirect("person", passport=passport)
        try:
            reconsider(organisation=request.organisation, passport=passport, by=actor(request))
        except NotToAnswerError:
            return _overtaken(request, person)
        except StaffPassport.DoesNotExist:
            raise Http404 from None
        messages.success(
            request,
            f"{person.full_name} needs an appointment for the identity check again. They are told by email.",
        )
        return redirect("person", passport=passport)
    context = {"form": form, "passport": person, "decline": decline_of(person)}
    context |= {"is_declined": person.status == Status.ACCESS_DECLINED}
    return render(request, "identity/reconsider.jinja", {**context, "email": preview(RECONSIDERED, person)})


def _overtaken(request: PortalRequest, person: StaffPassport) -> HttpResponse:
    """A colleague was faster: to the record, with what has become of it."""
    now = passport_or_404(request, person.pk)
    sentence = why_no_answer(now) or f"{now.full_name} is waiting for the identity check already."
    return _to_record(request, now, f"{sentence} Nothing was changed.")


def _to_record(request: PortalRequest, person: StaffPassport, why: str) -> HttpResponse:
    messages.warning(request, why)
    return redirect("person", passport=person.pk)


def _facts(person: StaffPassport) -> list[dict[str, str | None]]:
    """What a document says of a person."""
    return [
        {"key": "First name", "value": person.first_name},
        {"key": "Last name", "value": person.last_name},
        {"key": "Date of birth", "value": formats.date(person.date_of_birth)},
    ]


def _answers(form: IdentityCheckForm, form_again: str) -> list[dict[str, str | None]]:
    check = form.check()
    values = {
        "documents": IdentityCheck(documents=check.documents, other_document=check.other_document).seen,
        "how": How(check.how).label,
        "checked_on": formats.date(check.checked_on),
        "checked_by": check.checked_by,
    }
    labels = {
        "documents": "Checked",
        "how": "Seen",
        "checked_on": "Date of the check",
        "checked_by": "Checked by",
    }
    return [
        {"key": labels[name], "value": value, "change": f"{form_again}#{focus_id(form[name])}"}
        for name, value in values.items()
    ]
