"""Files as nobody should send them, under names that nobody should give them: for Hypothesis."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import xlsxwriter
from hypothesis import strategies as st

from tests.uploads.lists import HEADINGS

BOUNDARY = "between"
# On the list of the trust that the files are sent to.
KNOWN = ["Grace", "Okafor", "", "known@example.com", "07946 100000", "", ""]
GOOD = [
    ["Amara", "Nwosu", "15/03/1984", "amara@example.com", "07946 100001", "AB123", "20123456-2"],
    ["Zoë", "O’Brien", "", "zoe.o'brien@example.com", "+44 7946 100002", "", ""],
    ["Jo", "Bloggs", "1984-03-15", "jo@bücher.example", "07946100003", "", ""],
    KNOWN,
]

# ── Cells ───────────────────────────────────────────────────────────────────────────────────────────────────

_MARKUP = [
    "<script>alert(1)</script>",
    "<b>",
    "&amp;#0;",
    "]]>",
    "{{ 7*7 }}",
    "{% raw %}",
    "%s%(x)s",
    "{0}{x}",
]
_FORMULAS = [
    "=1+1",
    '=HYPERLINK("//x")',
    "@SUM(A1)",
    "+447946 100004",
    "-2",
    "\t=1",
    "\r=1",
    "|cmd",
    "'=1",
    '="Jo"',
]
# What a database, a driver or COPY could take for something else, or not take at all.
_CONTROLS = [
    "\0",
    "a\0b",
    "\\u0000",
    "\\N",
    "\\.",
    "\\",
    "\b\f\v",
    "a\tb",
    "a\nb",
    "\r\n",
    "\x1a",
    "\x7f",
    "\x85",
]
_UNICODE = [
    "\ud800", "\udfff\ud800", "😀" * 300, "\u202eabc\u202c", "مريم", "שרה", "\u2028", "\ufeff", "\ufffd", "\ufffe",
    "e\u0301" * 60, "क्‍ष", "𝟘𝟟𝟡𝟜𝟞 𝟙𝟘𝟘𝟘𝟘𝟝", "İ" * 100, "ŉ" * 100, "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 9,
]  # fmt: skip
_LONG = ["x" * 40_000, "é" * 10_000, "\0" * 5_000, "😀" * 10_000, "'" * 3_000, "a b " * 2_000, "0" * 3_000]
# As long as may be, and one longer: names, addresses, numbers.
_LIMITS = [
    "A" * 100, "A" * 101, "ß" * 100, "ﬃ" * 100, "Ǆ" * 100, "AB123456789012345678", "2" * 10, "20123456-23",
    f"{'l' * 64}@{'.'.join(['d' * 61] * 3)}.uk", f"{'l' * 64}@{'.'.join(['d' * 62] * 3)}.uk",
    f"{'l' * 64}@{'.'.join(['ü' * 56] * 3)}.uk", f"l@{'.'.join(['ü'] * 90)}.uk", f"{'l' * 60}@{'ü.' * 40}uk",
    "+" + "9" * 15, "+390612345678901", "+4915112345678901", "31/12/9999", "01/01/0001", "1e400", "4.47E+11", "99999",
]  # fmt: skip
_HEADINGS = [
    *HEADINGS,
    "Mobile",
    "Full name",
    "Cohort: x",
    "Result",
    "What to change",
    "NI number",
    "",
    "Example",
]

NASTY = [*_MARKUP, *_FORMULAS, *_CONTROLS, *_UNICODE, *_LIMITS, *_LONG]
# Surrogates too, which the default leaves out, and takes seconds to do so.
_CHARACTERS = st.characters()
nasty_cells = (
    st.sampled_from([*_MARKUP, *_FORMULAS, *_CONTROLS, *_UNICODE, *_LIMITS])
    | st.sampled_from(_LONG)
    | st.text(_CHARACTERS, max_size=40)
    | st.builds("{}@example.com".format, st.text(_CHARACTERS, max_size=5))
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Headings and rows: a good list in which cells were replaced, rows repeated, lost or cut."""
    headings = list(HEADINGS)
    if draw(st.integers(0, 4)) == 0:
        headings = draw(st.lists(st.sampled_from(_HEADINGS) | nasty_cells, max_size=9))
    rows = draw(st.lists(st.sampled_from(GOOD).map(list), min_size=1, max_size=6))
    for _ in range(draw(st.integers(0, 6))):
        row = draw(st.sampled_from(rows))
        if row:
            row[draw(st.integers(0, len(row) - 1))] = draw(nasty_cells)
    if draw(st.integers(0, 5)) == 0:
        rows.append(draw(st.lists(nasty_cells, max_size=9)))
    return [headings, *rows]


# ── Files ───────────────────────────────────────────────────────────────────────────────────────────────────

_ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]


def _csv(table: Sequence[Sequence[str]], delimiter: str, line_end: str, quoted: bool, encoding: str) -> bytes:
    """By hand: no library writes what is wrong, such as half a surrogate pair in UTF-16."""
    text = line_end.join(
        delimiter.join('"' + cell.replace('"', '""') + '"' if quoted else cell for cell in row)
        for row in table
    )
    return text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")


