"""How closely the shown means of one measure pin down the means of small groups.

Sums of atoms are unknown; each lies between nothing and the highest value for all its doctors, and
shown sums lie in their bands. The range of a small group's mean takes two linear programmes. Most
groups need none: from one set of sums that agrees with everything shown, answers are moved between
doctors so that no shown sum changes and the group's changes most, and if that alone is wide
enough, the group is safe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack

from medengage.disclosure.attacks.release import Floats
from medengage.disclosure.tableau import Flags

__all__ = ["Contradiction", "ShownSums", "narrow_ranges"]

TINY = 1e-7
"""Of a whole sum: less than any rounding, more than a solver's error."""
NIL = 1e-9


class Contradiction(ValueError):
    """No sums agree with everything shown."""


@dataclass(frozen=True, eq=False)
class ShownSums:
    """What is shown of one measure, over the atoms with a value.

    ``rows`` (G, A) how much each atom's sum counts, ``low`` and ``high`` (G,) the band of each
    shown sum, ``sizes`` (A,) doctors, ``top`` the highest value of one.
    """

    rows: Floats
    low: Floats
    high: Floats
    sizes: Floats
    top: float

    @cached_property
    def slack(self) -> float:
        """What a solver may be wrong by."""
        return TINY * self.top

    def agree(self, sums: Floats) -> bool:
        """Do these sums of atoms agree with everything shown?"""
        shown = self.rows @ sums
        inside = (sums >= -self.slack).all() and (sums <= self.top * self.sizes + self.slack).all()
        low, high = shown >= self.low - self.slack, shown <= self.high + self.slack
        return bool(inside and low.all() and high.all())

    @cached_property
    def _spread(self) -> Floats:
        """(G, A) turns changes of shown sums into the smallest change of atoms' means."""
        weighted = self.rows * self.sizes
        return np.asarray(np.linalg.pinv(weighted @ self.rows.T, hermitian=True) @ weighted)

    def start(self) -> Floats:
        """Sums that agree with everything shown. Raises ``Contradiction``.

        The same mean everywhere, then the least change of means that meets the middle of every
        band; where that leaves a band or the scale, a linear programme.
        """
        middle = (self.low + self.high) / 2
        largest = int(np.argmax(self.rows @ self.sizes))
        sums = self.sizes * middle[largest] / (self.rows[largest] @ self.sizes)
        sums = sums + (middle - self.rows @ sums) @ self._spread
        return sums if self.agree(sums) else self._central()

    def _central(self) -> Floats:
        """Sums that agree with everything shown, as far as possible from the ends of the scale.

        One more unknown: the least distance of an atom's mean from both ends.
        """
        count = len(self.sizes)
        room, sums = self.sizes[:, None], eye_array(count)
        rows = vstack(
            [
                hstack([csr_array(self.rows), csr_array((len(self.rows), 1))]),
                hstack([sums, csr_array(-room)]),
                hstack([sums, csr_array(room)]),
            ]
        )
        low = np.concatenate([self.low - self.slack, np.zeros(count), np.full(count, -np.inf)])
        most = np.full(count, np.inf), self.top * self.sizes
        high = np.concatenate([self.high + self.slack, *most])
        ends = Bounds(0, np.append(self.top * self.sizes, self.top / 2))
        goal = np.append(np.zeros(count), -1.0)
        return self._solved(goal, LinearConstraint(rows, low, high), ends)[:count]

    def least(self, weights: Floats) -> Floats:
        """The sums that agree with everything shown and make ``weights @ sums`` smallest."""
        low, high = self.low - self.slack, self.high + self.slack
        shown = LinearConstraint(csr_array(self.rows), low, high)
        return self._solved(weights, shown, Bounds(0, self.top * self.sizes))

    def _solved(self, goal: Floats, shown: LinearConstraint, ends: Bounds) -> Floats:
        found = milp(goal, constraints=shown, bounds=ends)
        if found.x is None:
            raise Contradiction("the shown means contradict each other")
        return np.asarray(found.x, dtype=float)

    def moves(self, groups: Flags) -> Floats:
        """(T, A) changes of sums that leave all shown sums alone and move each group's most."""
        wanted = groups * self.sizes
        return np.asarray(wanted - (wanted @ self.rows.T) @ self._spread)


def narrow_ranges(
    shown: ShownSums, groups: Flags, width: float
) -> Iterator[tuple[int, float, float]]:
    """The groups (T, A) whose mean must lie in a range below ``width``: place, lowest, highest.

    Every group has at least one doctor with a value. Raises ``Contradiction``.
    """
    start = shown.start()
    weights = groups / (groups @ shown.sizes)[:, None]
    low, high = _reach(shown, start, shown.moves(groups), weights)
    for place in np.argsort(high - low, kind="stable")[::-1]:
        if high[place] - low[place] >= width:
            continue
        ends = np.array([shown.least(weights[place]), shown.least(-weights[place])])
        lowest, highest = (ends @ weights[place]).tolist()
        if highest - lowest < width:
            yield int(place), lowest, highest
        means = weights @ ends.T
        low, high = np.minimum(low, means.min(axis=1)), np.maximum(high, means.max(axis=1))


def _reach(
    shown: ShownSums, start: Floats, moves: Floats, weights: Floats
) -> tuple[Floats, Floats]:
    """How low and how high each group's mean can surely be, from ``start`` along its move."""
    up, down = shown.top * shown.sizes - start, start
    still = np.abs(moves) < NIL * np.abs(moves).max(axis=1, keepdims=True, initial=1.0)
    size = np.where(still, np.inf, np.abs(moves))
    room = (
        np.maximum(np.where(moves > 0, up, down), 0.0),
        np.maximum(np.where(moves > 0, down, up), 0.0),
    )
    ahead, back = (np.where(still, np.inf, one / size).min(axis=1, initial=np.inf) for one in room)
    gain = (weights * moves).sum(axis=1)
    gain = np.where(np.isfinite(ahead + back), gain, 0.0)
    middle = weights @ start
    ahead, back = np.nan_to_num(ahead, posinf=0.0), np.nan_to_num(back, posinf=0.0)
    return middle - gain * back, middle + gain * ahead
