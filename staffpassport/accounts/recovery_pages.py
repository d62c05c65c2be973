"""Pages of a way back in: that the phone is lost, and by which the person stops what somebody else has begun."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from staffpassport.accounts import holders, recovering, recovery_mails, text_stage, texts
from staffpassport.accounts.network import network_address, person
from staffpassport.organisations.access import public


@public
@never_cache
def other_phone(request: HttpRequest) -> HttpResponse:
    """For whoever has given a right password and has lost the phone: from when on codes go to the number on record."""
    stage = text_stage.current(request)
    if stage is None:
        return redirect("account_login")
    user = stage.login.user
    way, contact = texts.way_of(user), holders.contact_of(user)
    if way is None or contact is None or not (way.of_staff and way.by_text):
        return redirect("account_login")
    other = contact.phone if contact.phone != way.address else ""
    if request.method == "POST" and other:
        recovering.start_by_phone(user, contact, network_address(request))
        return redirect("lost-phone")
    recovery = recovering.of(user)
    context = {
        "way": way,
        "digits": other[-3:],
        "recovery": recovery if recovery and recovery.phone == other else None,
        "hours": int(recovering.delay_of(contact.phone_of).total_seconds() // 3600),
        "trust": contact.organisation,
    }
    return render(request, "texts/other_phone.jinja", context)


@public
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in the message to the person: opening it changes nothing."""
    recovery = recovery_mails.recovery_of(token)
    if recovery is None or recovery != recovering.of(recovery.user):
        return render(request, "account/recovery_over.jinja", status=410)
    if request.method == "POST":
        if not recovering.stop(recovery, person(recovery.user, request)):
            return render(request, "account/recovery_over.jinja", status=410)
        messages.success(
            request,
            _("It is stopped. Codes go to your phone as before.")
            if recovery.phone
            else _("It is stopped. The new password no longer works."),
        )
        return redirect("home" if request.user.is_authenticated else "account_login")
    here = reverse("stop-recovery", args=[token])
    return render(request, "account/stop_recovery.jinja", {"recovery": recovery, "here": here})
