"""Tables of the spec files: Markdown that a clinician can read and a test can run.

A file holds sections (``## heading``) with words and at most one table each. Columns that are set
in **bold** are what the library has to give; the others are what it is given. A column called
``why`` is for the reader alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Row", "Table", "agrees", "tables_of"]

FOLDER = Path(__file__).parent
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
REMARK = "why"


@dataclass(frozen=True)
class Row:
    """One line of a table: cells by column, and the cells that the library has to give."""

    given: Mapping[str, str]
    expected: Mapping[str, str]

    @property
    def id(self) -> str:
        """What is given, as the name of a test."""
        return ", ".join(f"{name} {cell}" for name, cell in self.given.items())


@dataclass(frozen=True)
class Table:
    """The table of one section of one file."""

    file: str
    heading: str
    rows: tuple[Row, ...]

    @property
    def id(self) -> str:
        """File and heading: ``scoring: Five items``."""
        return f"{self.file}: {self.heading}"


def tables_of(folder: Path = FOLDER) -> list[Table]:
    """Every table of every spec file, in order of file name and place."""
    return [table for path in sorted(folder.glob("*.md")) for table in _tables(path)]


def agrees(cell: str, value: str | float | bool) -> bool:
    """True if a cell says the value: words alike, numbers alike to the decimals of the cell."""
    if isinstance(value, bool):
        return cell == ("yes" if value else "no")
    if isinstance(value, str):
        return cell == value
    decimals = len(cell.partition(".")[2])
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None and f"{value:.{decimals}f}" == cell


def _tables(path: Path) -> Iterator[Table]:
    _, *parts = HEADING.split(path.read_text(encoding="utf-8"))
    for heading, text in zip(parts[::2], parts[1::2], strict=True):
        lines = [line for line in text.splitlines() if line.startswith("|")]
        if lines:
            yield Table(path.stem, heading, tuple(_rows(lines)))


def _rows(lines: list[str]) -> Iterator[Row]:
    heads, _, *rest = (_cells(line) for line in lines)
    for cells in rest:
        pairs = list(zip(heads, cells, strict=True))
        yield Row(
            {name: cell for name, cell in pairs if not _bold(name) and name != REMARK},
            {name.strip("*"): cell for name, cell in pairs if _bold(name)},
        )


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]


def _bold(name: str) -> bool:
    return name.startswith("**")
