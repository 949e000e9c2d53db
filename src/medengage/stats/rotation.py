"""Turning factors so that each item belongs to as few as possible.

The fit of a factor model does not change when its factors are turned: loadings ``A`` may become
``L = A T^-T`` with any T whose columns have length 1. The factors then correlate by
``Phi = T' T`` (identity: an orthogonal rotation), and ``L Phi L' = A A'``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Rotation", "oblimin", "varimax"]

Matrix = NDArray[np.float64]

STEEP = 1e-8
"""Slope of the criterion below which a rotation has arrived."""

FLAT = 1e-5
"""Slope at which R's GPArotation stops; enough to call a rotation converged."""


@dataclass(frozen=True, slots=True, eq=False)
class Rotation:
    """Rotated factors, each with a positive sum of loadings.

    ``loadings``      J x K pattern: what an item changes with one factor, others held;
    ``correlations``  K x K between the factors;
    ``criterion``     value of what was minimised;
    ``gradient``      length of its projected gradient, 0 at the minimum;
    ``converged``     the gradient is below 1e-5.
    """

    loadings: Matrix
    correlations: Matrix
    criterion: float
    gradient: float
    converged: bool

    @property
    def communalities(self) -> NDArray[np.float64]:
        """Share of each item's variance explained: ``diag(L Phi L')``, not row sums of squares."""
        return np.asarray(((self.loadings @ self.correlations) * self.loadings).sum(axis=1))


def varimax(loadings: Matrix, *, most_sweeps: int = 100) -> Matrix:
    """Orthogonal rotation that makes squared loadings vary most within each factor (Kaiser 1958).

    Rows are first brought to length 1, so that every item has the same say. Each pair of factors
    is turned by its best angle, known in closed form, until no angle is left to turn. R:
    ``stats::varimax``, whose joint step for all factors can halt between two equal places.
    """
    lengths = np.sqrt(np.square(loadings).sum(axis=1, keepdims=True))
    rows = loadings / np.where(lengths > 0.0, lengths, 1.0)
    pairs = list(combinations(range(rows.shape[1]), 2))
    for _ in range(most_sweeps):
        angles = [_turn_pair(rows, pair) for pair in pairs]
        if max(angles, default=0.0) < STEEP:
            break
    return np.asarray(rows * lengths)


def _turn_pair(rows: Matrix, pair: tuple[int, int]) -> float:
    """Turn two columns, in place, by Kaiser's angle; the size of that angle."""
    x, y = rows[:, pair[0]], rows[:, pair[1]]
    u, v = x * x - y * y, 2.0 * x * y
    across = 2.0 * (u @ v - u.sum() * v.sum() / len(u))
    along = u @ u - v @ v - (u.sum() ** 2 - v.sum() ** 2) / len(u)
    angle = np.arctan2(across, along) / 4.0
    cosine, sine = np.cos(angle), np.sin(angle)
    rows[:, pair[0]], rows[:, pair[1]] = cosine * x + sine * y, cosine * y - sine * x
    return float(abs(angle))


def oblimin(loadings: Matrix, *, most_steps: int = 2000) -> Rotation:
    """Oblique rotation with the fewest items on two factors at once (oblimin with gamma 0).

    Minimises ``1/4 sum over items and pairs of factors of l_ij^2 l_ik^2`` by gradient projection:
    a step downhill, columns of T brought back to length 1, the step doubled or halved as it helps
    (Jennrich 2002; Bernaards & Jennrich 2005). It starts from ``varimax``, as ``psych::omega``
    does. Checked against R: ``GPArotation::oblimin``, which stops at a slope of 1e-5, so the two
    agree to about 1e-4.
    """
    start = varimax(loadings)
    place, step = _Place.at(start, np.eye(start.shape[1])), 1.0
    for _ in range(most_steps):
        if place.slope < STEEP:
            break
        nearer, step = _downhill(start, place, 2.0 * step)
        if nearer is None:
            break
        place = nearer
    sign = np.where(place.loadings.sum(axis=0) < 0.0, -1.0, 1.0)
    return Rotation(
        loadings=place.loadings * sign,
        correlations=place.turn.T @ place.turn * np.outer(sign, sign),
        criterion=place.value,
        gradient=place.slope,
        converged=place.slope < FLAT,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """One T of ``oblimin``: its loadings, criterion and projected gradient."""

    turn: Matrix
    loadings: Matrix
    value: float
    downhill: Matrix
    slope: float

    @classmethod
    def at(cls, start: Matrix, turn: Matrix) -> _Place:
        inverse = np.linalg.inv(turn)
        loadings = start @ inverse.T
        squares = np.square(loadings)
        others = squares.sum(axis=1, keepdims=True) - squares
        gradient = -(loadings.T @ (loadings * others) @ inverse).T
        along = gradient - turn * (turn * gradient).sum(axis=0)
        value, slope = 0.25 * float((squares * others).sum()), float(np.linalg.norm(along))
        return cls(turn, loadings, value, along, slope)


def _downhill(start: Matrix, place: _Place, step: float) -> tuple[_Place | None, float]:
    """First place that lowers the criterion enough, halving the step; None if there is none."""
    for length in step * 0.5 ** np.arange(40):
        turn = place.turn - length * place.downhill
        nearer = _Place.at(start, turn / np.linalg.norm(turn, axis=0))
        if nearer.value < place.value - 0.5 * length * place.slope**2:
            return nearer, float(length)
    return None, step
