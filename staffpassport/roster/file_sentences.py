"""Every sentence about a file as a whole, in one place, for whoever looks after the wording.

What refuses a file is one sentence without a full stop, as the NHS service manual's error messages. A
notice is ordinary text."""

EMPTY = "The file is empty, so check that you saved it and upload it again"
NO_PEOPLE = "The file has headings but no people, so add each person in a row below the headings"
NOT_A_LIST = (
    "The file is not a list that we can read, so save it as CSV or as an Excel workbook and upload that"
)
PDF = "The file is a PDF, so upload the spreadsheet or CSV file that it was made from"
IMAGE = "The file is a picture, so upload the spreadsheet or CSV file with the list"
DOCUMENT = "The file is a text document, so copy its table into a spreadsheet and upload that"
PRESENTATION = "The file is a presentation, so copy its table into a spreadsheet and upload that"
ZIP = "The file is a ZIP or other archive, so open it and upload the list that is in it"
NUMBERS = "The file is from Apple Numbers, so choose File, Export To, Excel in Numbers and upload that"
WEB_PAGE = "The file is a web page with the name of a spreadsheet, so open it in Excel and save it as an Excel workbook"
XML = "The file is XML, so open it in Excel, save it as an Excel workbook and upload that"
JSON = "The file is JSON, so ask for the list as CSV or as an Excel workbook and upload that"
OLD_EXCEL = "The file is from a very old Excel, so open it in Excel and save it as an Excel workbook"
PASSWORD = "The file has a password, so remove the password in Excel, save it and upload it again"  # noqa: S105
DAMAGED = "The spreadsheet is damaged or not complete, so open it in Excel, save it as new and upload that"
TOO_MUCH = "The spreadsheet is too large to read, so copy the columns that are needed into a new one"
TOO_BIG = (
    "The file must be smaller than {megabytes}MB, so remove columns that are not needed or split the list"
)
TOO_MANY_PEOPLE = (
    "The list has more than {most:,} people, so split it and upload the parts one after the other"
)
TOO_MANY_ROWS = (
    "The list has rows below row {most:,}, where a spreadsheet ends, so remove the blank rows above them"
)
TOO_MANY_COLUMNS = "The list has more than {most:,} columns, so remove those that are not needed"
UNREADABLE_TEXT = "Some letters cannot be read, so open the file in Excel and save it as CSV UTF-8"
MIXED_TEXT = (
    "The letters are saved in 2 different ways from line {line} on, so put the list together again in Excel"
)
OPEN_QUOTE = 'Row {row} has a quotation mark (") that is not closed, so remove it or close it and upload the file again'
LONG_CELL = "Row {row} has a cell of more than {most:,} characters, so shorten it and upload the file again"
NO_HEADINGS = (
    "The list has no row of headings that we know, so add one at the top with the headings of the template"
)
PERSON_FOR_HEADINGS = (
    "The first row is a person, not headings, so add a row at the top with the headings of the template"
)
HEADING_MISSING = "The list has no column for {missing}, so add it with this heading"
HEADINGS_MISSING = "The list has no columns for {missing}, so add them with these headings"
HEADING_TWICE = (
    "The list has {many} columns for {field}: {headings}, so keep the right one and remove the others"
)

READ_AS_WINDOWS = (
    "The file is in an older form of text (Windows-1252). Check that these words from it are right: {words}."
)
READ_AS_WINDOWS_WITHOUT_WORDS = "The file is in an older form of text (Windows-1252)."
SHEET_READ = "We read the sheet “{read}”. We did not read {others}."
ROWS_HIDDEN = (
    "The sheet has hidden rows, perhaps by a filter. We read them too, so check the number of people."
)
