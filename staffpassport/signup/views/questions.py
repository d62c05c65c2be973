"""What is asked before the code: another passport, the notices, and the way to verify identity."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from staffpassport.signup import answering, notices
from staffpassport.signup.forms import NO, YES, AnotherForm, IdentityForm
from staffpassport.signup.models import IdentityRoute
from staffpassport.signup.progress import Progress, Step, page_of
from staffpassport.signup.views.proving import begin_where_proved


@page_of(Step.ANOTHER)
def another(request: HttpRequest, progress: Progress) -> HttpResponse:
    """ "Do you already have a Digital Staff Passport?", with help on which invitation to answer first."""
    chosen = progress.application.has_another if progress.application else progress.kept.get("another")
    initial = {"another": None if chosen is None else YES if chosen else NO}
    form = AnotherForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["another"] == YES
        if progress.application:
            answering.save_another(progress.application, answer)
        progress.save(another=answer)
        return redirect(progress.next())
    return render(request, "signup/another.jinja", {"form": form, "trust": progress.organisation})


@page_of(Step.NOTICES)
def accept_notices(request: HttpRequest, progress: Progress) -> HttpResponse:
    """Three texts; continuing accepts each, in the version of today."""
    if request.method == "POST":
        progress.save(notices=dict(notices.VERSIONS), notices_at=timezone.now().isoformat())
        if progress.application:
            begin_where_proved(request, progress)
        return redirect(progress.next())
    return render(request, "signup/notices.jinja", {"trust": progress.organisation})


@page_of(Step.IDENTITY)
def identity(request: HttpRequest, progress: Progress) -> HttpResponse:
    """The way to verify identity is recorded; either leads to an appointment, and the page says so."""
    chosen = progress.application.identity_route if progress.application else progress.kept.get("route")
    form = IdentityForm(request.POST if request.method == "POST" else None, initial={"route": chosen})
    if request.method == "POST" and form.is_valid():
        route = IdentityRoute(form.cleaned_data["route"])
        progress.save(route=route.value)
        if progress.application:
            answering.save_route(progress.application, route)
        else:
            begin_where_proved(request, progress)
        return redirect(progress.next())
    return render(request, "signup/identity.jinja", {"form": form, "trust": progress.organisation})
