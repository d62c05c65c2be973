"""The empty list that HR fills in, made for one cohort."""

import codecs
import csv
import io
from datetime import date, datetime

import xlsxwriter

from .cohort import Cohort
from .columns import COHORT_HEADING
from .dates import date_of_birth
from .example import EXAMPLE
from .fields import Field
from .limits import MOST_PEOPLE
from .workbooks import MADE_ON

_SHEET = "Staff to invite"
_GREY = "#4C6272"  # of the NHS palette; 6.5 to 1 on white
_WIDTHS = {
    Field.FIRST_NAME: 24, Field.LAST_NAME: 24, Field.DATE_OF_BIRTH: 26, Field.EMAIL: 38, Field.PHONE: 30,
    Field.ORIEL_PIN: 24, Field.ESR_ASSIGNMENT_NUMBER: 36,
}  # fmt: skip
_COHORT_WIDTH = 60
# What each column must hold. Excel shows it, and screen readers say it, in every cell of the column; no
# more than 255 characters.
HELP = {
    Field.FIRST_NAME: "Required. The first name, as on official documents.",
    Field.LAST_NAME: "Required. The last name, as on official documents.",
    Field.DATE_OF_BIRTH: "Optional. Day, month and year, like 15/3/1984.",
    Field.EMAIL: "Required. The person's own email address, like name@example.com. We send the invitation to it.",
    Field.PHONE: "Required. A mobile number, like 07700 900123. Only a mobile gets text messages.",
    Field.ORIEL_PIN: "Optional. Letters and numbers only, 20 at most.",
    Field.ESR_ASSIGNMENT_NUMBER: "Optional. 8 numbers, like 20123456 or, for a further post, 20123456-2.",
}
_DATE_REFUSED = "Enter the date of birth as day, month and year, like 15/3/1984."
_COHORT_HELP = "Leave this column empty. Its heading says which staff this list is for."


def cohort_words(cohort: Cohort) -> str:
    """A cohort in words: "Medical and Dental, Foundation Doctor Year 1, Temporary mover, New starter"."""
    role = [cohort.job_role.name] if cohort.job_role else []
    return ", ".join(
        [cohort.staff_group.label, *role, cohort.employment_type.label, cohort.employment_status.label]
    )


def template_headings(cohort: Cohort | None) -> list[str]:
    """The headings of both templates: which columns must be filled in, and the cohort, unless the template
    is for any."""
    fields = [f"{field.label} ({'required' if field.required else 'optional'})" for field in Field]
    return [*fields, f"{COHORT_HEADING}: {cohort_words(cohort)}"] if cohort else fields


def template_csv(cohort: Cohort | None) -> bytes:
    """The template as text: UTF-8 with a byte-order mark, so that Excel reads accents right."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(template_headings(cohort))
    writer.writerow([*(EXAMPLE[field] for field in Field), *([""] if cohort else [])])
    return codecs.BOM_UTF8 + out.getvalue().encode()


def template_xlsx(cohort: Cohort | None) -> bytes:
    """The template as a workbook. Phone and numbers are text, so no zero is eaten; dates are dates."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        title = f"Staff to invite: {cohort_words(cohort)}" if cohort else "Staff to invite"
        book.set_properties({"title": title, "created": MADE_ON, "category": "List"})
        book.set_custom_property("Language", "en-GB")
        _fill(book, book.add_worksheet(_SHEET), template_headings(cohort))
        # By this name screen readers know the row of headings.
        book.define_name("ColumnTitle", f"='{_SHEET}'!$A$1")
    return out.getvalue()


def _fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.workbook.Worksheet, headings: list[str]) -> None:
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
    grey = {"italic": True, "font_color": _GREY}
    example_text = book.add_format({"num_format": "@", **grey})
    example_day = book.add_format({"num_format": "dd/mm/yyyy", "align": "left", **grey})
    sheet.freeze_panes(1, 0)
    for column, (field, heading) in enumerate(zip(Field, headings, strict=False)):
        is_date = field is Field.DATE_OF_BIRTH
        sheet.set_column(column, column, _WIDTHS[field], day if is_date else text)
        sheet.write_string(0, column, heading, bold)
        sheet.write_comment(0, column, HELP[field], {"author": "Digital Staff Passport"})
        if is_date:
            sheet.write_datetime(1, column, _example_day(), example_day)
        else:
            sheet.write_string(1, column, EXAMPLE[field], example_text)
        sheet.data_validation(1, column, MOST_PEOPLE + 1, column, _validation(field))
    for last in range(len(Field), len(headings)):
        sheet.set_column(last, last, _COHORT_WIDTH)
        sheet.write_string(0, last, headings[last], bold)
        sheet.write_comment(0, last, _COHORT_HELP, {"author": "Digital Staff Passport"})


def _validation(field: Field) -> dict[str, object]:
    said = {"input_title": field.label, "input_message": HELP[field]}
    if field is not Field.DATE_OF_BIRTH:
        return {"validate": "any", **said}
    return {
        "validate": "date",
        "criteria": "between",
        "minimum": date(1900, 1, 1),
        "maximum": date(2100, 12, 31),
        "error_title": field.label,
        "error_message": _DATE_REFUSED,
        **said,
    }


def _example_day() -> datetime:
    born = date_of_birth(EXAMPLE[Field.DATE_OF_BIRTH], today=MADE_ON.date())
    assert born
    return datetime(born.year, born.month, born.day)  # noqa: DTZ001 - a day, without a time
