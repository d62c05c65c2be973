"""Whatever order the pages are taken in, and whatever HR does meanwhile: nobody gets past a step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from staffpassport.accounts.models import User
from staffpassport.codes.models import SecurityCode
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.resending import resend
from staffpassport.invitations.withdrawing import withdraw
from staffpassport.messaging.states import Channel
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.signup.correcting import confirm, refuse
from staffpassport.signup.models import Application, ContactCorrection
from tests import making
from tests.runs import examples, surprising
from tests.signup.person import Person, newest_code

pytestmark = pytest.mark.django_db

SECRET = "Zebedee"
browsers = st.integers(0, 1)


class Browser(Person):
    """Nothing of the person may be shown in it before it has given a right code to an address of the record."""

    def __init__(self, passport: StaffPassport, by: Channel) -> None:
        super().__init__(passport, by)
        self.has_given_a_code = False
        self.has_corrected = False

    def post(self, path: str, **answers: Any) -> Any:
        page = super().post(path, **answers)
        assert page.status_code in (200, 404)
        assert self.has_given_a_code or SECRET not in page.content.decode()
        return page


class SigningUp(RuleBasedStateMachine):
    """A person with two browsers, one with each link, who press anything anywhere; HR and the clock go on."""

    def __init__(self) -> None:
        super().__init__()
        self._around = transaction.atomic()
        self._around.__enter__()
        self.clock = time_machine.travel(timezone.now(), tick=False)
        self.time = self.clock.start()
        self.trust = making.organisation()
        self.passport = making.passport(self.trust, first_name=SECRET)
        self.browsers = [Browser(self.passport, by) for by in Channel]

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self._around.__exit__(None, None, None)

    @rule(who=browsers)
    def starts(self, who: int) -> None:
        self.browsers[who].start()

    @rule(who=browsers)
    def answers_questions(self, who: int) -> None:
        self.browsers[who].answer_questions()

    @rule(who=browsers, right=st.booleans())
    def types_a_code(self, who: int, right: bool) -> None:
        self.time.shift(timedelta(seconds=31))
        browser = self.browsers[who]
        browser.post("/sign-up/code", do="send")
        if SecurityCode.objects.exists():
            browser.has_given_a_code |= right
            browser.post("/sign-up/code", code=newest_code() if right else "x")

    @rule(who=browsers, channel=st.sampled_from(Channel), right=st.booleans())
    def corrects(self, who: int, channel: Channel, right: bool) -> None:
        self.time.shift(timedelta(seconds=31))
        browser, page = self.browsers[who], f"/sign-up/correct/{channel.value}"
        browser.post(page, value="else@example.com" if channel is Channel.EMAIL else "07946 111111")
        if SecurityCode.objects.exists():
            browser.has_corrected |= right
            browser.post(f"{page}/code", code=newest_code() if right else "x")

    @rule(who=browsers)
    def takes_back(self, who: int) -> None:
        self.browsers[who].post("/sign-up/waiting")

    @rule(who=browsers)
    def gives_details(self, who: int) -> None:
        self.browsers[who].give_details(first_name=SECRET)
        self.browsers[who].give_numbers()

    @rule(who=browsers)
    def chooses_a_password(self, who: int) -> None:
        self.browsers[who].choose_password()

    @rule(who=browsers)
    def sends(self, who: int) -> None:
        self.browsers[who].send()

    @rule(who=browsers)
    def does_all_in_order(self, who: int) -> None:
        """By chance alone hardly any run would come to the end."""
        self.time.shift(timedelta(seconds=31))
        browser = self.browsers[who]
        browser.start()
        browser.answer_questions()
        browser.has_given_a_code = True
        browser.post("/sign-up/code", do="send")
        if SecurityCode.objects.exists():
            browser.post("/sign-up/code", code=newest_code())
        browser.give_details(first_name=SECRET)
        browser.give_numbers()
        browser.choose_password()

    @rule(yes=st.booleans())
    def hr_decides(self, yes: bool) -> None:
        for correction in ContactCorrection.everywhere.filter(decided_at=None):
            (confirm if yes else refuse)(organisation=self.trust, correction=correction.pk, by=making.BY)
        for browser in self.browsers:
            browser.has_given_a_code |= yes and browser.has_corrected

    @rule()
    def hr_resends(self) -> None:
        self.time.shift(timedelta(seconds=1))
        resend(organisation=self.trust, passports=[self.passport.pk], by=making.BY)

    @rule()
    def hr_withdraws(self) -> None:
        withdraw(organisation=self.trust, passports=[self.passport.pk], by=making.BY)

    @invariant()
    def one_sign_up_or_none(self) -> None:
        passport = StaffPassport.objects.of(self.trust).get()
        accepted = Invitation.everywhere.exclude(accepted_at=None).count()
        signed_up = passport.status == Status.APPOINTMENT_NEEDED
        assert accepted == User.objects.count() == int(signed_up)
        assert (passport.holder is not None) is signed_up
        application = Application.everywhere.first()
        assert bool(application and application.sent_at) is signed_up
        if signed_up and application:
            assert application.email_proved == passport.email_key
            assert application.phone_proved == passport.phone
            assert not Invitation.everywhere.exclude(accepted_at=None).exclude(ended_at=None).exists()


def test_nobody_gets_past_a_step() -> None:
    run_state_machine_as_test(
        SigningUp,
        settings=settings(
            max_examples=examples(3),
            stateful_step_count=12,
            deadline=None,
            derandomize=not surprising(),
            suppress_health_check=list(HealthCheck),
        ),
    )
