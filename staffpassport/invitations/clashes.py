"""Showing that an e-mail or phone stands on another record already, with the way there: it is the same trust's."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.html import format_html

from staffpassport.invitations.forms import StaffDetailsForm
from staffpassport.passports.create import Clash

_ALREADY = {
    "email": "This email address already stands on the staff passport of {}",
    "phone": "This telephone number already stands on the staff passport of {}",
}


def show_clashes(form: StaffDetailsForm, clashes: Sequence[Clash]) -> None:
    """Puts a sentence at the field of each clash, with a link to the record that it is with."""
    for clash in clashes:
        link = format_html(
            '<a href="{}">{}</a>',
            reverse("person", args=[clash.passport.pk]),
            clash.passport.full_name,
        )
        form.add_error(clash.field, format_html(_ALREADY[clash.field], link))
