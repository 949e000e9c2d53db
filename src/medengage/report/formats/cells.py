"""How the cells of a table are written, the same in every format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from medengage.report.blocks import Cell, Table

__all__ = ["DASH", "Column", "columns", "rows"]

DASH = "\N{EN DASH}"
MOST_DECIMALS = 3


@dataclass(frozen=True)
class Column:
    """A column ready to be set: its head, its cells as text, and whether they are numbers."""

    head: str
    texts: tuple[str, ...]
    numeric: bool


def columns(table: Table) -> tuple[Column, ...]:
    """The columns of a table; numbers of one column share their decimals."""
    return tuple(
        _column(head, [row[place] for row in table.rows])
        for place, head in enumerate(table.columns)
    )


def rows(table: Table) -> tuple[tuple[str, ...], ...]:
    """The same texts, row by row."""
    return tuple(zip(*(column.texts for column in columns(table)), strict=True))


def _column(head: str, cells: Sequence[Cell]) -> Column:
    decimals = max((_decimals(cell) for cell in cells), default=0)
    numeric = any(_is_number(cell) for cell in cells)
    return Column(head, tuple(_text(cell, decimals) for cell in cells), numeric)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float)


def _decimals(cell: Cell) -> int:
    """Decimals needed to write the number, at most three: 58.0 needs none, 0.25 two."""
    if not isinstance(cell, float):
        return 0
    written = f"{cell:.{MOST_DECIMALS}f}".rstrip("0")
    return len(written.partition(".")[2])


def _text(cell: Cell, decimals: int) -> str:
    if cell is None:
        return DASH
    if isinstance(cell, str):
        return cell
    return f"{cell:,.{decimals}f}"
