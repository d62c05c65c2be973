"""Create new staff passports: one person by a form."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from staffpassport.accounts.network import actor
from staffpassport.invitations import drafts
from staffpassport.invitations.actions import DuplicateError, invite
from staffpassport.invitations.answers import read_back
from staffpassport.invitations.clashes import show_clashes
from staffpassport.invitations.forms import NO, CreatePassportForm, StaffDetailsForm
from staffpassport.invitations.previewing import messages_for
from staffpassport.messaging.providers import are_texts_sent
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.passports.create import Clash, existing, find_clashes
from staffpassport.roster.people import StaffDetails
from staffpassport.ui.drafts import kept_if_late


@kept_if_late(drafts.DRAFTS, "invite-one-change")
@requires(Permission.INVITE)
def details(request: PortalRequest, draft: UUID | None = None) -> HttpResponse:
    """The form about one person; with a draft, what was typed before."""
    typed = drafts.load(request.session, draft) if draft else None
    if draft and typed is None:
        # Also for whoever makes up an id: it would become the passport's.
        return _draft_is_gone(request, draft)
    if request.method == "POST":
        form = StaffDetailsForm(request.POST)
        if form.is_valid():
            clashes = _clashes(request, draft, form.details())
            if not clashes:
                saved = drafts.save(request.session, request.POST, draft)
                return redirect("invite-one-check", draft=saved)
            show_clashes(form, clashes)
    else:
        form = StaffDetailsForm(typed)
    return render(request, "invitations/details.jinja", {"form": form, "draft": draft})


@requires(Permission.INVITE)
def check(request: PortalRequest, draft: UUID) -> HttpResponse:
    """Every answer read back, with the very messages that will go out; then the person is invited."""
    typed = drafts.load(request.session, draft)
    if typed is None:
        return _draft_is_gone(request, draft)
    answers = StaffDetailsForm(typed)
    if not answers.is_valid():
        return redirect("invite-one-change", draft=draft)
    person = answers.details()
    form = CreatePassportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["create"] == NO:
            return redirect("invite-one-change", draft=draft)
        try:
            invite(organisation=request.organisation, people={draft: person}, by=actor(request))
        except DuplicateError as duplicate:
            show_clashes(answers, duplicate.clashes)
            return render(request, "invitations/details.jinja", {"form": answers, "draft": draft})
        drafts.forget(request.session, draft)
        messages.success(request, _invited(draft, person))
        return redirect("people")
    change_url = reverse("invite-one-change", args=[draft])
    return render(
        request,
        "invitations/check.jinja",
        {
            "form": form,
            "draft": draft,
            "person": person,
            "answers": read_back(answers, change_url),
            "change_url": change_url,
            **messages_for(request.organisation, person.first_name, person.cohort),
        },
    )


def _clashes(request: PortalRequest, draft: UUID | None, person: StaffDetails) -> list[Clash]:
    return find_clashes(request.organisation, {draft or UUID(int=0): person})


def _invited(person: UUID, details: StaffDetails) -> SafeString:
    return format_html(
        'You have invited <a href="{}">{}</a>. {}.',
        reverse("person", args=[person]),
        details.full_name,
        "The email and the text message are on their way" if are_texts_sent() else "The email is on its way",
    )


def _draft_is_gone(request: PortalRequest, draft: UUID) -> HttpResponse:
    """A reload after the last step, or a form left alone for too long."""
    if draft in existing(request.organisation, [draft]):
        messages.success(request, "This person has been invited already. Nothing was sent twice.")
        return redirect("people")
    messages.warning(request, "What you typed is no longer here. Nobody was invited. Please start again.")
    return redirect("invite-one")
