"""Made-up people as a large trust's list has them: the same number makes the same person on every machine.

Numbers are the identity: two people with different numbers share neither e-mail address nor phone number.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from staffpassport.roster.cohort import Cohort, EmploymentStatus, EmploymentType, StaffGroup
from staffpassport.roster.folding import fold
from staffpassport.roster.people import StaffDetails

# The commoner, the earlier. A list of the NHS has every kind of name, and every kind of accent.
_FIRST = """
    Olivia Muhammad Sarah David Amelia James Emma Michael Grace Daniel Fatima Thomas Charlotte Mohammed Emily
    Andrew Priya Christopher Sophie John Aisha Paul Jessica Robert Chloe Mark Hannah Richard Katarzyna Stephen
    Rachel Peter Laura Matthew Zoë Oluwaseun Sian Joseph Rebecca Ahmed Chioma Ryan Niamh Benjamin Agnieszka
    Samuel Anjali Liam Megan Kwame Róisín Patrick Nicola Ibrahim Françoise Simon Ngozi Gareth Blessing Ravi
    Maria José Elizabeth-Anne Siobhán Jean-Luc Wojciech Małgorzata Sinéad Ayşe Søren Chloé Zahra Mei Tadhg
    Oisín Björn Ana-Maria Łukasz Þóra Nguyễn Caoimhe Amélie Renée Dvořák Ifeoma Xiaoming Yusuf Ewa Ioana
""".split()  # noqa: SIM905 - a column of 80 names in quotation marks is harder to read
_LAST = """
    Smith Patel Jones Khan Williams Taylor Singh Brown Ahmed Davies Evans Wilson Ali Thomas Johnson Roberts
    Hussain Okafor Robinson Begum Thompson Wright Kaur Walker White Edwards O'Brien Hughes Shah Green Hall
    Mensah Lewis Harris Clarke Adeyemi Jackson Wood Turner Murphy Sharma Martin Kowalski Cooper Hill Ward
    Morris Nowak Moore Clark O'Neill Lee King Baker Harrison Morgan Allen Gupta Scott Phillips Wójcik Watson
    Osei Davis Bennett Price Griffiths McDonald MacGregor Fernández Nguyễn García Müller Lefèvre Ó'Súilleabháin
    Smith-Jones Okonkwo Szczepański Ní-Dhomhnaill Kovač Çelik Ångström Öztürk Van-der-Berg Bélanger D'Souza
    St-John Fitzgerald Abdullahi Chukwu Rahman Chowdhury Iqbal Mahmood Papadopoulos Dvořáková Brânză Ștefănescu
""".split()  # noqa: SIM905
_DOMAINS = ("nhs.net", "example.nhs.uk", "example.com", "example.org", "example.co.uk")

COHORT = Cohort(
    staff_group=StaffGroup.MEDICAL_AND_DENTAL,
    job_role=None,
    employment_type=EmploymentType.PERMANENT_OR_FIXED_TERM,
    employment_status=EmploymentStatus.NEW_STARTER,
)


def _by_frequency(names: list[str]) -> list[str]:
    """A table to draw from: a name is half as common as the one fourteen places before it."""
    weights = [0.5 ** (place / 14) for place in range(len(names))]
    return random.Random(len(names)).choices(names, weights, k=1 << 12)


_FIRST_DRAWN, _LAST_DRAWN = _by_frequency(_FIRST), _by_frequency(_LAST)
_FOLDED = {name: fold(name).replace(" ", "-") for name in {*_FIRST, *_LAST}}


def people(count: int, *, first: int = 0) -> Iterator[StaffDetails]:
    """The people with the numbers from `first` on."""
    return (person(number) for number in range(first, first + count))


def person(number: int) -> StaffDetails:
    """The person with this number."""
    draw = (number + 1) * 0x9E3779B97F4A7C15 >> 7 & 0xFFFF_FFFF_FFFF  # scattered, and at once
    first, last = _FIRST_DRAWN[draw & 0xFFF], _LAST_DRAWN[draw >> 12 & 0xFFF]
    return StaffDetails(
        first_name=first,
        last_name=last,
        date_of_birth=date(1955, 1, 1) + timedelta(days=(draw >> 24) % 18_000),
        email=f"{_FOLDED[first]}.{_FOLDED[last]}{number}@{_DOMAINS[(draw >> 24) % len(_DOMAINS)]}",
        phone=_phone(number),
        esr_assignment_number=f"{number % 100_000_000:08}",
        cohort=COHORT,
    )


def _phone(number: int) -> str:
    """A UK mobile. The numbers are scattered, as in life: side by side they would flatter an index."""
    scattered = number * 7_368_787 % 10_000_000  # the two have no factor in common: all different
    return f"+447{'45789'[number // 10_000_000 % 5]}{'3146'[number // 50_000_000 % 4]}{scattered:07}"
