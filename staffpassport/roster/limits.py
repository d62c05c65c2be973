"""How much a list may hold, and how much reading it may take. The one place for these figures."""

MOST_BYTES = 20 * 1024 * 1024
MOST_PEOPLE = 100_000  # rows below the headings with something in them
MOST_ROWS = 1_048_576  # of a sheet, in Excel and LibreOffice: blank rows count
MOST_COLUMNS = 1_000  # with something in them; staff systems export up to a few hundred
HEADINGS_WITHIN = 20  # rows from the top: reports have titles above their headings
LONGEST_CELL = 131_072  # characters; the csv module's own limit, four times Excel's

# Of the process that reads a spreadsheet. 100,000 people with 40 columns take 0.5 GiB and 9 seconds.
SPREADSHEET_MEMORY = 1024 * 1024 * 1024  # bytes of address space
SPREADSHEET_CPU = 40  # seconds
SPREADSHEET_WAIT = 120  # seconds by the clock on the wall
SPREADSHEET_TEXT = 64 * 1024 * 1024  # bytes of its cells as text
