"""A member of staff as HR gives them: every value checked, ready to be invited."""

from dataclasses import dataclass
from datetime import date

from .cohort import Cohort
from .emails import email_key


@dataclass(frozen=True, slots=True, repr=False)
class StaffDetails:
    """One person to invite. Holds what the functions of `values` returned; it does not check again.

    Optional values are None where not given. `phone` is in E.164 form. `email_key` is what duplicates
    are found by."""

    first_name: str
    last_name: str
    email: str
    phone: str
    cohort: Cohort
    date_of_birth: date | None = None
    oriel_pin: str | None = None
    esr_assignment_number: str | None = None
    preferred_name: str | None = None

    @property
    def email_key(self) -> str:
        return email_key(self.email)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def __repr__(self) -> str:
        # Nothing of a person in logs or tracebacks.
        return "<StaffDetails>"
