"""Headings: whatever a list calls a field, and nothing that is another person's or another number."""

import pytest

from staffpassport.roster.columns import COHORT_HEADING, REMARK_HEADINGS, Part, Source, columns
from staffpassport.roster.fields import Field
from staffpassport.roster.headings import known
from staffpassport.roster.table import Trouble

NEEDED = ["First name", "Last name", "Email address", "Telephone number"]

TIS = [
    "Surname *", "Forenames *", "Email Address", "Mobile", "Telephone", "Date of Birth", "GMC Number", "Known As",
    "Grade", "Site",
]  # fmt: skip
ESR = ["Employee Number", "Assignment Number", "First Name", "Last Name", "Email Address", "Mobile"]


@pytest.mark.parametrize(
    ("field", "headings"),
    [
        (
            Field.FIRST_NAME,
            "First name|FIRST NAME|first_name|FirstName|Forename|Forenames *|Forename(s)|Given name|Given Names|"
            "First name (required)|Legal first name|Employee first name|Staff member's first name|\ufeffFirst name|"
            "First\u00a0name|'First name|Christian name|First name:|First name/Forename|First Name 1",
        ),
        (
            Field.LAST_NAME,
            "Last name|SURNAME|Surname *|Family name|last-name|Surname / Last name|Legal surname|Trainee surname|"
            "Surname/Family name|LastName|Second name",
        ),
        (
            Field.DATE_OF_BIRTH,
            "Date of birth|DOB|D.O.B.|d.o.b|Birth date|Birthdate|Date Of Birth (DD/MM/YYYY)|date_of_birth|"
            "Date of birth (optional)|DOB dd/mm/yyyy|Date of birth (e.g. 15/3/1984)|Date of birth [dd-mm-yy]",
        ),
        (
            Field.EMAIL,
            "Email address|E-mail|email|EMAIL ADDRESS *|E-Mail Address|Work email|Work Email Address|NHS email|"
            "Personal e-mail|Email (work)|Preferred email|Employee Email|Email address (required)|Contact email|"
            "nhs.net email|Email address - required|Email 1",
        ),
        (
            Field.PHONE,
            "Telephone number|Telephone|Phone|Phone No.|Tel.|Tel No|Mobile|Mobile number|Mobile No.|Mobile Phone|"
            "Mobile tel no|Cell phone|Contact number|Contact telephone number|Personal mobile|Work Mobile Number|"
            "Mobile (personal)|Mob|Home phone|Daytime telephone|Mobile number (UK)",
        ),
        (Field.ORIEL_PIN, "Oriel PIN|Oriel Pin number|ORIEL_PIN|Oriel|Oriel ID|Oriel applicant PIN|Oriel PIN (text)"),
        (
            Field.ESR_ASSIGNMENT_NUMBER,
            "ESR assignment number|Assignment Number|Assignment No|ESR Assignment No.|assignment_number|ESR number|"
            "Employee Assignment Number",
        ),
    ],
)  # fmt: skip
def test_a_field_is_known_by_many_names(field: Field, headings: str) -> None:
    for heading in headings.split("|"):
        meaning = known(heading)
        assert meaning, f"{heading!r} is not known"
        assert meaning.target is field, heading


@pytest.mark.parametrize(
    "heading",
    [
        "", " ", "Employee Number", "GMC Number", "Known As", "Grade", "Site", "Preferred name", "Middle name",
        "Preferred first name", "Line manager email", "Manager's name", "Emergency contact number", "Next of kin phone",
        "Username", "User name", "Contact name", "NI number", "Email sent", "Date of birth checked", "Start date",
        "Department name", "Job title", "Title", "Telephone extension", "Payroll number", "Student number",
        "Mobile device",
        "Previous surname", "Maiden name", "Post number", "Number", "Address", "x" * 500, "*", "()", "(optional)",
        "Required",
    ],
)  # fmt: skip
def test_what_belongs_to_another_person_or_thing_is_not_taken(heading: str) -> None:
    assert known(heading) is None


