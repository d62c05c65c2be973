"""A browser of somebody of HR, in which a second factor was proved."""

from __future__ import annotations

import time

from django.test import Client

from staffpassport.accounts.actions import create_portal_user
from staffpassport.audit.record import Actor
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation


def browser_of(trust: Organisation, role: Role = Role.HR_USER) -> Client:
    """Of somebody new: another run in the same database has its own."""
    user = create_portal_user(
        organisation=trust,
        email=f"hr{time.time_ns()}@example.com",
        name="Alex Morgan",
        role=role,
        by=Actor.task("benchmarks"),
    )
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user, backend="staffpassport.accounts.backend.PortalBackend")
    session = browser.session
    session["second_factor_set_up_by"] = str(user.pk)
    session.save()
    return browser
