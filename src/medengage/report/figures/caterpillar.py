"""A caterpillar: many groups side by side in rising order, only the outermost named.

Data as for dots. It shows how far groups differ beyond their intervals; it is no ranking.
"""

from __future__ import annotations

from collections.abc import Sequence

from medengage.report.blocks import Chart
from medengage.report.decimals import number
from medengage.report.figures.axes import Scale, upwards
from medengage.report.figures.ink import Box, Dot, Drawing, Ink, Line, Words
from medengage.report.figures.theme import (
    ACCENT,
    BAND,
    INK,
    OTHER,
    QUIET,
    SMALL,
    is_narrow,
    wrapped,
)

__all__ = ["caterpillar"]

LEFT, TOP, BOTTOM = 30.0, 10.0, 40.0
NAMED, NAMED_NARROW = 3, 2
STEP = 16.0

Row = tuple[str, float, float, float]


def caterpillar(chart: Chart, width: float) -> Drawing:
    """Groups in rising order of their value, with a band for everybody."""
    rows = sorted(_known(chart), key=lambda row: (row[1], row[0]))
    height = 300.0 if is_narrow(width) else 320.0
    up = Scale(0, 100, height - BOTTOM, TOP)
    along = Scale(-1, max(1, len(rows)), LEFT, width)
    named = NAMED_NARROW if is_narrow(width) else NAMED
    marks = [
        *_everybody(chart, up, width),
        *upwards(up, LEFT, width),
        *_worms(rows, along, up),
        *_names(rows[:named], list(range(named)), (along, up), low=True),
        *_names(rows[-named:], list(range(len(rows) - named, len(rows))), (along, up), low=False),
        Words((LEFT, height - 20), _foot(chart, len(rows), width), SMALL, colour=QUIET),
    ]
    return Drawing(width, height, tuple(marks))


def _known(chart: Chart) -> list[Row]:
    return [
        (str(name), float(value), float(low), float(high))
        for name, value, low, high, *_ in chart.data.rows
        if isinstance(value, int | float)
        and isinstance(low, int | float)
        and isinstance(high, int | float)
    ]


def _worms(rows: Sequence[Row], along: Scale, up: Scale) -> list[Ink]:
    lines: list[Ink] = [
        Line((along(k), up(low)), (along(k), up(high)), OTHER, 1.2)
        for k, (_, _, low, high) in enumerate(rows)
    ]
    points: list[Ink] = [
        Dot((along(k), up(value)), ACCENT, 2.6) for k, (_, value, _, _) in enumerate(rows)
    ]
    return [*lines, *points]


def _names(
    rows: Sequence[Row], places: Sequence[int], scales: tuple[Scale, Scale], *, low: bool
) -> list[Ink]:
    """Names in the empty corner below the first dots or above the last ones, with leaders."""
    along, up = scales
    marks: list[Ink] = []
    for step, (row, place) in enumerate(zip(rows, places, strict=True)):
        name, value, bottom, top = row
        x = along(place)
        y = up(0) - 10 - STEP * step if low else up(100) + 10 + STEP * (len(rows) - 1 - step)
        sign = 1 if low else -1
        marks += [
            Line((x, up(bottom if low else top)), (x, y), QUIET, 0.8),
            Line((x, y), (x + sign * 8, y), QUIET, 0.8),
            Words(
                (x + sign * 11, y),
                f"{name}: {number(value)}",
                SMALL,
                "left" if low else "right",
                INK,
            ),
        ]
    return marks


def _everybody(chart: Chart, up: Scale, width: float) -> list[Ink]:
    reference = chart.options.get("reference")
    if not isinstance(reference, tuple):
        return []
    name, value, low, high = reference
    return [
        Box((LEFT, up(high)), (width, up(low)), BAND),
        Line((LEFT, up(value)), (width, up(value)), QUIET, 1, (4, 3)),
        Words((width - 4, up(low) + 12), name, SMALL, "right", QUIET),
    ]


def _foot(chart: Chart, count: int, width: float) -> tuple[str, ...]:
    hidden = len(chart.data.rows) - count
    told = f"{count} groups from lowest to highest; each line is an interval"
    return wrapped(f"{told}; {hidden} not shown" if hidden else told, width - LEFT, SMALL)
