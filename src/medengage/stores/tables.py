"""A table file opened by the ending of its name: text, workbook or Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from medengage.stores.parquet import open_parquet
from medengage.stores.table import Source, Table
from medengage.tables.notes import Notes, Where
from medengage.tables.text import Record, decoded, records
from medengage.tables.workbook import sheet_records

__all__ = ["RecordTable", "open_table"]

TEXT_ENDINGS = (".csv", ".tsv", ".tab", ".txt")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm")
ENDINGS = (*TEXT_ENDINGS, *WORKBOOK_ENDINGS, ".parquet")


def open_table(
    file: Path, name: str, notes: Notes, *, sheet: str | None = None, subheader_rows: int = 0
) -> Source | None:
    """Open a text table, a workbook or a Parquet file.

    ``name`` is how messages call the file, ``subheader_rows`` how many more header rows follow
    the first. Notes a problem and gives ``None`` where the file is absent, of another kind,
    damaged or empty.
    """
    ending = file.suffix.lower()
    if not _is_there(file, name, notes):
        return None
    if ending == ".parquet":
        return open_parquet(file, name, notes)
    if ending not in ENDINGS:
        notes.problem(
            name, "this kind of file cannot be read.", "Save it as .csv, .xlsx or .parquet."
        )
        return None
    strict = ending in TEXT_ENDINGS
    rows = _text_rows(file, name, notes) if strict else _sheet_rows(file, name, notes, sheet)
    if rows is None:
        return None
    return _record_table(rows, name, notes, strict=strict, subheader_rows=subheader_rows)


def _text_rows(file: Path, name: str, notes: Notes) -> Iterator[Record] | None:
    data = _bytes(file, name, notes)
    text = None if data is None else decoded(data, name, notes)
    return None if text is None else records(text, name, notes)


def _sheet_rows(file: Path, name: str, notes: Notes, sheet: str | None) -> Iterator[Record] | None:
    data = _bytes(file, name, notes)
    return None if data is None else sheet_records(data, name, sheet, notes)


def _is_there(file: Path, name: str, notes: Notes) -> bool:
    try:
        if file.is_file():
            return True
        what = "this is a folder, not a file." if file.is_dir() else "there is no such file."
    except (OSError, ValueError):
        what = "a file of this name cannot exist on this machine."
    notes.problem(name, what, "Put the file into the study folder, or mend its name.")
    return False


def _bytes(file: Path, name: str, notes: Notes) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError as error:
        notes.problem(name, f"the file cannot be read ({error.strerror or 'no reason given'}).")
        return None


class RecordTable:
    """A table that comes row by row: a text file or a sheet of a workbook.

    ``strict`` refuses rows that are wider or narrower than the header; a workbook leaves out the
    empty cells at the end of a row, so there it means nothing.
    """

    def __init__(self, name: str, notes: Notes, *, strict: bool) -> None:
        self.header: tuple[str, ...] = ()
        self.subheader: tuple[tuple[str, ...], ...] = ()
        self._name = name
        self._notes = notes
        self._strict = strict
        self._rows: Iterator[Record] = iter(())
        self._last = 0

    def start(self, rows: Iterator[Record], subheader_rows: int) -> bool:
        """Read the header rows; false where the file ends or breaks before their end."""
        head: list[Record] = []
        for number, cells in rows:
            if head or any(cells):
                head.append((number, cells))
            if len(head) > subheader_rows:
                break
        else:
            return False
        self._rows, self._last = rows, head[-1][0]
        self.header = tuple(head[0][1])
        self.subheader = tuple(tuple(cells) for _, cells in head[1:])
        return True

    def take(self, positions: Sequence[int]) -> Table:
        """Keep these columns of the rows that have content; can be done once."""
        kept: list[list[str]] = []
        numbers: list[int] = []
        uneven: list[int] = []
        width, last = len(self.header), self._last
        for last, cells in self._rows:
            if not any(cells):
                continue
            if len(cells) != width:
                uneven += [last] if self._is_uneven(cells) else []
                cells.extend([""] * (width - len(cells)))
            kept.append([cells[place] for place in positions])
            numbers.append(last)
        self._note_uneven(uneven)
        columns = zip(*kept, strict=True) if kept else [()] * len(positions)
        blank = last - self._last - len(numbers)
        return Table(
            dict(zip(positions, columns, strict=True)), np.array(numbers, dtype=np.int64), blank
        )

    def _is_uneven(self, cells: list[str]) -> bool:
        width = len(self.header)
        return any(cells[width:]) or (self._strict and len(cells) < width)

    def _note_uneven(self, rows: list[int]) -> None:
        if rows:
            self._notes.problem(
                Where.of(self._name, rows),
                "the row has more or fewer cells than the header.",
                "Look for a separator inside an answer, or a column without a name.",
            )


def _record_table(
    rows: Iterator[Record], name: str, notes: Notes, *, strict: bool, subheader_rows: int
) -> RecordTable | None:
    table = RecordTable(name, notes, strict=strict)
    before = len(notes.problems)
    if table.start(rows, subheader_rows):
        return table
    if len(notes.problems) == before:
        notes.problem(name, "the file has no header row.", "The first row names the columns.")
    return None