csvs = st.builds(
    _csv,
    tables(),
    st.sampled_from(",,;\t|"),
    st.sampled_from(["\r\n", "\n", "\r"]),
    st.booleans(),
    st.sampled_from(["utf-8", *_ENCODINGS]),
)


def _workbook(table: Sequence[Sequence[str]]) -> bytes:
    """An xlsx of these cells, stored without compression: a changed byte is a change of the XML."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(table):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell.encode(errors="replace").decode())
    return _zipped(_parts(made.getvalue()))


def _parts(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def _zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as stored:
        for name, content in parts.items():
            stored.writestr(name, content)
    return out.getvalue()


_XML = [
    b"_x0000_", b"&#0;", b"&#xD800;", b"_xD800_", b"&#x1F600;", b"<x>", b"&lol;", b"\0", b"\xff", b"=1+1", b"",
    b"<r><t>a</t></r>", b"x" * 40_000, b"&#10;", b"_x000D_", b"]]>",
]  # fmt: skip


def _with_xml(workbook: bytes, instead_of: bytes, xml: bytes) -> bytes:
    """A sound archive with unsound text in one of its cells."""
    parts = _parts(workbook)
    name = "xl/sharedStrings.xml"
    return _zipped({**parts, name: parts[name].replace(instead_of, xml)})


_GOOD_WORKBOOK = _workbook([list(HEADINGS), *GOOD])
workbooks = (
    st.builds(_workbook, tables())
    | st.just(_GOOD_WORKBOOK)
    | st.builds(
        _with_xml, st.just(_GOOD_WORKBOOK), st.sampled_from([b"Amara", b"amara@example.com", b"Bloggs"]),
        st.sampled_from(_XML),
    )
)  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Cut, with bytes flipped, a piece lost or another got stuck, a piece twice."""
    content = draw(whole)
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 80)) | st.just(len(content)))
        piece = draw(st.binary(max_size=4) | st.just(content[start:end] * 2) | st.just(b'\0\r\n,"\xff'))
        content = content[:start] + piece + content[end:]
    return content


# ── Names ───────────────────────────────────────────────────────────────────────────────────────────────────

_NAMES = [
    "list.csv", "list.xlsx", "list.tsv", "", ".", "..", "/", "../../etc/passwd", "..\\..\\list.csv", "C:\\Users\\a.csv",
    "a\0b.csv", "\0", "\u202evsc.exe", "x" * 5_000 + ".csv", "x" * 900, "é" * 255, 'a"b.csv', "a\\", "a\r\nX-Y: z.csv",
    "<script>alert(1)</script>.csv", "Zoë’s “list”.csv", "😀.csv", ".csv", " .csv", "list", "list.", "a;b=c.csv",
    "%00.csv", "%s.csv", "{{ 7*7 }}.csv", "=1+1.csv", "CON", "a/b/", "\ufeff", "\u2028.csv", "a,b.csv", "&#0;.csv",
]  # fmt: skip
names = st.sampled_from(_NAMES) | st.text(_CHARACTERS, max_size=40)


def _quoted(name: str) -> bytes:
    return (
        b'filename="' + name.replace("\\", "\\\\").replace('"', '\\"').encode(errors="surrogatepass") + b'"'
    )


def _raw(name: str) -> bytes:
    return b'filename="' + name.encode(errors="surrogatepass") + b'"'


def _extended(name: str) -> bytes:
    return b"filename*=UTF-8''" + b"".join(b"%%%02X" % byte for byte in name.encode(errors="surrogatepass"))


def _beside_each_other(name: str) -> bytes:
    return _quoted("list.csv") + b"; " + _extended(name)


headers = st.builds(
    lambda way, name: way(name),
    st.sampled_from([_quoted, _quoted, _raw, _extended, _beside_each_other]),
    names,
) | st.binary(max_size=40)


def form(content: bytes, file_name: bytes) -> bytes:
    """The body of the POST, as a browser sends it, or anybody who writes it by hand."""
    edge = f"--{BOUNDARY}".encode()
    head = b'Content-Disposition: form-data; name="list_file"; ' + file_name
    kind = b"Content-Type: application/octet-stream"
    return b"\r\n".join([edge, head, kind, b"", content, edge + b"--", b""])


def csv_of(rows: Sequence[Sequence[str]]) -> bytes:
    """As any program writes it: half a surrogate pair, which is no text, becomes a question mark."""
    text = [[cell.encode(errors="replace").decode() for cell in row] for row in [HEADINGS, *rows]]
    return _csv(text, ",", "\r\n", True, "utf-8")


def workbook_of(rows: Sequence[Sequence[str]]) -> bytes:
    """The same as xlsx, where a cell may not be as long."""
    return _workbook([HEADINGS, *([cell[:32_000] for cell in row] for row in rows)])


def people_with(cells: Sequence[str], *places: int) -> list[list[str]]:
    """A row for each cell, which stands in the columns of these places in turn; the rest of the row is right."""
    rows = []
    for number, cell in enumerate(cells):
        row = ["Amara", "Nwosu", "", f"person{number}@example.com", f"0794620{number:04}", "", ""]
        row[places[number % len(places)]] = cell
        rows.append(row)
    return rows
