"""The way back in: a passkey where the device can make one, else a password; whoever has an account logs in to it.

The account is made when the application is sent. Until then a password waits in the session as its hash.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from uuid_utils.compat import uuid7

from staffpassport.accounts import passkeys
from staffpassport.accounts.models import User
from staffpassport.accounts.passkeys import PasskeyError
from staffpassport.signup import answering
from staffpassport.signup.forms import PasswordForm
from staffpassport.signup.progress import Progress, Step, page_of


@page_of(Step.ACCOUNT)
def account(request: HttpRequest, progress: Progress) -> HttpResponse:
    """The choice. The one that was made last counts."""
    if progress.account:
        return _of_somebody_known(request, progress)
    if request.method == "POST" and "passkey" in request.POST:
        return _with_passkey(request, progress)
    form = PasswordForm(request.POST if request.method == "POST" else None, user=_person(progress))
    if request.method == "POST" and form.is_valid():
        progress.save(password=make_password(form.cleaned_data["password"]), passkey=None)
        return redirect(progress.next())
    context = {"form": form, "trust": progress.organisation, "email": progress.passport.email}
    return render(request, "signup/account.jinja", context)


@page_of(Step.ACCOUNT)
def begin_passkey(request: HttpRequest, progress: Progress) -> HttpResponse:
    """What the browser needs to make a passkey, asked for by the script of the button."""
    if request.method != "POST" or progress.account:
        raise Http404
    person = _person(progress)
    options = passkeys.begin_making(request, user_id=person.pk, name=person.email, label=person.name)
    return JsonResponse(options)


def _with_passkey(request: HttpRequest, progress: Progress) -> HttpResponse:
    try:
        made = passkeys.finish_making(request, request.POST["passkey"])
    except PasskeyError as refused:
        messages.warning(request, f"{refused.sentence}.")
        return redirect(Step.ACCOUNT)
    progress.save(passkey=made, password=None)
    return redirect(progress.next())


def _of_somebody_known(request: HttpRequest, progress: Progress) -> HttpResponse:
    if progress.is_own_account:
        return redirect(progress.next())
    log_in = f"{reverse('account_login')}?{urlencode({'next': reverse(Step.ACCOUNT)})}"
    context = {"trust": progress.organisation, "email": progress.passport.email, "log_in": log_in}
    return render(request, "signup/account_there.jinja", context)


def _person(progress: Progress) -> User:
    """The account as it will be, by an id that the session keeps; not saved."""
    assert progress.application  # the guard lets nobody come here without one
    if "user_id" not in progress.kept:
        progress.kept["user_id"] = str(uuid7())
        if progress.request.method == "POST":
            progress.save()
    details = answering.wanted(progress.passport, progress.application).details
    return User(pk=UUID(progress.kept["user_id"]), email=progress.passport.email_key, name=details.full_name)
