"""Is an organisation really different from a benchmark? Posterior probabilities, ranks, families.

"Different" asks whether the true level differs by an amount that matters, and answers with a
probability. "Unusual" asks whether an organisation lies outside the ordinary spread of others
(``random_effects.left_out``), and answers within a family of many. The two are never mixed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from medengage.stats.random_effects import RandomEffects

__all__ = [
    "DRAWS",
    "Differences",
    "Ranks",
    "benjamini_hochberg",
    "differences",
    "ranks",
    "standardised_mean",
]

Vector = NDArray[np.float64]

DRAWS = 50_000
"""Draws of true levels for ranks."""
PART = 2_000
"""Draws at a time, so that memory stays small."""
FIFTH = 5


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """True levels against the mean of all, for k organisations.

    ``mean, sd`` (k,) of the difference in score points; ``above``, ``below`` (k,) probability that
    it is at least the smallest difference that matters; ``similar`` (k,) that it is less.
    """

    mean: Vector
    sd: Vector
    above: Vector
    below: Vector

    @property
    def similar(self) -> Vector:
        """The probability that the difference is too small to matter."""
        return np.clip(1.0 - self.above - self.below, 0.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """Where k organisations may stand among each other; 1 is the highest.

    ``mean`` (k,) expected rank; ``low, high`` (k,) its interval; ``top, bottom`` (k,) probability
    to be in the highest and the lowest fifth.
    """

    mean: Vector
    low: Vector
    high: Vector
    top: Vector
    bottom: Vector


def differences(y: ArrayLike, v: ArrayLike, fit: RandomEffects, *, matters: float) -> Differences:
    """How sure one may be that true levels differ from ``fit.mu`` by ``matters`` points or more.

    With ``B = tau2/(tau2 + v)`` the difference has mean ``B (y - mu)`` and variance
    ``B v + B^2 Var(mu)``; ``P(above) = Phi((mean - matters)/sd)``. Without variance of true levels
    nobody differs. ``y``, ``v`` are (k,). Raises ``ValueError`` unless ``matters > 0``.
    """
    if not matters > 0.0:
        raise ValueError("some difference has to be too small to matter")
    y, v = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    kept = fit.tau2 / (fit.tau2 + v)
    mean = kept * (y - fit.mu)
    sd = np.sqrt(kept * v + (kept * fit.se_wald) ** 2)
    if fit.tau2 == 0.0:
        return Differences(mean, sd, np.zeros_like(mean), np.zeros_like(mean))
    return Differences(mean, sd, ndtr((mean - matters) / sd), ndtr((-mean - matters) / sd))


def benjamini_hochberg(p: ArrayLike) -> Vector:
    """Adjusted p-values of a family, shape (k,): the share of false ones among all up to each.

    ``min over j >= i of p_(j) k/j`` in rising order, at most 1. Raises ``ValueError`` for what is
    no probability. Source: Benjamini and Hochberg 1995. R: ``p.adjust(method = "BH")``.
    """
    p = np.asarray(p, dtype=np.float64)
    if not ((p >= 0.0) & (p <= 1.0)).all():
        raise ValueError("a p-value lies between 0 and 1")
    order = np.argsort(p, kind="stable")
    stepped = p[order] * p.size / np.arange(1, p.size + 1)
    adjusted = np.minimum.accumulate(stepped[::-1])[::-1]
    found = np.empty_like(p)
    found[order] = np.minimum(adjusted, 1.0)
    return found


def ranks(
    mean: ArrayLike,
    sd: ArrayLike,
    rng: np.random.Generator,
    *,
    level: float = 0.90,
    draws: int = DRAWS,
) -> Ranks:
    """Ranks of true levels that are normal with ``mean`` and ``sd`` (k,), from seeded draws.

    The interval holds the middle ``level`` of the drawn ranks. Raises ``ValueError`` for a spread
    below 0. Source: Goldstein and Spiegelhalter 1996.
    """
    centre, spread = np.asarray(mean, dtype=np.float64), np.asarray(sd, dtype=np.float64)
    if not (spread >= 0.0).all():
        raise ValueError("a standard deviation is not negative")
    k = centre.size
    counts = np.zeros((k, k), dtype=np.int64)
    for begin in range(0, draws, PART):
        size = min(PART, draws - begin)
        drawn = centre + spread * rng.standard_normal((size, k))
        order = np.argsort(-drawn, axis=1)
        for rank in range(k):
            counts[:, rank] += np.bincount(order[:, rank], minlength=k)
    shares = counts.cumsum(axis=1) / draws
    tail = (1.0 - level) / 2.0
    fifth = max(1, math.ceil(k / FIFTH))
    return Ranks(
        mean=counts @ np.arange(1.0, k + 1.0) / draws,
        low=1.0 + (shares < tail).sum(axis=1),
        high=1.0 + (shares < 1.0 - tail).sum(axis=1),
        top=shares[:, fifth - 1],
        bottom=1.0 - shares[:, k - fifth - 1] if k > fifth else np.ones(k),
    )


def standardised_mean(
    n: ArrayLike, mean: ArrayLike, standard: ArrayLike, *, variance: float
) -> tuple[float, float]:
    """A mean as it would be with a standard mix of strata, and its standard error.

    ``sum p_g mean_g`` and ``sqrt(sum p_g^2 variance/n_g)``; ``n``, ``mean`` and the shares
    ``standard`` are (G,), ``variance`` is that of doctors within a stratum. Raises ``ValueError``
    where shares do not add up to 1 or a stratum with a share has nobody.
    """
    n, mean, p = (np.asarray(part, dtype=np.float64) for part in (n, mean, standard))
    if not math.isclose(float(p.sum()), 1.0, abs_tol=1e-9) or (p < 0.0).any():
        raise ValueError("shares of a standard are not negative and add up to 1")
    if (n[p > 0.0] <= 0.0).any():
        raise ValueError("a stratum of the standard has nobody")
    there = p > 0.0
    error = math.sqrt(float((p[there] ** 2 / n[there]).sum()) * variance)
    return float(p[there] @ mean[there]), error
