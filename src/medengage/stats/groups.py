"""Number, mean and variance of each group: all that a group comparison needs to know.

These three numbers are sufficient for every statistic of ``multilevel``, so an organisation can
take part in a comparison without showing a single score (federation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["GroupSummaries", "group_summaries"]

Vector = NDArray[np.float64]
Counts = NDArray[np.int64]
Labels = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class GroupSummaries:
    """One entry per group that has at least one score.

    ``labels``    names of the groups;
    ``n``         scores in the group, at least 1;
    ``mean``      their mean, in score points;
    ``variance``  their variance, divisor n - 1, in squared points; NaN where n = 1.

    Raises ``ValueError`` if the four differ in length, an n is below 1, a variance is negative,
    or a mean, or the variance of two or more scores, is not a number.
    """

    labels: Labels
    n: Counts
    mean: Vector
    variance: Vector

    def __post_init__(self) -> None:
        if not len(self.labels) == len(self.n) == len(self.mean) == len(self.variance):
            raise ValueError("labels, n, mean and variance need one entry per group")
        if (self.n < 1).any():
            raise ValueError("a group without scores has no place among the groups")
        if not np.isfinite(self.mean).all():
            raise ValueError("every group needs a finite mean")
        if not (self.variance[self.n > 1] >= 0.0).all():
            raise ValueError("a group of two or more needs a variance, and none is negative")

    @property
    def sum_squares(self) -> Vector:
        """Sum of squared deviations from the group's own mean, ``(n - 1) s^2``; 0 where n = 1."""
        return np.where(self.n > 1, (self.n - 1) * self.variance, 0.0)


def group_summaries(values: ArrayLike, groups: ArrayLike) -> GroupSummaries:
    """Number, mean and variance of the scores of each group; labels sorted.

    ``mean_g = sum y / n_g`` and, in a second pass that cannot cancel,
    ``variance_g = sum (y - mean_g)^2 / (n_g - 1)``. ``values`` are scores (NaN = missing, left
    out), ``groups`` the group of each. Raises ``ValueError`` if the two differ in length.
    Checked against R: ``tapply(y, g, mean)``, ``tapply(y, g, var)``.

    >>> summaries = group_summaries([3, 5, 1, 2, 3], ["a", "a", "b", "b", "b"])
    >>> [x.tolist() for x in (summaries.labels, summaries.n, summaries.mean, summaries.variance)]
    [['a', 'b'], [2, 3], [4.0, 2.0], [2.0, 1.0]]
    """
    scores, names = np.asarray(values, dtype=np.float64), np.asarray(groups)
    if scores.ndim != 1 or scores.shape != names.shape:
        raise ValueError("values and groups are two lists of the same length")
    there = ~np.isnan(scores)
    labels, codes = np.unique(names[there], return_inverse=True)
    n = np.bincount(codes, minlength=len(labels))
    mean = np.bincount(codes, scores[there], len(labels)) / n
    spread = np.bincount(codes, (scores[there] - mean[codes]) ** 2, len(labels))
    variance = np.where(n > 1, spread / np.maximum(n - 1, 1), np.nan)
    return GroupSummaries(labels, n, mean, variance)
