"""Doing something for many people: the question, how far it is, and what came of it.

Whatever follows "?" in these addresses is the list where the people were chosen: there the pages lead back, and nobody
has to keep what was searched for.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from staffpassport.accounts import fresh
from staffpassport.accounts.network import actor
from staffpassport.batches import actions
from staffpassport.batches.carrying_out import AT_ONCE, carry_out_some
from staffpassport.batches.foreseeing import foresee, left_out_by
from staffpassport.batches.forms import FORMS
from staffpassport.batches.kinds import Kind, State
from staffpassport.batches.models import Batch
from staffpassport.batches.second_look import needs_code
from staffpassport.invitations.forms import YES
from staffpassport.messaging.providers import are_texts_sent
from staffpassport.organisations.access import Permission, PortalRequest, requires

View = Callable[[PortalRequest, UUID], HttpResponse]


def to_question(batch: Batch, query: str) -> HttpResponse:
    """To the page that asks; `query` is that of the list."""
    return redirect(_with(reverse(f"batch-{batch.kind}", args=[batch.pk]), query))


def question(kind: Kind) -> View:
    """The page that asks before this is done for many: each kind has its own rule."""

    @requires(kind.permission)
    def view(request: PortalRequest, batch: UUID) -> HttpResponse:
        return _question(request, _batch_or_404(request, batch, kind=kind))

    return view


@requires(Permission.SEE_PASSPORTS)
def state(request: PortalRequest, batch: UUID) -> HttpResponse:
    """How far it is, and then what came of it: the one address to come back to."""
    found = _batch_or_404(request, batch)
    if found.state == State.TO_CONFIRM and request.membership.may(Kind(found.kind).permission):
        return to_question(found, request.GET.urlencode())
    if not found.confirmed_at:
        raise Http404
    is_done = found.state == State.DONE
    return render(
        request,
        "batches/done.jinja" if is_done else "batches/progress.jinja",
        {
            "batch": found,
            "here": request.get_full_path(),
            "to_list": _the_list(request),
            "some_left_out": is_done and left_out_by(found).exists(),
        },
    )


def _question(request: PortalRequest, batch: Batch) -> HttpResponse:
    if batch.state != State.TO_CONFIRM:
        return _to_state(request, batch)
    form = FORMS[Kind(batch.kind)](request.POST if request.method == "POST" else None)
    must_prove = needs_code(request, batch)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["answer"] != YES:
            actions.drop(batch)
            return redirect(_the_list(request))
        if must_prove:
            return fresh.ask(request, request.get_full_path())
        actions.confirm(batch, by=actor(request))
        # What a worker has in hand already is left to it.
        while batch.people <= AT_ONCE and carry_out_some(batch):
            pass
        return _to_state(request, batch)
    return render(
        request,
        "batches/question.jinja",
        {
            "batch": batch,
            "foreseen": foresee(batch),
            "form": form,
            "texts": are_texts_sent(),
            "must_prove": must_prove,
            "most_without": fresh.MOST_PEOPLE_WITHOUT,
            "here": request.get_full_path(),
            "to_list": _the_list(request),
        },
    )


def _batch_or_404(request: PortalRequest, pk: UUID, *, kind: Kind | None = None) -> Batch:
    """The trust's batch of this id, and of this kind; another trust's is not found, nor one that was dropped."""
    found: Batch | None = Batch.objects.of(request.organisation).filter(pk=pk).first()
    if found is None or found.state == State.DROPPED or (kind and found.kind != kind):
        raise Http404
    found.organisation = request.organisation
    return found


def _to_state(request: PortalRequest, batch: Batch) -> HttpResponse:
    return redirect(_with(reverse("batch-state", args=[batch.pk]), request.GET.urlencode()))


def _the_list(request: PortalRequest) -> str:
    return _with(reverse("people"), request.GET.urlencode())


def _with(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address
