"""Changing one's own e-mail address or phone: typed, proved by a code to it, and written.

The codes to log in by go there, and links to a new password: so it takes a fresh factor first, as what else changes how
somebody logs in. A stolen session must not move an account to the thief's phone and mailbox.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from staffpassport.accounts import fresh
from staffpassport.accounts.network import network_address
from staffpassport.codes.actions import Sending, Trying, send_code, try_code
from staffpassport.codes.sentences import why_not, why_not_sent
from staffpassport.messaging.providers import carried
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import proved
from staffpassport.passports.models import StaffPassport
from staffpassport.signup.forms import TypedCodeForm
from staffpassport.signup.log_in_addresses import to_prove
from staffpassport.signup.own_contacts import change_contact, receiver
from staffpassport.signup.own_forms import FORMS
from staffpassport.signup.own_pages import own_or_404, the_portal
from staffpassport.signup.proofs import address_of
from staffpassport.ui import formats

SEND = "send"
# What is being proved in this session: the passport, the channel and the address.
_KEPT = "own_contact"


@proved
def change(request: HttpRequest, passport: UUID, channel: str) -> HttpResponse:
    """The new address, to which the code goes."""
    own, which = own_or_404(request, passport), _channel(channel)
    if not fresh.is_fresh(request):
        return fresh.ask(request, request.path, instead=reverse("own-passport", args=[passport]))
    now, unproved = address_of(own, which), which in to_prove([own]).get(own.pk, ())
    form = FORMS[which](
        request.POST if request.method == "POST" else None,
        initial={"value": _show(which, now)} if unproved else None,
    )
    if request.method == "POST" and form.is_valid():
        value = str(form.cleaned_data["value"])
        if value == now and not unproved:
            form.add_error("value", _("This is what stands on your passport already"))
        elif refusal := _refusal(own, which, value):
            form.add_error("value", refusal)
        else:
            request.session[_KEPT] = [str(passport), which.value, value]
            return redirect("own-contact-code", passport=passport, channel=which.value)
    context = _context(request, own, which) | {"form": form, "now": _show(which, now), "unproved": unproved}
    return render(request, "signup/own/change.jinja", context)


@proved
def code(request: HttpRequest, passport: UUID, channel: str) -> HttpResponse:
    """The code that went to it; then the address stands on the passport."""
    own, which = own_or_404(request, passport), _channel(channel)
    if not fresh.is_fresh(request):
        return fresh.ask(request, request.path, instead=reverse("own-passport", args=[passport]))
    kept = request.session.get(_KEPT) or ["", "", ""]
    if kept[:2] != [str(passport), which.value]:
        return redirect("own-contact", passport=passport, channel=which.value)
    value = str(kept[2])
    if request.method == "POST" and request.POST.get("do") == SEND:
        if refusal := _refusal(own, which, value):
            messages.warning(request, f"{refusal}.")
        else:
            messages.success(request, _("We have sent a new code."))
        return redirect("own-contact-code", passport=passport, channel=which.value)
    form = TypedCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        tried = try_code(receiver(own, which), address=value, typed=form.cleaned_data["code"])
        if tried is Trying.RIGHT:
            return _proved(request, own, which, value)
        form.add_error("code", why_not(tried))
    context = _context(request, own, which) | {"form": form, "value": _show(which, value), "send": SEND}
    return render(request, "signup/own/code.jinja", context)


def _proved(request: HttpRequest, own: StaffPassport, which: Channel, value: str) -> HttpResponse:
    stood_there = address_of(own, which) == value
    try:
        changed = change_contact(
            passport=own, channel=which, value=value, network_address=network_address(request)
        )
    except StaffPassport.DoesNotExist:
        raise Http404 from None
    request.session.pop(_KEPT, None)
    if not changed:
        messages.warning(
            request,
            _("We could not change it here. The HR team of {trust} has been told.").format(
                trust=own.organisation.name
            ),
        )
    elif which is Channel.EMAIL:
        messages.success(
            request,
            _("Your email address is confirmed.")
            if stood_there
            else _("Your email address has been changed."),
        )
    else:
        messages.success(
            request,
            _("Your telephone number is confirmed.")
            if stood_there
            else _("Your telephone number has been changed."),
        )
    return redirect("own-passport", passport=own.pk)


def _channel(text: str) -> Channel:
    """A channel that this installation sends by; another cannot be proved, so there is no such page."""
    if text not in Channel.values or Channel(text) not in carried():
        raise Http404
    return Channel(text)


def _refusal(own: StaffPassport, which: Channel, value: str) -> str:
    """Sends a code, or says why not."""
    to = receiver(own, which)
    sending = send_code(to, address=value)
    return "" if sending is Sending.SENT else why_not_sent(sending, to)


def _show(which: Channel, value: str) -> str:
    return formats.phone(value) if which is Channel.TEXT else value


def _context(request: HttpRequest, own: StaffPassport, which: Channel) -> dict[str, Any]:
    return {
        "passport": own,
        "trust": own.organisation,
        "channel": which.value,
        "by_text": which is Channel.TEXT,
        "portal": the_portal(request),
    }
