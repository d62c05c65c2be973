"""What the address of the audit page asks for: kinds of events, whose, from when to when, and about what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import QueryDict

from staffpassport.accounts.models import Membership
from staffpassport.audit.contents import ANY, TASKS
from staffpassport.audit.models import Kind
from staffpassport.audit.trail import Question, Trail
from staffpassport.organisations.models import Organisation
from staffpassport.ui import formats
from staffpassport.ui.fields import CheckboxesField, DateField, FieldMistakeError, SelectField
from staffpassport.ui.forms import Form

_OF_LISTS = frozenset(kind for kind in Kind if kind.name.startswith("UPLOAD_")) - {Kind.UPLOAD_DOWNLOADED}
# Kinds as an auditor asks for them. One that no group has named is among "Everything else".
GROUPS: dict[str, tuple[str, frozenset[Kind]]] = {
    "signing-in": (
        "Logging in, and what was refused",
        frozenset(
            {
                Kind.LOGGED_IN,
                Kind.LOG_IN_REFUSED,
                Kind.LOGGED_OUT,
                Kind.TRUST_ENTERED,
                Kind.PASSWORD_SET,
                Kind.PASSWORD_CHANGED,
                Kind.FACTOR_ADDED,
                Kind.FACTOR_REMOVED,
                Kind.FACTOR_RENAMED,
                Kind.RECOVERY_CODES_MADE,
                Kind.NEW_DEVICE,
                Kind.SESSIONS_ENDED,
                Kind.RESET_STARTED,
                Kind.RESET_CONFIRMED,
                Kind.RESET_STOPPED,
                Kind.FACTORS_RESET,
                Kind.RECOVERY_CODE_USED,
                Kind.RECOVERY_CODES_KEPT,
                Kind.CODE_GIVEN,
                Kind.CODE_REFUSED,
                Kind.ACCESS_REFUSED,
            }
        ),
    ),
    "looks": ("Looks at records", frozenset({Kind.PASSPORT_VIEWED})),
    "changes": (
        "Invitations and changes of records",
        frozenset(
            {
                Kind.INVITED,
                Kind.INVITATION_RESENT,
                Kind.INVITATION_WITHDRAWN,
                Kind.INVITATION_EXPIRED,
                Kind.PROFILE_CHANGED,
                Kind.PASSPORT_DELETED,
                Kind.CONTACT_CONFIRMED,
                Kind.CONTACT_REFUSED,
                Kind.CONTACT_TAKEN_BACK,
                Kind.IDENTITY_CONFIRMED,
                Kind.ACCESS_DECLINED,
                Kind.BATCH_CONFIRMED,
                Kind.BATCH_DONE,
            }
        ),
    ),
    "sign-up": (
        "What staff members did themselves",
        frozenset(
            {
                Kind.APPLICATION_BEGUN,
                Kind.TERMS_ACCEPTED,
                Kind.IDENTITY_ROUTE_CHOSEN,
                Kind.CHANNEL_PROVED,
                Kind.CONTACT_CORRECTED,
                Kind.NOT_ME,
                Kind.NEW_INVITATION_ASKED,
                Kind.SIGNED_UP,
            }
        ),
    ),
    "messages": (
        "Messages",
        frozenset(
            {
                Kind.REMINDED,
                Kind.MESSAGE_SENT,
                Kind.MESSAGE_DELIVERED,
                Kind.MESSAGE_FAILED,
                Kind.MESSAGE_UNCERTAIN,
                Kind.MESSAGE_CANCELLED,
            }
        ),
    ),
    "downloads": (
        "Downloads, and reading this page",
        frozenset(
            {
                Kind.LIST_DOWNLOADED,
                Kind.HELD_DOWNLOADED,
                Kind.REPORT_DOWNLOADED,
                Kind.UPLOAD_DOWNLOADED,
                Kind.AUDIT_READ,
                Kind.AUDIT_DOWNLOADED,
            }
        ),
    ),
    "lists": (
        "Lists uploaded",
        _OF_LISTS,
    ),
    "settings": (
        "Settings and portal users",
        frozenset(
            {
                Kind.ORGANISATION_CREATED,
                Kind.SENDERS_SET,
                Kind.SETTINGS_CHANGED,
                Kind.USER_CREATED,
                Kind.USER_RENAMED,
                Kind.USER_DISABLED,
                Kind.USER_ENABLED,
                Kind.ROLE_CHANGED,
                Kind.LINK_SENT,
            }
        ),
    ),
}
GROUPS["others"] = (
    "Everything else",
    frozenset(Kind) - frozenset().union(*(kinds for _, kinds in GROUPS.values())),
)
THE_PORTAL = "portal"
_DAY = timedelta(days=1)


class TrailForm(Form):
    """The questions, by their names in the address."""

    kinds = CheckboxesField(
        label="What happened",
        choices=[(name, label) for name, (label, kinds) in GROUPS.items() if kinds],
        small=True,
        label_size="s",
        required=False,
    )
    first = DateField(label="First day", required=False)
    last = DateField(label="Last day", required=False)

    def __init__(self, *args: Any, organisation: Organisation, **more: Any) -> None:
        super().__init__(*args, **more)
        users = Membership.objects.of(organisation).order_by("name", "pk").values_list("user_id", "name")
        self.fields["who"] = SelectField(
            label="Who did it",
            choices=[*((str(user), name) for user, name in users), (THE_PORTAL, "The portal by itself")],
            required=False,
        )
        self.order_fields(["kinds", "who", "first", "last"])

    def clean_last(self) -> date | None:
        """Raises FieldMistakeError with one sentence."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data["last"]
        if first and last and last < first:
            raise FieldMistakeError("The last day must be the same as or after the first day")
        return last  # type: ignore[no-any-return]  # Django's cleaned data has no types


@dataclass(frozen=True, slots=True)
class Asked:
    """The events that an address asks for; all of the trust where the form says what is wrong with it."""

    form: TrailForm
    trail: Trail
    about: UUID | None
    narrowed: bool
    in_words: str


def asked_for(organisation: Organisation, params: QueryDict) -> Asked:
    """The trust's sealed events as the address filters them.

    Words are for the event of reading, which has `about` as its subject: nobody's name.
    """
    form = TrailForm(params, organisation=organisation)
    about = _id(params.get("about", ""))
    subject = str(about) if about else ""
    if not form.is_valid():
        trail = Trail(organisation.pk, Question(subject=subject))
        return Asked(form, trail, about, narrowed=bool(about), in_words="")
    answers = form.cleaned_data
    groups, who, first, last = (answers[name] for name in ("kinds", "who", "first", "last"))
    question = Question(
        kinds=frozenset[str]().union(*(GROUPS[name][1] for name in groups)),
        who=TASKS if who == THE_PORTAL else f"user:{who}" if who else ANY,
        begin=_midnight(first) if first else None,
        end=_midnight(last + _DAY) if last else None,
        subject=subject,
    )
    words = []
    if groups:
        words.append("kinds: " + " ".join(groups))
    if who:
        words.append(f"by {who}")
    if first or last:
        words.append(f"from {formats.date(first) or 'the beginning'} to {formats.date(last) or 'now'}")
    return Asked(
        form,
        Trail(organisation.pk, question),
        about,
        narrowed=bool(about or words),
        in_words=", ".join(words),
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), formats.LONDON)
