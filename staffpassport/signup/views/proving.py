"""The security code: sent by the person's own press of a button, and typed on the same page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from staffpassport.accounts.network import network_address
from staffpassport.codes.actions import Receiver, Sending, Trying, send_code, try_code
from staffpassport.codes.sentences import why_not, why_not_sent
from staffpassport.messaging.states import Channel
from staffpassport.signup import proofs
from staffpassport.signup.forms import TypedCodeForm, masked
from staffpassport.signup.progress import Progress, Step, page_of
from staffpassport.signup.proving import Chosen, begin, receiver

SEND = "send"


@page_of(Step.CODE)
def code(request: HttpRequest, progress: Progress) -> HttpResponse:
    """Sends a code to the channel that is not proved yet, and takes it."""
    channel = progress.to_prove
    if channel is None:
        return _nothing_to_prove(request, progress)
    if any(str(correction.pk) in progress.kept.get("corrected", ()) for correction in progress.waiting):
        return redirect(Step.WAITING)
    to = receiver(progress.organisation, progress.passport.pk, channel)
    address = proofs.address_of(progress.passport, channel)
    asked = progress.kept.get("code_to") == proofs.key_of(progress.passport, channel)
    form = TypedCodeForm(request.POST if request.method == "POST" and "code" in request.POST else None)
    if request.method == "POST" and request.POST.get("do") == SEND:
        if said_of_sending(request, to, address):
            progress.save(code_to=proofs.key_of(progress.passport, channel))
        return redirect(Step.CODE)
    if request.method == "POST" and form.is_valid() and is_right(form, to, address):
        _proved(request, progress, channel)
        return redirect(progress.next())
    context = {
        "form": form,
        "asked": asked or form.is_bound,
        "by_text": channel is Channel.TEXT,
        "masked": masked(progress.passport, channel),
        "channel": channel.value,
        "trust": progress.organisation,
        "waits": any(correction.channel == channel for correction in progress.waiting),
        "may_correct": progress.may_correct(channel),
        "send": SEND,
    }
    return render(request, "signup/code.jinja", context)


def said_of_sending(request: HttpRequest, to: Receiver, address: str) -> bool:
    """Sends a code and says what came of it; whether there is one to type."""
    sent = send_code(to, address=address)
    if sent is Sending.SENT:
        messages.success(request, _("We have sent you a security code."))
    else:
        messages.warning(request, f"{why_not_sent(sent, to)}.")
    return sent is not Sending.TOO_MANY


def is_right(form: TypedCodeForm, to: Receiver, address: str) -> bool:
    """Tries the code, and puts the sentence of a wrong one at its field."""
    tried = try_code(to, address=address, typed=form.cleaned_data["code"])
    if tried is Trying.RIGHT:
        return True
    form.add_error("code", why_not(tried))
    return False


def begin_where_proved(request: HttpRequest, progress: Progress, just_proved: Channel | None = None) -> None:
    """Makes the application, or goes on with it, where nothing is left to prove."""
    if progress.to_prove is not None:
        return
    progress.application = begin(
        invitation=progress.invitation,
        proved=progress.kept.get("proved", {}),
        just_proved=just_proved,
        chosen=Chosen.in_session(progress.kept),
        network_address=network_address(request),
    )


def _proved(request: HttpRequest, progress: Progress, channel: Channel) -> None:
    """What the right code has proved. The session gets a new key: whoever knew the old one shares nothing of it."""
    remember_proof(progress, channel, proofs.key_of(progress.passport, channel))
    if held := proofs.by_the_link(progress.invitation, progress.by, progress.passport):
        remember_proof(progress, held, proofs.key_of(progress.passport, held))
    progress.save(code_to=None)
    request.session.cycle_key()
    begin_where_proved(request, progress, channel)


def remember_proof(progress: Progress, channel: Channel, key: str) -> None:
    """Keeps in the session that this address was proved."""
    progress.save(proved={**progress.kept.get("proved", {}), channel.value: key})


def _nothing_to_prove(request: HttpRequest, progress: Progress) -> HttpResponse:
    """All is proved already, as after HR has confirmed what the person had proved: going on is theirs to do."""
    if progress.application:
        return redirect(progress.next())
    if request.method == "POST":
        begin_where_proved(request, progress)
        return redirect(progress.next() if progress.application else "invitation")
    return render(request, "signup/go_on.jinja", {"trust": progress.organisation})
