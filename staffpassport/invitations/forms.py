"""The form for a single passport. Its fields are checked by the functions that check the columns of a file."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils import timezone

from staffpassport.roster import sentences, values
from staffpassport.roster.cohort import (
    Cohort,
    EmploymentStatus,
    EmploymentType,
    StaffGroup,
    job_roles,
    job_roles_by_group,
)
from staffpassport.roster.people import StaffDetails
from staffpassport.ui.fields import DateField, EmailField, RadiosField, SelectField, TelephoneField, TextField
from staffpassport.ui.forms import Form

YES = "yes"
NO = "no"


class CreatePassportForm(Form):
    """The last step before a person is invited."""

    create = RadiosField(
        label="Create passport?",
        missing="Select yes if you want to create this passport",
        choices=[(YES, "Yes, create this passport"), (NO, "No, go back and change information")],
        label_size="m",
    )


class CohortForm(Form):
    """What holds for one person, or for everybody of a list."""

    staff_group = SelectField(
        label="Staff group",
        choices=[(group.value, group.label) for group in StaffGroup],
        missing="Select a staff group",
    )
    job_role = SelectField(
        label="Job role (optional)",
        choices=[
            (group.label, [(role.key, role.name) for role in roles])
            for group, roles in job_roles_by_group().items()
        ],
        narrowed_by="staff_group",
        required=False,
    )
    employment_type = SelectField(
        label="Employment type",
        hint="So that the right invitation is sent",
        choices=[(kind.value, kind.label) for kind in EmploymentType],
        missing="Select an employment type",
    )
    employment_status = SelectField(
        label="Employment status",
        choices=[(status.value, status.label) for status in EmploymentStatus],
        missing="Select an employment status",
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        role = job_roles().get(answers.get("job_role") or "")
        if role and answers.get("staff_group") and role.staff_group != answers["staff_group"]:
            self.add_error("job_role", sentences.JOB_ROLE_OF_ANOTHER_GROUP)
        return answers

    def cohort(self) -> Cohort:
        """The four answers, once the form is valid."""
        answers = self.cleaned_data
        return Cohort(
            staff_group=StaffGroup(answers["staff_group"]),
            job_role=job_roles().get(answers["job_role"] or ""),
            employment_type=EmploymentType(answers["employment_type"]),
            employment_status=EmploymentStatus(answers["employment_status"]),
        )


class StaffDetailsForm(CohortForm):
    """Eleven answers about one person, in the order of the reference."""

    field_order: tuple[str, ...] = (
        "first_name",
        "last_name",
        "date_of_birth",
        "email",
        "phone",
        "staff_group",
        "job_role",
        "employment_type",
        "employment_status",
    )

    first_name = TextField(
        label="First name", autocomplete="off", missing=sentences.FIRST_NAME_MISSING, parse=values.first_name
    )
    last_name = TextField(
        label="Last name", autocomplete="off", missing=sentences.LAST_NAME_MISSING, parse=values.last_name
    )
    date_of_birth = DateField(label="Date of birth (optional)", hint="For example, 15 3 1984", required=False)
    email = EmailField(
        label="Email address",
        autocomplete="off",
        missing=sentences.EMAIL_MISSING,
        parse=values.email_address,
    )
    phone = TelephoneField(
        label="Telephone number",
        hint="Give a mobile number, as only a mobile gets text messages. For example, 07700 900123",
        autocomplete="off",
        missing=sentences.PHONE_MISSING,
        parse=values.mobile_number,
    )
    oriel_pin = TextField(
        label="Oriel PIN (optional)",
        width=20,
        autocomplete="off",
        parse=values.oriel_pin,
        required=False,
    )
    esr_assignment_number = TextField(
        label="ESR assignment number (optional)",
        hint="8 digits, and perhaps a dash and a number for a further post. For example, 20123456-2",
        width=20,
        autocomplete="off",
        parse=values.esr_assignment_number,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        date_of_birth = self.fields["date_of_birth"]
        assert isinstance(date_of_birth, DateField)
        date_of_birth.parse = partial(values.date_of_birth_from_parts, today=timezone.localdate())

    def details(self) -> StaffDetails:
        """The person, once the form is valid."""
        answers = self.cleaned_data
        return StaffDetails(
            first_name=answers["first_name"],
            last_name=answers["last_name"],
            date_of_birth=answers["date_of_birth"],
            email=answers["email"],
            phone=answers["phone"],
            cohort=self.cohort(),
            oriel_pin=answers["oriel_pin"] or None,
            esr_assignment_number=answers["esr_assignment_number"] or None,
            preferred_name=answers.get("preferred_name") or None,
        )
