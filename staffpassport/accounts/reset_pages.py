"""User management: a reset of how somebody logs in. And the page by which the person stops it."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from staffpassport.accounts import fresh, reset_mails, resets
from staffpassport.accounts.managing import RefusedError
from staffpassport.accounts.models import Membership
from staffpassport.accounts.network import actor, network_address, person
from staffpassport.accounts.reset_models import Reason, SecondFactorReset
from staffpassport.organisations.access import Permission, PortalRequest, public, requires
from staffpassport.organisations.changing import delay_in_words
from staffpassport.ui.fields import RadiosField
from staffpassport.ui.forms import Form

_START, _CONFIRM, _STOP = "start", "confirm", "stop"


class ReasonForm(Form):
    """Why, in fixed words: they are told to the person and the other administrators."""

    reason = RadiosField(
        label="Why can this person not give their second factor?",
        missing="Select a reason",
        choices=Reason.choices,
        label_size="m",
    )


@requires(Permission.MANAGE_USERS)
def reset(request: PortalRequest, membership: UUID) -> HttpResponse:
    """Where a reset stands, and what this administrator can do: start, confirm or stop it, with a fresh code."""
    everybody = Membership.objects.of(request.organisation).select_related("user", "organisation")
    user: Membership | None = everybody.filter(pk=membership).first()
    if user is None:
        raise Http404
    under_way, must_prove = resets.open_one(user), not fresh.is_fresh(request)
    form = ReasonForm(request.POST if request.POST.get("do") == _START and not must_prove else None)
    if request.method == "POST":
        if must_prove:
            return fresh.ask(request, request.path)
        if answer := _do(request, user, under_way, form):
            return answer
    context = {
        "form": form,
        "user": user,
        "reset": under_way,
        "starter": _name(request, under_way.started_by_id) if under_way else "",
        "confirmer": _name(request, under_way.confirmed_by_id)
        if under_way and under_way.confirmed_by_id
        else "",
        "reason": Reason(under_way.reason).label if under_way else "",
        "oneself": user.pk == request.membership.pk,
        "may_confirm": bool(under_way) and under_way.started_by_id != request.user.pk if under_way else False,
        "enough": resets.are_two_others(user),
        "settled": resets.is_settled(request.membership),
        "delay": delay_in_words(request.organisation.reset_delay_minutes),
        "must_prove": must_prove,
    }
    return render(request, "users/reset.jinja", context)


def _do(
    request: PortalRequest, user: Membership, under_way: SecondFactorReset | None, form: ReasonForm
) -> HttpResponse | None:
    """None where the form says what is missing."""
    what = request.POST.get("do")
    named = {"membership": user.pk, "by": request.membership, "network_address": network_address(request)}
    if what == _START:
        if not form.is_valid():
            return None
        verb = partial(resets.start_reset, reason=Reason(form.cleaned_data["reason"]), **named)
        done = f"The reset is started. {user.name} and the other senior portal administrators have been told."
    elif what == _CONFIRM:
        verb = partial(resets.confirm_reset, **named)
        done = (
            f"The reset is confirmed. {user.name} and the other senior portal administrators have been told."
        )
    elif what == _STOP and under_way:
        verb = partial(resets.stop_reset, reset=under_way, by=actor(request))
        done = f"The reset is stopped. {user.name} has been told."
    else:
        return redirect("user-reset", membership=user.pk)
    try:
        changed = verb()
    except RefusedError as refused:
        messages.warning(request, f"{refused.sentence}.")
    else:
        if changed:
            messages.success(request, done)
        else:
            messages.warning(request, "Nothing was changed: here is how the reset stands.")
    return redirect("user-reset", membership=user.pk)


def _name(request: PortalRequest, user: UUID) -> str:
    found = Membership.objects.of(request.organisation).filter(user=user).first()
    return found.name if found else "Somebody who is not here any more"


@public
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in the e-mail to the person: opening it changes nothing."""
    found = reset_mails.reset_of(token)
    if found is None:
        return render(request, "account/reset_over.jinja", status=410)
    if request.method == "POST":
        here_as = Membership.objects.of(found.organisation).filter(user=found.user).first()
        if not resets.stop_reset(reset=found, by=person(found.user, request, here_as)):
            return render(request, "account/reset_over.jinja", status=410)
        messages.success(request, "The reset is stopped. You log in as before.")
        return redirect("home" if request.user.is_authenticated else "account_login")
    here = reverse("stop-reset", args=[token])
    return render(request, "account/stop_reset.jinja", {"reset": found, "here": here})
