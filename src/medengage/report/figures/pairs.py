"""Two dots and a line: the same groups before and after, or two groups beside each other.

Columns of the data: name, first, second, n; options ``heads`` the names of the two, ``difference``
whether the words at the end of a row are the difference (change) or both values (gap).
"""

from __future__ import annotations

from typing import Any

from medengage.report.blocks import Cell, Chart
from medengage.report.decimals import number
from medengage.report.figures.axes import Scale, across, withheld
from medengage.report.figures.ink import Dot, Drawing, Ink, Line, Words
from medengage.report.figures.theme import (
    ACCENT,
    INK,
    NORMAL,
    OTHER,
    QUIET,
    SMALL,
    is_narrow,
    lines_of,
    wrapped,
)

__all__ = ["change", "gap"]

NAMES, VALUES = 216.0, 96.0
TOP, BOTTOM = 34.0, 36.0


def change(chart: Chart, width: float) -> Drawing:
    """From a hollow dot (before) to a full one (after), the difference in words."""
    return _pairs(chart, width, difference=True)


def gap(chart: Chart, width: float) -> Drawing:
    """Two dots of two groups with the line between them, both values in words."""
    return _pairs(chart, width, difference=False)


def _pairs(chart: Chart, width: float, *, difference: bool) -> Drawing:
    narrow = is_narrow(width)
    scale = Scale(0, 100, 8.0 if narrow else NAMES + 10, width - VALUES)
    rows: list[Ink] = []
    y = TOP
    for row in chart.data.rows:
        lines = wrapped(str(row[0]), width if narrow else NAMES, NORMAL)
        text = lines_of(len(lines), NORMAL)
        rows.append(Words((0, y + 12), lines, NORMAL))
        middle = y + text + 16 if narrow else y + 12 + (text - lines_of(1, NORMAL)) / 2
        rows += _pair(row, scale, (middle, width), difference=difference)
        y += text + (34 if narrow else 14)
    axis = across(scale, TOP, y, str(chart.options.get("axis", "")))
    return Drawing(width, y + BOTTOM, (*axis, *rows, *_heads(chart)))


def _pair(
    row: tuple[Cell, ...], scale: Scale, place: tuple[float, float], *, difference: bool
) -> list[Ink]:
    y, width = place
    first, second = row[1:3]
    if not (isinstance(first, int | float) and isinstance(second, int | float)):
        words = next((value for value in (first, second) if isinstance(value, str)), "not shown")
        return withheld(scale.start, width, y, words)
    words = f"{second - first:+.10g}" if difference else f"{number(first)} and {number(second)}"
    return [
        Line((scale(first), y), (scale(second), y), OTHER, 2),
        Dot((scale(first), y), OTHER, 5, hollow=True),
        Dot((scale(second), y), ACCENT, 5.5),
        Words((width, y), words, SMALL, "right", INK),
    ]


def _heads(chart: Chart) -> list[Ink]:
    """What the hollow and the full dot stand for."""
    heads: Any = chart.options.get("heads", chart.data.columns[1:3])
    return [
        Dot((6, 12), OTHER, 5, hollow=True),
        Words((16, 12), str(heads[0]), SMALL, colour=QUIET),
        Dot((166, 12), ACCENT, 5.5),
        Words((176, 12), str(heads[1]), SMALL, colour=QUIET),
    ]
