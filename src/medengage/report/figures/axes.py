"""What a figure is read against: scales, ticks, bands and the pattern for "not shown"."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from medengage.report.decimals import number
from medengage.report.figures.ink import Box, Ink, Line, Words
from medengage.report.figures.theme import BAND, GRID, INK, QUIET, SMALL, WITHHELD, wrapped

__all__ = ["Scale", "across", "steps", "upwards", "withheld"]

HUNDRED = (0.0, 25.0, 50.0, 75.0, 100.0)
TICK_ROOM = 12
TINY = 1e-9
"""Steps of a tenth are not exact; a tick at the very end counts."""


@dataclass(frozen=True)
class Scale:
    """Where a value stands, in pixels; ``start`` and ``end`` are the places of the two ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, step: float | None = None) -> tuple[float, ...]:
        """Quarters of a hundred, or multiples of ``step`` inside the scale."""
        if step is None:
            return tuple(value for value in HUNDRED if self.low <= value <= self.high)
        first = math.ceil(self.low / step - TINY)
        count = math.floor(self.high / step + TINY) - first + 1
        return tuple((first + place) * step for place in range(count))


def steps(low: float, high: float, most: int = 6) -> tuple[float, float, float]:
    """Ends of a scale around two values, and a round step with at most so many ticks."""
    span = (high - low) or abs(high) or 1.0
    size = 10.0 ** math.floor(math.log10(span / most))
    step = next(s for s in (size, 2 * size, 5 * size, 10 * size) if span / s <= most)
    return step * math.floor(low / step), step * math.ceil(high / step), step


def across(
    scale: Scale, top: float, bottom: float, words: str = "", ticks: Sequence[float] | None = None
) -> list[Ink]:
    """Upright grid lines with numbers below them, and what they count in."""
    values = scale.ticks() if ticks is None else ticks
    lines: list[Ink] = [Line((scale(v), top), (scale(v), bottom), GRID) for v in values]
    numbers: list[Ink] = [
        Words((scale(v), bottom + TICK_ROOM), number(v), SMALL, "center", QUIET) for v in values
    ]
    middle = (scale.start + scale.end) / 2
    title = [Words((middle, bottom + 2.4 * TICK_ROOM), words, SMALL, "center", QUIET)]
    return [*lines, *numbers, *(title if words else [])]


def upwards(
    scale: Scale, left: float, right: float, ticks: Sequence[float] | None = None
) -> list[Ink]:
    """Level grid lines with numbers on their left."""
    values = scale.ticks() if ticks is None else ticks
    lines: list[Ink] = [Line((left, scale(v)), (right, scale(v)), GRID) for v in values]
    numbers: list[Ink] = [
        Words((left - 6, scale(v)), number(v), SMALL, "right", QUIET) for v in values
    ]
    return [*lines, *numbers]


def withheld(left: float, right: float, middle: float, words: str) -> list[Ink]:
    """The grey pattern of a figure that is not shown, with the reason in words."""
    top, bottom, hatch = middle - 14, middle + 14, 28
    strokes: list[Ink] = [
        Line((left + k, bottom), (left + k + 8, top), WITHHELD, 2) for k in range(2, hatch - 7, 6)
    ]
    lines = wrapped(words, right - left - hatch - 8, SMALL)
    up = (len(lines) - 1) * SMALL * 0.625
    return [
        Box((left, top), (right, bottom), BAND),
        *strokes,
        Words((left + hatch + 4, middle - up), lines, SMALL, colour=INK),
    ]
