"""A staff member at a browser who signs up, step by step."""

from __future__ import annotations

from typing import Any

from staffpassport.codes import digits
from staffpassport.codes.models import SecurityCode
from staffpassport.invitations import links
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.states import Channel
from staffpassport.passports.models import StaffPassport
from tests.checking import CheckingClient
from tests.reading import filled_in

PASSWORD = "three random words of a nurse"
DETAILS = {
    "first_name": "Grace",
    "last_name": "Okafor",
    "preferred_name": "",
    "date_of_birth-day": "15",
    "date_of_birth-month": "3",
    "date_of_birth-year": "1984",
}
NUMBERS = {"knows_esr": "no", "esr_assignment_number": "", "knows_oriel": "no", "oriel_pin": ""}


def invitation_of(passport: StaffPassport) -> Invitation:
    """The newest invitation of somebody."""
    found: Invitation = Invitation.everywhere.filter(passport_id=passport.pk).latest("sequence")
    return found


def newest_code() -> str:
    """The digits that were sent last, to whomever."""
    return digits.of(SecurityCode.objects.latest("made_at", "id").pk)


class Person:
    """One browser. Each step returns the answer of its form, after its redirects."""

    def __init__(self, passport: StaffPassport, by: Channel = Channel.EMAIL) -> None:
        self.passport = passport
        self.by = by
        self.browser = CheckingClient()

    def open(self) -> Any:
        token = links.token(bytes(invitation_of(self.passport).link_id), self.by)
        return self.get(f"/i/{token}")

    def get(self, path: str) -> Any:
        return self.browser.get(path, follow=True)

    def post(self, path: str, **answers: Any) -> Any:
        return self.browser.post(path, answers, follow=True)

    def start(self) -> Any:
        self.open()
        return self.post("/invitation/start")

    def answer_questions(self, route: str = "appointment") -> Any:
        self.post("/sign-up/another", another="no")
        self.post("/sign-up/notices")
        return self.post("/sign-up/identity", route=route)

    def give_code(self) -> Any:
        self.post("/sign-up/code", do="send")
        return self.post("/sign-up/code", code=newest_code())

    def give_details(self, **changed: str) -> Any:
        return self.post("/sign-up/details", **{**DETAILS, **changed})

    def give_numbers(self, **changed: str) -> Any:
        return self.post("/sign-up/numbers", **{**NUMBERS, **changed})

    def choose_password(self, password: str = PASSWORD) -> Any:
        return self.post("/sign-up/account", password=password)

    def until_proved(self) -> Any:
        self.start()
        self.answer_questions()
        return self.give_code()

    def until_check(self) -> Any:
        self.until_proved()
        self.give_details()
        self.give_numbers()
        return self.choose_password()

    def send(self) -> Any:
        """Presses the button of the check page as it stands."""
        page = self.get("/sign-up/check")
        return self.post("/sign-up/check", seen=filled_in(page).get("seen", ""))

    def sign_up(self) -> Any:
        self.until_check()
        return self.send()

    def step(self) -> str:
        """Where pressing "Start application" leads now."""
        self.open()
        answer = self.browser.post("/invitation/start")
        return str(answer["Location"])
