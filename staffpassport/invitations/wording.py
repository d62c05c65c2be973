"""What the invited read: the one place for the words of e-mails and texts.

The check page and the messages that go out both come from here, so what HR saw is what is sent.
"""

from __future__ import annotations

from dataclasses import dataclass

# One segment of a text, in the alphabet of GSM 03.38.
SEGMENT = 160

SUBJECT = "{trust} invites you to sign up for a Digital Staff Passport"

EMAIL = """\
Hello {first_name},

{trust} invites you to sign up for a Digital Staff Passport.

Start application:
{link}

The link works until {expires}. Please do not send it on: it is meant for you alone.

With a passport you share your details once, and do not fill in the same forms again when you start a job, \
rotate or move between NHS trusts.

Is this invitation real, or do you have a question? Ask the HR team of {trust}:
{hr_email}
{hr_phone}

Nobody reads replies to this email.

{trust_in_full}
"""

TEXT = "{trust}: sign up for your Digital Staff Passport {link}"

# To people of whom nothing is kept, so without their name.
DELETED_SUBJECT = "{trust} has deleted your invitation to a Digital Staff Passport"

DELETED_EMAIL = """\
Hello,

{trust} invited you to sign up for a Digital Staff Passport. The trust has deleted this invitation and the \
staff passport that it belonged to.

You do not need to do anything. The links in earlier emails and text messages no longer work. If you get a newer \
invitation, use the link in that one.

Do you have a question, or do you think that this is a mistake? Ask the HR team of {trust}:
{hr_email}
{hr_phone}

Nobody reads replies to this email.

{trust_in_full}
"""

_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What the wording is filled with. `link` and `expires` are for one channel of one invitation."""

    first_name: str
    trust: str
    trust_in_full: str
    hr_email: str
    hr_phone: str
    link: str
    expires: str


def email_subject(facts: Facts) -> str:
    """The e-mail's subject, one line."""
    return SUBJECT.format(trust=facts.trust)


def email_body(facts: Facts) -> str:
    """The e-mail's body, plain text."""
    return EMAIL.format(
        first_name=facts.first_name,
        trust=facts.trust,
        trust_in_full=facts.trust_in_full,
        link=facts.link,
        expires=facts.expires,
        hr_email=facts.hr_email,
        hr_phone=facts.hr_phone,
    )


def text_body(facts: Facts) -> str:
    """The text: no first name, because one accent outside the GSM alphabet would halve its room."""
    return TEXT.format(trust=facts.trust.translate(_TYPOGRAPHY), link=facts.link)


def fits_one_text(body: str) -> bool:
    """Whether the body is one segment of 160 characters of the GSM alphabet."""
    return len(body) <= SEGMENT and set(body) <= _GSM
