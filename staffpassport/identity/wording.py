"""What people read of HR's answer to them: the one place for the words of these e-mails."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Facts:
    """What the wording is filled with. `reason` is why access was declined, empty in the other e-mails."""

    first_name: str
    trust: str
    trust_in_full: str
    hr_email: str
    hr_phone: str
    link: str
    reason: str = ""


def confirmed() -> tuple[str, str]:
    """Subject and body: the identity was confirmed."""
    return _("{trust} has confirmed your identity"), _("""\
Hello {first_name},

{trust} has confirmed your identity for your Digital Staff Passport.

You do not need to do anything now. The HR team tells you if it needs anything more from you.

See how your passport stands:
{link}

Did nobody check your identity? Tell the HR team of {trust}:
{hr_email}
{hr_phone}

Nobody reads replies to this email.

{trust_in_full}
""")


def declined() -> tuple[str, str]:
    """Subject and body: no access, and why."""
    return _("{trust} has declined your Digital Staff Passport"), _("""\
Hello {first_name},

{trust} has declined your access to a Digital Staff Passport with it.

The reason: {reason}

This is about the Digital Staff Passport only. If you think that it is a mistake, or want to know what you can do, \
ask the HR team of {trust}:
{hr_email}
{hr_phone}

See how your passport stands:
{link}

Nobody reads replies to this email.

{trust_in_full}
""")


def reconsidered() -> tuple[str, str]:
    """Subject and body: it was declined, and is no longer."""
    return _("{trust} will check your identity after all"), _("""\
Hello {first_name},

{trust} had declined your access to a Digital Staff Passport, and has taken that back.

Your identity still has to be checked. The HR team of {trust} arranges an appointment with you. You do not need to do \
anything until then.

See how your passport stands:
{link}

Do you have a question? Ask the HR team of {trust}:
{hr_email}
{hr_phone}

Nobody reads replies to this email.

{trust_in_full}
""")
