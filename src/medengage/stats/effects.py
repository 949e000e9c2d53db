"""How far apart two groups of doctors are, in points and in standard deviations."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from medengage.errors import TooFewResponses
from medengage.stats.intervals import t_quantile

__all__ = [
    "FEWEST_PER_SIDE",
    "Difference",
    "Sample",
    "perception_gap",
    "sample",
    "welch_difference",
]

FEWEST_PER_SIDE = 10
"""Managers and doctors are compared only with this many answers on both sides."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Mean and standard deviation (divisor n - 1) of n scores, in score points.

    Raises ``ValueError`` for a negative SD or n.
    """

    mean: float
    sd: float
    n: int

    def __post_init__(self) -> None:
        if not self.sd >= 0.0 or self.n < 0:
            raise ValueError("an SD and a number of answers are not negative")


@dataclass(frozen=True, slots=True)
class Difference:
    """First minus second group.

    ``value``      difference of the means, in score points, with standard error ``se``;
    ``low, high``  ends of Welch's interval on ``df`` degrees of freedom; ``p`` his two-sided test;
    ``hedges_g``   difference in pooled standard deviations, corrected for small samples; None if
    nobody differs within either group;
    ``n_first, n_second``  answers on each side.
    """

    value: float
    se: float
    df: float
    low: float
    high: float
    p: float
    hedges_g: float | None
    n_first: int
    n_second: int


def sample(values: ArrayLike) -> Sample:
    """Mean, SD and number of scores (NaN = missing, left out).

    Raises ``TooFewResponses`` below 2 scores. Checked against R: ``mean``, ``sd``.
    """
    scores = np.asarray(values, dtype=np.float64)
    scores = scores[~np.isnan(scores)]
    _require(scores.size, 2)
    return Sample(float(scores.mean()), float(scores.std(ddof=1)), scores.size)


def welch_difference(first: Sample, second: Sample, *, confidence: float = 0.95) -> Difference:
    """Difference of two means without assuming equal spread, and Hedges g.

    ``se^2 = s1^2/n1 + s2^2/n2``, ``df = se^4 / ((s1^2/n1)^2/(n1-1) + (s2^2/n2)^2/(n2-1))``,
    ``g = (1 - 3/(4 (n1+n2-2) - 1)) (m1 - m2) / pooled SD``. If nobody differs within either group
    the interval has zero width and p is 0 (1 for equal means). Raises ``TooFewResponses`` below 2
    scores on a side. Source: Welch 1947; Hedges 1981. Checked against R: ``t.test(x, y)``.

    >>> gap = welch_difference(Sample(71, 15, 14), Sample(58, 18, 120))
    >>> gap.value, round(gap.df, 2), round(gap.low, 3), round(gap.high, 3), round(gap.hedges_g, 3)
    (13, 17.68, 3.886, 22.114, 0.729)
    """
    _require(min(first.n, second.n), 2)
    gap = first.mean - second.mean
    error1, error2 = first.sd**2 / first.n, second.sd**2 / second.n
    se = math.sqrt(error1 + error2)
    df = _welch_df(first, second)
    half = float(t_quantile(df, confidence)) * se
    return Difference(
        value=gap,
        se=se,
        df=df,
        low=gap - half,
        high=gap + half,
        p=_two_sided_p(gap, se, df),
        hedges_g=_hedges_g(first, second),
        n_first=first.n,
        n_second=second.n,
    )


def perception_gap(
    managers: Sample,
    doctors: Sample,
    *,
    fewest: int = FEWEST_PER_SIDE,
    confidence: float = 0.95,
) -> Difference:
    """How much higher managers rate than doctors do, on parallel items (Welch, Hedges g).

    Positive: managers rate higher. Both sides need ``fewest`` answers, which managers rarely have
    below the organisation. Meaningless unless the scale works alike in both roles: flag it where
    that has not been shown. Raises ``TooFewResponses`` if a side is too small. Checked against R:
    ``t.test(managers, doctors)``.
    """
    _require(min(managers.n, doctors.n), fewest)
    return welch_difference(managers, doctors, confidence=confidence)


def _require(n: int, needed: int) -> None:
    if n < needed:
        raise TooFewResponses("difference of two groups", n=n, needed=needed)


def _welch_df(first: Sample, second: Sample) -> float:
    """Satterthwaite's degrees of freedom; all of them where nobody differs."""
    error1, error2 = first.sd**2 / first.n, second.sd**2 / second.n
    if error1 + error2 == 0.0:
        return float(first.n + second.n - 2)
    share = error1 / (error1 + error2)
    return 1.0 / (share**2 / (first.n - 1) + (1.0 - share) ** 2 / (second.n - 1))


def _two_sided_p(gap: float, se: float, df: float) -> float:
    if se == 0.0:
        return float(gap == 0.0)
    return 2.0 * float(stdtr(df, -abs(gap) / se))


def _hedges_g(first: Sample, second: Sample) -> float | None:
    df = first.n + second.n - 2
    pooled = math.sqrt(((first.n - 1) * first.sd**2 + (second.n - 1) * second.sd**2) / df)
    if pooled == 0.0:
        return None
    return (1.0 - 3.0 / (4.0 * df - 1.0)) * (first.mean - second.mean) / pooled
