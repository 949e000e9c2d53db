"""Two dots and a line: the same groups before and after, or two groups beside each other.

Columns of the data: name, first, second, n, and for a change optionally the low and the high end
of the interval of the difference. A value that is words is a figure that is not shown, with its
reason. Options: ``axis`` words below it, ``heads`` the names of the two if the heads of their
columns will not do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from medengage.report.blocks import Cell, Chart
from medengage.report.decimals import alike
from medengage.report.figures.axes import Scale, across, withheld
from medengage.report.figures.ink import Dot, Drawing, Ink, Line, Words
from medengage.report.figures.theme import (
    ACCENT,
    GRID,
    INK,
    NORMAL,
    OTHER,
    QUIET,
    SMALL,
    is_narrow,
    length,
    lines_of,
    wrapped,
)

__all__ = ["change", "gap"]

NAMES, GAP = 216.0, 12.0
TOP, BOTTOM = 30.0, 36.0
HALF_ROW = 11.0
N_COLUMN, INTERVAL = 3, slice(4, 6)
MINUS = "\N{MINUS SIGN}"

Row = tuple[Cell, ...]
Told = Callable[[Row], str]


def change(chart: Chart, width: float) -> Drawing:
    """From a hollow dot (before) to a full one (after), the difference in words."""
    return _pairs(chart, width, _difference)


def gap(chart: Chart, width: float) -> Drawing:
    """Two dots of two groups with the line between them, both values in words."""
    return _pairs(chart, width, _both)


def _pairs(chart: Chart, width: float, told: Told) -> Drawing:
    narrow = is_narrow(width)
    room = max((length(told(row), SMALL) for row in chart.data.rows), default=0.0)
    scale = Scale(0, 100, 8.0 if narrow else NAMES + GAP, width - room - GAP)
    rows: list[Ink] = []
    y = TOP
    for row in chart.data.rows:
        label, middle, high = (_above if narrow else _beside)(row, width, y)
        behind = (middle - HALF_ROW, middle + HALF_ROW) if narrow else (y, y + high)
        rows += [
            *label,
            *_pair(row, scale, (middle, width), behind),
            *_end(row, told, middle, width),
        ]
        y += high
    axis = across(scale, y, y, str(chart.options.get("axis", "")))
    return Drawing(width, y + BOTTOM, (*axis, *rows, *_heads(chart)))


def _beside(row: Row, width: float, top: float) -> tuple[list[Ink], float, float]:
    """Name and n on the left: marks, middle of the dots, height of the row."""
    lines, count = wrapped(str(row[0]), NAMES, NORMAL, most=3), _count(row)
    text = lines_of(len(lines), NORMAL)
    marks: list[Ink] = [Words((0, top + 15), lines, NORMAL)]
    if count:
        marks.append(Words((0, top + 14 + text), count, SMALL, colour=QUIET))
    room = text + (lines_of(1, SMALL) if count else 0)
    return marks, top + 15 + (room - lines_of(1, NORMAL)) / 2, room + 12


def _above(row: Row, width: float, top: float) -> tuple[list[Ink], float, float]:
    """Name and n above the dots."""
    text = ", ".join(filter(None, [str(row[0]), _count(row)]))
    lines = wrapped(text, width, SMALL)
    room = lines_of(len(lines), SMALL)
    return [Words((0, top + 9), lines, SMALL)], top + room + 14, room + 30


def _count(row: Row) -> str:
    n = row[N_COLUMN] if len(row) > N_COLUMN else None
    return f"{n:,} doctors" if isinstance(n, int) else ""


def _pair(
    row: Row, scale: Scale, place: tuple[float, float], behind: tuple[float, float]
) -> list[Ink]:
    """Both dots on the grid lines behind them, or the reason why there are none."""
    y, width = place
    values = _numbers(row[1:3])
    if values is None:
        words = next((value for value in row[1:3] if isinstance(value, str)), "not shown")
        return withheld(scale.start, width, y, words)
    first, second = (scale(value) for value in values)
    return [
        *(Line((scale(v), behind[0]), (scale(v), behind[1]), GRID) for v in scale.ticks()),
        Line((first, y), (second, y), OTHER, 2),
        Dot((first, y), OTHER, 5, hollow=True),
        Dot((second, y), ACCENT, 5.5),
    ]


def _end(row: Row, told: Told, y: float, width: float) -> list[Ink]:
    return [Words((width, y), told(row), SMALL, "right", INK)] if told(row) else []


def _numbers(cells: Row) -> tuple[float, ...] | None:
    found = tuple(float(cell) for cell in cells if isinstance(cell, int | float))
    return found if len(found) == len(cells) > 0 else None


def _both(row: Row) -> str:
    """``54 and 58``."""
    values = _numbers(row[1:3])
    return "" if values is None else " and ".join(alike(*values))


def _difference(row: Row) -> str:
    """``+4 (+1 to +7)``, without interval where the row has none."""
    values, interval = _numbers(row[1:3]), _numbers(row[INTERVAL])
    if values is None:
        return ""
    difference, *ends = _signed(values[1] - values[0], *(interval or ()))
    return f"{difference} ({ends[0]} to {ends[1]})" if ends else difference


def _signed(*values: float) -> tuple[str, ...]:
    """Numbers with their sign, a true minus for what is lost and none for nothing."""
    written = alike(*values)
    return tuple(
        text.replace("-", MINUS) if value < 0 else f"+{text}" if value > 0 else text
        for text, value in zip(written, values, strict=True)
    )


def _heads(chart: Chart) -> list[Ink]:
    """What the hollow and the full dot stand for."""
    heads: Any = chart.options.get("heads", chart.data.columns[1:3])
    second = 16 + length(str(heads[0]), SMALL) + 24
    return [
        Dot((6, 12), OTHER, 5, hollow=True),
        Words((16, 12), str(heads[0]), SMALL, colour=QUIET),
        Dot((second, 12), ACCENT, 5.5),
        Words((second + 10, 12), str(heads[1]), SMALL, colour=QUIET),
    ]
