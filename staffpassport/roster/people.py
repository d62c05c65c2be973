"""A member of staff as HR gives them: every value checked, ready to be invited."""

from dataclasses import dataclass, field
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
    email_key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "email_key", email_key(self.email))  # frozen, so not by assignment

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def __repr__(self) -> str:
        # Nothing of a person in logs or tracebacks.
        return "<StaffDetails>"
