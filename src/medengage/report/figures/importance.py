"""A map of scales by score and by importance: what is low and goes with much stands at top left.

Columns of the data: name, score (0 to 100), importance (percent), its low and high end. Options:
``cut`` the score at which low turns into high, ``range`` the ends of the scale across, ``equal``
the importance that an equal share would have, ``corners`` four words (top left, top right, bottom
left, bottom right), ``axis`` and ``up`` words beside the axes. Dots carry numbers, which the list
below explains.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from medengage.report.blocks import Cell, Chart
from medengage.report.decimals import number
from medengage.report.figures.axes import Scale, across, upwards
from medengage.report.figures.ink import Align, Dot, Drawing, Ink, Line, Words
from medengage.report.figures.theme import (
    ACCENT,
    PALE_ACCENT,
    PAPER,
    QUIET,
    SMALL,
    is_narrow,
    wrapped,
)

__all__ = ["importance"]

LEFT, TOP, FOOT = 40.0, 24.0, 44.0
HEIGHT, NARROW_HEIGHT = 330.0, 300.0
RADIUS = 9.0
LINE = 17.0
STEP = 10.0

Row = tuple[Cell, ...]


def importance(chart: Chart, width: float) -> Drawing:
    """Numbered dots with intervals upwards, two cuts, words in the corners, and names below."""
    rows = [row for row in chart.data.rows if isinstance(row[1], int | float)]
    height = NARROW_HEIGHT if is_narrow(width) else HEIGHT
    most = max([50.0, *(float(row[4]) for row in rows if isinstance(row[4], int | float))])
    top = STEP * -(-most // STEP)
    ends: Any = chart.options.get("range", (0.0, 100.0))
    along = Scale(ends[0], ends[1], LEFT, width - RADIUS)
    up = Scale(0, top, height, TOP)
    marks: list[Ink] = [
        *across(along, TOP, height, str(chart.options.get("axis", "")), _ticks(along)),
        *upwards(up, LEFT, width, up.ticks(STEP)),
        *_cuts(chart, along, up),
        *_corners(chart, along, up),
        Words((0, 8), str(chart.options.get("up", "")), SMALL, colour=QUIET),
    ]
    for k, row in enumerate(rows, start=1):
        marks += _dot(str(k), row, along, up)
    names, bottom = _names(rows, width, height + FOOT)
    return Drawing(width, bottom, (*marks, *names))


def _ticks(along: Scale) -> tuple[float, ...]:
    """Quarters of a hundred, or every ten points of a difference."""
    return along.ticks() if along.low >= 0 else along.ticks(STEP)


def _cuts(chart: Chart, along: Scale, up: Scale) -> list[Ink]:
    marks: list[Ink] = []
    cut, equal = chart.options.get("cut"), chart.options.get("equal")
    if isinstance(cut, int | float):
        marks.append(Line((along(cut), up.start), (along(cut), up.end), QUIET, 1, (4, 3)))
    if isinstance(equal, int | float):
        marks.append(Line((along.start, up(equal)), (along.end, up(equal)), QUIET, 1, (4, 3)))
    return marks


def _corners(chart: Chart, along: Scale, up: Scale) -> list[Ink]:
    given: Any = chart.options.get("corners", ())
    if not given:
        return []
    room = (along.end - along.start) / 2 - 12
    high, low = up.end + 10, up.start - 10
    sides: tuple[tuple[float, Align], ...] = (
        (along.start + 6, "left"),
        (along.end - 4, "right"),
    )
    places = [(x, y, side) for y in (high, low) for x, side in sides]
    return [
        Words((x, y), wrapped(words, room, SMALL, most=1)[0], SMALL, side, QUIET)
        for words, (x, y, side) in zip(given, places, strict=True)
    ]


def _dot(name: str, row: Row, along: Scale, up: Scale) -> list[Ink]:
    score, share, low, high = (float(cell) for cell in row[1:5] if isinstance(cell, int | float))
    x = along(min(along.high, max(along.low, score)))
    return [
        Line((x, up(low)), (x, up(high)), PALE_ACCENT, 4),
        Dot((x, up(share)), ACCENT, RADIUS),
        Words((x, up(share)), name, SMALL, "center", PAPER, bold=True),
    ]


def _names(rows: Sequence[Row], width: float, y: float) -> tuple[list[Ink], float]:
    """Two columns of names where there is room."""
    columns = 1 if is_narrow(width) else 2
    room = width / columns
    marks: list[Ink] = []
    for k, row in enumerate(rows):
        line, column = divmod(k, columns)
        share = number(float(row[2])) if isinstance(row[2], int | float) else ""
        text = wrapped(f"{k + 1}  {row[0]} ({share} %)", room - 10, SMALL, most=1)
        marks.append(Words((column * room, y + LINE * line), text, SMALL))
    return marks, y + LINE * -(-len(rows) // columns)
