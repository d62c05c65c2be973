"""Reading and checking a list: any file into a table, every row checked, twins within the list found.

Floor: the csv module going over the same file. Peer: a loop of csv.DictReader, phonenumbers and email-validator
over two of the seven columns, on a tenth of the rows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from functools import partial
from statistics import median

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from benchmarks import lists
from benchmarks.measuring import Figure, memory, seconds
from benchmarks.people import COHORT
from benchmarks.stages import Setting
from staffpassport.roster.checking import check, settle
from staffpassport.roster.columns import columns
from staffpassport.roster.reading import read
from staffpassport.roster.table import FileProblem

_TODAY = date(2026, 11, 23)
_PEERS_SHARE = 10


def run(setting: Setting) -> Iterator[Figure]:
    """The list as csv and as xlsx."""
    as_csv = lists.as_csv(setting.size, setting.passports)
    _checked(lists.as_csv(100, 0), "warm.csv")
    with memory() as growth:
        _checked(as_csv, "list.csv")
        grown = growth()
    tenth = lists.as_csv(setting.size // _PEERS_SHARE, setting.passports)
    ours, floors, by_peer = [], [], []
    for _ in range(setting.rounds):
        ours.append(seconds(partial(_checked, as_csv, "list.csv")))
        floors.append(seconds(partial(_gone_over, as_csv)))
        by_peer.append(_PEERS_SHARE * seconds(partial(_by_the_libraries, tenth)))
    floor, peer = ("csv alone", median(floors)), ("the libraries alone", median(by_peer))
    yield Figure("reading, csv", "", ours, 1.0, floor, peer, [f"grows by {grown} MiB (goal: 100)"])
    workbook = lists.as_xlsx(setting.size, setting.passports)
    taken = [seconds(partial(_checked, workbook, "list.xlsx")) for _ in range(setting.rounds)]
    yield Figure("reading, xlsx", "", taken, floor=floor)


def _checked(content: bytes, name: str) -> None:
    table = read(content, name)
    assert not isinstance(table, FileProblem), table.sentence
    settle(check(table, columns(table.headings), COHORT, _TODAY))


def _gone_over(content: bytes) -> None:
    for _ in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        pass


def _by_the_libraries(content: bytes) -> None:
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        with suppress(phonenumbers.NumberParseException):
            number = phonenumbers.parse(row["Telephone number"], "GB")
            if phonenumbers.is_possible_number(number) and phonenumbers.is_valid_number(number):
                phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        with suppress(EmailNotValidError):
            validate_email(row["Email address"], check_deliverability=False)
