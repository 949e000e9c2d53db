"""Does engagement go with an outer measure, across organisations? How much, and how surely.

Organisations are few, and one measure is coarse, so the answer is an interval first. It never says
why: every result carries the reasons for which it may not be read as a cause.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from medengage.errors import Problem, TooFewResponses
from medengage.outcomes.indicators import Guarded
from medengage.stats.association import (
    attenuation,
    bootstrap_interval,
    detectable,
    jonckheere,
    kendall_tau_b,
    leave_one_out,
    partial_spearman,
    permutation_p,
    rank_interval,
    somers_d,
    spearman,
)
from medengage.stats.comparison import benjamini_hochberg
from medengage.stats.ordinal import profile_interval, proportional_odds

__all__ = ["CAVEATS", "Adjusted", "Association", "Odds", "associate", "explored"]

DRAWN, JUDGED = 10, 20
"""Organisations below which there is a picture only, and below which there is no p."""
ROBUST = 0.15
FIVE, PAIR = 5.0, 2
Covariates = Mapping[str, Mapping[str, float]]
FEWEST_OF_A_LEVEL = 3
RATING_RELIABILITIES = (0.5, 0.6, 0.7, 0.8, 0.9)

CAVEATS = (
    "This is about organisations: it says nothing of single doctors.",
    "A good rating may lift engagement as well as the other way round.",
    "Both may follow from something else: size, money, kind of hospital, a bad winter.",
    "Organisations that take part may differ from those that do not.",
    "Some ratings use staff surveys themselves.",
)
"""What every reader has to be told."""


@dataclass(frozen=True)
class Odds:
    """The odds of a better rating with more engagement, where one slope fits all thresholds.

    ``per_sd``, ``per_five`` odds ratios for one standard deviation and for five points, each with
    its profile interval (``sd_low, sd_high`` and ``low, high``); ``merged`` says which levels were
    joined because fewer than three organisations had them; ``separated`` where no interval exists.
    """

    per_sd: float
    sd_low: float
    sd_high: float
    per_five: float
    low: float
    high: float
    merged: tuple[str, ...]
    separated: bool


@dataclass(frozen=True)
class Adjusted:
    """The correlation at equal ``covariates``, of ``n`` organisations that have all of them."""

    covariates: tuple[str, ...]
    n: int
    rho: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Association:
    """What can be said of ``n`` organisations; fields are ``None`` where they are too few.

    ``rho`` Spearman's correlation, positive where more engagement goes with a better value;
    ``interval`` by drawing organisations, ``formula`` by Bonett and Wright; ``p`` if values were
    handed out at random; ``trend_p`` one-sided, and ``tau_b``, ``somers_d``; ``without_one`` the
    range of rho when each organisation is left out; ``robust`` where none of them moves it by .15
    or turns a bound; ``detectable`` the smallest rho that would be seen with 80 %; ``adjusted``
    at equal covariates; ``corrected`` rho without error of measurement, by the reliability that
    the outer measure may have.
    """

    n: int
    notes: tuple[Problem, ...]
    rho: float | None = None
    interval: tuple[float, float] | None = None
    formula: tuple[float, float] | None = None
    p: float | None = None
    trend_p: float | None = None
    tau_b: float | None = None
    somers_d: float | None = None
    without_one: tuple[float, float] | None = None
    robust: bool | None = None
    odds: Odds | None = None
    detectable: float | None = None
    adjusted: Adjusted | None = None
    corrected: dict[float, float | None] = field(default_factory=dict)
    caveats: tuple[str, ...] = CAVEATS

    @property
    def words(self) -> str:
        """The finding in one sentence."""
        if self.rho is None or self.interval is None:
            return f"{self.n} organisations are too few to say whether the two go together"
        low, high = self.interval
        if low <= 0.0 <= high:
            return f"cannot tell: the correlation may lie between {low:.2f} and {high:.2f}"
        side = "better" if self.rho > 0.0 else "worse"
        return f"more engagement is associated with {side} values ({low:.2f} to {high:.2f})"


def associate(
    engagement: Mapping[str, float],
    outcome: Guarded,
    rng: np.random.Generator,
    *,
    reliability: float = 1.0,
    covariates: Covariates | None = None,
) -> Association:
    """Compare organisations' engagement (by code) with their values of an indicator.

    ``reliability`` is that of organisations' engagement means, ``covariates`` what else they
    differ in: name -> value by code. Organisations without either are left out. Raises
    ``TooFewResponses`` where no three have both, or with more than one covariate for every ten.
    """
    codes = sorted(set(engagement) & set(outcome.values))
    if len(codes) < FEWEST_OF_A_LEVEL:
        raise TooFewResponses("organisations with both", n=len(codes), needed=FEWEST_OF_A_LEVEL)
    x = np.array([engagement[code] for code in codes])
    y = np.array([outcome.values[code] for code in codes])
    good = y if outcome.indicator.better == "high" else -y
    rho = spearman(x, good) if len(codes) >= DRAWN else None
    if rho is None:
        return Association(len(codes), outcome.notes)
    interval = bootstrap_interval(x, good, rng)
    others = leave_one_out(x, good)
    without = float(np.nanmin(others)), float(np.nanmax(others))
    judged = len(codes) >= JUDGED
    return Association(
        n=len(codes),
        notes=outcome.notes,
        rho=rho,
        interval=interval,
        formula=rank_interval(rho, len(codes)),
        p=permutation_p(x, good, rng) if judged else None,
        trend_p=jonckheere(x, good).p if judged else None,
        tau_b=kendall_tau_b(x, good),
        somers_d=somers_d(x, good),
        without_one=without,
        robust=_is_robust(rho, interval, without, len(codes)),
        odds=_odds(x, y, outcome) if judged and outcome.indicator.levels else None,
        detectable=detectable(len(codes)),
        adjusted=_adjusted(codes, x, good, covariates) if covariates else None,
        corrected={r: attenuation(rho, reliability, r) for r in RATING_RELIABILITIES},
    )


def explored(p: Mapping[str, float]) -> dict[str, float]:
    """Values of p of several comparisons by name -> the false discovery rate at each.

    For everything beside the one comparison that was named beforehand (Benjamini and Hochberg).
    """
    return dict(zip(p, benjamini_hochberg(list(p.values())).tolist(), strict=True))


def _adjusted(
    codes: list[str], x: np.ndarray, y: np.ndarray, covariates: Covariates
) -> Adjusted | None:
    """At equal covariates, for organisations that have all of them."""
    rows = [k for k, code in enumerate(codes) if all(code in v for v in covariates.values())]
    columns = [[values[codes[k]] for k in rows] for values in covariates.values()]
    n, names = len(rows), tuple(covariates)
    if n < DRAWN:
        raise TooFewResponses("organisations with all covariates", n=n, needed=DRAWN)
    rho = partial_spearman(x[rows], y[rows], np.array(columns).T)
    return None if rho is None else Adjusted(names, n, rho, rank_interval(rho, n - len(names)))


def _is_robust(
    rho: float, interval: tuple[float, float], without: tuple[float, float], n: int
) -> bool:
    """Does no single organisation carry the result?"""
    moved = max(abs(rho - end) for end in without)
    clear = interval[0] > 0.0 or interval[1] < 0.0
    bounds = [rank_interval(end, n - 1) for end in without]
    still = all(low > 0.0 or high < 0.0 for low, high in bounds)
    return moved <= ROBUST and (still or not clear)


def _odds(x: np.ndarray, y: np.ndarray, outcome: Guarded) -> Odds:
    """Proportional odds of a better rating, rare levels joined with a neighbour first."""
    rating, merged = _joined(y, outcome.indicator.levels)
    rating = rating if outcome.indicator.better == "high" else rating.max() - rating
    sd = float(x.std(ddof=1))
    z = (x - x.mean()) / sd
    fit = proportional_odds(z, rating)
    slope = float(fit.slopes[0])
    low, high = profile_interval(z, rating)
    five = FIVE / sd
    return Odds(
        per_sd=math.exp(slope),
        sd_low=math.exp(low),
        sd_high=math.exp(high),
        per_five=math.exp(slope * five),
        low=math.exp(low * five),
        high=math.exp(high * five),
        merged=merged,
        separated=fit.separated,
    )


def _joined(y: np.ndarray, levels: tuple[str, ...]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Ratings from 0, where every level has three organisations; and which levels were joined.

    The rarest level that is too small joins its smaller neighbour, until none is, or two are left.
    """
    groups = [
        (float(value), [levels[int(value) - 1]], int((y == value).sum())) for value in np.unique(y)
    ]
    members = [[value] for value, _, _ in groups]
    names = [list(name) for _, name, _ in groups]
    sizes = [size for _, _, size in groups]
    told: list[str] = []
    while len(sizes) > PAIR and min(sizes) < FEWEST_OF_A_LEVEL:
        at = sizes.index(min(sizes))
        sides = [side for side in (at - 1, at + 1) if 0 <= side < len(sizes)]
        to = min(sides, key=lambda side: sizes[side])
        first, second = sorted((at, to))
        told.append(f"{' and '.join(names[first])} with {' and '.join(names[second])}")
        members[first] += members.pop(second)
        names[first] += names.pop(second)
        sizes[first] += sizes.pop(second)
    number = {value: place for place, values in enumerate(members) for value in values}
    return np.array([number[float(value)] for value in y]), tuple(told)
