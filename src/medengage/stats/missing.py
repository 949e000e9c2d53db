"""Means and covariances of a table with gaps, by maximum likelihood under a normal distribution.

Leaving out every row with a gap wastes answers, and is biased where those who skip one question
differ. The EM algorithm fills each gap with what is expected given the rest of its row, and counts
how uncertain that is:

    E: for a row with known part o and gaps m, with B = S_mo S_oo^-1:
       x_m = mu_m + B (x_o - mu_o),   C_mm = S_mm - B S_om
    M: mu = mean of filled rows,  S = mean of (x - mu)(x - mu)' + C

Unbiased where gaps depend on what is known (missing at random). Source: Dempster, Laird and Rubin
1977; Little and Rubin 2019, 11.2. R: ``norm::em.norm``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from medengage.errors import TooFewResponses

__all__ = ["Moments", "em_moments"]

Vector = NDArray[np.float64]

MOST_STEPS, CLOSE = 500, 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """``mean`` (p,), ``covariance`` (p, p) by maximum likelihood (divisor n); ``steps`` taken."""

    mean: Vector
    covariance: Vector
    steps: int


def em_moments(table: ArrayLike) -> Moments:
    """Means and covariances of ``table`` (n, p), NaN where a value is missing.

    Rows without any value are left out. Raises ``TooFewResponses`` where fewer rows than p + 1 are
    complete: then nothing says how columns go together.
    """
    x = np.asarray(table, dtype=np.float64)
    x = x[~np.isnan(x).all(axis=1)]
    gaps = np.isnan(x)
    complete = x[~gaps.any(axis=1)]
    if len(complete) <= x.shape[1]:
        needed = x.shape[1] + 1
        raise TooFewResponses("covariances of a table with gaps", n=len(complete), needed=needed)
    mean, covariance = complete.mean(axis=0), np.cov(complete.T, bias=True)
    patterns, which = np.unique(gaps, axis=0, return_inverse=True)
    rows = [np.flatnonzero(which == k) for k in range(len(patterns))]
    steps, apart = 0, np.inf
    while apart >= CLOSE and steps < MOST_STEPS:
        steps += 1
        filled, uncertain = _filled(x, mean, covariance, list(zip(patterns, rows, strict=True)))
        now = filled.mean(axis=0)
        away = filled - now
        found = (away.T @ away + uncertain) / len(x)
        scale = np.sqrt(np.diag(found))
        apart = max(
            float(np.abs((now - mean) / scale).max()),
            float(np.abs((found - covariance) / np.outer(scale, scale)).max()),
        )
        mean, covariance = now, found
    return Moments(mean, covariance, steps)


def _filled(
    x: Vector,
    mean: Vector,
    covariance: Vector,
    patterns: list[tuple[NDArray[np.bool_], NDArray[np.intp]]],
) -> tuple[Vector, Vector]:
    """Rows with their gaps filled, and the sum of what remains uncertain about them."""
    filled, uncertain = x.copy(), np.zeros_like(covariance)
    for gap, rows in patterns:
        if not gap.any():
            continue
        known = ~gap
        slopes = np.linalg.solve(
            covariance[np.ix_(known, known)], covariance[np.ix_(known, gap)]
        ).T
        filled[np.ix_(rows, gap)] = mean[gap] + (x[np.ix_(rows, known)] - mean[known]) @ slopes.T
        rest = covariance[np.ix_(gap, gap)] - slopes @ covariance[np.ix_(known, gap)]
        uncertain[np.ix_(gap, gap)] += len(rows) * rest
    return filled, uncertain
