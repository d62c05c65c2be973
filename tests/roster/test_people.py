"""A member of staff as handed on to be invited."""

import dataclasses
import pickle
from datetime import date

import pytest

from staffpassport.roster.cohort import Cohort, EmploymentStatus, EmploymentType, StaffGroup
from staffpassport.roster.people import StaffDetails

COHORT = Cohort(
    StaffGroup.HEALTHCARE_SCIENTISTS,
    None,
    EmploymentType.PERMANENT_OR_FIXED_TERM,
    EmploymentStatus.NEW_STARTER,
)
JO = StaffDetails(
    "Jo", "O'Neill", "Jo.ONeill@nhs.net", "+447700900123", COHORT, date_of_birth=date(1990, 1, 31)
)


def test_a_person_has_a_full_name_and_the_key_of_their_address() -> None:
    assert JO.full_name == "Jo O'Neill"
    assert JO.email_key == "jo.oneill@nhs.net"


def test_a_changed_address_changes_the_key() -> None:
    assert dataclasses.replace(JO, email="jo@example.com").email_key == "jo@example.com"


def test_a_person_cannot_be_altered() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        JO.email = "al@nhs.net"  # type: ignore[misc]


def test_a_person_leaves_nothing_in_a_log() -> None:
    assert repr(JO) == "<StaffDetails>"


def test_a_person_travels_between_processes_whole() -> None:
    assert pickle.loads(pickle.dumps(JO)) == JO
