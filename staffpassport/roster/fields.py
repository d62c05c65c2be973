"""The columns of a list of staff: the form's fields less the cohort's four, in the reference's order."""

from enum import StrEnum
from typing import Self


class Field(StrEnum):
    """One value of a person that a list brings. The value is the key of `StaffDetails`; `label` is the column's
    heading in our own templates and the field's name in every sentence."""

    label: str
    required: bool

    def __new__(cls, key: str, label: str = "", required: bool = False) -> Self:
        member = str.__new__(cls, key)
        member._value_ = key
        member.label = label
        member.required = required
        return member

    FIRST_NAME = "first_name", "First name", True
    LAST_NAME = "last_name", "Last name", True
    DATE_OF_BIRTH = "date_of_birth", "Date of birth"
    EMAIL = "email", "Email address", True
    PHONE = "phone", "Telephone number", True
    ORIEL_PIN = "oriel_pin", "Oriel PIN"
    ESR_ASSIGNMENT_NUMBER = "esr_assignment_number", "ESR assignment number"
