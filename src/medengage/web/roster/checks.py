"""Rows become doctors; everything that is wrong or odd is told by row and column.

A row with a serious fault is left out, and said so. Nothing told here quotes an address or a name.
"""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from medengage.errors import Problem
from medengage.tables.names import fold, names_persons, shown
from medengage.tables.notes import Where
from medengage.tables.sheet import Sheet
from medengage.web.roster.mapping import Columns

__all__ = ["Checked", "Person", "checked"]

LONGEST_NAME, LONGEST_ADDRESS, LONGEST_VALUE = 200, 254, 60
RARE, USUAL, ALIKE = 2, 5, 0.84
FEW_ROWS, TOO_FINE = 20, 0.5
FORMULA = ("=", "+", "-", "@")
Values = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, repr=False)
class Person:
    """Somebody who can be asked; ``address`` "" for none."""

    name: str
    address: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Checked:
    """Who can be asked, which rows were left out and why, and what should be known."""

    people: tuple[Person, ...] = field(repr=False)
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    left_out: int


@dataclass
class _Faults:
    """Places of what is wrong, by what it is: (column, what, mend) -> row numbers."""

    found: dict[tuple[str, str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: int, column: str, what: str, mend: str) -> None:
        self.found[column, what, mend].append(row)

    def told(self) -> tuple[Problem, ...]:
        """One problem for each kind, with its rows; those of the first rows first."""
        kinds = sorted(self.found.items(), key=lambda one: one[1][0])
        return tuple(
            Problem(str(Where.of("", rows, column)).lstrip(", "), what, mend)
            for (column, what, mend), rows in kinds
        )


def checked(sheet: Sheet, columns: Columns) -> Checked:
    """The doctors of a roster. Every row is either taken or left out, and ``left_out`` counts.

    Spellings that differ in case, spaces or quotes are one value: the most frequent of them.
    """
    unfit = {group: why for group in columns.groups if (why := _unfit(sheet, columns, group))}
    groups = {group: name for group, name in columns.groups.items() if group not in unfit}
    values = {group: _spellings(sheet.column(name)) for group, name in groups.items()}
    faults, people = _Faults(), []
    first: dict[str, int] = {}
    for number, cells in _cells(sheet):
        address = cells.get(columns.address, "").lower()
        person = Person(
            " ".join(filter(None, (cells.get(part, "") for part in columns.name))),
            address,
            {group: values[group][fold(cells[name])] for group, name in groups.items()},
        )
        fault = _fault(person, columns, first.get(address, 0))
        if fault is None:
            people.append(_without_blanks(person))
            first.setdefault(address, number) if address else None
        else:
            faults.add(number, *fault)
    problems = (*unfit.values(), *faults.told())
    remarks = (*sheet.remarks, *_remarks(sheet, columns, groups, people))
    return Checked(tuple(people), problems, remarks, len(sheet.rows) - len(people))


def _cells(sheet: Sheet) -> Iterator[tuple[int, dict[str, str]]]:
    for row in sheet.rows:
        yield row.number, dict(zip(sheet.header, row.cells, strict=True))


def _without_blanks(person: Person) -> Person:
    stated = {group: value for group, value in person.attributes.items() if value}
    return Person(person.name, person.address, stated)


def _fault(person: Person, columns: Columns, before: int) -> tuple[str, str, str] | None:
    """Why a row cannot be taken: column, what, and what to do."""
    if not person.name and not person.address:
        return "", "there is neither a name nor an address.", "Fill one in, or delete the row."
    if len(person.name) > LONGEST_NAME:
        return columns.name[0], "the name is longer than a name can be.", "Look at the columns."
    if person.address and not _is_address(person.address):
        return columns.address, "this is no e-mail address.", "Mend it, or leave the cell empty."
    if before:
        mend = "Keep one row for each doctor."
        return columns.address, f"the address stands in row {before} as well.", mend
    return _group_fault(person, columns)


def _group_fault(person: Person, columns: Columns) -> tuple[str, str, str] | None:
    """What is wrong with the groups of a row."""
    for group, value in person.attributes.items():
        if len(value) > LONGEST_VALUE:
            column = columns.groups[group]
            return column, f"the text is longer than {LONGEST_VALUE} characters.", "Shorten it."
        if value.startswith(FORMULA):
            mend = "Write the group itself into the cell."
            return columns.groups[group], "this looks like a formula.", mend
    return None


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= LONGEST_ADDRESS


def _unfit(sheet: Sheet, columns: Columns, group: str) -> Problem | None:
    """Why a column cannot group doctors: it tells them apart."""
    name = columns.groups[group]
    place, mend = f"column {shown(name)}", "Choose another column, or show results without it."
    if names_persons(name):
        return Problem(place, "this column tells who somebody is.", mend)
    stated = [fold(value) for value in sheet.column(name) if value]
    if len(stated) > FEW_ROWS and len(set(stated)) > TOO_FINE * len(stated):
        return Problem(place, "nearly every row has a value of its own.", mend)
    return None


def _spellings(cells: list[str]) -> dict[str, str]:
    """Folded value -> its most frequent spelling, the first of those that are equally so."""
    counts = Counter(cells)
    found: dict[str, str] = {}
    for spelling in sorted(counts, key=lambda one: (-counts[one], one)):
        found.setdefault(fold(spelling), spelling)
    return found


def _remarks(
    sheet: Sheet, columns: Columns, groups: Mapping[str, str], people: list[Person]
) -> Iterator[Problem]:
    """What is no fault, and should be known before the roster is accepted."""
    if without := sum(not person.address for person in people):
        yield Problem(
            f"{without:,} doctors", "they have no address, so no letter reaches them.",
            "Print codes for them when the survey is open.",
        )  # fmt: skip
    for group, name in groups.items():
        cells = [cell for cell in sheet.column(name) if cell]
        yield from _joined_spellings(name, cells)
        yield from _likely_slips(name, cells)
        if missing := sum(group not in person.attributes for person in people):
            what = f"{missing:,} doctors have no {group}; they count for the whole only."
            yield Problem(f"column {shown(name)}", what)
    unused = [shown(name) for name in sheet.header if name not in columns.used]
    if unused:
        yield Problem("other columns", f"not read and not kept: {', '.join(unused)}.")


def _joined_spellings(name: str, cells: list[str]) -> Iterator[Problem]:
    spellings = defaultdict(set)
    for cell in cells:
        spellings[fold(cell)].add(cell)
    several = [sorted(found) for found in spellings.values() if len(found) > 1]
    for found in sorted(several):
        told = " and ".join(f'"{shown(one)}"' for one in found)
        yield Problem(f"column {shown(name)}", f"{told} are taken as one.")


def _likely_slips(name: str, cells: list[str]) -> Iterator[Problem]:
    """Rare values that look like a usual one."""
    counts = Counter(fold(cell) for cell in cells)
    usual = [value for value, count in counts.items() if count >= USUAL]
    spelling = _spellings(cells)
    for value in sorted(value for value, count in counts.items() if count <= RARE):
        found = difflib.get_close_matches(value, usual, n=1, cutoff=ALIKE)
        if found:
            what = f'is "{shown(spelling[value])}" meant to be "{shown(spelling[found[0]])}"?'
            yield Problem(
                f"column {shown(name)}", what, "If so, mend the file and bring it again."
            )
