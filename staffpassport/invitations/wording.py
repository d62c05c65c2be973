"""What the invited read: the one place for the words of e-mails and texts.

The check page and the messages that go out both come from here, so what HR saw is what is sent. Sentences are short,
in the plain English of the NHS service manual, with one thing to do. A text has no first name, as one accent outside
the GSM alphabet would halve its room; it is one segment for the longest trust in England and a host name of 30
characters, which leaves 41 for the words.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from staffpassport.roster.cohort import EmploymentStatus, EmploymentType
from staffpassport.ui.later import later as _

# One segment of a text, in the alphabet of GSM 03.38.
SEGMENT = 160

SUBJECT = _("{trust} invites you to sign up for a Digital Staff Passport")
REMINDER_SUBJECT = _("Reminder: sign up for a Digital Staff Passport with {trust}")

INVITES = _("{trust} invites you to sign up for a Digital Staff Passport. {why}")
REMINDS = _("""\
This is a reminder. On {invited}, {trust} invited you to sign up for a Digital Staff Passport. \
You have not signed up yet.

{why}""")

# Why this person, and why now.
WHY = {
    (EmploymentType.PERMANENT_OR_FIXED_TERM, EmploymentStatus.NEW_STARTER): _(
        "You are about to start work with us. Please sign up before your first day."
    ),
    (EmploymentType.PERMANENT_OR_FIXED_TERM, EmploymentStatus.CURRENT_EMPLOYEE_OR_LEAVER): _(
        "You work for us, or are about to leave us. You can take your passport with you to your next job in the NHS."
    ),
    (EmploymentType.TEMPORARY_MOVER, EmploymentStatus.NEW_STARTER): _(
        "You are coming to work with us for a time. Please sign up before you arrive."
    ),
    (EmploymentType.TEMPORARY_MOVER, EmploymentStatus.CURRENT_EMPLOYEE_OR_LEAVER): _(
        "You work with us for a time, or are about to move on. Please sign up before you move."
    ),
}
BENEFIT = {
    EmploymentType.PERMANENT_OR_FIXED_TERM: _(
        "With a passport you share your details once. You do not fill in the same forms again when you start a job "
        "or move to another NHS trust."
    ),
    EmploymentType.TEMPORARY_MOVER: _(
        "With a passport you share your details once. You do not fill in the same forms again each time you rotate "
        "or move between NHS trusts."
    ),
}

EMAIL = _("""\
Hello {first_name},

{opening}

Start application:
{link}

The link works until {expires}. Please do not send it on: it is meant for you alone.

{benefit}

Is this invitation real, or do you have a question? Ask the HR team of {trust}:
{hr_email}
{hr_phone}

Nobody reads replies to this email.

{trust_in_full}
""")

TEXT = _("{trust}: sign up for a Digital Staff Passport {link}")
REMINDER_TEXT = _("{trust} reminder: get a Digital Staff Passport {link}")

# To people of whom nothing is kept, so without their name.
DELETED_SUBJECT = _("{trust} has deleted your invitation to a Digital Staff Passport")

DELETED_EMAIL = _("""\
Hello,

{trust} invited you to sign up for a Digital Staff Passport. The trust has deleted this invitation and the \
staff passport that it belonged to.

You do not need to do anything. The links in earlier messages no longer work. If you get a newer \
invitation, use the link in that one.

Do you have a question, or do you think that this is a mistake? Ask the HR team of {trust}:
{hr_email}
{hr_phone}

Nobody reads replies to this email.

{trust_in_full}
""")

_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What the wording is filled with. `link` is that of one channel; `invited` and `expires` are days in words."""

    first_name: str
    trust: str
    trust_in_full: str
    hr_email: str
    hr_phone: str
    employment_type: EmploymentType
    employment_status: EmploymentStatus
    link: str
    invited: str
    expires: str
    is_reminder: bool = False


def email_subject(facts: Facts) -> str:
    """The e-mail's subject, one line."""
    return (REMINDER_SUBJECT if facts.is_reminder else SUBJECT).format(trust=facts.trust)


def email_body(facts: Facts) -> str:
    """The e-mail's body, plain text."""
    why = WHY[facts.employment_type, facts.employment_status]
    opening = (REMINDS if facts.is_reminder else INVITES).format(
        trust=facts.trust, invited=facts.invited, why=why
    )
    return EMAIL.format(**asdict(facts), opening=opening, benefit=BENEFIT[facts.employment_type])


def text_body(facts: Facts) -> str:
    """The text, the same for everybody: there is no room for more."""
    words = REMINDER_TEXT if facts.is_reminder else TEXT
    return words.format(trust=facts.trust.translate(_TYPOGRAPHY), link=facts.link)


def fits_one_text(body: str) -> bool:
    """Whether the body is one segment of 160 characters of the GSM alphabet."""
    return len(body) <= SEGMENT and set(body) <= _GSM
