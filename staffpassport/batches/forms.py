"""The question before something is done for many people, in the words of the pages of one."""

from __future__ import annotations

from staffpassport.batches.kinds import Kind
from staffpassport.invitations.forms import NO, YES
from staffpassport.ui.fields import RadiosField
from staffpassport.ui.forms import Form


class ResendForm(Form):
    """Whether to send the invitations again."""

    answer = RadiosField(
        label="Do you want to resend the invitations?",
        missing="Select yes if you want to resend the invitations",
        choices=[(YES, "Yes, send the invitations"), (NO, "No, go back")],
        label_size="m",
    )


class WithdrawForm(Form):
    """Whether to take the invitations back."""

    answer = RadiosField(
        label="Do you want to withdraw the invitations?",
        missing="Select yes if you want to withdraw the invitations",
        choices=[(YES, "Yes, withdraw the invitations"), (NO, "No, go back")],
        label_size="m",
    )


class DeleteForm(Form):
    """Whether to erase the records."""

    answer = RadiosField(
        label="Do you want to delete these staff passports from records?",
        missing="Select yes if you want to delete these staff passports from records",
        choices=[
            (YES, "Yes, delete staff passports from records"),
            (NO, "No, go back and keep these records"),
        ],
        label_size="m",
    )


FORMS: dict[Kind, type[Form]] = {
    Kind.RESEND: ResendForm,
    Kind.WITHDRAW: WithdrawForm,
    Kind.DELETE: DeleteForm,
}
