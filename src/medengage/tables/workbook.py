"""Excel workbooks (.xlsx): the cells of one sheet as text, with the row numbers of the sheet.

A workbook is a zip of XML files; this reader takes only what a table of answers needs (shared
texts, which styles are dates, one sheet). Everything runs in the standard library: the compiled
readers allocate a sheet as a dense block, so that one cell in a far corner ends the whole process
before Python can refuse it.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import IO
from xml.etree import ElementTree as ET

from medengage.tables.notes import Notes
from medengage.tables.text import Record

__all__ = ["sheet_records"]

LARGEST_PART = 1_000_000_000
LONGEST_FORMAT = 255
LAST_ROW = 1_048_576
DAY_ZERO = date(1899, 12, 30)
LAST_DAY = 2_958_465
BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
NOT_A_DATE = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')
LETTERS = re.compile(r"[A-Z]{1,2}|[A-W][A-Z]{2}|X[A-E][A-Z]|XF[A-D]")
DIGITS = "0123456789"
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ET.ParseError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    LookupError,
    ValueError,
    OSError,
)
"""What the standard library raises for a damaged, encrypted or foreign zip or XML."""


class _Damaged(ValueError):
    """The parts of the workbook do not fit together."""


@dataclass
class _Workbook:
    """An open workbook: its zip, its sheets (name -> part), texts and date styles."""

    archive: zipfile.ZipFile
    sheets: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list, repr=False)
    date_styles: frozenset[int] = frozenset()

    def part(self, name: str) -> IO[bytes]:
        """One file inside, refused where it would unpack to more than a gigabyte."""
        if self.archive.getinfo(name).file_size > LARGEST_PART:
            raise _Damaged("a part is too large")
        return self.archive.open(name)


def sheet_records(data: bytes, name: str, sheet: str | None, notes: Notes) -> Iterator[Record]:
    """The rows of one sheet, the first where none is named; dates come as ``2026-03-02``.

    Rows that the workbook does not hold are skipped, their numbers are not used again. Notes a
    problem and stops where the workbook is damaged or has no such sheet.
    """
    try:
        book = _opened(data)
        wanted = _sheet(book, name, sheet, notes)
        if wanted is not None:
            yield from _rows(book, wanted)
    except BROKEN:
        notes.problem(
            name,
            "the workbook is damaged, protected by a password or not an Excel workbook.",
            "Open it in a spreadsheet program and save it again as .xlsx or CSV UTF-8.",
        )


def _opened(data: bytes) -> _Workbook:
    book = _Workbook(zipfile.ZipFile(io.BytesIO(data)))
    names = set(book.archive.namelist())
    targets = _targets(book)
    main = ET.parse(book.part("xl/workbook.xml"))  # the place is fixed in practice
    for element in main.iter():
        if _local(element) == "sheet":
            part = targets.get(_attribute(element, "id"), "")
            if part in names:
                book.sheets[element.get("name", "")] = part
    if "xl/sharedStrings.xml" in names:
        book.texts = list(_shared_texts(book))
    if "xl/styles.xml" in names:
        book.date_styles = _date_styles(book)
    return book


def _targets(book: _Workbook) -> dict[str, str]:
    """Relationship id -> the part it points to."""
    found: dict[str, str] = {}
    for element in ET.parse(book.part("xl/_rels/workbook.xml.rels")).iter():
        if _local(element) == "Relationship":
            target = element.get("Target", "")
            found[element.get("Id", "")] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )
    return found


def _sheet(book: _Workbook, name: str, wanted: str | None, notes: Notes) -> str | None:
    if wanted is not None and wanted not in book.sheets:
        notes.problem(name, "there is no sheet of the name given in study.toml.", "Mend `sheet`.")
        return None
    if not book.sheets:
        raise _Damaged("no sheets")
    if wanted is None and len(book.sheets) > 1:
        notes.advise(
            name,
            f"the workbook has {len(book.sheets)} sheets; the first was read.",
            "Name another one with `sheet` in study.toml.",
        )
    return book.sheets[wanted] if wanted is not None else next(iter(book.sheets.values()))


def _shared_texts(book: _Workbook) -> Iterator[str]:
    for _, element in ET.iterparse(book.part("xl/sharedStrings.xml")):
        if _local(element) == "si":
            yield _text(element)
            element.clear()


def _text(element: ET.Element) -> str:
    """The text of a cell, without the pronunciation that East Asian workbooks add."""
    parts: list[str] = []
    for child in element:
        if _local(child) == "t":
            parts.append(child.text or "")
        elif _local(child) == "r":
            parts.append(_text(child))
    return "".join(parts)


def _date_styles(book: _Workbook) -> frozenset[int]:
    """Numbers of the cell styles that show a number as a date or time."""
    root = ET.parse(book.part("xl/styles.xml")).getroot()
    dates = set(BUILT_IN_DATES)
    for element in root.iter():
        if _local(element) == "numFmt" and _shows_a_date(element.get("formatCode", "")):
            dates.add(int(element.get("numFmtId", "0")))
    formats = next((element for element in root if _local(element) == "cellXfs"), ())
    return frozenset(
        place
        for place, element in enumerate(formats)
        if int(element.get("numFmtId", "0")) in dates
    )


def _shows_a_date(code: str) -> bool:
    return bool(set(NOT_A_DATE.sub("", code[:LONGEST_FORMAT]).lower()) & set("dmyhs"))


def _rows(book: _Workbook, part: str) -> Iterator[Record]:
    number = 0
    for _, element in ET.iterparse(book.part(part)):
        if _local(element) == "row":
            stated = int(element.get("r", number + 1))
            if not number < stated <= LAST_ROW:
                raise _Damaged("rows out of order")
            number = stated
            yield number, _cells(book, element)
            element.clear()


def _cells(book: _Workbook, row: ET.Element) -> list[str]:
    cells: list[str] = []
    for element in row:
        reference = element.get("r")
        column = len(cells) if reference is None else _column(reference.rstrip(DIGITS))
        if column != len(cells):
            if column < len(cells):
                raise _Damaged("cells out of order")
            cells.extend("" for _ in range(column - len(cells)))
        cells.append(_value(book, element))
    return cells


@cache
def _column(letters: str) -> int:
    """0 for ``A``, 27 for ``AB``."""
    if not LETTERS.fullmatch(letters):
        raise _Damaged("an unreadable cell reference")
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - ord("A") + 1
    return column - 1


def _value(book: _Workbook, cell: ET.Element) -> str:
    kind, text = cell.get("t", "n"), ""
    for child in cell:
        if child.tag.endswith("}v"):
            text = child.text or ""
        elif kind == "inlineStr" and _local(child) == "is":
            return _text(child)
    if kind == "s" and text:
        return book.texts[_index(text, len(book.texts))]
    if kind == "n" and text:
        return _number(text, int(cell.get("s", "0")) in book.date_styles)
    return text


def _index(text: str, size: int) -> int:
    place = int(text)
    if not 0 <= place < size:
        raise _Damaged("an unknown shared text")
    return place


def _number(text: str, is_date: bool) -> str:
    if text in DIGITS and not is_date:
        return text
    value = float(text)
    if is_date and 0 <= value <= LAST_DAY:
        return (DAY_ZERO + timedelta(days=int(value))).isoformat()
    return f"{value:.0f}" if value.is_integer() else repr(value)


def _local(element: ET.Element) -> str:
    """The name without its namespace, which differs between strict and ordinary workbooks."""
    return element.tag.rpartition("}")[2]


def _attribute(element: ET.Element, name: str) -> str:
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == name), "")
