"""What is asked of a staff member who changes a contact detail."""

from __future__ import annotations

from staffpassport.messaging.states import Channel
from staffpassport.roster import values
from staffpassport.ui.fields import EmailField, TelephoneField
from staffpassport.ui.forms import Form
from staffpassport.ui.later import later as _


class NewEmailForm(Form):
    """Another e-mail address."""

    value = EmailField(
        label=_("New email address"),
        hint=_("We send a security code to it"),
        autocomplete="email",
        missing=_("Enter your new email address"),
        parse=values.email_address,
    )


class NewPhoneForm(Form):
    """Another mobile number."""

    value = TelephoneField(
        label=_("New telephone number"),
        hint=_("We send a security code to it by text message, so give a mobile number"),
        autocomplete="tel",
        missing=_("Enter your new telephone number"),
        parse=values.mobile_number,
    )


FORMS: dict[Channel, type[Form]] = {Channel.EMAIL: NewEmailForm, Channel.TEXT: NewPhoneForm}
