"""Three slow, plain checks of a release; the fast one of ``certificate`` is tested against them.

``lightest_by_hand`` tries every set of atoms, with fractions: the definition itself.
``certify_slow`` is an integer programme for the same question (HiGHS, row generation).
``union_programme`` is the weaker integer programme of the first design: may a *union of atoms*,
a vector of zeros and ones, with 1 to limit - 1 doctors be computed?
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp

from medengage.disclosure.tableau import Integers, Tableau

__all__ = ["certify_slow", "independent", "lightest_by_hand", "null_basis", "union_programme"]

HAND, HALF = 14, 0.5
FEASIBLE, INFEASIBLE = 0, 2


def independent(figures: Integers, columns: Iterable[int]) -> list[int]:
    """The first of these columns of a matrix (M, A) that span what all of them span.

    Gauss-Jordan elimination column by column, with fractions.
    """
    chosen: list[int] = []
    reduced: list[tuple[int, list[Fraction]]] = []
    for column in columns:
        vector = [Fraction(int(entry)) for entry in figures[:, column]]
        for pivot, other in reduced:
            factor = vector[pivot]
            if factor:
                vector = [a - factor * b for a, b in zip(vector, other, strict=True)]
        place = next((row for row, entry in enumerate(vector) if entry), None)
        if place is not None:
            reduced.append((place, [entry / vector[place] for entry in vector]))
            chosen.append(column)
    return chosen


def lightest_by_hand(figures: Integers, sizes: Integers) -> tuple[int, tuple[int, ...]] | None:
    """Fewest doctors that a combination of the figures rests on, and their atoms.

    Tries all sets of atoms: a combination is zero outside a set exactly if the columns outside
    have a smaller rank than all columns. Among equals the first in order of size, then of atoms.
    ``None`` for figures that are all zero; ``ValueError`` for more than 14 atoms.
    """
    atoms = range(figures.shape[1])
    if len(atoms) > HAND:
        raise ValueError(f"more than {HAND} atoms")
    rank = len(independent(figures, atoms))
    best: tuple[int, tuple[int, ...]] | None = None
    for count in range(1, len(atoms) + 1):
        for chosen in combinations(atoms, count):
            weight = int(sizes[list(chosen)].sum())
            if best is not None and weight >= best[0]:
                continue
            if len(independent(figures, [a for a in atoms if a not in chosen])) < rank:
                best = weight, chosen
    return best


def certify_slow(
    figures: Integers, sizes: Integers, limit: int, *, seconds: float = 60.0
) -> tuple[bool, tuple[int, ...] | None]:
    """Is there no combination on fewer than ``limit`` doctors? Otherwise the lightest, as atoms.

    A combination that is not zero is nonzero somewhere in every *basis* of the columns. So the
    programme ``min sizes . z, z in {0,1}, sum of z over B >= 1 for every basis B known`` bounds
    the lightest combination from below. Its solution either leaves a basis untouched, which is
    added (Chandrasekaran et al. 2011, implicit hitting sets), or is the answer. Rounding enters
    only a programme with coefficients 0 and 1. A time-out counts as unsafe, without witness.
    """
    sizes = np.asarray(sizes, dtype=np.int64)
    rank = len(independent(figures, range(figures.shape[1])))
    if rank == 0:
        return True, None
    rows: list[npt.NDArray[np.float64]] = []
    chosen: list[int] = []
    while True:
        rest = [a for a in np.argsort(-sizes, kind="stable").tolist() if a not in chosen]
        basis = independent(figures, rest)
        if len(basis) < rank:
            return False, tuple(chosen)
        rows.append(np.isin(np.arange(len(sizes)), basis).astype(float))
        status, solution = _hit(np.array(rows), sizes, limit, seconds)
        if status == INFEASIBLE:
            return True, None
        if status != FEASIBLE or solution is None:
            return False, None
        chosen = solution


def _hit(
    rows: npt.NDArray[np.float64], sizes: Integers, limit: int, seconds: float
) -> tuple[int, list[int] | None]:
    """The lightest set of atoms below the limit that meets every row."""
    constraints = [LinearConstraint(rows, 1, np.inf), LinearConstraint(sizes, 0, limit - 0.5)]
    found = milp(
        sizes.astype(float),
        constraints=constraints,
        integrality=np.ones(len(sizes), dtype=np.int64),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds},
    )
    solution = None if found.x is None else np.flatnonzero(found.x > HALF).tolist()
    return int(found.status), solution


def null_basis(figures: Integers) -> Integers:
    """Whole vectors y, one a row, that span all with ``figures @ y = 0``. Raises ``TooLarge``."""
    tableau = Tableau.empty(figures.shape[1])
    flat = np.ones(figures.shape[1], dtype=np.int64)
    for figure in figures:
        reduced = tableau.reduced(figure)
        if reduced.any():
            tableau.add(reduced, flat)
    pivots = tableau.rows[np.arange(len(tableau.own)), tableau.own]
    scale = int(np.lcm.reduce(np.abs(pivots), initial=1))
    loose = np.setdiff1d(np.arange(figures.shape[1]), tableau.own)
    basis = np.zeros((len(loose), figures.shape[1]), dtype=np.int64)
    basis[np.arange(len(loose)), loose] = scale
    basis[:, tableau.own] = -(tableau.rows[:, loose] * (scale // pivots)[:, None]).T
    return basis


def union_programme(
    figures: Integers, sizes: Integers, limit: int, *, seconds: float = 60.0
) -> tuple[bool, tuple[int, ...] | None]:
    """Can no union of atoms with 1 to ``limit - 1`` doctors be computed? Otherwise the smallest.

    ``min sizes . x`` subject to ``N x = 0`` for the null vectors N of the figures (so that x is a
    combination of them), ``1 <= sizes . x <= limit - 1``, x in {0, 1}. A time-out counts as
    unsafe, without witness.
    """
    sizes = np.asarray(sizes, dtype=np.int64)
    constraints = [LinearConstraint(sizes, 1, limit - 1)]
    null = null_basis(figures)
    if len(null):
        scale = np.abs(null).max(axis=1, keepdims=True)
        constraints.append(LinearConstraint(null / scale, 0, 0))
    found = milp(
        sizes.astype(float),
        constraints=constraints,
        integrality=np.ones(len(sizes), dtype=np.int64),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds},
    )
    if found.status == INFEASIBLE:
        return True, None
    witness = None if found.x is None else tuple(np.flatnonzero(found.x > HALF).tolist())
    return False, witness
