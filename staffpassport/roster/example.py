"""The example row of our templates: what it shows, and how it is told from a person."""

from collections.abc import Mapping
from types import MappingProxyType

from .fields import Field
from .tidying import tidy

# A domain that belongs to nobody (RFC 2606) and a number that Ofcom keeps for fiction.
EXAMPLE: Mapping[Field, str] = MappingProxyType(
    {
        Field.FIRST_NAME: "Example",
        Field.LAST_NAME: "Person",
        Field.DATE_OF_BIRTH: "15/03/1984",
        Field.EMAIL: "example.person@example.com",
        Field.PHONE: "07700 900123",
        Field.ORIEL_PIN: "EXAMPLE1",
        Field.ESR_ASSIGNMENT_NUMBER: "20123456",
    }
)


def is_example_email(text: str) -> bool:
    """Whether an email address is the example's, which nobody has."""
    return tidy(text).casefold() == EXAMPLE[Field.EMAIL]


def is_example(first_name: str, last_name: str, email: str) -> bool:
    """Whether a row is the example. Name and email address decide: a spreadsheet writes date and numbers
    in its own ways, and whoever typed over the name meant a person."""
    return (
        is_example_email(email)
        and tidy(first_name).casefold() == EXAMPLE[Field.FIRST_NAME].casefold()
        and tidy(last_name).casefold() == EXAMPLE[Field.LAST_NAME].casefold()
    )
