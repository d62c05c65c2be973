"""Staff groups, job roles and cohorts."""

import csv
import re
from importlib import resources

import pytest

from staffpassport.roster.cohort import (
    Cohort,
    EmploymentStatus,
    EmploymentType,
    StaffGroup,
    job_role,
    job_roles,
    job_roles_by_group,
    job_roles_of,
)
from staffpassport.roster.values import Mistake


def test_staff_groups_stand_in_the_order_of_the_screens() -> None:
    assert [group.label for group in StaffGroup] == [
        "Additional Clinical Services",
        "Additional Professional Scientific and Technical",
        "Administrative and Clerical",
        "Allied Health Professionals",
        "Estates and Ancillary",
        "Healthcare Scientists",
        "Medical and Dental",
        "Nursing and Midwifery Registered",
        "Students - non-medical",
        "Students - medical undergraduate",
    ]


def test_employment_types_and_statuses_are_worded_as_on_the_screens() -> None:
    assert [t.label for t in EmploymentType] == ["Permanent or fixed term", "Temporary mover"]
    assert [s.label for s in EmploymentStatus] == ["Current employee or leaver", "New starter"]


def test_keys_are_fit_for_addresses_and_lead_back_to_their_value() -> None:
    for kind in (StaffGroup, EmploymentType, EmploymentStatus):
        for value in kind:
            assert re.fullmatch(r"[a-z]+(-[a-z]+)*", value)
            assert kind(str(value)) is value
    for key, role in job_roles().items():
        assert re.fullmatch(r"[A-Za-z0-9]+(-[a-z0-9]+)*", key)
        assert job_role(key) is role
        assert len(key) <= 80


def test_every_job_role_of_the_list_is_there_once_under_its_staff_group() -> None:
    text = resources.files("staffpassport.roster").joinpath("job_roles.csv").read_text(encoding="utf-8")
    listed = [(row["staff_group"], row["job_role"]) for row in csv.DictReader(text.splitlines())]
    assert len(listed) == 269
    assert sorted(listed) == sorted(
        (r.staff_group.label, r.name) for g in StaffGroup for r in job_roles_of(g)
    )
    assert list(job_roles_by_group()) == list(StaffGroup)


def test_a_job_role_is_found_by_its_code_or_else_by_group_and_name() -> None:
    assert job_role("R1720").name == "Clerical Worker"
    nursing_associate = job_role("additional-clinical-services-nursing-associate")
    assert nursing_associate.name == "Nursing Associate"
    assert nursing_associate.staff_group is StaffGroup.ADDITIONAL_CLINICAL_SERVICES
    with pytest.raises(KeyError):
        job_role("no-such-role")


def test_a_cohort_refuses_a_job_role_of_another_staff_group() -> None:
    clerk = job_role("R1720")
    rest = (EmploymentType.TEMPORARY_MOVER, EmploymentStatus.NEW_STARTER)
    assert Cohort(StaffGroup.ADMINISTRATIVE_AND_CLERICAL, clerk, *rest).job_role is clerk
    assert Cohort(StaffGroup.MEDICAL_AND_DENTAL, None, *rest).job_role is None
    with pytest.raises(Mistake, match="Choose a job role from the same staff group"):
        Cohort(StaffGroup.MEDICAL_AND_DENTAL, clerk, *rest)
