"""System management: the settings of the trust, each changed by a form and a check page; and the wording."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from staffpassport.accounts import fresh
from staffpassport.accounts.network import actor
from staffpassport.invitations.forgetting import unanswered
from staffpassport.invitations.previewing import messages_for
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.organisations.changing import (
    LABELS,
    ChangedMeanwhileError,
    change_settings,
    shown,
    version_of,
)
from staffpassport.portal.system.forms import (
    FORMS,
    ContactsForm,
    InvitationsForm,
    LoggingInForm,
    RecordsForm,
    SendersForm,
    SettingsForm,
    SummariesForm,
)
from staffpassport.roster.cohort import Cohort, EmploymentStatus, EmploymentType, StaffGroup
from staffpassport.ui.drafts import Drafts, kept_if_late
from staffpassport.ui.paging import capped_count

_DRAFTS = Drafts("settings")
_GONE = "What you typed is no longer here, or was saved already. Here is what is set now."
_CHANGED = (
    "Somebody else has changed these settings since you opened the page. Here is what is set now. "
    "Nothing of yours was saved."
)
_SAME = "Nothing was changed: every answer stood there already."


@requires(Permission.MANAGE_SYSTEM)
def settings(request: PortalRequest) -> HttpResponse:
    """All that is set, each with a link to change it."""
    trust = request.organisation
    sections = [
        (
            form.heading,
            [
                {
                    "key": LABELS[name],
                    "value": shown(name, getattr(trust, name)),
                    "change": f"{reverse(form.url_name)}#id_{name}",
                }
                for name in form.names
            ],
        )
        for form in FORMS.values()
    ]
    return render(request, "portal/system/settings.jinja", {"sections": sections, "trust": trust})


@kept_if_late(_DRAFTS)
@requires(Permission.MANAGE_SYSTEM)
def contacts(request: PortalRequest) -> HttpResponse:
    """Whom the invited can ask."""
    return _form(request, ContactsForm)


@kept_if_late(_DRAFTS)
@requires(Permission.MANAGE_SYSTEM)
def invitations(request: PortalRequest) -> HttpResponse:
    """How long invitations work, and when people are reminded of them."""
    return _form(request, InvitationsForm)


@kept_if_late(_DRAFTS)
@requires(Permission.MANAGE_SYSTEM)
def senders(request: PortalRequest) -> HttpResponse:
    """In whose name messages go out."""
    return _form(request, SendersForm)


@kept_if_late(_DRAFTS)
@requires(Permission.MANAGE_SYSTEM)
def logging_in(request: PortalRequest) -> HttpResponse:
    """How long somebody has to stop a reset of how they log in."""
    return _form(request, LoggingInForm)


@kept_if_late(_DRAFTS)
@requires(Permission.MANAGE_SYSTEM)
def records(request: PortalRequest) -> HttpResponse:
    """Whether people who have never answered are deleted, and when."""
    return _form(request, RecordsForm)


@kept_if_late(_DRAFTS)
@requires(Permission.MANAGE_SYSTEM)
def summaries(request: PortalRequest) -> HttpResponse:
    """Weekly e-mails to the HR team."""
    return _form(request, SummariesForm)


def _form(request: PortalRequest, kind: type[SettingsForm]) -> HttpResponse:
    """A form with what is set, or with what was typed before the check page."""
    if request.method == "POST":
        form = kind(request.POST)
        if form.is_valid():
            if not _changes(request, form, ""):
                messages.warning(request, _SAME)
                return redirect("system")
            return redirect("system-check", draft=_DRAFTS.save(request.session, request.POST))
    else:
        typed = _DRAFTS.named(request.session, request.GET.get("draft", ""))
        form = kind(typed) if typed is not None else kind.of(request.organisation)
    return render(request, "portal/system/form.jinja", {"form": form, "here": reverse(kind.url_name)})


@requires(Permission.MANAGE_SYSTEM)
def check(request: PortalRequest, draft: UUID) -> HttpResponse:
    """What it is now and what it will be; saved if nobody else has changed it meanwhile."""
    typed = _DRAFTS.load(request.session, draft)
    kind = FORMS.get(typed.get("section", "")) if typed is not None else None
    if kind is None:
        messages.warning(request, _GONE)
        return redirect("system")
    form, form_again = kind(typed), f"{reverse(kind.url_name)}?draft={draft}"
    if not form.is_valid():
        return redirect(form_again)
    must_prove = kind.takes_a_fresh_code and not fresh.is_fresh(request)
    if request.method == "POST":
        if must_prove:
            return fresh.ask(request, reverse("system-check", args=[draft]))
        _DRAFTS.forget(request.session, draft)
        return _save(request, form)
    if form.cleaned_data["seen"] != version_of(request.organisation, kind.names):
        messages.warning(request, _CHANGED)
        return redirect(kind.url_name)
    context: dict[str, Any] = {"form": form, "draft": draft, "changes": _changes(request, form, form_again)}
    context |= {"concerned": _concerned(request, form), "must_prove": must_prove}
    return render(request, "portal/system/check.jinja", {**context, "form_again": form_again})


def _concerned(request: PortalRequest, form: SettingsForm) -> str:
    """How many people would be deleted now; empty where the form deletes nobody."""
    days = form.answers().get("delete_unanswered_days")
    return str(capped_count(unanswered(request.organisation, days))) if days else ""


def _save(request: PortalRequest, form: SettingsForm) -> HttpResponse:
    try:
        changed = change_settings(
            organisation=request.organisation,
            values=form.answers(),
            seen=form.cleaned_data["seen"],
            by=actor(request),
        )
    except ChangedMeanwhileError:
        messages.warning(request, _CHANGED)
        return redirect(form.url_name)
    if changed:
        messages.success(request, f"{form.heading}: the change is saved.")
    else:
        messages.warning(request, _SAME)
    return redirect("system")


def _changes(request: PortalRequest, form: SettingsForm, form_again: str) -> list[tuple[str, str, str, str]]:
    """What differs from what is set: label, old, new, and where to change it."""
    trust, answers = request.organisation, form.answers()
    return [
        (
            LABELS[name],
            shown(name, getattr(trust, name)),
            shown(name, answers[name]),
            f"{form_again}#id_{name}",
        )
        for name in form.names
        if getattr(trust, name) != answers[name]
    ]


@requires(Permission.MANAGE_SYSTEM)
def wording(request: PortalRequest) -> HttpResponse:
    """The e-mail, the text and the reminder for each kind of person, as the trust's settings make them."""
    kinds = [_kind(request, *kind) for kind in product(EmploymentType, EmploymentStatus)]
    return render(request, "portal/system/wording.jinja", {"kinds": kinds})


def _kind(request: PortalRequest, type_: EmploymentType, status: EmploymentStatus) -> Mapping[str, Any]:
    cohort = Cohort(
        staff_group=StaffGroup.ADMINISTRATIVE_AND_CLERICAL,
        job_role=None,
        employment_type=type_,
        employment_status=status,
    )
    name = f"{type_.label}, {status.label[:1].lower()}{status.label[1:]}"
    return {"name": name, **messages_for(request.organisation, "Alex", cohort)}
