"""A wrong address or number: the right one is typed, proved by a code to it, and waits for HR."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from staffpassport.accounts.network import network_address
from staffpassport.messaging.states import Channel
from staffpassport.roster.values import email_key
from staffpassport.signup import proofs
from staffpassport.signup.correcting import propose, take_back
from staffpassport.signup.forms import CORRECTIONS, TypedCodeForm
from staffpassport.signup.models import ContactCorrection
from staffpassport.signup.progress import Progress, Step, page_of
from staffpassport.signup.proving import CORRECTING, receiver
from staffpassport.signup.views.proving import (
    SEND,
    begin_where_proved,
    is_right,
    remember_proof,
    said_of_sending,
)
from staffpassport.ui import formats


@page_of(Step.CODE)
def correct(request: HttpRequest, progress: Progress, channel: str) -> HttpResponse:
    """The right address. What stands on the record is not shown here."""
    which = _channel(progress, channel)
    form = CORRECTIONS[which](request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        value = str(form.cleaned_data["value"])
        to = receiver(progress.organisation, progress.passport.pk, which, CORRECTING)
        if said_of_sending(request, to, value):
            progress.save(correcting={"channel": which.value, "value": value})
            return redirect("sign-up-correct-code", channel=which.value)
    context = {
        "form": form,
        "by_text": which is Channel.TEXT,
        "channel": which.value,
        "back": Step.CODE if progress.next() is Step.CODE else Step.DETAILS,
        "trust": progress.organisation,
    }
    return render(request, "signup/correct.jinja", context)


@page_of(Step.CODE)
def code(request: HttpRequest, progress: Progress, channel: str) -> HttpResponse:
    """The code that went to it."""
    which = _channel(progress, channel)
    typed = progress.kept.get("correcting", {})
    if typed.get("channel") != which.value:
        return redirect("sign-up-correct", channel=which.value)
    value = str(typed["value"])
    to = receiver(progress.organisation, progress.passport.pk, which, CORRECTING)
    if request.method == "POST" and request.POST.get("do") == SEND:
        said_of_sending(request, to, value)
        return redirect("sign-up-correct-code", channel=which.value)
    form = TypedCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and is_right(form, to, value):
        return _proved(request, progress, which, value)
    context = {
        "form": form,
        "by_text": which is Channel.TEXT,
        "channel": which.value,
        "value": formats.phone(value) if which is Channel.TEXT else value,
        "trust": progress.organisation,
        "send": SEND,
    }
    return render(request, "signup/correct_code.jinja", context)


@page_of(Step.CODE)
def waiting(request: HttpRequest, progress: Progress) -> HttpResponse:
    """What happens next with what was corrected; who gave it can take it back."""
    if not progress.waiting:
        return redirect(progress.next())
    mine = _mine(progress)
    if request.method == "POST" and mine:
        take_back(mine, network_address(request))
        progress.save(corrected=None)
        return redirect("sign-up-code")
    context = {
        "trust": progress.organisation,
        "phone": any(one.channel == Channel.TEXT for one in progress.waiting),
        "email": any(one.channel == Channel.EMAIL for one in progress.waiting),
        "told_by_text": progress.waiting[0].told_by == Channel.TEXT,
        "may_take_back": bool(mine),
    }
    return render(request, "signup/waiting.jinja", context)


def _channel(progress: Progress, text: str) -> Channel:
    """The channel to correct; where it cannot be, there is no such page."""
    if text not in Channel.values or not progress.may_correct(Channel(text)):
        raise Http404
    return Channel(text)


def _proved(request: HttpRequest, progress: Progress, which: Channel, value: str) -> HttpResponse:
    key = email_key(value) if which is Channel.EMAIL else value
    progress.save(correcting=None)
    remember_proof(progress, which, key)
    request.session.cycle_key()
    if key == proofs.key_of(progress.passport, which):
        # It stands there already: whoever does not know that learns it only by holding the address.
        begin_where_proved(request, progress, which)
        return redirect(progress.next())
    correction = propose(
        invitation=progress.invitation,
        channel=which,
        value=value,
        network_address=network_address(request),
    )
    if correction is None:
        return redirect("invitation")
    progress.save(corrected=[*progress.kept.get("corrected", []), str(correction.pk)])
    return redirect(Step.WAITING)


def _mine(progress: Progress) -> list[ContactCorrection]:
    """The corrections that this session may take back: its own, and all for whoever has proved what stands there."""
    if progress.to_prove is None:
        return progress.waiting
    return [one for one in progress.waiting if str(one.pk) in progress.kept.get("corrected", ())]
