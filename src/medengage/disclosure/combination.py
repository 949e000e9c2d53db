"""What can be worked out when a few further statistics are shown beside the blocks of a plan.

The total and the blocks are sums over disjoint groups of at least k doctors. A weighted mean or a
late-minus-early difference adds a statistic whose coefficient differs *inside* blocks, and a
combination of it with block totals can cancel all doctors of a block who share one coefficient.
What is left are the others; there must be at least k of them.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt

__all__ = ["smallest_support"]

Vector = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

SAME = 1e-9
MOST_EXTRA = 2


def smallest_support(block: Codes, extra: Vector) -> int | None:
    """Fewest doctors on whom a combination that uses an extra statistic depends.

    ``block`` (N,) is each respondent's block, ``extra`` (N, E) the coefficient of each respondent
    in each of one or two further statistics. For a direction ``c`` in the space of the extra
    statistics the best an attacker can do in block b is to subtract the coefficient that most of
    its doctors share: ``sum over b of (n_b - most doctors of b with equal extra @ c)`` remain.
    Only finitely many directions make further coefficients equal, and all of them are tried, so
    that the answer is exact. ``None`` where the extra statistics follow from the blocks anyway.
    Raises ``ValueError`` for more than two extra statistics.
    """
    if not 1 <= extra.shape[1] <= MOST_EXTRA:
        raise ValueError("one or two further statistics")
    scale = np.maximum(np.abs(extra).max(axis=0, initial=0.0), np.finfo(float).tiny)
    rows = np.column_stack([block, np.round(extra / scale / SAME) * SAME])
    cells, size = np.unique(rows, axis=0, return_counts=True)
    supports = [_support(cells, size, direction) for direction in _directions(cells)]
    possible = [support for support in supports if support > 0]
    return min(possible, default=None)


def _directions(cells: Vector) -> list[Vector]:
    """Every direction in which two different coefficients of one block become equal."""
    if cells.shape[1] == MOST_EXTRA:
        return [np.array([1.0])]
    found = {(1.0, 0.0), (0.0, 1.0), (1.0, float(np.pi))}
    for block in np.unique(cells[:, 0]):
        for one, other in combinations(cells[cells[:, 0] == block, 1:], 2):
            gap = one - other
            across = np.array([gap[1], -gap[0]]) / np.hypot(*gap)
            across = across * (-1.0 if across[0] < 0 else 1.0)
            found.add((float(np.round(across[0], 9)), float(np.round(across[1], 9))))
    return [np.array(direction) for direction in sorted(found)]


def _support(cells: Vector, size: Codes, direction: Vector) -> int:
    value = np.round(cells[:, 1:] @ direction / SAME / 10).astype(np.int64)
    left = 0
    for block in np.unique(cells[:, 0]):
        here = cells[:, 0] == block
        _, which = np.unique(value[here], return_inverse=True)
        counts = np.bincount(which, weights=size[here])
        left += int(counts.sum() - counts.max())
    return left
