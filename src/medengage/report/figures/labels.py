"""Where names go beside their points, so that none covers another.

Each label tries rings of places around its point and takes the cheapest: covering another label, a
point or a fixed word costs most, leaving the frame as much, crossing a line little.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medengage.report.figures.ink import Point

__all__ = ["Area", "place_labels"]

RINGS = (9.0, 16.0, 26.0, 38.0, 52.0, 70.0, 92.0, 118.0)
DIRECTIONS = 16
COVERING, CROSSING, FAR = 1000.0, 3.0, 0.4


@dataclass(frozen=True)
class Area:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: Area) -> bool:
        """Do the two share a spot?"""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: Area) -> bool:
        """Does the other lie inside?"""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def count(self, points: npt.NDArray[np.float64]) -> int:
        """How many of the (k, 2) points lie inside?"""
        x, y = points[:, 0], points[:, 1]
        inside = (self.left < x) & (x < self.right) & (self.top < y) & (y < self.bottom)
        return int(np.count_nonzero(inside))


def place_labels(
    points: Sequence[Point],
    sizes: Sequence[tuple[float, float]],
    frame: Area,
    *,
    fixed: Sequence[Area] = (),
    lines: npt.NDArray[np.float64],
) -> list[Area]:
    """One area a label, in the order given; earlier labels choose first.

    ``sizes`` are widths and heights, ``fixed`` areas that stay free, ``lines`` (k, 2) points of
    strokes better not crossed.
    """
    taken = [*fixed, *(Area(x - 6, y - 6, x + 6, y + 6) for x, y in points)]
    chosen: list[Area] = []
    for point, size in zip(points, sizes, strict=True):
        best = min(
            _candidates(point, size),
            key=lambda pair: _cost(pair[0], pair[1], (frame, [*taken, *chosen]), lines),
        )
        chosen.append(best[0])
    return chosen


def _candidates(point: Point, size: tuple[float, float]) -> list[tuple[Area, float]]:
    """Areas whose nearest edge is a ring's radius away from the point."""
    found = []
    for radius in RINGS:
        for step in range(DIRECTIONS):
            angle = 2 * math.pi * step / DIRECTIONS
            across, down = math.cos(angle), math.sin(angle)
            x = point[0] + across * (radius + size[0] / 2)
            y = point[1] + down * (radius + size[1] / 2)
            half, high = size[0] / 2, size[1] / 2
            found.append((Area(x - half, y - high, x + half, y + high), radius))
    return found


def _cost(
    area: Area,
    radius: float,
    room: tuple[Area, Sequence[Area]],
    lines: npt.NDArray[np.float64],
) -> float:
    frame, taken = room
    covered = sum(area.covers(other) for other in taken) + (not frame.holds(area))
    return COVERING * covered + CROSSING * area.count(lines) + FAR * radius
