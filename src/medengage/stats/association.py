"""Does a level go with an outer rating? Rank correlation, its test, its interval, its limits.

Organisations are few and ratings coarse, so everything rests on ranks and on what would happen if
ratings were handed out at random. Nothing here says why two things go together.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from medengage.errors import TooFewResponses

__all__ = [
    "FEWEST",
    "PERMUTATIONS",
    "Trend",
    "attenuation",
    "bootstrap_interval",
    "detectable",
    "jonckheere",
    "kendall_tau_b",
    "leave_one_out",
    "partial_spearman",
    "permutation_p",
    "rank_interval",
    "rank_power",
    "ranked",
    "somers_d",
    "spearman",
]

Vector = NDArray[np.float64]
Ways = dict[tuple[int, ...], NDArray[np.int64]]

PAIR = 2
FEWEST = 4
"""Pairs without which the interval of a rank correlation has no width."""
PERMUTATIONS = 9_999
EXACT = 1_000_000
"""Up to so many different ways to hand out ratings, all of them are tried."""
DRAWS = 2_000
PER_COVARIATE = 10
"""Pairs that each further variable needs."""
TINY = 1e-12
"""Statistics closer than this are equal: sums in another order differ in the last digits."""


@dataclass(frozen=True, slots=True)
class Trend:
    """Jonckheere and Terpstra's test: does a level rise with an ordered rating?

    ``j`` pairs of organisations in the expected order (ties count half); ``expected, variance`` of
    it by chance; ``z``; ``p`` one-sided, normal.
    """

    j: float
    expected: float
    variance: float
    z: float
    p: float


def ranked(values: ArrayLike) -> Vector:
    """(n,) ranks from 1; equal values share the mean of their ranks."""
    values = np.asarray(values, dtype=np.float64)
    order = np.sort(values)
    below = np.searchsorted(order, values, side="left")
    upto = np.searchsorted(order, values, side="right")
    return np.asarray((below + upto + 1.0) / 2.0)


def spearman(x: ArrayLike, y: ArrayLike) -> float | None:
    """Correlation of the ranks of ``x`` and ``y``, both (n,); ``None`` where one is constant.

    Raises ``ValueError`` for other shapes. R: ``cor(method = "spearman")``.
    """
    a, b = _pair(x, y)
    return _correlation(ranked(a), ranked(b))


def rank_interval(r: float, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Interval of a rank correlation of ``n`` pairs, by Fisher's transformation.

    ``tanh(atanh r +/- z sqrt((1 + r^2/2)/(n - 3)))`` (Bonett and Wright 2000). Raises
    ``TooFewResponses`` below four pairs.
    """
    if n < FEWEST:
        raise TooFewResponses("the interval of a correlation", n=n, needed=FEWEST)
    if abs(r) >= 1.0:
        return r, r
    half = float(-ndtri((1.0 - level) / 2.0)) * math.sqrt((1.0 + r * r / 2.0) / (n - 3))
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)


def bootstrap_interval(
    x: ArrayLike,
    y: ArrayLike,
    rng: np.random.Generator,
    *,
    level: float = 0.95,
    draws: int = DRAWS,
) -> tuple[float, float]:
    """Percentile interval of Spearman's correlation, drawing organisations with replacement.

    Draws in which a column is constant have no correlation and are left out. Raises
    ``TooFewResponses`` below four pairs. R: ``boot::boot.ci(type = "perc")``.
    """
    a, b = _pair(x, y)
    if a.size < FEWEST:
        raise TooFewResponses("the interval of a correlation", n=a.size, needed=FEWEST)
    drawn = rng.integers(0, a.size, (draws, a.size))
    found = _row_correlations(_row_ranks(a[drawn]), _row_ranks(b[drawn]))
    found = found[~np.isnan(found)]
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(found, [tail, 1.0 - tail])
    return float(low), float(high)


def permutation_p(
    x: ArrayLike,
    y: ArrayLike,
    rng: np.random.Generator,
    *,
    permutations: int = PERMUTATIONS,
) -> float | None:
    """Two-sided p of Spearman's correlation if ``y`` were handed out at random.

    Exact where there are at most a million different ways to hand out ``y``, else from random
    ones: ``(b + 1)/(m + 1)`` (Phipson and Smyth 2010). ``None`` where a column is constant.
    """
    a, b = _pair(x, y)
    seen = spearman(a, b)
    if seen is None:
        return None
    ranks_x, ranks_y = ranked(a), ranked(b)
    if _ways(b) <= EXACT:
        return _exact_p(ranks_x, ranks_y)
    centred = ranks_x - ranks_x.mean()
    bound = abs(float(centred @ ranks_y)) - TINY * centred.size**3
    shuffled = rng.permuted(np.broadcast_to(ranks_y, (permutations, ranks_y.size)), axis=1)
    beyond = int((np.abs(shuffled @ centred) >= bound).sum())
    return (beyond + 1) / (permutations + 1)


