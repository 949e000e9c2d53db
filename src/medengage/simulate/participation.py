"""Who answers, and when: a continuum from the doctors who answer at once to those who never do."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit, logit

from medengage.simulate.truth import ResponseTruth

__all__ = ["intercept", "participate", "propensity", "standardised"]

Array = npt.NDArray[np.float64]


def standardised(scores: Array) -> Array:
    """Engagement in standard deviations of these doctors; 0 where all are alike."""
    spread = float(scores.std())
    centred = scores - scores.mean()
    return np.asarray(centred / spread if spread > 0.0 else centred)


def propensity(z: Array, grade: npt.NDArray[np.int32], truth: ResponseTruth) -> Array:
    """(N,) logit of the chance to answer, up to the organisation's intercept."""
    return np.asarray(np.array(truth.grade)[grade] + truth.bias * z)


def intercept(eta: Array, rate: float) -> float:
    """The a with ``mean(expit(a + eta)) = rate``, by bracketed root finding; infinite at rate 1.

    >>> round(intercept(np.zeros(4), 0.6), 6)
    0.405465
    """
    if rate >= 1.0:
        return math.inf
    target = float(logit(rate))
    low, high = target - float(eta.max()) - 1.0, target - float(eta.min()) + 1.0
    return float(brentq(lambda a: float(expit(a + eta).mean()) - rate, low, high))


def participate(
    rng: np.random.Generator, eta: Array, *, truth: ResponseTruth, held_back: Array | float = 1.0
) -> npt.NDArray[np.int8]:
    """(N,) phase in which each doctor answers, 1 to 3; 0 for those who do not.

    One number u per doctor says how hard to reach they are. By the end of phase k those have
    answered with ``u < held_back * expit(a_k + eta)``, where a_k makes the cumulative response
    rate ``phases[k] * rate``. So late respondents stand between the early ones and the silent.
    """
    hard_to_reach = rng.random(len(eta))
    phase = np.zeros(len(eta), dtype=np.int8)
    for number in (3, 2, 1):
        rate = truth.rate * truth.phases[number - 1]
        chance = held_back * expit(intercept(eta, rate) + eta)
        phase[hard_to_reach < chance] = number
    return phase
