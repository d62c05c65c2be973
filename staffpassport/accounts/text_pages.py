"""Pages of codes by text: the one that asks for it at log-in, and a portal user's own number."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from staffpassport.accounts import factors, fresh, text_stage, texts
from staffpassport.accounts.adapters import refused
from staffpassport.accounts.models import TextFactor, User
from staffpassport.accounts.network import actor
from staffpassport.accounts.text_models import LONGEST_NAME
from staffpassport.codes.actions import Receiver, Sending, Trying, send_code
from staffpassport.codes.sentences import why_not, why_not_sent
from staffpassport.messaging.providers import are_texts_sent
from staffpassport.organisations.access import PortalRequest, proved, public
from staffpassport.organisations.models import Organisation
from staffpassport.roster import values
from staffpassport.ui.fields import CodeField, TelephoneField, TextField
from staffpassport.ui.forms import Form
from staffpassport.ui.later import later as _lazy

_TO_PROVE = "phone_to_prove"


class CodeSentForm(Form):
    """The digits of a code that was sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField(label=_("Security code"), missing=_("Enter the 6-digit code"))


class NumberForm(Form):
    """A number of one's own, and what to call the phone."""

    phone = TelephoneField(
        label=_lazy("Mobile number"),
        hint=_lazy("We send a code to it now, to see that it is yours."),
        missing=_lazy("Enter a mobile number"),
        parse=values.mobile_number,
        autocomplete="tel",
    )
    name = TextField(
        label=_lazy("Name of this phone (optional)"),
        hint=_lazy("For example, Work phone. It tells your phones apart in lists."),
        required=False,
    )

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"])[:LONGEST_NAME]


@public
@never_cache
@require_POST
def send_to_log_in(request: HttpRequest) -> HttpResponse:
    """Sends a code to somebody who has given a right password, and goes to where it is typed."""
    stage = text_stage.current(request)
    way = texts.way_of(stage.login.user) if stage else None
    if way is None:
        return redirect("account_login")
    if way.waits_until:
        return redirect("log-in-by-code")
    _say(request, way.receiver, texts.send(way), _("We have sent a code."))
    return redirect("log-in-by-code")


@public
@never_cache
def log_in_by_code(request: HttpRequest) -> HttpResponse:
    """Where the code of log-in is typed."""
    stage = text_stage.current(request)
    way = texts.way_of(stage.login.user) if stage else None
    if stage is None or way is None:
        return redirect("account_login")
    if way.waits_until:
        return _wait(request, way, stage.login.user)
    form = CodeSentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        tried = texts.prove(request, stage.login.user, way, form.cleaned_data["code"])
        if tried == Trying.RIGHT:
            response: HttpResponse = stage.exit()
            return response
        refused(request, stage.login.user, texts.FACTOR)
        form.add_error("code", why_not(tried))
    return render(request, "texts/log_in_by_code.jinja", {"form": form, "way": way})


@proved
@require_POST
def send_again(request: PortalRequest) -> HttpResponse:
    """Sends a code to a staff member who is about to change how they log in."""
    way = texts.way_of(_user(request))
    if way is None or not way.of_staff:
        return redirect(fresh.same_page(request))
    if not way.waits_until:
        _say(request, way.receiver, texts.send(way))
    return redirect(fresh.same_page(request, "fresh-by-code") + "&sent=1")


@proved
def fresh_by_code(request: PortalRequest) -> HttpResponse:
    """Where that code is sent from, and then typed. Others are asked for what they have."""
    way, back_to = texts.way_of(_user(request)), fresh.back_to(request)
    if way is None or not way.of_staff:
        return redirect(fresh.same_page(request))
    if fresh.is_fresh(request):
        return HttpResponseRedirect(back_to)
    if way.waits_until:
        return _wait(request, way, _user(request))
    form = CodeSentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["code"]
        tried = texts.prove_again(request, _user(request), way, typed, by=actor(request))
        if tried == Trying.RIGHT:
            return HttpResponseRedirect(back_to)
        form.add_error("code", why_not(tried))
    context = {
        "form": form,
        "way": way,
        "sent": form.is_bound or "sent" in request.GET,
        "instead": fresh.instead(request),
        "here": fresh.same_page(request, "fresh-by-code"),
        "send": fresh.same_page(request, "fresh-code-send"),
    }
    return render(request, "texts/fresh_by_code.jinja", context)


@proved
def own_number(request: PortalRequest) -> HttpResponse:
    """The number that codes go to, and the way to give one. Being fresh takes a stronger factor, so there is one."""
    trust = _trust_or_404(request)
    if not fresh.is_fresh(request):
        return fresh.ask(request, request.path, instead=reverse("your-account"))
    factor = TextFactor.objects.filter(user=_user(request)).first()
    form = NumberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        to = texts.new_number(_user(request), trust)
        sent = send_code(to, address=phone)
        request.session[_TO_PROVE] = [phone, form.cleaned_data["name"]]
        _say(request, to, sent)
        return redirect("own-number-code")
    return render(request, "texts/own_number.jinja", {"form": form, "factor": factor})


@proved
def prove_number(request: PortalRequest) -> HttpResponse:
    """Where the code that went to a new number is typed."""
    trust = _trust_or_404(request)
    if not fresh.is_fresh(request):
        return fresh.ask(request, reverse("own-number"), instead=reverse("your-account"))
    if _TO_PROVE not in request.session:
        return redirect("own-number")
    phone, name = request.session[_TO_PROVE]
    form = CodeSentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        tried = texts.add(
            user=_user(request),
            trust=trust,
            phone=phone,
            typed=form.cleaned_data["code"],
            name=name,
            by=actor(request),
        )
        if tried == Trying.RIGHT:
            del request.session[_TO_PROVE]
            messages.success(request, _("When you log in, you can get a code by text from now on."))
            return redirect("own-number")
        form.add_error("code", why_not(tried))
    return render(request, "texts/prove_number.jinja", {"form": form, "phone": phone})


@proved
@require_POST
def remove_number(request: PortalRequest) -> HttpResponse:
    """Takes the number away."""
    if not fresh.is_fresh(request):
        return fresh.ask(request, reverse("own-number"), instead=reverse("your-account"))
    if texts.remove(user=_user(request), by=actor(request)):
        messages.success(request, _("The number is removed. You get no codes by text any more."))
    return redirect("own-number")


def _trust_or_404(request: PortalRequest) -> Organisation:
    """In whose name the codes go out: there are no such pages for staff members, nor where no texts are sent."""
    trust = texts.first_trust(_user(request))
    if trust is None or not are_texts_sent():
        raise Http404
    return trust


def _wait(request: HttpRequest, way: texts.Way, user: User) -> HttpResponse:
    """From when on codes are sent."""
    return render(request, "texts/wait.jinja", {"way": way, "has_factor": factors.has_one(user)})


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _say(request: HttpRequest, to: Receiver, sending: Sending, sent: str = "") -> None:
    if sending != Sending.SENT:
        messages.warning(request, f"{why_not_sent(sending, to)}.")
    elif sent:
        messages.success(request, sent)
