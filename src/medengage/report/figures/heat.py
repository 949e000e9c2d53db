"""A map of units by scales: what may be said of each unit on each scale, and its score.

Columns of the data: unit, then one a scale with words. Options: ``calls`` and ``scores``, a row a
unit and one entry a scale: the call (``above``, ``probably above``, ``similar``, ``probably
below``, ``below``, ``cannot tell``) and the score as text, "" where it is withheld. A triangle
points up or down, full where it is sure and hollow where it is probable; "cannot tell" is grey and
striped, "similar" is left white. Colour only repeats what the triangle says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from medengage.report.blocks import Chart
from medengage.report.figures.ink import Box, Drawing, Ink, Line, Outline, Words
from medengage.report.figures.theme import (
    ACCENT,
    BAND,
    CONTRAST,
    GRID,
    INK,
    QUIET,
    SMALL,
    WITHHELD,
    is_narrow,
    lines_of,
    wrapped,
)

__all__ = ["heat"]

NAMES, HIGH, NARROW_HIGH = 168.0, 34.0, 34.0
HEAD, ROOM, OVERHANG = 146.0, 168.0, 84.0
KEY = 22.0
SLANT = -55.0
UP, DOWN = {"above", "probably above"}, {"below", "probably below"}
SURE = {"above", "below"}
PALE = {"above": "#d6e8f4", "probably above": "#ecf4fa"}
PALE |= {"below": "#fbe3d3", "probably below": "#fdf2ea"}
NO_BREAK = "\N{NO-BREAK SPACE}"
KEYS = ("above", "probably above", "similar", "probably below", "below", "cannot tell")


@dataclass(frozen=True)
class _Grid:
    """Where cells stand."""

    left: float
    width: float
    columns: int

    @property
    def step(self) -> float:
        """Pixels of a column."""
        return (self.width - self.left) / max(1, self.columns)

    def x(self, column: float) -> float:
        """The left end of a column."""
        return self.left + column * self.step


def heat(chart: Chart, width: float) -> Drawing:
    """Rows of cells under the names of scales; numbers stand for names where there is no room."""
    narrow = is_narrow(width)
    heads = [str(head) for head in chart.data.columns[1:]]
    grid = _Grid(0.0 if narrow else NAMES, width - (0.0 if narrow else OVERHANG), len(heads))
    marks, y = _heads(heads, grid, narrow=narrow)
    calls: Any = chart.options.get("calls", ())
    scores: Any = chart.options.get("scores", ())
    for row, told, numbers in zip(chart.data.rows, calls, scores, strict=True):
        label, top = _name(str(row[0]), grid, y, narrow=narrow)
        marks += [*label, *_cells(told, numbers, grid, top)]
        y = top + HIGH
    legend, y = _legend(grid.left if not narrow else 0.0, width, y + 12)
    if narrow:
        more, y = _numbered(heads, width, y + 4)
        legend += more
    return Drawing(width, y + 4, (*marks, *legend))


def _heads(heads: Sequence[str], grid: _Grid, *, narrow: bool) -> tuple[list[Ink], float]:
    if narrow:
        numbers: list[Ink] = [
            Words((grid.x(k + 0.5), 10), str(k + 1), SMALL, "center", QUIET)
            for k in range(len(heads))
        ]
        return numbers, 20.0
    slanted: list[Ink] = [
        Words((grid.x(k + 0.4), HEAD - 8), _one_line(head), SMALL, angle=SLANT)
        for k, head in enumerate(heads)
    ]
    return slanted, HEAD


def _one_line(head: str) -> str:
    """A head that may be long, cut at the end of its room."""
    return wrapped(head.replace(" ", NO_BREAK), ROOM, SMALL, most=1)[0].replace(NO_BREAK, " ")


def _name(name: str, grid: _Grid, y: float, *, narrow: bool) -> tuple[list[Ink], float]:
    """The unit's name beside its cells, or above them; and where the cells begin."""
    if narrow:
        return [Words((0, y + 12), wrapped(name, grid.width, SMALL, most=1), SMALL)], y + 20
    lines = wrapped(name, NAMES - 10, SMALL, most=2)
    up = (lines_of(len(lines), SMALL) - lines_of(1, SMALL)) / 2
    return [Words((0, y + HIGH / 2 - up), lines, SMALL)], y


def _cells(calls: Sequence[str], scores: Sequence[str], grid: _Grid, top: float) -> list[Ink]:
    marks: list[Ink] = []
    for k, (call, score) in enumerate(zip(calls, scores, strict=True)):
        marks += _cell(call, score, (grid.x(k), top), (grid.x(k + 1) - 2, top + HIGH - 2))
    return marks


def _cell(
    call: str, score: str, corner: tuple[float, float], opposite: tuple[float, float]
) -> list[Ink]:
    (left, top), (right, bottom) = corner, opposite
    middle = (left + right) / 2
    marks: list[Ink] = [Box(corner, opposite, PALE.get(call, BAND))]
    if call == "cannot tell":
        marks += _stripes(corner, opposite)
    elif call == "similar":
        marks = [_frame(corner, opposite)]
    else:
        marks += _triangle(call, (middle, top + 9))
    if score:
        marks.append(Words((middle, bottom - 8), score, SMALL, "center", INK))
    return marks


def _frame(corner: tuple[float, float], opposite: tuple[float, float]) -> Outline:
    (left, top), (right, bottom) = corner, opposite
    return Outline(((left, top), (right, top), (right, bottom), (left, bottom)), GRID, 1)


def _stripes(corner: tuple[float, float], opposite: tuple[float, float]) -> list[Ink]:
    (left, top), (right, _) = corner, opposite
    count = max(1, int((right - left) // 9))
    return [
        Line((left + 4 + 9 * k, top + 14), (left + 9 + 9 * k, top + 4), WITHHELD, 1.5)
        for k in range(count)
    ]


def _triangle(call: str, place: tuple[float, float]) -> list[Ink]:
    """Up or down; thick where it is sure, thin where it is probable."""
    x, y = place
    turn, colour = (-1, ACCENT) if call in UP else (1, CONTRAST)
    points = ((x - 6, y - 4 * turn), (x + 6, y - 4 * turn), (x, y + 5 * turn))
    outline = Outline(points, colour, 1.5)
    if call not in SURE:
        return [outline]
    steps = range(1, 5)
    inner: list[Ink] = [
        Outline(tuple((x + (a - x) * k / 5, y + (b - y) * k / 5) for a, b in points), colour, 2.0)
        for k in steps
    ]
    return [outline, *inner]


def _legend(left: float, width: float, y: float) -> tuple[list[Ink], float]:
    """What each kind of cell says."""
    marks: list[Ink] = []
    x = left
    for call in KEYS:
        room = 34 + 7.6 * len(call)
        if x + room > width and x > left:
            x, y = left, y + KEY
        marks += _cell(call, "", (x, y), (x + 20, y + 18))
        marks.append(Words((x + 26, y + 9), call, SMALL, colour=QUIET))
        x += room
    return marks, y + KEY


def _numbered(heads: Sequence[str], width: float, y: float) -> tuple[list[Ink], float]:
    """Which scale each number stands for."""
    marks: list[Ink] = []
    for k, head in enumerate(heads):
        text = wrapped(f"{k + 1} {head}", width, SMALL, most=1)
        marks.append(Words((0, y + 8), text, SMALL, colour=QUIET))
        y += 17
    return marks, y
