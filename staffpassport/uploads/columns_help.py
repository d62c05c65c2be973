"""What each column of a list must hold, as the upload page and the instructions tell it."""

from __future__ import annotations

from dataclasses import dataclass

from staffpassport.roster.fields import Field


@dataclass(frozen=True, slots=True)
class ColumnHelp:
    """One column: its heading, and what its cells must hold."""

    field: Field
    holds: str
    example: str

    @property
    def heading(self) -> str:
        return self.field.label

    @property
    def required(self) -> bool:
        return self.field.required


COLUMNS = (
    ColumnHelp(Field.FIRST_NAME, "The name that the invitation greets, up to 100 characters", "Zoë"),
    ColumnHelp(Field.LAST_NAME, "Up to 100 characters", "O’Brien"),
    ColumnHelp(
        Field.DATE_OF_BIRTH,
        "Day, month and all 4 numbers of the year, in this order. May be left empty",
        "15/03/1984",
    ),
    ColumnHelp(
        Field.EMAIL,
        "An address that the person reads now, different for each person",
        "zoe.obrien@nhs.net",
    ),
    ColumnHelp(
        Field.PHONE,
        "A mobile, different for each person, as only a mobile gets text messages. From outside the UK with + and "
        "the country code",
        "07700 900123",
    ),
    ColumnHelp(Field.ORIEL_PIN, "1 to 20 letters and numbers. May be left empty", "AB12345"),
    ColumnHelp(
        Field.ESR_ASSIGNMENT_NUMBER,
        "8 numbers, and perhaps a dash and a number for a further post. May be left empty",
        "20123456-2",
    ),
)
