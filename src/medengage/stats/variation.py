"""Variation in care between clinicians or teams: observed against expected, and whose it is.

Never about survey answers. Expected numbers come from a reference within strata of case mix
(indirect standardisation). How far clinicians differ beyond chance is the variance V of a random
intercept on the logit, told as a median odds ratio: pick two clinicians at random, and the odds of
the same patient at one of them are that many times those at the other, half of the time.

    MOR = exp(sqrt(2 V) Phi^-1(3/4))

Sources: Breslow and Day 1987; Larsen and Merlo 2005. Exact limits checked against SciPy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.special import chdtri, expit, log_expit, logit, ndtri

from medengage.errors import TooFewResponses

__all__ = [
    "FEWEST",
    "Clinicians",
    "StandardisedRatio",
    "byar_limits",
    "clinicians",
    "latent_icc",
    "median_odds_ratio",
    "standardised_ratio",
]

Vector = NDArray[np.float64]

FEWEST = 20
"""Clinicians below whom nothing is said about their variance."""
NODES = 25
WIDE = 3.0
"""The middle clinician lies within so many units of the logit of all patients together."""
STEPS = 12
"""Newton's steps to the top of each clinician's likelihood: more change no digit."""
LARGEST = 25.0
"""A variance on the logit beyond which nothing in care lies."""
UPPER_QUARTILE = float(ndtri(0.75))


@dataclass(frozen=True, slots=True)
class StandardisedRatio:
    """Observed over expected, with exact limits of the observed number (Poisson)."""

    observed: int
    expected: float
    ratio: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Clinicians:
    """How far k clinicians differ beyond chance, on the logit.

    ``mu`` logit of the middle clinician; ``variance`` between them, with its profile interval
    ``low`` to ``high``; ``effects, effects_sd`` (k,) best guess of each, and its uncertainty;
    ``reliability`` (k,) share of a clinician's difference that is no chance.
    """

    mu: float
    variance: float
    low: float
    high: float
    effects: Vector
    effects_sd: Vector
    reliability: Vector


def standardised_ratio(
    n: ArrayLike, rates: ArrayLike, observed: int, *, level: float = 0.95
) -> StandardisedRatio:
    """Observed number over that expected at reference ``rates`` (S,) of ``n`` (S,) patients.

    Limits ``chi2(a/2; 2O)/2E`` and ``chi2(1 - a/2; 2O + 2)/2E``; the lower is 0 where nothing was
    observed. Raises ``ValueError`` for rates outside 0 to 1, a negative number, or nothing
    expected.
    """
    patients, p = np.asarray(n, dtype=np.float64), np.asarray(rates, dtype=np.float64)
    if not ((p >= 0.0) & (p <= 1.0)).all() or (patients < 0.0).any() or observed < 0:
        raise ValueError("rates lie between 0 and 1, and numbers are not negative")
    expected = float(patients @ p)
    if expected <= 0.0:
        raise ValueError("nothing was expected, so there is no ratio")
    tail = (1.0 - level) / 2.0
    low = float(chdtri(2.0 * observed, 1.0 - tail)) / (2.0 * expected) if observed else 0.0
    high = float(chdtri(2.0 * observed + 2.0, tail)) / (2.0 * expected)
    return StandardisedRatio(observed, expected, observed / expected, low, high)


def byar_limits(observed: int, expected: float, *, level: float = 0.95) -> tuple[float, float]:
    """Byar's approximation to the limits of O/E, for display; good above ten observed.

    ``O (1 - 1/(9 O) - z/(3 sqrt O))^3/E``, with O + 1 in place of O above. Raises ``ValueError``
    for nothing expected. Source: Breslow and Day 1987.
    """
    if expected <= 0.0 or observed < 0:
        raise ValueError("something has to be expected, and nothing negative observed")
    z, o, more = float(ndtri(0.5 + level / 2.0)), float(observed), observed + 1.0
    low = o * (1.0 - 1.0 / (9.0 * o) - z / (3.0 * math.sqrt(o))) ** 3 if observed else 0.0
    high = more * (1.0 - 1.0 / (9.0 * more) + z / (3.0 * math.sqrt(more))) ** 3
    return low / expected, high / expected


def median_odds_ratio(variance: float) -> float:
    """``exp(sqrt(2 V) Phi^-1(3/4))`` for a variance on the logit; ``ValueError`` below 0."""
    if variance < 0.0:
        raise ValueError("a variance is not negative")
    return math.exp(math.sqrt(2.0 * variance) * UPPER_QUARTILE)


def latent_icc(variance: float) -> float:
    """Share of all variance on the logit that lies between clinicians: ``V/(V + pi^2/3)``."""
    if variance < 0.0:
        raise ValueError("a variance is not negative")
    return variance / (variance + math.pi**2 / 3.0)


def clinicians(count: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> Clinicians:
    """Fit a random intercept to ``count`` of ``n`` patients of each of k clinicians, shape (k,).

    Maximum likelihood over ``mu`` and ``sqrt V`` by adaptive Gauss-Hermite quadrature of 25 nodes
    (Pinheiro and Bates 1995). Raises ``TooFewResponses`` below twenty clinicians, ``ValueError``
    where a count does not lie between 0 and its n, or all or none of the patients count. R:
    ``lme4::glmer(family = binomial, nAGQ = 25)``.
    """
    y, size = np.asarray(count, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if y.size < FEWEST:
        raise TooFewResponses("the variance between clinicians", n=y.size, needed=FEWEST)
    if not ((y >= 0.0) & (y <= size) & (size > 0.0)).all():
        raise ValueError("a count lies between 0 and its n")
    if y.sum() in {0.0, size.sum()}:
        raise ValueError("all patients or none: nothing varies")
    mu, sd, best = _fitted(y, size)
    low, high = _profile(y, size, (mu, sd, best), level)
    mode, curve = _modes(y, size, mu, sd)
    spread = 1.0 / np.sqrt(curve)
    chance = 1.0 / (size * expit(mu) * expit(-mu))
    return Clinicians(
        mu=mu,
        variance=sd**2,
        low=low**2,
        high=high**2,
        effects=sd * mode,
        effects_sd=sd * spread,
        reliability=sd**2 / (sd**2 + chance),
    )


def _fitted(y: Vector, n: Vector) -> tuple[float, float, float]:
    """The top: logit of the middle clinician, standard deviation between them, log-likelihood."""

    def loss(at: Vector) -> float:
        return -_log_likelihood(y, n, float(at[0]), abs(float(at[1])))

    found = minimize(
        loss,
        np.array([_middle(y, n), 0.3]),
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 2000},
    )
    mu, sd = float(found.x[0]), abs(float(found.x[1]))
    flat = _best_mu(y, n, 0.0)
    if flat[1] >= -float(found.fun) - 1e-12:
        return flat[0], 0.0, flat[1]
    return mu, sd, -float(found.fun)


def _best_mu(y: Vector, n: Vector, sd: float) -> tuple[float, float]:
    """The middle at a fixed standard deviation, and the log-likelihood there."""

    def loss(mu: float) -> float:
        return -_log_likelihood(y, n, mu, sd)

    around = _middle(y, n), WIDE * (1.0 + sd)
    bounds = around[0] - around[1], around[0] + around[1]
    found = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-9})
    return float(found.x), -float(found.fun)


def _middle(y: Vector, n: Vector) -> float:
    """Logit of all patients together."""
    return float(logit((y.sum() + 0.5) / (n.sum() + 1.0)))


def _profile(
    y: Vector, n: Vector, top: tuple[float, float, float], level: float
) -> tuple[float, float]:
    """Standard deviations at which the likelihood has fallen as far as chi-square allows."""
    _, sd, best = top
    allowed = float(chdtri(1.0, 1.0 - level)) / 2.0

    def above(at: float) -> float:
        return best - _best_mu(y, n, at)[1] - allowed

    low = 0.0 if above(0.0) <= 0.0 else float(brentq(above, 0.0, sd, xtol=1e-8))
    end = math.sqrt(LARGEST)
    return low, end if above(end) <= 0.0 else float(brentq(above, sd, end, xtol=1e-8))


def _log_likelihood(y: Vector, n: Vector, mu: float, sd: float) -> float:
    """Marginal log-likelihood without binomial coefficients, each clinician around its own top."""
    mode, curve = _modes(y, n, mu, sd)
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    z = mode[:, None] + nodes / np.sqrt(curve)[:, None]
    eta = mu + sd * z
    inside = y[:, None] * log_expit(eta) + (n - y)[:, None] * log_expit(-eta) - 0.5 * z**2
    tilted = inside + 0.5 * nodes**2
    top = tilted.max(axis=1, keepdims=True)
    sums = np.log((weights * np.exp(tilted - top)).sum(axis=1)) + top[:, 0]
    return float((sums - 0.5 * np.log(curve) - 0.5 * math.log(2.0 * math.pi)).sum())


def _modes(y: Vector, n: Vector, mu: float, sd: float) -> tuple[Vector, Vector]:
    """Where each clinician's standardised effect is most likely, and how sharply."""
    z = np.zeros_like(y)
    curve = np.ones_like(y)
    for _ in range(STEPS):
        p = expit(mu + sd * z)
        curve = 1.0 + sd**2 * n * p * (1.0 - p)
        z = z + (sd * (y - n * p) - z) / curve
    p = expit(mu + sd * z)
    return z, 1.0 + sd**2 * n * p * (1.0 - p)
