"""A3: is any union of small cells, named by attributes or not, a combination of shown groups?

A union x (0 or 1 for each kind of doctor) with fewer than k doctors is looked for among all
combinations of the shown groups. Three rules of thumb leave little to search: no kind of k doctors
or more is in it; kinds whose entries are always equal are in it together; kinds whose entries are
always proportional but not equal are not in it. What is left is asked kind by kind, the largest
first: the lightest x with this kind in it, entries between 0 and 1 (a linear programme). If even
that has k doctors, the kind is in no union and drops out. Otherwise whole entries are asked for
(an integer programme).

The search is bounded by an effort that counts work and not seconds, so that the same release gives
the same result on every computer. If it is stopped, it found nothing and proves nothing; the
certificate is the proof.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_matrix, eye_array, hstack

from medengage.disclosure.attacks.release import (
    AttackResult,
    Floats,
    Release,
    described_as,
    result,
)
from medengage.disclosure.tableau import Flags, Integers

__all__ = ["EFFORT", "small_union", "unions"]

EFFORT = 50_000_000
"""Entries of all programmes together: half a minute; three times what the largest release took."""
NODES = 200
FEASIBLE, INFEASIBLE = 0, 2
NIL, ALIKE, HALF = 1e-9, 1e-6, 0.5


def unions(release: Release, *, effort: int = EFFORT) -> AttackResult:
    """A3: search all unions of atoms with 1 to k - 1 doctors for one that can be computed.

    A search that is stopped for its effort found nothing, which its words say.
    """
    matrix, sizes = release.matrix, release.sizes
    present = np.flatnonzero((release.frame.answered > 0) & (sizes > 0))
    union, finished = small_union(matrix[:, present], sizes[present], release.k, effort=effort)
    found = []
    if union is not None:
        group = np.zeros(len(sizes), dtype=bool)
        group[present[union]] = True
        found.append(described_as(release, group, "a union of small cells"))
    what = "Searching all unions of small cells by linear and integer programming"
    stopped = "" if finished else "stopped before the end, which proves nothing"
    return result("A3", len(present), found, what, unfinished=stopped)


def small_union(
    rows: Integers, sizes: Integers, k: int, *, effort: int = EFFORT
) -> tuple[Flags | None, bool]:
    """A union of columns with fewer than k doctors in the row space, and was all searched?

    ``rows`` (M, A) are shown groups, ``sizes`` (A,) doctors, all at least 1. The union is (A,)
    bool; ``None`` where none was found.
    """
    work = _Search.start(rows.astype(float), sizes.astype(float), k)
    finished = True
    while len(work.space):
        if (effort := effort - work.space.size) < 0:
            return None, False
        kind = int(np.argmax(work.sizes))
        union, settled = work.lightest(kind)
        if union is not None:
            return union, True
        finished &= settled
        work.rule_out(np.array([kind]))
    return None, finished


@dataclass(eq=False, slots=True)
class _Search:
    """What a union may still be.

    ``space`` (D, C) spans the combinations left: a row for each free kind (``pivots``), which has
    a one there and zeros at the other pivots. ``sizes`` (C,) doctors of each kind, ``members``
    (C, A) the columns that were joined in it.
    """

    space: Floats
    pivots: Integers
    sizes: Floats
    members: Flags
    k: int

    @classmethod
    def start(cls, rows: Floats, sizes: Floats, k: int) -> _Search:
        """All combinations of the rows, less what the rules of thumb exclude."""
        search = cls(*_echelon(rows), sizes, np.eye(len(sizes), dtype=bool), k)
        search.simplify()
        return search

    def simplify(self) -> None:
        """Join kinds that are always alike; rule out those too large or never equal."""
        while len(self.space):
            self._keep(np.abs(self.space).max(axis=0) > NIL)
            first, kind, unequal = _proportional(self.space)
            sizes = np.bincount(kind, weights=self.sizes).astype(float)
            joined = np.zeros((len(first), self.members.shape[1]), dtype=bool)
            np.logical_or.at(joined, kind, self.members)
            self._choose(first, kind)
            self.sizes, self.members = sizes, joined
            out = np.flatnonzero(unequal | (sizes >= self.k))
            if not len(out):
                return
            self._exclude(out)

    def rule_out(self, kinds: Integers) -> None:
        """These kinds are in no union."""
        self._exclude(kinds)
        self.simplify()

    def lightest(self, kind: int) -> tuple[Flags | None, bool]:
        """A union of fewer than k doctors with this kind in it; and was the question settled?"""
        found = self._programme(kind, whole=False)
        if found.status == INFEASIBLE or (found.x is not None and found.fun > self.k - HALF):
            return None, True
        if found.x is None or not _is_whole(found.x @ self.space):
            found = self._programme(kind, whole=True)
        if found.status != FEASIBLE or found.fun > self.k - HALF:
            return None, found.status in (FEASIBLE, INFEASIBLE)
        entries = found.x[: len(self.space)] @ self.space
        return np.asarray(self.members[entries > HALF].any(axis=0)), True

    def _programme(self, kind: int, *, whole: bool) -> OptimizeResult:
        """The lightest combination with entries in [0, 1], and one at ``kind``."""
        loose = np.setdiff1d(np.arange(len(self.sizes)), self.pivots)
        entries = csr_matrix(self.space[:, loose].T)
        low, high = np.zeros(len(self.sizes)), np.ones(len(self.sizes))
        low[kind] = 1.0
        weight = self.space @ self.sizes
        if not whole:
            return milp(
                weight,
                constraints=LinearConstraint(entries, low[loose], high[loose]),
                bounds=Bounds(low[self.pivots], high[self.pivots]),
            )
        order = np.concatenate([self.pivots, loose])
        return milp(
            np.concatenate([weight, np.zeros(len(loose))]),
            constraints=LinearConstraint(hstack([entries, -eye_array(len(loose))]), 0, 0),
            bounds=Bounds(low[order], high[order]),
            integrality=np.ones(len(order), dtype=np.int64),
            options={"node_limit": NODES},
        )

    def _exclude(self, columns: Integers) -> None:
        """Only combinations that are zero at these columns."""
        for column in columns.tolist():
            if not (np.abs(self.space[:, column]) > NIL).any():
                continue
            row = int(np.argmax(np.abs(self.space[:, column])))
            _pivot(self.space, row, column)
            self.space = np.delete(self.space, row, axis=0)
            self.pivots = np.delete(self.pivots, row)
        keep = np.ones(len(self.sizes), dtype=bool)
        keep[columns] = False
        self._keep(keep)

    def _keep(self, columns: Flags) -> None:
        number = np.cumsum(columns) - 1
        self.space, self.pivots = self.space[:, columns], number[self.pivots]
        self.sizes, self.members = self.sizes[columns], self.members[columns]

    def _choose(self, first: Integers, kind: Integers) -> None:
        """One column of each kind stands for all."""
        self.space, self.pivots = self.space[:, first], kind[self.pivots]


def _echelon(rows: Floats) -> tuple[Floats, Integers]:
    """A basis of the row space with a one for each row where the others are zero."""
    space, pivots = rows.copy(), []
    for row in range(len(space)):
        column = int(np.argmax(np.abs(space[row])))
        if abs(space[row, column]) > NIL:
            _pivot(space, row, column)
            pivots.append((row, column))
    chosen = [row for row, _ in pivots]
    return space[chosen], np.array([column for _, column in pivots], dtype=np.int64)


def _pivot(space: Floats, row: int, column: int) -> None:
    """Make the entry one and the rest of its column zero, in place."""
    space[row] /= space[row, column]
    others = np.flatnonzero(np.abs(space[:, column]) > NIL)
    others = others[others != row]
    space[others] -= space[others, column][:, None] * space[row]
    space[np.abs(space) < NIL] = 0.0


def _is_whole(entries: Floats) -> bool:
    return float(np.abs(entries - np.round(entries)).max(initial=0.0)) < ALIKE


def _proportional(space: Floats) -> tuple[Integers, Integers, Flags]:
    """Columns that are proportional to each other.

    One of each kind, the kind of every column, and which kinds have columns that differ.
    """
    length = np.linalg.norm(space, axis=0)
    unit = space / length
    lead = np.argmax(np.abs(unit) > ALIKE, axis=0)
    factor = length * np.sign(unit[lead, np.arange(len(length))])
    key = np.round(space / factor, 6) + 0.0
    _, first, kind = np.unique(key, axis=1, return_index=True, return_inverse=True)
    kind = kind.reshape(-1)
    differ = np.abs(factor / factor[first][kind] - 1) > ALIKE
    return first, kind, np.bincount(kind, weights=differ) > 0
