"""One file of counts, line by line: which group of doctors, and how many they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from medengage.stores.cells import distinct
from medengage.stores.manifest import AnswersSection, PopulationSection
from medengage.stores.table import Source
from medengage.stores.tables import open_table
from medengage.tables.names import NO_ANSWER, fold, nearest
from medengage.tables.notes import Notes, Where

__all__ = ["Line", "read_counts"]

COUNT = re.compile(r"([0-9]{1,9})([.,]0{0,2})?")
TOTALS = frozenset({"total", "grand total", "subtotal", "sum", "all"})
LONG = ("attribute", "value", "count")


@dataclass(frozen=True)
class Line:
    """One count: where it stands, the value of every attribute it is about, and the number.

    ``joint`` says that it counts a combination, in a file with one column an attribute.
    """

    where: Where
    values: Mapping[str, str]
    count: int
    joint: bool = True


@dataclass(frozen=True)
class _File:
    """An open file of counts and what it is compared with."""

    name: str
    source: Source
    section: PopulationSection
    answers: AnswersSection
    notes: Notes = field(repr=False)

    @property
    def header(self) -> list[str]:
        return [fold(name) for name in self.source.header]

    def attribute(self, name: str) -> str | None:
        """The attribute that a column, or a cell in the column ``attribute``, stands for."""
        folded = fold(name)
        for named in (self.section.attributes, self.answers.attributes):
            for attribute, column in named.items():
                if folded in (fold(attribute), fold(column)):
                    return attribute
        return None

    def texts(self, positions: Sequence[int]) -> tuple[list[int], list[list[str]]]:
        """Row numbers, and the rows of these columns as text."""
        table = self.source.take(sorted(set(positions)))
        columns = []
        for place in positions:
            values, codes = distinct(table.columns[place])
            columns.append([values[code] for code in codes])
        return table.rows.tolist(), [list(row) for row in zip(*columns, strict=True)]


def read_counts(
    path: Path, name: str, section: PopulationSection, answers: AnswersSection, notes: Notes
) -> list[Line]:
    """All counts of a file; what is wrong with it is noted, and the line left out.

    The file has the columns ``attribute, value, count``, or one column an attribute and the count.
    """
    source = open_table(path, name, notes, sheet=section.sheet)
    if source is None:
        return []
    file = _File(name, source, section, answers, notes)
    lines = _long(file) if set(file.header) >= set(LONG) else _wide(file)
    _note_repeated(lines, name, notes)
    return lines


def _long(file: _File) -> list[Line]:
    """``attribute,value,count``: the number of doctors in every value."""
    numbers, rows = file.texts([file.header.index(name) for name in LONG])
    lines = []
    for number, (name, value, count) in zip(numbers, rows, strict=True):
        where = Where(file.name, (number,))
        attribute = file.attribute(name)
        if attribute is None:
            file.notes.problem(where, "the attribute is none of those in study.toml.")
        elif (line := _line(file, where, {attribute: value}, count)) is not None:
            lines.append(Line(where, line.values, line.count, joint=False))
    return lines


def _wide(file: _File) -> list[Line]:
    """One column an attribute and the count: the number of doctors in every combination."""
    header = file.header
    if header.count(fold(file.section.count)) != 1:
        file.notes.problem(
            file.name,
            "there is not exactly one column of counts.",
            "Call it count, or name it with count in [population].",
        )
        return []
    count = header.index(fold(file.section.count))
    columns = [place for place, name in enumerate(header) if name and place != count]
    attributes = [file.attribute(header[place]) for place in columns]
    names = [name for name in attributes if name is not None]
    if not names or len(set(names)) < len(attributes):
        _note_columns(file, dict(zip(columns, attributes, strict=True)))
        return []
    numbers, rows = file.texts([*columns, count])
    lines = [
        _line(file, Where(file.name, (number,)), dict(zip(names, row, strict=False)), row[-1])
        for number, row in zip(numbers, rows, strict=True)
    ]
    return [line for line in lines if line is not None]


def _note_columns(file: _File, columns: Mapping[int, str | None]) -> None:
    found = [name for name in columns.values() if name is not None]
    if len(set(found)) < len(found):
        file.notes.problem(file.name, "two columns stand for the same attribute.")
    if not found:
        file.notes.problem(file.name, "no column is an attribute of the answers.")
        return
    known = [*file.answers.attributes, *file.section.attributes]
    for place, name in columns.items():
        if name is None:
            file.notes.problem(
                Where(file.name, column=file.source.header[place]),
                "the column is no attribute.",
                nearest(file.source.header[place], known)
                or "Remove it, or list it in attributes of [population].",
            )


def _line(file: _File, where: Where, values: dict[str, str], count: str) -> Line | None:
    number = COUNT.fullmatch(count.strip())
    unusual = {fold(value) for name, value in values.items() if not _is_listed(file, name, value)}
    if unusual & TOTALS:
        what, mend = "this seems to be a row of totals.", "Remove it."
    elif unusual & NO_ANSWER:
        what, mend = "a value is empty.", 'Fill it in, for example with "Other".'
    elif number is None:
        what, mend = "the count is not a whole number.", "Write it without separators: 1200."
    else:
        return Line(where, values, int(number[1]))
    file.notes.problem(where, what, mend)
    return None


def _is_listed(file: _File, attribute: str, value: str) -> bool:
    listed = file.answers.categories.get(attribute, ())
    return fold(value) in {fold(label) for label in listed}


def _note_repeated(lines: list[Line], name: str, notes: Notes) -> None:
    rows: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for line in lines:
        key = tuple((attribute, fold(value)) for attribute, value in line.values.items())
        rows.setdefault(key, []).extend(line.where.rows)
    for same in rows.values():
        if len(same) > 1:
            notes.problem(Where.of(name, same), "the same group is counted twice.", "Merge them.")
