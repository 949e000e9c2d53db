"""Two measures of the same organisations over several periods: between them, and within them.

That engaged organisations are better ones says nothing of whether an organisation gets better when
its engagement rises. The first is a correlation of organisations' means, the second one of what is
left of each value without its organisation's and its period's mean. Rows of one organisation are
no independent rows, so intervals draw whole organisations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from medengage.errors import TooFewResponses
from medengage.stats.association import FEWEST, ranked, spearman

__all__ = ["Correlation", "cluster_interval", "means_by", "within"]

Vector = NDArray[np.float64]

DRAWS = 2_000
DIGITS, SMALLEST = 10, 1e-200


@dataclass(frozen=True, slots=True)
class Correlation:
    """Spearman's correlation of ``n`` rows of ``clusters`` organisations, with its interval.

    Where one column does not vary, ``rho`` is ``None`` and the interval holds everything.
    """

    n: int
    clusters: int
    rho: float | None
    low: float
    high: float


def means_by(values: ArrayLike, unit: ArrayLike) -> Vector:
    """(U,) mean of ``values`` (n,) in each of the sorted ``unit`` s (n,)."""
    x = np.asarray(values, dtype=np.float64)
    _, codes, counts = np.unique(np.asarray(unit), return_inverse=True, return_counts=True)
    return _settled(np.bincount(codes, x, counts.size) / counts, x)


def within(values: ArrayLike, unit: ArrayLike, period: ArrayLike) -> Vector:
    """(n,) how far each value lies from its unit's mean, beyond what is usual in its period.

    The unit's mean is taken off first, then the period's mean of what is left. Where every unit
    has every period these are the residuals of R's ``lm(values ~ factor(unit) + factor(period))``;
    otherwise they come close to them.
    """
    x = np.asarray(values, dtype=np.float64)
    left = x
    for one in (unit, period):
        codes = np.unique(np.asarray(one), return_inverse=True)[1]
        left = _settled(left - means_by(left, one)[codes], x)
    return left


def cluster_interval(
    x: ArrayLike,
    y: ArrayLike,
    unit: ArrayLike,
    rng: np.random.Generator,
    *,
    level: float = 0.95,
    draws: int = DRAWS,
) -> Correlation:
    """Spearman's correlation of ``x`` and ``y`` (n,), drawing whole units for its interval.

    Raises ``TooFewResponses`` below four units, ``ValueError`` for columns of other shapes.
    """
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    rho = spearman(a, b)
    _, codes = np.unique(np.asarray(unit), return_inverse=True)
    clusters = int(codes.max()) + 1 if codes.size else 0
    if clusters < FEWEST:
        raise TooFewResponses("the interval of a correlation", n=clusters, needed=FEWEST)
    rows = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=clusters))
    members = np.split(rows, ends[:-1])
    found = np.full(draws, np.nan)
    for draw in range(draws):
        drawn = np.concatenate([members[k] for k in rng.integers(0, clusters, clusters)])
        found[draw] = _rank_correlation(a[drawn], b[drawn])
    if rho is None or np.isnan(found).all():
        return Correlation(a.size, clusters, None, -1.0, 1.0)
    tail = (1.0 - level) / 2.0
    low, high = np.nanquantile(found, [tail, 1.0 - tail])
    return Correlation(a.size, clusters, rho, float(low), float(high))


def _settled(values: Vector, scale: Vector) -> Vector:
    """Without the last digits, so that means which are equal by rights share their rank.

    Values given to two places have many equal means; sums in another order differ in the last
    digit, and ranks would tell such means apart.
    """
    largest = float(np.abs(scale).max(initial=0.0))
    if largest < SMALLEST:
        return np.zeros_like(values)
    return np.asarray(np.round(values / largest, DIGITS) * largest)


def _rank_correlation(a: Vector, b: Vector) -> float:
    """As ``spearman``, without its checks; nan where a column is constant."""
    p, q = ranked(a), ranked(b)
    p, q = p - p.mean(), q - q.mean()
    scale = float(np.sqrt((p @ p) * (q @ q)))
    return float(p @ q) / scale if scale > 0.0 else float("nan")
