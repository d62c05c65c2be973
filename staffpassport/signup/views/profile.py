"""After the proof: the invitations of other trusts, the person's details, and the numbers that they know."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from staffpassport.messaging.providers import are_texts_sent
from staffpassport.passports.words import shown
from staffpassport.signup import answering, others
from staffpassport.signup.forms import DetailsForm, NumbersForm
from staffpassport.signup.models import Application
from staffpassport.signup.progress import Progress, Step, page_of
from staffpassport.signup.views.taking_up import chosen_of, take_up
from staffpassport.ui import formats


@page_of(Step.INVITATIONS)
def invitations(request: HttpRequest, progress: Progress) -> HttpResponse:
    """Other trusts' open invitations to the same person, to be answered one after the other."""
    found = others.invitations_of(progress.kept, progress.passport)
    if request.method == "POST":
        progress.save(seen_others=True)
        chosen = chosen_of(request, found)
        return take_up(request, chosen, progress.by) if chosen else redirect(progress.next())
    context = {"others": found, "trust": progress.organisation, "invitation": progress.invitation}
    return render(request, "signup/invitations.jinja", context)


@page_of(Step.DETAILS)
def details(request: HttpRequest, progress: Progress) -> HttpResponse:
    """Names and date of birth as HR gave them, to be corrected; and what else stands there."""
    application, passport = _application(progress), progress.passport
    form = DetailsForm(
        request.POST if request.method == "POST" else None,
        initial=answering.as_answered(passport, application),
    )
    if request.method == "POST" and form.is_valid():
        answering.save_details(application, passport, form.answers())
        return _on(progress)
    facts = [
        (_("Staff group"), "staff_group"),
        (_("Job role"), "job_role_key"),
        (_("Employment type"), "employment_type"),
        (_("Employment status"), "employment_status"),
    ]
    context = {
        "form": form,
        "trust": progress.organisation,
        "email": passport.email,
        "phone": formats.phone(passport.phone),
        "texts": are_texts_sent(),
        "facts": [{"key": label, "value": shown(passport, column)} for label, column in facts],
    }
    return render(request, "signup/details.jinja", context)


@page_of(Step.NUMBERS)
def numbers(request: HttpRequest, progress: Progress) -> HttpResponse:
    """ESR assignment number and Oriel PIN: yes and which, or no."""
    application, passport = _application(progress), progress.passport
    if request.method == "POST":
        form = NumbersForm(request.POST)
        if form.is_valid():
            answering.save_numbers(application, passport, form.answers())
            return _on(progress)
    else:
        form = NumbersForm.of(
            answering.as_answered(passport, application), answered=application.numbers_at is not None
        )
    return render(request, "signup/numbers.jinja", {"form": form, "trust": progress.organisation})


def _application(progress: Progress) -> Application:
    assert progress.application  # the guard lets nobody come here without one
    return progress.application


def _on(progress: Progress) -> HttpResponse:
    """To the first page that is not done, with what was just written."""
    _application(progress).refresh_from_db()
    return redirect(progress.next())
