"""How much of the difference between doctors lies between units, and may units be compared?

ICC(1) is the share of variance that lies between units: how alike two doctors of one unit are.
ICC(2) is the reliability of the units' means: how alike two surveys of the same units would be.
A small ICC(1) with many doctors still makes a large ICC(2). Everything here follows from n, mean
and variance per unit (``groups.group_summaries``), whether or not their rows are at hand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import fdtrc

from medengage.errors import TooFewResponses
from medengage.stats.groups import GroupSummaries

__all__ = [
    "AggregationDecision",
    "AnovaICC",
    "aggregation_decision",
    "icc_anova",
    "require_groups",
    "respondents_for_reliability",
    "shrunken_mean",
    "unit_reliability",
]

Vector = NDArray[np.float64]

PAIR = 2
"""No spread without two: two units, and two doctors in one of them."""

F_TEST_LEVEL = 0.05
AGREEMENT = 0.70
COMPARABLE = 0.70
CAUTION = 0.50


@dataclass(frozen=True, slots=True)
class AnovaICC:
    """One-way analysis of variance of a score by unit, and the intraclass correlations.

    ``icc1``            ICC(1) with ``n0``, the unit size that unequal units are worth. It may be
    negative (units more mixed than chance): keep it, use 0 downstream;
    ``icc1_mean_size``  ICC(1) with the plain mean size, as R's multilevel has it;
    ``icc2``            ICC(2), reliability of the units' means. All three are None where their
    denominator is 0: no score differs, or for ``icc2`` no two means;
    ``f, p``            F test of equal means (infinite, 0 if no doctor differs within a unit; None
    if no score differs at all);
    ``ms_between, ms_within``  mean squares, with ``df_between = G - 1``, ``df_within = N - G``;
    ``n, groups, mean_size, n0``  N scores, G units, ``N/G``, ``(N - sum n_u^2 / N) / (G - 1)``.
    """

    icc1: float | None
    icc1_mean_size: float | None
    icc2: float | None
    f: float | None
    p: float | None
    ms_between: float
    ms_within: float
    df_between: int
    df_within: int
    n: int
    groups: int
    mean_size: float
    n0: float


class AggregationDecision(StrEnum):
    """What the agreement within units and the reliability of their means allow."""

    COMPARE = "compare"
    CAUTION = "caution"
    PARENT_ONLY = "parent only"


def icc_anova(groups: GroupSummaries) -> AnovaICC:
    """ICC(1), ICC(2) and the F test of a score, from n, mean and variance of each unit.

    ``ICC(1) = (MSB - MSW)/(MSB + (k-1) MSW)`` with k = n0 (or the mean size),
    ``ICC(2) = (MSB - MSW)/MSB``. From rows: ``icc_anova(group_summaries(scores, units))``. Raises
    ``TooFewResponses`` with fewer than two units, or if no unit has two scores. Source: Shrout and
    Fleiss 1979; Bliese 2000; n0: Searle, Casella and McCulloch 1992. Checked against R:
    ``multilevel::ICC1``, ``ICC2`` of ``aov(y ~ factor(unit))``.

    >>> from medengage.stats.groups import group_summaries
    >>> icc = icc_anova(group_summaries([3, 4, 5, 1, 2, 3, 2, 4, 3], [1, 1, 1, 2, 2, 2, 3, 3, 3]))
    >>> icc.icc1, round(icc.icc2, 4), icc.f
    (0.4, 0.6667, 3.0)
    """
    total, units = int(groups.n.sum()), len(groups.n)
    require_groups(groups)
    df_between, df_within = units - 1, total - units
    grand = float(groups.n @ groups.mean) / total
    ms_between = float(groups.n @ (groups.mean - grand) ** 2) / df_between
    ms_within = float(groups.sum_squares.sum()) / df_within
    mean_size = total / units
    n0 = (total - float((groups.n**2).sum()) / total) / df_between
    f, p = _f_test(ms_between, ms_within, df=(df_between, df_within))
    return AnovaICC(
        icc1=_icc1(ms_between, ms_within, size=n0),
        icc1_mean_size=_icc1(ms_between, ms_within, size=mean_size),
        icc2=(ms_between - ms_within) / ms_between if ms_between > 0.0 else None,
        f=f,
        p=p,
        ms_between=ms_between,
        ms_within=ms_within,
        df_between=df_between,
        df_within=df_within,
        n=total,
        groups=units,
        mean_size=mean_size,
        n0=n0,
    )


def require_groups(groups: GroupSummaries) -> None:
    """Raise ``TooFewResponses`` unless there are two groups, and two scores in one of them."""
    if len(groups.n) < PAIR:
        raise TooFewResponses("units to compare", n=len(groups.n), needed=PAIR)
    if groups.n.max() < PAIR:
        raise TooFewResponses("scores within a unit", n=1, needed=PAIR)


def _icc1(ms_between: float, ms_within: float, *, size: float) -> float | None:
    whole = ms_between + (size - 1.0) * ms_within
    return (ms_between - ms_within) / whole if whole > 0.0 else None


def _f_test(
    ms_between: float, ms_within: float, *, df: tuple[int, int]
) -> tuple[float | None, float | None]:
    if ms_within == 0.0:
        return (math.inf, 0.0) if ms_between > 0.0 else (None, None)
    f = ms_between / ms_within
    return f, float(fdtrc(*df, f))


def unit_reliability(n: ArrayLike, icc1: float) -> Vector:
    """Reliability of the mean of n doctors: ``n rho / (1 + (n-1) rho)``, any shape.

    ``rho`` is ICC(1); below 0 it counts as 0. Raises ``ValueError`` if rho > 1 or an n < 1.
    Source: Spearman 1910, Brown 1910. Checked against R: ``multilevel::gmeanrel``.

    >>> unit_reliability([10, 25, 50, 100, 240], 0.05).round(2).tolist()
    [0.34, 0.57, 0.72, 0.84, 0.93]
    """
    size = np.asarray(n, dtype=np.float64)
    if icc1 > 1.0 or (size < 1.0).any():
        raise ValueError("an ICC is at most 1 and a unit has at least one doctor")
    rho = max(icc1, 0.0)
    return np.asarray(size * rho / (1.0 + (size - 1.0) * rho), dtype=np.float64)


def respondents_for_reliability(target: float, icc1: float) -> int | None:
    """Fewest answers that give a unit's mean this reliability: ``r (1-rho) / (rho (1-r))``.

    None if ``icc1`` is not above 0: then no number will do. Raises ``ValueError`` unless
    ``0 < target < 1`` and ``icc1 <= 1``. The inverse of ``unit_reliability``.

    >>> [respondents_for_reliability(target, 0.05) for target in (0.7, 0.8, 0.9)]
    [45, 76, 171]
    """
    if not 0.0 < target < 1.0 or icc1 > 1.0:
        raise ValueError("a target lies between 0 and 1, an ICC is at most 1")
    if icc1 <= 0.0:
        return None
    exact = target * (1.0 - icc1) / (icc1 * (1.0 - target))
    # 171.00000000000003 doctors are 171 doctors.
    return max(math.ceil(exact * (1.0 - 1e-12)), 1)


def shrunken_mean(
    mean: ArrayLike, se: ArrayLike, *, mu: float, tau2: float, mu_variance: float = 0.0
) -> tuple[Vector, Vector]:
    """Best guess of a unit's true mean, and its standard deviation, seeing the other units.

    ``B = tau2/(tau2 + se^2)``, ``m = mu + B (mean - mu)``, ``v = B se^2 + (1-B)^2 Var(mu)``; any
    shape. ``mu`` and ``tau2`` are mean and variance of the true means, ``mu_variance`` how
    uncertain ``mu`` is. With ``tau2 = 0`` every unit gets ``mu``. Raises ``ValueError`` for a
    negative variance or se. Source: Efron and Morris 1975; Morris 1983. Checked against R:
    ``lme4::ranef`` with its conditional SDs, at lmer's mu, tau2 and sigma2.
    """
    observed, error2 = np.asarray(mean, dtype=np.float64), np.asarray(se, dtype=np.float64) ** 2
    if tau2 < 0.0 or mu_variance < 0.0 or (np.asarray(se) < 0.0).any():
        raise ValueError("variances and standard errors are not negative")
    # A mean known exactly keeps its value, whatever tau2: B = 1 although tau2/(tau2+0) may be 0/0.
    spread = tau2 + error2
    keep = np.where(spread > 0.0, tau2 / np.where(spread > 0.0, spread, 1.0), 1.0)
    variance = keep * error2 + (1.0 - keep) ** 2 * mu_variance
    return mu + keep * (observed - mu), np.sqrt(variance)


def aggregation_decision(
    p: float | None, median_rwgj: float | None, *, icc2: float | None
) -> AggregationDecision:
    """May units be compared on this scale? Once per scale and wave, never for one unit.

    Unit means need an F test with ``p < .05`` *and* a median rwg(j) of at least .70; otherwise, or
    with ICC(2) below .50, report the parent only. ICC(2) of at least .70: compare and band units;
    between: show with caution, no bands. A None (statistic not computable) counts as failed.
    Source: LeBreton and Senter 2008.

    >>> aggregation_decision(0.001, 0.81, icc2=0.64).value
    'caution'
    """
    if p is None or median_rwgj is None or icc2 is None:
        return AggregationDecision.PARENT_ONLY
    if not (p < F_TEST_LEVEL and median_rwgj >= AGREEMENT and icc2 >= CAUTION):
        return AggregationDecision.PARENT_ONLY
    return AggregationDecision.COMPARE if icc2 >= COMPARABLE else AggregationDecision.CAUTION
