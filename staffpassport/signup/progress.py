"""How far somebody is: the steps in their order, and the one guard that all their pages stand behind."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any

from django.contrib.auth.hashers import is_password_usable
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from staffpassport.accounts.models import User
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.standing import Standing
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import public
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.signup import accounts, others, proofs
from staffpassport.signup.models import Application, ContactCorrection
from staffpassport.signup.notices import are_accepted
from staffpassport.signup.opened import KEPT, kept_in, started


class Step(enum.StrEnum):
    """The pages in their order, by the names of their addresses."""

    ANOTHER = "sign-up-another"
    NOTICES = "sign-up-notices"
    IDENTITY = "sign-up-identity"
    CODE = "sign-up-code"
    WAITING = "sign-up-waiting"
    INVITATIONS = "sign-up-invitations"
    DETAILS = "sign-up-details"
    NUMBERS = "sign-up-numbers"
    ACCOUNT = "sign-up-account"
    CHECK = "sign-up-check"

    @property
    def place(self) -> int:
        return list(Step).index(self)


@dataclass
class Progress:
    """One request of somebody who has started. `kept` is what their session knows; `save` writes it."""

    request: HttpRequest
    invitation: Invitation
    by: Channel
    passport: StaffPassport
    kept: dict[str, Any]
    application: Application | None = field(default=None)

    @classmethod
    def of(cls, request: HttpRequest) -> Progress | None:
        """None where nothing was started here, or the invitation is not open any more."""
        found = started(request)
        if found is None or found.standing is not Standing.OPEN:
            return None
        invitation = found.invitation
        passports = StaffPassport.objects.of(invitation.organisation)
        passport: StaffPassport | None = passports.filter(pk=invitation.passport_id).first()
        if passport is None:
            return None
        passport.organisation = invitation.organisation
        applications = Application.objects.of(invitation.organisation)
        return cls(
            request=request,
            invitation=invitation,
            by=found.by,
            passport=passport,
            kept=kept_in(request),
            application=applications.filter(passport=passport).first(),
        )

    @property
    def organisation(self) -> Organisation:
        return self.invitation.organisation

    def save(self, **changes: Any) -> None:
        """Keeps these in the session, None taking one away."""
        self.kept = {name: value for name, value in {**self.kept, **changes}.items() if value is not None}
        self.request.session[KEPT] = self.kept

    @property
    def to_prove(self) -> Channel | None:
        """The channel to which a code goes next."""
        return proofs.still_to_prove(self.kept, self.invitation, self.by, self.passport)

    def may_correct(self, channel: Channel) -> bool:
        """Whether this person can give another address of this channel."""
        return proofs.may_correct(self.kept, self.invitation, self.by, self.passport, channel)

    @cached_property
    def waiting(self) -> list[ContactCorrection]:
        """Contact details that HR has not looked at yet."""
        mine = ContactCorrection.objects.of(self.organisation).filter(passport=self.passport, decided_at=None)
        return list(mine.order_by("pk"))

    @cached_property
    def account(self) -> User | None:
        """The account that there is already for the address on the passport."""
        return accounts.of_address(self.passport.email)

    @cached_property
    def is_own_account(self) -> bool:
        """Whether this browser's person has shown that it is theirs."""
        return bool(self.account) and accounts.is_theirs(self.request, self.kept, self.account)

    def next(self) -> Step:
        """The first step that is not done."""
        return next((step for step in Step if not self.is_done(step)), Step.CHECK)

    def is_done(self, step: Step) -> bool:
        """Whether nothing is left to do on this page."""
        return _DONE[step](self)

    def has_way_back(self) -> bool:
        """Whether there will be an account to log in to: one that is there, or what was chosen for a new one."""
        if self.account:
            return self.is_own_account
        return is_password_usable(self.kept.get("password", "!")) or "passkey" in self.kept


_DONE: dict[Step, Callable[[Progress], bool]] = {
    Step.ANOTHER: lambda p: bool(p.application) or "another" in p.kept,
    Step.NOTICES: lambda p: (
        bool(p.application and are_accepted(p.application.notices)) or are_accepted(p.kept.get("notices"))
    ),
    Step.IDENTITY: lambda p: bool(p.application) or "route" in p.kept,
    # An application that is not there yet is made by the code.
    Step.CODE: lambda p: p.to_prove is None and bool(p.application),
    Step.WAITING: lambda p: not p.waiting,
    Step.INVITATIONS: lambda p: (
        bool(p.kept.get("seen_others")) or not others.invitations_of(p.kept, p.passport)
    ),
    Step.DETAILS: lambda p: bool(p.application and p.application.details_at),
    Step.NUMBERS: lambda p: bool(p.application and p.application.numbers_at),
    Step.ACCOUNT: Progress.has_way_back,
    Step.CHECK: lambda p: False,
}


View = Callable[..., HttpResponse]


def page_of(step: Step) -> Callable[[View], View]:
    """Marks the view of a step. It gets the Progress of whoever may see it; others are led to where they are.

    An invitation that has ended meanwhile leads to the page that says how it stands and what to do.
    """

    def mark(view: View) -> View:
        @public
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            progress = Progress.of(request)
            if progress is None:
                return redirect("invitation")
            reached = progress.next()
            if reached.place < step.place:
                return redirect(reached)
            return view(request, progress, *args, **kwargs)

        return guarded

    return mark


def begin_session(request: HttpRequest, invitation: Invitation, by: Channel) -> None:
    """The person takes up an invitation. What they have proved and chosen in this session stays theirs."""
    kept: dict[str, Any] = request.session.get(KEPT, {})
    if kept.get("invitation") == str(invitation.pk):
        request.session[KEPT] = {**kept, "by": by.value}
        return
    stays = ("proved", "account", "used")
    request.session[KEPT] = {
        **{name: kept[name] for name in stays if name in kept},
        "invitation": str(invitation.pk),
        "by": by.value,
    }
