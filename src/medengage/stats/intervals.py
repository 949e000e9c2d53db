"""How far a mean or a share may be from the truth.

Two questions need two intervals. *Descriptive*: what do **our** doctors say now? Every further
answer leaves less to guess, and when all have answered nothing is left: pass ``population``, the
number of doctors who could answer (finite population correction, FPC). *Analytic*: what does this
**place** do to doctors, compared with elsewhere or with last year? These doctors are a sample of
the process, even if all of them answered: leave ``population`` out. Comparisons, trends, bands and
alarms are analytic.

A mean gets a Student t quantile at every n: there is no n at which "large enough" begins.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from medengage.errors import TooFewResponses
from medengage.stats.groups import GroupSummaries

__all__ = [
    "POOL_BELOW",
    "Interval",
    "PooledSD",
    "correction",
    "group_intervals",
    "mean_interval",
    "mean_margin",
    "newcombe_difference",
    "pooled_sd",
    "standard_error",
    "t_quantile",
    "wilson_interval",
    "z_quantile",
]

POOL_BELOW = 20
"""Below this many scores a unit's own SD is too unsteady, and tells too much about its doctors."""

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A number with its uncertainty.

    ``value``      the estimate; ``se`` its standard error, in the same unit;
    ``low, high``  ends of the confidence interval;
    ``n``          respondents behind it.
    """

    value: float
    se: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class PooledSD:
    """Standard deviation within units, shared by all of them, and its degrees of freedom."""

    value: float
    df: int


def z_quantile(confidence: float) -> float:
    """Two-sided normal quantile: 1.96 for 0.95. Raises ``ValueError`` outside (0, 1)."""
    return float(ndtri(_upper(confidence)))


def t_quantile(df: ArrayLike, confidence: float) -> Vector:
    """Two-sided Student t quantile; the confidence lies in (0, 1). R: ``qt(.975, df)``."""
    freedom = np.asarray(df, dtype=np.float64)
    return np.asarray(stdtrit(freedom, _upper(confidence)), dtype=np.float64)


def _upper(confidence: float) -> float:
    if not 0.0 < confidence < 1.0:
        raise ValueError("a confidence or power lies between 0 and 1")
    return 0.5 + confidence / 2.0


def correction(n: ArrayLike, population: ArrayLike | None) -> Vector:
    """Finite population correction ``sqrt(1 - n/N)`` of a standard error; 1 without population.

    It is 0 when all N could answer and did. Raises ``ValueError`` if n > N or n < 0: more answers
    than doctors is an error of the roster, never something to clip. Source: Cochran 1977, 2.6.
    Checked against R: ``survey::svymean`` of a design with ``fpc``.
    """
    answered = np.asarray(n, dtype=np.float64)
    if population is None:
        return np.ones_like(answered)
    eligible = np.asarray(population, dtype=np.float64)
    if ((answered > eligible) | (answered < 0.0)).any():
        raise ValueError("more answers than doctors who could answer")
    return np.asarray(np.sqrt(1.0 - answered / np.maximum(eligible, 1.0)), dtype=np.float64)


def standard_error(sd: ArrayLike, n: ArrayLike, *, population: ArrayLike | None = None) -> Vector:
    """Standard error of a mean, ``s / sqrt(n) * sqrt(1 - n/N)``, in the unit of the SD.

    Raises ``ValueError`` if an n is below 1 or above its population. Source: Cochran 1977, 2.6.
    Checked against R: ``survey::svymean``.
    """
    answered = np.asarray(n, dtype=np.float64)
    if (answered < 1.0).any():
        raise ValueError("a mean needs at least one answer")
    factor = correction(answered, population)
    return np.asarray(np.asarray(sd) / np.sqrt(answered) * factor, dtype=np.float64)


def mean_margin(
    sd: ArrayLike,
    n: ArrayLike,
    *,
    df: ArrayLike | None = None,
    population: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Vector:
    """Half-width of the interval of a mean: ``t(df) s / sqrt(n) sqrt(1 - n/N)``; any shape.

    ``df`` is n - 1 unless the SD was pooled. Raises ``ValueError`` if a df is below 1, or as
    ``standard_error``. Checked against R: ``t.test(y)$conf.int``.

    >>> mean_margin(18.0, [10, 240]).round(2).tolist()
    [12.88, 2.29]
    """
    freedom = np.asarray(np.asarray(n) - 1 if df is None else df, dtype=np.float64)
    if (freedom < 1.0).any():
        raise ValueError("a t interval needs at least one degree of freedom")
    return t_quantile(freedom, confidence) * standard_error(sd, n, population=population)


def mean_interval(
    values: ArrayLike,
    *,
    population: int | None = None,
    pooled: PooledSD | None = None,
    pool_below: int = POOL_BELOW,
    confidence: float = 0.95,
) -> Interval:
    """Mean of scores (NaN = missing, left out) with its t interval.

    ``mean +/- t * s / sqrt(n)``; descriptive with ``population``, analytic without (see above).
    With ``pooled`` and fewer than ``pool_below`` scores, ``s`` and the degrees of freedom of the t
    are the pooled ones: steadier, and the unit's own spread stays untold. Raises
    ``TooFewResponses`` below 2 scores (below 1 where the pooled SD is used), ``ValueError`` if
    there are more scores than doctors. Checked against R: ``t.test``, ``survey::svymean``.

    >>> mean_interval([40.0, 50.0, 60.0, 70.0], population=4)
    Interval(value=55.0, se=0.0, low=55.0, high=55.0, n=4)
    """
    scores = np.asarray(values, dtype=np.float64)
    scores = scores[~np.isnan(scores)]
    n = scores.size
    shared = pooled if pooled is not None and n < pool_below else None
    needed = 1 if shared else 2
    if n < needed:
        raise TooFewResponses("interval of a mean", n=n, needed=needed)
    sd, df = (shared.value, shared.df) if shared else (float(scores.std(ddof=1)), n - 1)
    mean, se = float(scores.mean()), float(standard_error(sd, n, population=population))
    margin = float(mean_margin(sd, n, df=df, population=population, confidence=confidence))
    return Interval(mean, se, mean - margin, mean + margin, n)


def pooled_sd(sd: ArrayLike, n: ArrayLike) -> PooledSD:
    """Spread within units: ``sqrt(sum (n_u - 1) s_u^2 / sum (n_u - 1))``, df ``sum (n_u - 1)``.

    Units of one score say nothing about spread and are left out. Raises ``TooFewResponses`` if
    no unit has two scores. Checked against R: ``sigma(lm(y ~ factor(unit)))``.

    >>> pooled_sd([3.0, 4.0], [10, 10])
    PooledSD(value=3.5355339059327378, df=18)
    """
    size = np.asarray(n, dtype=np.int64)
    spread = np.where(size > 1, np.asarray(sd, dtype=np.float64), 0.0)
    df = int(np.maximum(size - 1, 0).sum())
    if df < 1:
        raise TooFewResponses("spread within units", n=int(size.max(initial=0)), needed=2)
    return PooledSD(math.sqrt(float(((size - 1) * spread**2).sum()) / df), df)


def group_intervals(
    groups: GroupSummaries,
    *,
    populations: ArrayLike | None = None,
    pool_below: int = POOL_BELOW,
    confidence: float = 0.95,
) -> tuple[Interval, ...]:
    """Mean of every unit with its t interval, small units with the SD pooled over all units.

    ``populations``: doctors who could answer, one number per unit, for the descriptive interval.
    ``pool_below=0`` gives every unit its own SD. Raises ``TooFewResponses`` if a unit of one score
    meets no pooled SD, ``ValueError`` if a unit has more scores than doctors. Checked against R:
    ``t.test`` by unit; pooled as the means of ``predict(lm(y ~ factor(unit)), interval="conf")``.
    """
    sd, df = np.sqrt(groups.variance), groups.n - 1
    small = groups.n < pool_below
    if small.any():
        shared = pooled_sd(sd, groups.n)
        sd, df = np.where(small, shared.value, sd), np.where(small, shared.df, df)
    if (df < 1).any():
        raise TooFewResponses("interval of a unit's mean", n=1, needed=2)
    se = standard_error(sd, groups.n, population=populations)
    margin = t_quantile(df, confidence) * se
    columns = (groups.mean, se, groups.mean - margin, groups.mean + margin)
    rows = zip(*(column.tolist() for column in (*columns, groups.n)), strict=True)
    return tuple(Interval(*row) for row in rows)


def wilson_interval(
    count: int, n: int, *, population: int | None = None, confidence: float = 0.95
) -> Interval:
    """Share ``p = count / n`` with Wilson's score interval; never leaves [0, 1].

    ``(p + a/2 +/- sqrt(a p(1-p) + a^2/4)) / (1 + a)`` with ``a = z^2 / n_eff``. Without
    ``population`` ``n_eff = n``; with it ``n_eff = n (N-1)/(N-n)``, so that a complete census has
    zero width. Raises ``TooFewResponses`` if n = 0, ``ValueError`` if not 0 <= count <= n <= N.
    Source: Wilson 1927. Checked against R: ``prop.test(count, n, correct = FALSE)``.

    >>> round(wilson_interval(150, 240, population=400).low, 4)
    0.5855
    """
    if n == 0:
        raise TooFewResponses("interval of a share", n=0, needed=1)
    if not 0 <= count <= n:
        raise ValueError("a count lies between 0 and the number of answers")
    shrink = _wilson_shrink(n, population)
    p, a = count / n, z_quantile(confidence) ** 2 * shrink / n
    half = math.sqrt(a * p * (1.0 - p) + a * a / 4.0)
    low, high = (p + a / 2.0 - half) / (1.0 + a), (p + a / 2.0 + half) / (1.0 + a)
    se = math.sqrt(p * (1.0 - p) * shrink / n)
    return Interval(p, se, max(min(low, p), 0.0), min(max(high, p), 1.0), n)


def _wilson_shrink(n: int, population: int | None) -> float:
    """``n / n_eff = (N - n)/(N - 1)``; finite where ``n_eff`` itself is not."""
    if population is None:
        return 1.0
    if n > population:
        raise ValueError("more answers than doctors who could answer")
    return (population - n) / max(population - 1, 1)


def newcombe_difference(first: Interval, second: Interval) -> Interval:
    """Difference of two shares, first minus second, from their Wilson intervals.

    ``d - sqrt((p1-l1)^2 + (u2-p2)^2)`` to ``d + sqrt((u1-p1)^2 + (p2-l2)^2)``. To compare how
    *readily* two groups answer, or any other propensity, build both intervals without population.
    ``n`` is the sum. Source: Newcombe 1998 (his method 10), whose printed examples it reproduces.

    >>> gap = newcombe_difference(wilson_interval(56, 70), wilson_interval(48, 80))
    >>> round(gap.low, 4), round(gap.high, 4)
    (0.0524, 0.3339)
    """
    gap = first.value - second.value
    below = math.hypot(first.value - first.low, second.high - second.value)
    above = math.hypot(first.high - first.value, second.value - second.low)
    se = math.hypot(first.se, second.se)
    return Interval(gap, se, gap - below, gap + above, first.n + second.n)