def test_tis_prefers_the_mobile_and_falls_back_on_the_telephone() -> None:
    found = columns(TIS)
    assert found.problem is None
    assert found.sources == {
        Field.FIRST_NAME: Source(1),
        Field.LAST_NAME: Source(0),
        Field.DATE_OF_BIRTH: Source(5),
        Field.EMAIL: Source(2),
        Field.PHONE: Source(3, otherwise=4),
    }
    assert found.ignored == ("GMC Number", "Known As", "Grade", "Site")


def test_esr_s_own_columns() -> None:
    found = columns(ESR)
    assert found.problem is None
    assert found.sources[Field.ESR_ASSIGNMENT_NUMBER] == Source(1)
    assert found.ignored == ("Employee Number",)


def test_every_label_of_ours_is_its_field() -> None:
    found = columns([field.label for field in reversed(Field)])
    assert [found.sources[field].column for field in Field] == [6, 5, 4, 3, 2, 1, 0]


def test_a_plain_name_is_meant_before_a_special_one() -> None:
    found = columns([*NEEDED, "Personal email", "Home telephone", "Legal surname"])
    assert found.problem is None
    assert found.ignored == ("Personal email", "Home telephone", "Legal surname")


@pytest.mark.parametrize(
    "twice",
    [["Email address", "Email address"], ["E-mail", "Email"], ["Work email", "Personal email"]],
)
def test_two_columns_for_one_field_are_not_guessed_between(twice: list[str]) -> None:
    found = columns(["First name", "Last name", "Mobile", *twice])
    assert found.problem
    assert found.problem.trouble == Trouble.HEADING_TWICE
    assert all(f"“{heading}”" in found.problem.sentence for heading in twice)
    assert found.ignored == ()


def test_an_optional_field_twice_is_not_guessed_between_either() -> None:
    found = columns([*NEEDED, "DOB", "Date of birth"])
    assert found.problem
    assert found.problem.trouble == Trouble.HEADING_TWICE


def test_a_missing_heading_is_one_sentence_that_names_it() -> None:
    one, several = columns(NEEDED[:3]).problem, columns(["Oriel PIN"]).problem
    assert one
    assert several
    assert one.trouble == several.trouble == Trouble.HEADING_MISSING
    assert one.sentence == "The list has no column for “Telephone number”, so add it with this heading"
    assert "“First name”, “Last name”, “Email address” and “Telephone number”" in several.sentence


@pytest.mark.parametrize(
    "full", ["Full name", "Surname, Forename", "Name", "Employee name", "Last Name/First Name"]
)
def test_a_full_name_is_both_names(full: str) -> None:
    found = columns([full, "Email", "Mobile"])
    assert found.problem is None
    assert found.sources[Field.FIRST_NAME] == Source(0, part=Part.FIRST_OF_FULL_NAME)
    assert found.sources[Field.LAST_NAME] == Source(0, part=Part.LAST_OF_FULL_NAME)


def test_first_and_last_name_win_over_the_full_name() -> None:
    found = columns(["Full name", *NEEDED])
    assert found.sources[Field.FIRST_NAME] == Source(1)
    assert found.sources[Field.LAST_NAME] == Source(2)
    assert found.ignored == ("Full name",)


def test_a_name_beside_a_surname_is_the_first_name() -> None:
    assert columns(["Name", "Surname", "Email", "Mobile"]).sources[Field.FIRST_NAME] == Source(0)


def test_two_full_names_are_not_guessed_between() -> None:
    found = columns(["Full name", "Full names", "Email", "Mobile"])
    assert found.problem
    assert found.problem.trouble == Trouble.HEADING_TWICE


def test_a_heading_that_asks_for_the_month_first_says_so() -> None:
    assert columns([*NEEDED, "DOB (mm/dd/yyyy)"]).month_first
    assert not columns([*NEEDED, "DOB (dd/mm/yyyy)"]).month_first


def test_our_own_columns_are_neither_fields_nor_named() -> None:
    found = columns([*NEEDED, f"{COHORT_HEADING}: Medical and Dental", *REMARK_HEADINGS, "", " "])
    assert found.ignored == ()
    assert len(found.sources) == 4


def test_any_headings_at_all_are_columns_or_a_problem() -> None:
    assert columns([]).problem
    assert columns(["\ud800", "\0" * 10_000, "=1+1"]).problem
