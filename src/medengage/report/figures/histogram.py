"""Columns for the shares of doctors in ordered classes.

Columns of the data: class, percent. The tallest column fills the height; there is no axis to read
because every column carries its figure.
"""

from __future__ import annotations

from medengage.report.blocks import Chart
from medengage.report.decimals import number
from medengage.report.figures.axes import Scale
from medengage.report.figures.ink import Box, Drawing, Ink, Line, Words
from medengage.report.figures.theme import ACCENT, INK, QUIET, SMALL, is_narrow, wrapped

__all__ = ["histogram"]

TOP, BOTTOM = 22.0, 50.0
FILLED = 0.86
"""Part of a column's room that its bar takes."""


def histogram(chart: Chart, width: float) -> Drawing:
    """One column a class, its percentage on top and its name below."""
    rows = [(str(row[0]), row[1]) for row in chart.data.rows]
    height = 190.0 if is_narrow(width) else 230.0
    most = max((value for _, value in rows if isinstance(value, int | float)), default=1)
    up = Scale(0, max(1.0, float(most)), height - BOTTOM, TOP)
    room = width / max(1, len(rows))
    marks: list[Ink] = []
    for place, (name, value) in enumerate(rows):
        middle = (place + 0.5) * room
        if isinstance(value, int | float):
            half = room * FILLED / 2
            marks.append(Box((middle - half, up(value)), (middle + half, up(0)), ACCENT))
            words = f"{number(value)} %"
            marks.append(Words((middle, up(value) - 10), words, SMALL, "center", INK, bold=True))
        lines = wrapped(name, room - 4, SMALL)
        marks.append(Words((middle, up(0) + 12), lines, SMALL, "center", INK))
    foot = Line((0, up(0)), (width, up(0)), QUIET, 1)
    title = Words((width / 2, height - 8), str(chart.options.get("axis", "")), SMALL, "center")
    return Drawing(width, height, (*marks, foot, title))
