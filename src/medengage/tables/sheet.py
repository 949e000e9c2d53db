"""The file as it came: a heading, and rows with the numbers that a spreadsheet program shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from medengage.errors import Problem, StudyError
from medengage.tables.names import fold, shown
from medengage.tables.notes import Notes
from medengage.tables.text import Record, decoded, records
from medengage.tables.workbook import sheet_records

__all__ = ["Row", "Sheet", "read_sheet"]

LARGEST = 20 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, LOOKED_AT = 100_000, 200, 20
NOT_THIS = {
    ".xls": "Open it in a spreadsheet program and save it as .xlsx.",
    ".pdf": "Ask the staff office for the spreadsheet behind it.",
    ".docx": "Copy the table into a spreadsheet and save it as .xlsx.",
    ".ods": "Open it in a spreadsheet program and save it as .xlsx.",
}


@dataclass(frozen=True)
class Row:
    """One row: its number, and as many cells as there are columns."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table: the names of its columns, each once, and its rows without blank ones."""

    header: tuple[str, ...]
    rows: tuple[Row, ...] = field(repr=False)
    remarks: tuple[Problem, ...] = ()

    def column(self, name: str) -> list[str]:
        """All cells of a column; raises ``ValueError`` for a name that is none."""
        place = self.header.index(name)
        return [row.cells[place] for row in self.rows]


def read_sheet(content: bytes, filename: str) -> Sheet:
    """The first table in a file (.csv, .txt or .xlsx); text of cells as people see it.

    Lines above the heading are passed over: the heading is the first row in which most columns of
    the table have a name. Formulas are never worked out. Raises ``StudyError`` with a place and
    what to do for a file that cannot be read, is empty, or is too large.
    """
    if len(content) > LARGEST:
        raise StudyError("this file is larger than 20 MB", hint="delete what is not needed")
    notes = Notes()
    rows = list(islice(_records(content, filename, notes), MOST_ROWS + LOOKED_AT))
    if notes.problems:
        raise StudyError(
            "this file cannot be read", subject=shown(filename), problems=notes.problems
        )
    filled = [(number, _trimmed(cells)) for number, cells in rows]
    filled = [(number, cells) for number, cells in filled if cells]
    if len(filled) > MOST_ROWS:
        raise StudyError(f"this file has more than {MOST_ROWS:,} rows", subject=shown(filename))
    if not filled:
        raise StudyError("this file is empty", subject=shown(filename))
    start = _heading(filled)
    return _sheet(filled[start], filled[start + 1 :], filename, notes, above=start)


def _records(content: bytes, filename: str, notes: Notes) -> Iterator[Record]:
    lower = filename.lower()
    for ending, mend in NOT_THIS.items():
        if lower.endswith(ending):
            raise StudyError(f"a {ending} file cannot be read", subject=shown(filename), hint=mend)
    if lower.endswith((".xlsx", ".xlsm")):
        return sheet_records(content, shown(filename), None, notes)
    text = decoded(content, shown(filename), notes)
    return iter(()) if text is None else records(text, shown(filename), notes)


def _trimmed(cells: list[str]) -> tuple[str, ...]:
    """Cells without spaces around them, and without empty ones at the end."""
    clean = [" ".join(cell.split()) for cell in cells]
    while clean and not clean[-1]:
        clean.pop()
    return tuple(clean)


def _heading(rows: list[tuple[int, tuple[str, ...]]]) -> int:
    """Where the heading is: the first of the top rows that is as full as the fullest of them."""
    counts = [sum(bool(cell) for cell in cells) for _, cells in rows[:LOOKED_AT]]
    most = max(counts)
    return next(at for at, count in enumerate(counts) if 2 * count > most)


def _sheet(
    heading: tuple[int, tuple[str, ...]],
    rows: list[tuple[int, tuple[str, ...]]],
    filename: str,
    notes: Notes,
    *,
    above: int,
) -> Sheet:
    width = max(len(cells) for _, cells in [heading, *rows])
    if width > MOST_COLUMNS:
        raise StudyError(
            f"this file has more than {MOST_COLUMNS} columns", subject=shown(filename)
        )
    if not rows:
        raise StudyError("this file has a heading and no rows", subject=shown(filename))
    if above:
        lines = "1 line" if above == 1 else f"{above} lines"
        notes.advise(shown(filename), f"{lines} above the heading were passed over.")
    return Sheet(
        _names(heading[1], width),
        tuple(Row(number, cells + ("",) * (width - len(cells))) for number, cells in rows),
        notes.advice,
    )


def _names(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    """A name for each column: its own, with a number where two are called alike."""
    seen: Counter[str] = Counter()
    found = []
    for place in range(width):
        name = (
            shown(cells[place]) if place < len(cells) and cells[place] else f"Column {place + 1}"
        )
        seen[fold(name)] += 1
        found.append(name if seen[fold(name)] == 1 else f"{name} ({seen[fold(name)]})")
    return tuple(found)
