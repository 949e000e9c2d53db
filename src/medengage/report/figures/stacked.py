"""Answers as stacked bars around the middle: unfavourable to the left, favourable to the right.

Columns of the data: statement, the percentage of each answer, n. Words in the place of a
percentage say that it is shown together with the answer on its left. Options: ``answers`` the
names of the answers, least favourable first; ``turned`` the statements whose answers are turned
round; ``beside`` a mapping from statement to the words at the end of its bar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from medengage.report.blocks import Cell, Chart
from medengage.report.decimals import number
from medengage.report.figures.axes import Scale
from medengage.report.figures.ink import Box, Drawing, Ink, Line, Words
from medengage.report.figures.theme import (
    INK,
    MIDDLE_COLOUR,
    PAPER,
    QUIET,
    SMALL,
    diverging,
    is_narrow,
    length,
    lines_of,
    wrapped,
)

__all__ = ["Layout", "Part", "stacked"]

NAMES, BESIDE = 250.0, 62.0
BAR = 22.0
KEY = 14.0
BOTTOM = 8.0
DARK = 140
"""Brightness below which words on a colour are white (of 255)."""


@dataclass(frozen=True)
class Part:
    """One answer, or several shown together, of one statement."""

    percent: float
    first: int
    last: int


@dataclass(frozen=True)
class Layout:
    """Places and colours shared by all bars."""

    width: float
    narrow: bool
    scale: Scale
    colours: tuple[str, ...]


def stacked(chart: Chart, width: float) -> Drawing:
    """One bar a statement, its middle under the middle of all others."""
    answers: Any = chart.options.get("answers", ())
    beside: Any = chart.options.get("beside", {})
    narrow = is_narrow(width)
    turned: Any = chart.options.get("turned", ())
    bars = [
        (str(name), _parts_of(cells, turn=name in turned)) for name, *cells, _ in chart.data.rows
    ]
    far = _farthest([parts for _, parts in bars], (len(answers) + 1) / 2)
    scale = Scale(-far, far, 0 if narrow else NAMES + 12, width - BESIDE)
    layout = Layout(width, narrow, scale, diverging(len(answers)))
    key, top = _key(layout, answers)
    marks: list[Ink] = []
    y = top
    for name, parts in bars:
        bar, high = _bar(name, parts, layout, y, beside)
        marks += bar
        y += high
    return Drawing(width, y + BOTTOM, (*key, *marks))


def _farthest(bars: Sequence[Sequence[Part]], middle: float) -> float:
    """Percent to the farther end of any bar, so that all bars fill the room."""
    ends = [10.0]
    for parts in bars:
        left = _left_of(parts, middle)
        ends += [left, sum(part.percent for part in parts) - left]
    return max(ends)


def _parts_of(cells: Sequence[Cell], *, turn: bool) -> list[Part]:
    """Each percentage with the first and last place (1, 2, ...) it stands for."""
    parts: list[Part] = []
    for place, cell in enumerate(cells, start=1):
        if isinstance(cell, int | float):
            parts.append(Part(float(cell), place, place))
        elif parts:
            parts[-1] = replace(parts[-1], last=place)
    if not turn:
        return parts
    end = len(cells) + 1
    return [Part(part.percent, end - part.last, end - part.first) for part in reversed(parts)]


def _key(layout: Layout, answers: Sequence[str]) -> tuple[list[Ink], float]:
    """Which colour is which answer, in as many lines as needed."""
    marks: list[Ink] = []
    x, y = 0.0, 10.0
    for colour, name in zip(layout.colours, answers, strict=True):
        room = KEY + 4 + length(name, SMALL) + 8
        if x + room > layout.width and x > 0:
            x, y = 0.0, y + 18
        marks += [
            Box((x, y - 6), (x + KEY, y + 6), colour),
            Words((x + KEY + 4, y), name, SMALL),
        ]
        x += room
    return marks, y + 18


def _bar(
    name: str, parts: Sequence[Part], layout: Layout, top: float, beside: Mapping[str, str]
) -> tuple[list[Ink], float]:
    room = layout.width if layout.narrow else NAMES
    lines = wrapped(name, room, SMALL, most=4)
    text = lines_of(len(lines), SMALL)
    if layout.narrow:
        first, middle, high = top + 8, top + text + BAR / 2 + 4, text + BAR + 14
    else:
        high = max(text, BAR) + 12
        middle = top + high / 2
        first = middle - text / 2 + lines_of(1, SMALL) / 2
    label = Words((0, first), lines, SMALL)
    end = Words((layout.width, middle), beside.get(name, ""), SMALL, "right", INK, bold=True)
    gaps = ((middle - BAR / 2 - 5, middle - BAR / 2), (middle + BAR / 2, middle + BAR / 2 + 5))
    line = [Line((layout.scale(0), a), (layout.scale(0), b), QUIET) for a, b in gaps]
    return [label, *line, *_parts(parts, layout, middle), end], high


def _parts(parts: Sequence[Part], layout: Layout, y: float) -> list[Ink]:
    scale, middle = layout.scale, (len(layout.colours) + 1) / 2
    place = -_left_of(parts, middle)
    marks: list[Ink] = []
    for part in parts:
        start, end = scale(place), scale(place + part.percent)
        colour = _colour(part, layout.colours, middle)
        if part.percent > 0:
            marks.append(Box((start, y - BAR / 2), (end, y + BAR / 2), colour))
        words = number(part.percent)
        if length(words, SMALL) + 4 <= end - start:
            centre = ((start + end) / 2, y)
            marks.append(Words(centre, words, SMALL, "center", _readable(colour)))
        place += part.percent
    return marks


def _left_of(parts: Sequence[Part], middle: float) -> float:
    """Percent left of the middle; a part across the middle counts as far as it lies there."""
    told = 0.0
    for part in parts:
        places = part.last - part.first + 1
        share = min(1.0, max(0.0, (middle - part.first + 0.5) / places))
        told += share * part.percent
    return told


def _colour(part: Part, colours: tuple[str, ...], middle: float) -> str:
    """The colour of the answer; of answers shown together the one nearest to the middle."""
    if part.first <= middle <= part.last:
        return MIDDLE_COLOUR if part.last > part.first else colours[part.first - 1]
    return colours[(part.last if part.last < middle else part.first) - 1]


def _readable(colour: str) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    bright = 0.299 * red + 0.587 * green + 0.114 * blue
    return PAPER if bright < DARK else INK
