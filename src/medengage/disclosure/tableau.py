"""Exact row reduction of released figures, in whole numbers.

What an attacker can compute from released sums are their linear combinations: the *row space* of
the matrix with one row a figure and one column an atom. The proofs of ``certificate`` ask which
entries of a combination can be zero, so a rounding error would be a wrong answer. Here every
row is a vector of whole numbers. A row may be multiplied or divided by any number without changing
the space, hence pivoting needs no fractions (Bareiss 1968), and the
entries stay tiny because tables of counts are nearly totally unimodular. Should an entry outgrow
``LARGEST`` all the same, ``TooLarge`` is raised before 64 bits could overflow, and the caller
treats the figure as unproven.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medengage.errors import DisclosureRefused

__all__ = ["LARGEST", "Flags", "Integers", "Tableau", "TooLarge", "eliminate", "primitive"]

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LARGEST = 2**30
"""Two products of entries up to this size, subtracted, still fit into 64 bits."""
SMALL = 2**16
"""Rows with entries below this keep their common divisors: taking them out costs time."""


class TooLarge(DisclosureRefused):
    """Exact arithmetic would need more than 64 bits, so nothing can be proven."""

    def __init__(
        self,
        message: str = "safety cannot be proven: the figures overlap in too many ways",
        *,
        subject: str = "",
        hint: str = "ask for fewer breakdowns at once",
    ) -> None:
        super().__init__(message, subject=subject, hint=hint)


def primitive(vector: Integers) -> Integers:
    """The vector divided by the greatest common divisor of its entries, first entry positive."""
    nonzero = np.flatnonzero(vector)
    if not len(nonzero):
        return vector
    divisor = int(np.gcd.reduce(vector)) * (1 if vector[nonzero[0]] > 0 else -1)
    return vector // divisor


def eliminate(rows: Integers, row: int, column: int) -> None:
    """Make ``column`` zero in every row but ``row``, in place and without fractions.

    With pivot p and entry c, a row becomes ``(p * itself - c * pivot row) / gcd(p, c)``.
    Raises ``TooLarge``.
    """
    others = np.flatnonzero(rows[:, column])
    others = others[others != row]
    if not len(others):
        return
    where = np.flatnonzero(rows[row])
    own, theirs = int(rows[row, column]), rows[others, column]
    divisor = np.gcd(own, theirs) * (1 if own > 0 else -1)
    factor = own // divisor
    scaled = others[factor != 1]
    if len(scaled):
        rows[scaled] *= factor[factor != 1][:, None]
    place = others[:, None], where
    block = rows[place] - (theirs // divisor)[:, None] * rows[row, where]
    rows[place] = block
    if len(scaled) or max(block.max(), -block.min()) >= SMALL:
        _shrink(rows, others)


def _shrink(rows: Integers, which: Integers) -> None:
    large = which[np.abs(rows[which]).max(axis=1) >= SMALL]
    if not len(large):
        return
    rows[large] //= np.gcd.reduce(rows[large], axis=1)[:, None]
    if np.abs(rows[large]).max() > LARGEST:
        raise TooLarge


@dataclass(eq=False, slots=True)
class Tableau:
    """A basis of the row space in which each row alone is not zero at a column of its own.

    ``rows`` (R, A) int64. ``own`` (R,) is the column of each row, or -1 for a *guest*: a vector
    that is not released but kept reduced by the others, zero at all their columns.
    """

    rows: Integers
    own: Integers

    @classmethod
    def empty(cls, columns: int) -> Tableau:
        """Of no released figure."""
        return cls(np.zeros((0, columns), dtype=np.int64), np.zeros(0, dtype=np.int64))

    @property
    def released(self) -> Flags:
        """(R,) which rows are no guests."""
        return np.asarray(self.own >= 0)

    def copy(self) -> Tableau:
        """One that can be changed without changing this."""
        return Tableau(self.rows.copy(), self.own.copy())

    def reduced(self, vector: Integers) -> Integers:
        """The vector less released rows so that it is zero at all their own columns; primitive.

        The result is all zero exactly if the vector is a combination of the released rows.
        Raises ``TooLarge``.
        """
        rest = vector.astype(np.int64)
        for row in np.flatnonzero(self.released):
            entry = int(rest[self.own[row]])
            if entry:
                pivot = int(self.rows[row, self.own[row]])
                divisor = int(np.gcd(pivot, entry))
                rest = rest * (pivot // divisor) - self.rows[row] * (entry // divisor)
                if np.abs(rest).max() > LARGEST:
                    rest = primitive(rest)
                if np.abs(rest).max() > LARGEST:
                    raise TooLarge
        return primitive(rest)

    def add(self, reduced: Integers, weight: Integers) -> None:
        """Release a reduced vector; its own column is the heaviest that it can have."""
        nonzero = np.flatnonzero(reduced)
        column = int(nonzero[np.argmax(weight[nonzero])])
        self.rows = np.vstack([self.rows, reduced])
        self.own = np.append(self.own, column)
        eliminate(self.rows, len(self.own) - 1, column)
        self.settle(weight)

    def add_guest(self, reduced: Integers) -> None:
        """Keep a reduced vector up to date without releasing it."""
        self.rows = np.vstack([self.rows, reduced])
        self.own = np.append(self.own, -1)

    def guest_like(self, reduced: Integers) -> int | None:
        """Number of the guest that is a multiple of this primitive reduced vector, if any."""
        guests = self.rows[~self.released]
        zero_alike = ((guests != 0) == (reduced != 0)).all(axis=1)
        for number in np.flatnonzero(zero_alike):
            if np.array_equal(primitive(guests[number]), reduced):
                return int(number)
        return None

    def settle(self, weight: Integers) -> None:
        """Exchange own columns until each is the heaviest column of its row.

        Then the own columns are the heaviest basis of the column matroid (greedy algorithm,
        Edmonds 1971).
        """
        mine = np.flatnonzero(self.released)
        while True:
            reach = np.where(self.rows[mine] != 0, weight, -1)
            gain = reach.max(axis=1, initial=-1) - weight[self.own[mine]]
            if not len(mine) or gain.max() <= 0:
                return
            place = int(np.argmax(gain))
            column = int(np.argmax(reach[place]))
            eliminate(self.rows, int(mine[place]), column)
            self.own[mine[place]] = column

    def split(self, origin: Integers, weight: Integers) -> None:
        """Replace every column by its parts: new column ``a`` is a part of ``origin[a]``."""
        first = np.full(self.rows.shape[1], -1, dtype=np.int64)
        first[origin[::-1]] = np.arange(len(origin))[::-1]
        self.rows = self.rows[:, origin]
        self.own = np.where(self.released, first[self.own], -1)
        self.settle(weight)
