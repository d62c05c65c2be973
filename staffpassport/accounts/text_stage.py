"""The stage of log-in at which a staff member's code is sent: after a right password and before anything opens."""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from allauth.account.stages import LoginStage, LoginStageController
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from staffpassport.accounts import pending, texts
from staffpassport.accounts.models import User
from staffpassport.codes.actions import Sending
from staffpassport.codes.sentences import why_not_sent


class StaffCodeStage(LoginStage):
    """Whoever has proved a stronger factor passes; portal users without one are sent to set one up, as ever."""

    key = "staff_code"
    urlname = "log-in-by-code"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if not isinstance(user, User):
            return None, True
        given = get_authentication_records(self.request, user)
        way = texts.way_of(user)
        if way is None or any(one["method"] == "mfa" for one in given):
            return None, True
        if way.waits_until:
            return redirect(self.urlname), True
        sending = texts.send(way)
        if sending != Sending.SENT:
            messages.warning(self.request, f"{why_not_sent(sending, way.receiver)}.")
        return redirect(self.urlname), True


def current(request: HttpRequest) -> LoginStage | None:
    """Where a log-in waits for a second factor that may be a code by text; None where there is none, or where the
    password was changed since.
    """
    for key in (AuthenticateStage.key, StaffCodeStage.key):
        stage = LoginStageController.enter(request, key)
        if stage and pending.goes_on(request, stage.login.user):
            return stage
    return None
