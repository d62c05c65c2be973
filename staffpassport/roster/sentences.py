"""Every sentence about a wrong value, in one place, for whoever looks after the wording.

The form and the file show the same sentence for the same mistake. A sentence begins with the field's
label (or tells what to enter), says one thing, and has no full stop at the end, as in the NHS service
manual's error messages."""

# Names. {field} is "First name", "Last name" or "Preferred name".
FIRST_NAME_MISSING = "Enter a first name"
LAST_NAME_MISSING = "Enter a last name"
NAME_MISSING = "Enter a name"
NAME_TOO_LONG = "{field} must be 100 characters or less"
NAME_IS_AN_EMAIL = "{field} must be a name, not an email address"
NAME_WITH_NUMBERS = "{field} must not include numbers"
NAME_WITH_SYMBOL = "{field} must not include the symbol {symbol}"
NAME_UNREADABLE = "{field} includes a character we cannot read, so type the name again"
NAME_MISREAD = "{field} has letters that another program has misread, so type the name again"
NAME_WITHOUT_LETTERS = "{field} must include at least one letter"

FULL_NAME_FORMAT = "Full name must be the last name, a comma and the first name, like Smith, Ann"

# Date of birth
DATE_FORMAT = "Enter the date of birth as day, month and year, like 15/3/1984"
DATE_NOT_REAL = "Date of birth must be a real date"
DATE_MONTH_FIRST = "Date of birth must have the day first and then the month, like 15/3/1984"
DATE_SHORT_YEAR = "Date of birth must have all 4 numbers of the year, like 1984"
DATE_IN_FUTURE = "Date of birth must be in the past"
DATE_TOO_YOUNG = "Date of birth must be for someone aged 16 or over"
DATE_TOO_OLD = "Date of birth must be for someone aged 100 or under"
DATE_INCOMPLETE = "Date of birth must include {parts}"  # "a day", "a month and a year" …
DATE_IN_MONTH_FIRST_COLUMN = (
    "Date of birth may have the month first like others in its column, so check the whole column"
)

# Email address
EMAIL_MISSING = "Enter an email address"
EMAIL_FORMAT = "Enter an email address in the correct format, like name@example.com"
EMAIL_WITHOUT_AT = "Email address must include an @ symbol, like name@example.com"
EMAIL_WITH_TWO_ATS = "Email address must include only one @ symbol, like name@example.com"
EMAIL_SEVERAL = "Enter only one email address"
EMAIL_WITH_SPACES = "Email address must not include spaces"
EMAIL_WITH_COMMA = "Email address must not include a comma, so check if it should be a full stop"
EMAIL_WITH_ACCENTS = "Email address must only have letters without accents before the @ symbol"
EMAIL_WITHOUT_ENDING = "Email address must have a full ending after the @ symbol, like nhs.net"
EMAIL_NOT_PUBLIC = (
    "Email address must be one that works outside your organisation, so it cannot end in .{ending}"
)
EMAIL_TOO_LONG = "Email address must be 254 characters or less"
EMAIL_NAME_TOO_LONG = "Email address must have 64 characters or less before the @ symbol"
EMAIL_OF_EXAMPLE = "Email address is that of the example, so enter the person's own"
EMAIL_IN_OTHER_ROWS = "Email address is also in {rows} with other details, so check which is right"

# Telephone number
PHONE_MISSING = "Enter a telephone number"
PHONE_FORMAT = (
    "Telephone number must only include numbers, spaces, brackets, dashes, full stops and a + at the start"
)
PHONE_WITH_LETTERS = "Telephone number must not include letters"
PHONE_SEVERAL = "Enter only one telephone number"
PHONE_DIGITS_LOST = (
    "The spreadsheet has shortened this telephone number, so format the column as text and enter it again"
)
PHONE_LANDLINE = "Telephone number must be a mobile, not a landline, as only a mobile gets text messages"
PHONE_PAGER = "Telephone number must be a mobile, not a pager, as only a mobile gets text messages"
PHONE_SPECIAL = (
    "Telephone number must be a mobile, not a number such as 0800, as only a mobile gets text messages"
)
PHONE_UK_TOO_SHORT = "Telephone number is too short, as a UK mobile has 11 numbers, like 07700 900123"
PHONE_UK_TOO_LONG = "Telephone number is too long, as a UK mobile has 11 numbers, like 07700 900123"
PHONE_TOO_SHORT = "Telephone number is too short for its country, so check for missing numbers"
PHONE_TOO_LONG = "Telephone number is too long for its country, so check for extra numbers"
PHONE_COUNTRY = "Telephone number from outside the UK must start with + and the country code, like +353"
PHONE_NOT_IN_USE = "Telephone number is not one that exists, so check the numbers"
PHONE_IN_OTHER_ROWS = "Telephone number is also in {rows} with other details, so check which is right"

# ESR assignment number
ESR_FORMAT = "ESR assignment number must be 8 numbers, like 20123456 or, for a further post, 20123456-2"
ESR_SEVEN_DIGITS = (
    "ESR assignment number must be 8 numbers, so check if a spreadsheet has removed a zero at the start"
)

# Oriel PIN
ORIEL_CHARACTERS = "Oriel PIN must only include letters and numbers"
ORIEL_TOO_LONG = "Oriel PIN must be 20 characters or less"
ORIEL_DIGITS_LOST = (
    "The spreadsheet has shortened this Oriel PIN, so format the column as text and enter it again"
)

# Professional body and registration number
PROFESSIONAL_BODY_TOO_LONG = "Professional body must be 100 characters or less"
REGISTRATION_CHARACTERS = (
    "Registration number must only include letters, numbers, spaces, dashes, slashes and full stops"
)
REGISTRATION_TOO_LONG = "Registration number must be 30 characters or less"

# Cohort
JOB_ROLE_OF_ANOTHER_GROUP = "Choose a job role from the same staff group"

# A row of a file as a whole
ROW_TOO_LONG = (
    "The row has more cells than there are headings, so check for a comma or tab that splits a value"
)
