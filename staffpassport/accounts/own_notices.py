"""E-mails that tell somebody of what happened to their own account. Each is about the event that it tells of."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from staffpassport.accounts.oneself import Oneself, compose_each
from staffpassport.audit.models import Event
from staffpassport.messaging.composers import Composed, Content, ToCompose
from staffpassport.ui.formats import date_and_time
from staffpassport.ui.later import later as _

NEW_DEVICE, FACTORS_RESET = "new-device", "factors-reset"
PURPOSES = (NEW_DEVICE, FACTORS_RESET)

_SUBJECTS = {
    NEW_DEVICE: _("A new device was used to log in to the Digital Staff Passport portal"),
    FACTORS_RESET: _("How you log in to the Digital Staff Passport portal has been reset"),
}
_BODIES = {
    FACTORS_RESET: _("""\
Hello {name},

On {when}, your second factors were removed, and you were logged out everywhere.

Log in with your password and set up a new one at once, so that nobody else does:
{log_in}

If you did not ask for this, tell {ask} too.
"""),
    NEW_DEVICE: _("""\
Hello {name},

On {when}, somebody logged in to the Digital Staff Passport portal as you, on a device that was not used for it \
before: {detail}. Network address: {network_address}.

If that was you, you need not do anything.

If it was not you, log out everywhere at once, and tell {ask}:
{link}
"""),
}


def compose(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """What happened, and what to do if it was somebody else."""
    return compose_each(messages, _content)


def _content(purpose: str, event: Event, oneself: Oneself) -> Content:
    portal = oneself.works_in_its_portal
    facts = {
        "name": oneself.name,
        "when": date_and_time(event.at),
        "detail": event.detail,
        "network_address": event.network_address or gettext("not known"),
        "log_in": settings.BASE_URL + reverse("account_login"),
        "link": settings.BASE_URL + reverse("own-sessions"),
        "ask": gettext("a senior portal administrator of your trust")
        if portal
        else gettext("the HR team of {trust}").format(trust=oneself.trust),
    }
    return Content(subject=_SUBJECTS[purpose].format_map(facts), body=_BODIES[purpose].format_map(facts))