def kendall_tau_b(x: ArrayLike, y: ArrayLike) -> float | None:
    """Concordant less discordant pairs, over pairs that are tied in neither; ``None`` if constant.

    ``(C - D)/sqrt((n0 - n1)(n0 - n2))``. R: ``cor(method = "kendall")``.
    """
    a, b = _pair(x, y)
    signs_x, signs_y = _signs(a), _signs(b)
    scale = float((signs_x**2).sum()) * float((signs_y**2).sum())
    return float((signs_x * signs_y).sum()) / math.sqrt(scale) if scale > 0.0 else None


def somers_d(level: ArrayLike, rating: ArrayLike) -> float | None:
    """Of pairs with different ratings: share in order less share out of order, given the rating.

    ``None`` where all ratings are equal. R: ``DescTools::SomersDelta``.
    """
    a, b = _pair(level, rating)
    signs = _signs(b)
    pairs = float((signs**2).sum())
    return float((_signs(a) * signs).sum()) / pairs if pairs > 0.0 else None


def jonckheere(level: ArrayLike, rating: ArrayLike) -> Trend:
    """Does ``level`` (n,) rise with an ordered ``rating`` (n,)? One-sided, with ties.

    ``J = sum over pairs of ratings g < h of [x < y] + [x = y]/2``, ``E = (n^2 - sum n_g^2)/4``,
    variance with all three terms for ties. Raises ``ValueError`` where the rating is constant.
    Source: Jonckheere 1954; Lehmann 1975. R: ``clinfun::jonckheere.test``.
    """
    a, b = _pair(level, rating)
    groups, ties = Counter(b.tolist()), Counter(a.tolist())
    if len(groups) < PAIR:
        raise ValueError("a trend needs two different ratings")
    upper = b[:, None] < b[None, :]
    j = float(((a[:, None] < a[None, :]) + 0.5 * (a[:, None] == a[None, :]))[upper].sum())
    n = a.size
    expected = (n**2 - sum(g**2 for g in groups.values())) / 4.0
    variance = _trend_variance(n, list(groups.values()), list(ties.values()))
    z = (j - expected) / math.sqrt(variance)
    return Trend(j, expected, variance, z, float(ndtr(-z)))


def leave_one_out(x: ArrayLike, y: ArrayLike) -> Vector:
    """(n,) Spearman's correlation without each pair in turn; nan where a column is constant."""
    a, b = _pair(x, y)
    others = ~np.eye(a.size, dtype=bool)
    rows = [np.broadcast_to(v, (v.size, v.size))[others].reshape(v.size, -1) for v in (a, b)]
    return _row_correlations(_row_ranks(rows[0]), _row_ranks(rows[1]))


def attenuation(r: float, reliability_x: float, reliability_y: float) -> float | None:
    """A correlation as it would be without error of measurement: ``r/sqrt(r_xx r_yy)``.

    ``None`` where that is above 1: then it is not identified, and is never cut off. Raises
    ``ValueError`` for what is no reliability. Source: Spearman 1904.
    """
    if not (0.0 < reliability_x <= 1.0 and 0.0 < reliability_y <= 1.0):
        raise ValueError("a reliability lies above 0 and up to 1")
    found = r / math.sqrt(reliability_x * reliability_y)
    return found if abs(found) <= 1.0 else None


def rank_power(r: float, n: int, *, alpha: float = 0.05) -> float:
    """Probability that a correlation of ranks that is truly ``r`` is told from 0 in ``n`` pairs.

    ``Phi(atanh|r|/s - z) + Phi(-atanh|r|/s - z)`` with ``s^2 = (1 + r^2/2)/(n - 3)``. Raises
    ``TooFewResponses`` below four pairs. Source: Bonett and Wright 2000.
    """
    if n < FEWEST:
        raise TooFewResponses("the power of a correlation", n=n, needed=FEWEST)
    if abs(r) >= 1.0:
        return 1.0
    away = math.atanh(abs(r)) / math.sqrt((1.0 + r * r / 2.0) / (n - 3))
    z = float(-ndtri(alpha / 2.0))
    return float(ndtr(away - z) + ndtr(-away - z))


def detectable(n: int, *, power: float = 0.80, alpha: float = 0.05) -> float:
    """The smallest correlation that would be told from 0 with ``power`` in ``n`` pairs.

    Raises ``TooFewResponses`` below four pairs.
    """
    return float(brentq(lambda r: rank_power(r, n, alpha=alpha) - power, 0.0, 1.0, xtol=1e-10))


def partial_spearman(x: ArrayLike, y: ArrayLike, others: ArrayLike) -> float | None:
    """Spearman's correlation of ``x`` and ``y`` (n,) at equal ranks of ``others`` (n, k).

    Correlation of what is left of the ranks after regression on the ranks of the others; ``None``
    where nothing is left. Its interval is that of ``n - k`` pairs. Raises ``ValueError`` for other
    shapes, ``TooFewResponses`` for more than one covariate for every ten pairs. R:
    ``ppcor::pcor.test(method = "spearman")``.
    """
    a, b = _pair(x, y)
    covariates = np.asarray(others, dtype=np.float64)
    if covariates.ndim != PAIR or covariates.shape[0] != a.size or np.isnan(covariates).any():
        raise ValueError("one row of covariates a pair, without gaps")
    k = covariates.shape[1]
    if a.size < PER_COVARIATE * k:
        raise TooFewResponses("a correlation at equal others", n=a.size, needed=PER_COVARIATE * k)
    design = np.column_stack([np.ones(a.size), *(ranked(column) for column in covariates.T)])
    ranks = np.column_stack([ranked(a), ranked(b)])
    left = ranks - design @ np.linalg.lstsq(design, ranks, rcond=None)[0]
    if (np.abs(left).max(axis=0) < TINY * a.size).any():
        return None
    return _correlation(left[:, 0], left[:, 1])


