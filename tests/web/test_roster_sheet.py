"""Files of staff offices: read whatever program wrote them, and refused without repeating them."""

from __future__ import annotations

import io
import zipfile
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.errors import StudyError
from tests.stores.workbooks import xlsx

LINES = [
    ["Name", "E-mail", "Division"],
    ["Dr Ada Zürich", "ada@example.org", "Medicine"],
    ["Dr Bo Ńowak", "bo@example.org", "Surgery"],
]
MARK = "marked-person@example.org"


def sheet_of(content: bytes, filename: str = "roster.csv") -> Any:
    return import_module("medengage.tables.sheet").read_sheet(content, filename)


def text(separator: str = ",", lines: list[list[str]] = LINES) -> str:
    return "".join(separator.join(line) + "\r\n" for line in lines)


def cells(sheet: Any) -> list[list[str]]:
    return [list(sheet.header), *([*row.cells] for row in sheet.rows)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
def test_text_of_any_program(separator, encoding):
    found = sheet_of(text(separator).encode(encoding))
    if encoding == "cp1250":  # read as Windows wrote it in the west: letters may be others
        assert [row[1:] for row in cells(found)] == [row[1:] for row in LINES]
    else:
        assert cells(found) == LINES


def test_a_workbook():
    assert cells(sheet_of(xlsx(LINES), "Roster.XLSX")) == LINES


def test_rows_keep_the_numbers_that_a_spreadsheet_program_shows():
    lines = [["Staff list of Monday"], [], *LINES[:2], [], LINES[2]]
    found = sheet_of(text(lines=lines).encode())
    assert list(found.header) == LINES[0]
    assert [row.number for row in found.rows] == [4, 6]
    assert "above the heading" in found.remarks[0].what


def test_headings_that_are_alike_or_missing_get_a_name():
    found = sheet_of(b"Name,name,,Grade\na,b,c,d\n")
    assert found.header == ("Name", "name (2)", "Column 3", "Grade")


def test_short_and_long_rows_are_filled_up():
    found = sheet_of(b"A,B\n1\n1,2,3\n")
    assert found.header == ("A", "B", "Column 3")
    assert [row.cells for row in found.rows] == [("1", "", ""), ("1", "2", "3")]


def test_a_line_break_inside_quotes_is_no_new_row():
    found = sheet_of(b'Name,Grade\n"Dr A\nB",Consultant\nDr C,Trainee\n')
    assert len(found.rows) == 2


def test_a_formula_is_text_and_never_worked_out():
    content = xlsx([["Name", "Grade"], ["=1+1", "Consultant"]])
    assert sheet_of(content, "a.xlsx").rows[0].cells[0] == "=1+1"


def with_sheet(xml: str) -> bytes:
    """A workbook whose first sheet is other XML."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(LINES))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, xml if "sheet1" in name else old.read(name))
    return out.getvalue()


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    "<worksheet><sheetData><row><c><v>&c;</v></c></row></sheetData></worksheet>"
)
OUTSIDE = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    "<worksheet><sheetData><row><c><v>&a;</v></c></row></sheetData></worksheet>"
)


@pytest.mark.slow  # a large archive is packed
def test_a_bomb_is_refused():
    with pytest.raises(StudyError):
        sheet_of(with_sheet("<worksheet>" + " " * 300_000_000), "a.xlsx")


@pytest.mark.parametrize(
    ("content", "filename", "words"),
    [
        (b"", "a.csv", "empty"),
        (b" \n \n", "a.csv", "empty"),
        (b"Name,Grade\n", "a.csv", "no rows"),
        (bytes(4096), "a.csv", ""),
        (b"%PDF-1.7 " + bytes(100), "list.pdf", "cannot be read"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "list.xls", "save it as .xlsx"),
        (b"MZ" + bytes(500), "a.xlsx", ""),
        (b"a" * (20 * 1024 * 1024 + 1), "a.csv", "larger than 20 MB"),
        (b"a,b\n" + b"1,2\n" * 100_001, "a.csv", "more than 100,000 rows"),
        (b"a" + b",a" * 300 + b"\n1\n", "a.csv", "more than 200 columns"),
        (with_sheet(LAUGHS), "a.xlsx", ""),
        (with_sheet(OUTSIDE), "a.xlsx", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_what_is_no_roster_says_why(content, filename, words):
    with pytest.raises(StudyError, match=words or None):
        sheet_of(content, filename)


def test_an_error_repeats_nothing_of_the_file():
    broken = f'Name,E-mail\n"{MARK},{MARK}\n'.encode() + b"\xff\xfe\x00" * 5
    for name in ("a.csv", "a.xlsx", "a.xls"):
        try:
            told = str(sheet_of(broken, name).remarks)
        except StudyError as error:
            told = str(error)
        assert "marked" not in told


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.txt", "a.xlsx", "a", "\x00.csv"]))
def test_any_bytes_are_a_table_or_refused(content, filename):
    try:
        found = sheet_of(content, filename)
    except StudyError:
        return
    assert found.rows
    assert len(set(found.header)) == len(found.header)
    assert {len(row.cells) for row in found.rows} == {len(found.header)}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.text("abc äé\"'@.-", min_size=1, max_size=8), min_size=3, max_size=3),
        min_size=1,
        max_size=8,
    )
)
def test_what_is_written_is_read(rows):
    wanted = [[" ".join(cell.split()) for cell in row] for row in rows]
    wanted = [row for row in wanted if any(row)]
    found = sheet_of(xlsx([["x", "y", "z"], *rows]), "a.xlsx") if wanted else None
    assert found is None or [list(row.cells) for row in found.rows] == wanted
