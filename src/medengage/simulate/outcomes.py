"""What happens around engagement: external ratings, deaths, turnover, and six likely drivers.

All associations are with the *true* standardised engagement z, so that a test can ask how much of
them an analysis of noisy survey scores gets back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from medengage.simulate.traits import INDEX

__all__ = [
    "DRIVERS",
    "DRIVER_CORRELATIONS",
    "DRIVER_VALIDITIES",
    "RATING_CUTS",
    "Outcomes",
    "drivers",
    "outcomes",
    "ratings",
    "standard_effects",
]

Array = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Generator = np.random.Generator

RATING_CUTS = (-1.6448536269514729, -0.38532046640756773, 1.4050715603096322)
"""Normal quantiles of .05, .35 and .92: four levels with shares of 5, 30, 57 and 8 percent."""

DEATHS = 1000.0
DEATHS_CV = 0.3
OVERDISPERSION = 0.1
TURNOVER_LOGIT = -2.2
TURNOVER_SD = 0.2

DRIVERS = ("empowerment", "open culture", "purpose", "valued", "workload", "pay")

DRIVER_CORRELATIONS: Array = np.array(
    [
        [1.00, 0.62, 0.55, 0.48, 0.41, 0.35],
        [0.62, 1.00, 0.60, 0.52, 0.44, 0.38],
        [0.55, 0.60, 1.00, 0.50, 0.40, 0.33],
        [0.48, 0.52, 0.50, 1.00, 0.45, 0.30],
        [0.41, 0.44, 0.40, 0.45, 1.00, 0.28],
        [0.35, 0.38, 0.33, 0.30, 0.28, 1.00],
    ]
)
"""Among the six drivers."""

DRIVER_VALIDITIES: Array = np.array([0.58, 0.61, 0.52, 0.45, 0.36, 0.25])
"""Of each driver with the outcome; R^2 of all six is .46098, led by open culture."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Of O organisations: ``rating`` 1 (lowest) to 4, ``observed`` and ``expected`` deaths,
    ``posts`` and how many doctors ``left`` them in a year.
    """

    rating: Counts
    observed: Counts
    expected: Array
    posts: Counts
    left: Counts


def standard_effects(effects: Array, variance: float) -> Array:
    """(O,) true engagement of organisations in SD, from their effects (O, 4) in points."""
    return np.asarray(effects @ INDEX / np.sqrt(variance))


def ratings(rng: Generator, z: Array, *, association: float) -> Counts:
    """(O,) four-level rating from a latent quality ``lambda z + sqrt(1 - lambda^2) e``.

    ``association`` is lambda: 0 for none, .3 weak, .57 as in Wake and Green (2019) for English
    acute hospitals.
    """
    return np.digitize(_goes_with(rng, z, association), RATING_CUTS).astype(np.int64) + 1


def outcomes(rng: Generator, z: Array, *, posts: Counts, association: float = 0.57) -> Outcomes:
    """Rating, deaths and turnover of organisations with engagement z, each associated lambda.

    Deaths are Poisson around expected deaths times ``exp(.1 q)``, where q has unit variance and
    correlates ``-lambda`` with z: over-dispersion of tau = .1 about a ratio of 1. Turnover is
    binomial with a logit of ``-2.2 + .2 q`` (about 10 percent).
    """
    rating = ratings(rng, z, association=association)
    expected = DEATHS * rng.lognormal(-(DEATHS_CV**2) / 2.0, DEATHS_CV, size=len(z))
    ratio = np.exp(OVERDISPERSION * _goes_with(rng, z, -association))
    leaving = expit(TURNOVER_LOGIT + TURNOVER_SD * _goes_with(rng, z, -association))
    return Outcomes(
        rating=rating,
        observed=rng.poisson(expected * ratio).astype(np.int64),
        expected=expected,
        posts=posts,
        left=rng.binomial(posts, leaving).astype(np.int64),
    )


def drivers(rng: Generator, outcome: Array) -> Array:
    """(N, 6) standard scores on ``DRIVERS`` for doctors with this standard normal outcome.

    Drawn from the normal distribution of the drivers given the outcome y,
    ``X = r y + (R - r r')^(1/2) e``, so correlations and validities are exactly the ones above and
    the true importances (Lindeman, Merenda and Gold 1980) can be computed from them.
    """
    rest = DRIVER_CORRELATIONS - np.outer(DRIVER_VALIDITIES, DRIVER_VALIDITIES)
    own = rng.standard_normal((len(outcome), len(DRIVERS))) @ np.linalg.cholesky(rest).T
    return np.asarray(outcome[:, None] * DRIVER_VALIDITIES + own)


def _goes_with(rng: Generator, z: Array, correlation: float) -> Array:
    if abs(correlation) > 1.0:
        raise ValueError("an association lies between -1 and 1")
    own = np.sqrt(1.0 - correlation**2) * rng.standard_normal(len(z))
    return np.asarray(correlation * z + own)
