"""Funnel plots: limits between which ordinary variation lies, wider for smaller groups.

Each group has an indicator Y with a standard error s that depends on its size alone, and a common
target. Where groups vary more than chance lets them, as they mostly do, the limits are widened by
a variance of their own, ``tau2``, estimated after taming extremes:

    z = (Y - target)/s;   phi = mean(z_tamed^2) over N groups
    tau2 = max(0, (N phi - (N - 1))/(sum w - sum w^2/sum w)),   w = 1/s^2

Ratios of observed to expected numbers come in two variants of established practice: "shmi" works
on log(O/E) and drops the lowest and highest tenth of z, "cqc" works on sqrt(O/E) and pulls
extremes in to the 10 % and 90 % quantiles. Proportions use arcsine(sqrt(p)).

Source: Spiegelhalter 2005a, 2005b; Spiegelhalter, Sherlaw-Johnson, Bardsley, Blunt, Wood and Grigg
2012. Checked against R ``FunnelPlotR`` (commit 9020d49).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, chdtri, ndtri

__all__ = [
    "DEVIATIONS",
    "LEVELS",
    "Funnel",
    "Overdispersion",
    "binomial_limits",
    "funnel_of_means",
    "funnel_of_proportions",
    "funnel_of_ratios",
    "overdispersion",
    "poisson_limits",
]

Vector = NDArray[np.float64]
Variant = Literal["shmi", "cqc"]

LEVELS = (0.95, 0.998)
"""Inside the first limits lies what is ordinary; outside the second what asks for a look."""
DEVIATIONS = tuple(float(-ndtri((1.0 - level) / 2.0)) for level in LEVELS)
"""Standard deviations at which the limits lie."""
PAIR, TENTHS = 2, 10
TRIM = 0.10
"""Share of z at each end that is tamed before over-dispersion is estimated."""


@dataclass(frozen=True, slots=True, eq=False)
class Overdispersion:
    """How far N groups vary beyond chance, on the scale of the indicator.

    ``phi`` 1 where chance explains all; ``tau2`` variance beyond it; ``used`` groups it rests on;
    ``z`` (N,) as seen; ``z_adjusted`` (N,) with ``tau2`` beside chance; ``tamed`` those that phi
    rests on.
    """

    phi: float
    tau2: float
    used: int
    z: Vector
    z_adjusted: Vector
    tamed: Vector


@dataclass(frozen=True, slots=True, eq=False)
class Funnel:
    """Groups against limits, on the scale that readers see.

    ``value`` (N,) of each group and its ``size`` (n, or the expected number); ``target``;
    ``limits`` (N, 2 levels, low and high) with over-dispersion, ``plain`` the same without it.
    """

    value: Vector
    size: Vector
    target: float
    limits: Vector
    plain: Vector
    dispersion: Overdispersion

    def outside(self, level: int = 1) -> NDArray[np.bool_]:
        """(N,) groups outside the limits of ``LEVELS[level]``, with over-dispersion."""
        low, high = self.limits[:, level, 0], self.limits[:, level, 1]
        return np.asarray((self.value < low) | (self.value > high))


def overdispersion(
    indicator: ArrayLike, se: ArrayLike, target: float, *, trim: float = TRIM, drop: bool = False
) -> Overdispersion:
    """How far groups vary beyond chance; ``indicator`` and ``se`` (N,), on any one scale.

    Extremes are pulled in to the quantiles ``trim`` and ``1 - trim`` (type 7), or with ``drop``
    left out: those whose rank falls in the lowest or highest tenth. Raises ``ValueError`` for
    fewer than two groups or a standard error that is not positive.
    """
    y, s = np.asarray(indicator, dtype=np.float64), np.asarray(se, dtype=np.float64)
    if y.size < PAIR or not (s > 0.0).all():
        raise ValueError("a funnel needs two groups, each with a standard error above 0")
    z = (y - target) / s
    kept = _middle(z) if drop else np.ones(z.size, dtype=bool)
    tamed = z[kept] if drop else z.clip(*np.quantile(z, [trim, 1.0 - trim]))
    phi, n = float((tamed**2).mean()), int(kept.sum())
    w = 1.0 / s[kept] ** 2
    beyond = n * phi - (n - 1)
    tau2 = max(0.0, beyond / float(w.sum() - (w**2).sum() / w.sum())) if n > 1 else 0.0
    return Overdispersion(phi, tau2, n, z, (y - target) / np.sqrt(s**2 + tau2), tamed)


def funnel_of_means(
    mean: ArrayLike, n: ArrayLike, *, sd: float, target: float, trim: float = TRIM
) -> Funnel:
    """Means of groups of ``n`` doctors, with the standard deviation ``sd`` within groups.

    Limits ``target +/- z sqrt(sd^2/n + tau2)``; ``mean`` and ``n`` are (N,). Raises ``ValueError``
    as ``overdispersion``.
    """
    value, size = np.asarray(mean, dtype=np.float64), np.asarray(n, dtype=np.float64)
    found = overdispersion(value, sd / np.sqrt(size), target, trim=trim)
    limits, plain = (_around(target, np.sqrt(sd**2 / size + tau2)) for tau2 in (found.tau2, 0.0))
    return Funnel(value, size, target, limits, plain, found)


def funnel_of_proportions(
    count: ArrayLike, n: ArrayLike, *, target: float | None = None, trim: float = TRIM
) -> Funnel:
    """Proportions ``count/n`` of N groups; the target is that of all together unless given.

    On the scale ``arcsin(sqrt(p))`` with ``s = 1/(2 sqrt n)``, and back. Without over-dispersion
    the limits are those of the binomial distribution. Raises ``ValueError`` for a target outside 0
    to 1, a count above its n, and as ``overdispersion``.
    """
    x, size = np.asarray(count, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if not ((x >= 0.0) & (x <= size)).all():
        raise ValueError("a count lies between 0 and its n")
    aim = float(x.sum() / size.sum()) if target is None else target
    if not 0.0 <= aim <= 1.0:
        raise ValueError("a target proportion lies between 0 and 1")
    se, centre = 0.5 / np.sqrt(size), float(np.arcsin(np.sqrt(aim)))
    found = overdispersion(np.arcsin(np.sqrt(x / size)), se, centre, trim=trim)
    plain = binomial_limits(size, aim)
    return Funnel(
        value=x / size,
        size=size,
        target=aim,
        limits=_arcsine(centre, np.sqrt(se**2 + found.tau2)) if found.tau2 else plain,
        plain=plain,
        dispersion=found,
    )


def funnel_of_ratios(
    observed: ArrayLike,
    expected: ArrayLike,
    *,
    variant: Variant = "cqc",
    target: float = 1.0,
    trim: float = TRIM,
) -> Funnel:
    """Observed against expected numbers of N groups; ``size`` is the expected number.

    "shmi": log(O/E), ``s = 1/sqrt E``, tails dropped, E rounded to two places. "cqc": sqrt(O/E),
    ``s = 1/(2 sqrt E)``, tails pulled in. Limits are taken back to the scale of O/E; the reference
    leaves those of "cqc" as square roots. Without over-dispersion they are exact Poisson limits.
    Raises ``ValueError`` for an expected number that is not positive, "shmi" where nothing was
    observed, and as ``overdispersion``.
    """
    o, e = np.asarray(observed, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if not (e > 0.0).all() or (o < 0.0).any():
        raise ValueError("expected numbers are above 0, observed ones not below")
    logs = variant == "shmi"
    if logs and not (o > 0.0).all():
        raise ValueError("the logarithm needs something observed in every group: use cqc")
    e = np.round(e, 2) if logs else e
    seen, centre = (np.log(o / e), np.log(target)) if logs else (np.sqrt(o / e), np.sqrt(target))
    se = (1.0 if logs else 0.5) / np.sqrt(e)
    found = overdispersion(seen, se, float(centre), trim=trim, drop=logs)
    wide = _around(float(centre), np.sqrt(se**2 + found.tau2))
    back = np.exp(wide) if logs else np.clip(wide, 0.0, None) ** 2
    plain = poisson_limits(e) * target
    return Funnel(o / e, e, target, back if found.tau2 else plain, plain, found)


def poisson_limits(expected: ArrayLike) -> Vector:
    """Limits of O/E for ``expected`` (N,) numbers, shape (N, 2 levels, low and high).

    ``chi2(a; 2E)/2E`` and ``chi2(1 - a; 2(E+1))/2E`` with ``a = (1 - level)/2`` (Ulm 1990).
    """
    e = np.asarray(expected, dtype=np.float64)
    sides = [
        (chdtri(2.0 * e, 1.0 - tail) / (2.0 * e), chdtri(2.0 * (e + 1.0), tail) / (2.0 * e))
        for tail in _tails()
    ]
    return np.stack([np.stack(pair, axis=-1) for pair in sides], axis=1)


def binomial_limits(n: ArrayLike, target: float) -> Vector:
    """Limits of a proportion of ``n`` (N,), interpolated between counts: (N, 2 levels, 2).

    With r the smallest count whose distribution function F reaches a:
    ``(r - (F(r) - a)/(F(r) - F(r-1)))/n``, within 0 and 1. Source: Spiegelhalter 2005a, appendix.
    """
    size = np.asarray(n, dtype=np.float64)
    sides = [[_binomial_limit(size, target, a) for a in (tail, 1.0 - tail)] for tail in _tails()]
    return np.stack([np.stack(pair, axis=-1) for pair in sides], axis=1)


def _binomial_limit(n: Vector, p: float, a: float) -> Vector:
    """One limit for each n, by the table of each distribution function."""
    found = np.empty_like(n)
    for place, size in enumerate(n.astype(np.int64).tolist()):
        below = bdtr(np.arange(size + 1.0), size, p)
        r = int(np.searchsorted(below, a))
        step = below[r] - (below[r - 1] if r else 0.0)
        found[place] = (r - (below[r] - a) / step) / size
    return found.clip(0.0, 1.0)


def _tails() -> list[float]:
    return [(1.0 - level) / 2.0 for level in LEVELS]


def _around(centre: float, sd: Vector) -> Vector:
    """(N, 2 levels, low and high) limits of a normal indicator."""
    half = sd[:, None] * np.array(DEVIATIONS)
    return np.stack([centre - half, centre + half], axis=-1)


def _arcsine(centre: float, sd: Vector) -> Vector:
    """Limits taken back from ``arcsin(sqrt p)``; outside its range they are 0 and 1."""
    return np.asarray(np.sin(_around(centre, sd).clip(0.0, np.pi / 2.0)) ** 2)


def _middle(z: Vector) -> NDArray[np.bool_]:
    """Groups whose rank is in none of the two outer tenths: ``floor(10 rank/(N+1))``."""
    rank = np.empty(z.size, dtype=np.int64)
    rank[np.argsort(z, kind="stable")] = np.arange(1, z.size + 1)
    tenth = rank * TENTHS // (z.size + 1)
    return (tenth > 0) & (tenth < TENTHS - 1)