def _pair(x: ArrayLike, y: ArrayLike) -> tuple[Vector, Vector]:
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if a.ndim != 1 or a.shape != b.shape or np.isnan(a).any() or np.isnan(b).any():
        raise ValueError("two columns of numbers, equally long and without gaps")
    return a, b


def _correlation(a: Vector, b: Vector) -> float | None:
    found = float(_row_correlations(a[None], b[None])[0])
    return None if math.isnan(found) else found


def _row_correlations(a: Vector, b: Vector) -> Vector:
    """Pearson's correlation of each row of two matrices; nan where a row is constant."""
    a = a - a.mean(axis=1, keepdims=True)
    b = b - b.mean(axis=1, keepdims=True)
    scale = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    found = np.full(scale.shape, np.nan)
    np.divide((a * b).sum(axis=1), scale, out=found, where=scale > 0.0)
    return found


def _row_ranks(rows: Vector) -> Vector:
    """Ranks within each row, ties sharing their mean: one sort for all rows."""
    order = np.argsort(rows, axis=1, kind="stable")
    ordered = np.take_along_axis(rows, order, axis=1)
    new = np.ones(rows.shape, dtype=bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    place = np.arange(rows.shape[1])
    first = np.maximum.accumulate(np.where(new, place, 0), axis=1)
    ends = np.ones(rows.shape, dtype=bool)
    ends[:, :-1] = new[:, 1:]
    last = np.minimum.accumulate(np.where(ends, place, rows.shape[1])[:, ::-1], axis=1)[:, ::-1]
    ranks = np.empty(rows.shape)
    np.put_along_axis(ranks, order, (first + last) / 2.0 + 1.0, axis=1)
    return ranks


def _signs(values: Vector) -> Vector:
    return np.sign(values[:, None] - values[None, :])


def _ways(values: Vector) -> int:
    """How many different ways there are to hand these values out."""
    counts = Counter(values.tolist()).values()
    return math.factorial(values.size) // math.prod(math.factorial(count) for count in counts)


def _exact_p(ranks_x: Vector, ranks_y: Vector) -> float:
    """Share of all ways to hand out ``ranks_y`` that go as far as what was seen, or further.

    Twice the ranks are whole numbers, and so is ``sum a_i r_i``. Its distribution is counted one
    organisation after the other: for each number of ratings of every kind that were handed out so
    far, how many ways lead to each sum.
    """
    a, r = np.rint(2.0 * ranks_x).astype(np.int64), np.rint(2.0 * ranks_y).astype(np.int64)
    kinds, stock = np.unique(r, return_counts=True)
    longest = int(a.sum() * kinds.max()) + 1
    ways = {(0,) * kinds.size: np.zeros(longest, dtype=np.int64)}
    ways[(0,) * kinds.size][0] = 1
    for step in a.tolist():
        ways = _handed_out(ways, step, kinds.tolist(), stock.tolist())
    [counts] = ways.values()
    sums = np.flatnonzero(counts)
    far = np.abs(a.size * sums - a.sum() * r.sum())
    seen = abs(int(a.size * (a @ r) - a.sum() * r.sum()))
    return float(counts[sums[far >= seen]].sum() / counts.sum())


def _handed_out(ways: Ways, step: int, kinds: list[int], stock: list[int]) -> Ways:
    """One more organisation gets a rating of any kind that is left."""
    found: Ways = {}
    for used, counts in ways.items():
        for place, kind in enumerate(kinds):
            if used[place] < stock[place]:
                now = (*used[:place], used[place] + 1, *used[place + 1 :])
                sums = found.setdefault(now, np.zeros_like(counts))
                shift = step * kind
                sums[shift:] += counts[: counts.size - shift]
    return found


def _trend_variance(n: int, groups: list[int], ties: list[int]) -> float:
    """Variance of J by chance, with groups and ties (Lehmann 1975)."""

    def cubic(sizes: list[int]) -> float:
        return float(sum(s * (s - 1) * (2 * s + 5) for s in sizes))

    def triples(sizes: list[int]) -> float:
        return float(sum(s * (s - 1) * (s - 2) for s in sizes))

    def pairs(sizes: list[int]) -> float:
        return float(sum(s * (s - 1) for s in sizes))

    whole = n * (n - 1) * (2 * n + 5) - cubic(groups) - cubic(ties)
    three = triples(groups) * triples(ties) / (36.0 * n * (n - 1) * (n - 2))
    two = pairs(groups) * pairs(ties) / (8.0 * n * (n - 1))
    return whole / 72.0 + three + two
