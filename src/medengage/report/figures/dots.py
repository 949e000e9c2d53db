"""Dots with intervals: one row a group or scale, in the order of the table.

Columns of the data: name, value, low, high, n; more columns stand in the table only. A value that
is words is a figure that is not shown, with its reason. Options: ``reference`` (words, value, low,
high) behind all rows, ``bands`` name of a row -> value, low, high behind that row alone, ``axis``
words below it, ``accent`` the name of the row that stands out, or ``True`` for all, ``counts``
whether each row tells its n, ``most_rows`` beyond which rows become a caterpillar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from medengage.report.blocks import Cell, Chart
from medengage.report.decimals import alike
from medengage.report.figures.axes import Scale, across, withheld
from medengage.report.figures.caterpillar import caterpillar
from medengage.report.figures.ink import Box, Dot, Drawing, Ink, Line, Words
from medengage.report.figures.theme import (
    ACCENT,
    BAND,
    GRID,
    INK,
    NORMAL,
    OTHER,
    PALE_ACCENT,
    PALE_OTHER,
    QUIET,
    SMALL,
    is_narrow,
    length,
    lines_of,
    wrapped,
)

__all__ = ["Layout", "dots"]

MOST_ROWS = 25
"""With more rows than this, names would fill pages: the rows become a caterpillar."""
NAMES, VALUES = 216.0, 138.0
GAP = 10.0
TOP, PLAIN_TOP, BOTTOM = 22.0, 2.0, 36.0


@dataclass(frozen=True)
class Layout:
    """Places shared by all rows, and what stands behind them."""

    chart: Chart
    width: float
    narrow: bool
    scale: Scale

    def stands_out(self, row: tuple[Cell, ...]) -> bool:
        """Is this row drawn in the accent colour?"""
        return self.chart.options.get("accent") in (True, row[0])

    @property
    def reference(self) -> tuple[str, float, float, float] | None:
        """Words, value and interval of what all rows are compared with."""
        given: Any = self.chart.options.get("reference")
        return given if isinstance(given, tuple) else None


def dots(chart: Chart, width: float) -> Drawing:
    """Rows of dots on 0 to 100, a reference behind them, figures in words beside them."""
    most = chart.options.get("most_rows", MOST_ROWS)
    if isinstance(most, int) and len(chart.data.rows) > most:
        return caterpillar(chart, width)
    narrow = is_narrow(width)
    left = 8.0 if narrow else NAMES + GAP
    layout = Layout(chart, width, narrow, Scale(0, 100, left, width - VALUES))
    top = TOP if layout.reference else PLAIN_TOP
    rows: list[Ink] = []
    y = top
    for row in chart.data.rows:
        marks, high = _under_its_name(row, layout, y) if narrow else _beside(row, layout, y)
        rows += marks
        y += high
    axis = across(layout.scale, y, y, str(chart.options.get("axis", "")))
    return Drawing(width, y + BOTTOM, (*axis, *_reference_name(layout), *rows))


def _beside(row: tuple[Cell, ...], layout: Layout, top: float) -> tuple[list[Ink], float]:
    """Name and n on the left of the figure; marks and height of the row."""
    lines, count = wrapped(str(row[0]), NAMES, NORMAL, most=3), _count(row, layout)
    text = lines_of(len(lines), NORMAL)
    label: list[Ink] = [
        Words((0, top + 15), lines, NORMAL, bold=layout.chart.options.get("accent") == row[0])
    ]
    if count:
        label.append(Words((0, top + 14 + text), count, SMALL, colour=QUIET))
    room = text + (lines_of(1, SMALL) if count else 0)
    middle = top + 15 + (room - lines_of(1, NORMAL)) / 2
    figure = _figure(row, layout, middle, (top, top + room + 12))
    return [*label, *figure], room + 12


def _under_its_name(row: tuple[Cell, ...], layout: Layout, top: float) -> tuple[list[Ink], float]:
    """Name and n above the figure; marks and height of the row."""
    count = _count(row, layout)
    text = f"{row[0]}, {count}" if count else str(row[0])
    lines = wrapped(text, layout.width, SMALL)
    room = lines_of(len(lines), SMALL)
    middle = top + room + 14
    label = Words((0, top + 9), lines, SMALL)
    return [label, *_figure(row, layout, middle, (middle - 11, middle + 11))], room + 30


def _count(row: tuple[Cell, ...], layout: Layout) -> str:
    counts = layout.chart.options.get("counts", True)
    return f"{row[4]:,} doctors" if counts and isinstance(row[4], int) else ""


def _figure(
    row: tuple[Cell, ...], layout: Layout, y: float, behind: tuple[float, float]
) -> list[Ink]:
    """Dot, interval and value on the lines behind them, or the reason why there are none."""
    value, low, high = row[1:4]
    scale = layout.scale
    if not (isinstance(value, int | float) and isinstance(low, int | float)):
        return withheld(scale.start, layout.width, y, str(value))
    high = high if isinstance(high, int | float) else value
    colour, pale = (ACCENT, PALE_ACCENT) if layout.stands_out(row) else (OTHER, PALE_OTHER)
    words = "{} ({} to {})".format(*alike(value, low, high))
    return [
        *_behind(layout, *behind),
        *_band(row, layout, *behind),
        Line((scale(low), y), (scale(high), y), pale, 9),
        Dot((scale(value), y), colour, 3, rim=0),
        Words((layout.width, y), words, SMALL, "right", INK),
    ]


def _behind(layout: Layout, top: float, bottom: float) -> list[Ink]:
    """The reference's band and line between grid lines."""
    scale, reference = layout.scale, layout.reference
    grid: list[Ink] = [Line((scale(v), top), (scale(v), bottom), GRID) for v in scale.ticks()]
    if reference is None:
        return grid
    _, value, low, high = reference
    band = Box((scale(low), top), (scale(high), bottom), BAND)
    return [band, *grid, Line((scale(value), top), (scale(value), bottom), QUIET, 1, (4, 3))]


def _band(row: tuple[Cell, ...], layout: Layout, top: float, bottom: float) -> list[Ink]:
    """What this row alone is compared with: a band with a line in it."""
    bands: Any = layout.chart.options.get("bands", {})
    if row[0] not in bands:
        return []
    (value, low, high), scale = bands[row[0]], layout.scale
    inside = (top + 3, bottom - 3)
    return [
        Box((scale(low), inside[0]), (scale(high), inside[1]), BAND),
        Line((scale(value), inside[0]), (scale(value), inside[1]), QUIET, 1.5),
    ]


def _reference_name(layout: Layout) -> list[Ink]:
    if layout.reference is None:
        return []
    name, value, *_ = layout.reference
    half = length(name, SMALL) / 2
    place = min(max(layout.scale(value), half), layout.width - half)
    return [Words((place, TOP - 12), name, SMALL, "center", QUIET)]
