"""How many doctors must answer, and how large a change must be, before a survey can tell.

Planning uses a spread known beforehand (18 points is the planning value for scores from 0 to 100),
hence normal quantiles; once there are answers, ``intervals`` estimates it and uses Student's t.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from medengage.stats.intervals import standard_error, z_quantile

__all__ = ["margin_of_error", "mde", "respondents_needed"]

Vector = NDArray[np.float64]


def margin_of_error(
    sd: ArrayLike, n: ArrayLike, *, population: ArrayLike | None = None, confidence: float = 0.95
) -> Vector:
    """Half-width to plan with: ``z sd / sqrt(n) * sqrt((N-n)/(N-1))``.

    ``sd`` is a planning value, not an estimate, hence z and not t: 18 for scores from 0 to 100,
    0.5 for a share near one half (the answer is then a share too). Planning counts the spread of
    all N doctors with divisor N, hence ``N - 1`` below the root. Raises ``ValueError`` if n < 1 or
    n > N. Source: Cochran 1977, 4.6.

    >>> [round(float(margin_of_error(18, 240, population=N)), 1) for N in (400, None)]
    [1.4, 2.3]
    """
    whole = None if population is None else np.asarray(population, dtype=np.float64)
    plain = z_quantile(confidence) * standard_error(sd, n, population=whole)
    return plain if whole is None else plain * np.sqrt(whole / np.maximum(whole - 1.0, 1.0))


def respondents_needed(
    margin: float, sd: float, *, population: int | None = None, confidence: float = 0.95
) -> int:
    """Fewest answers whose ``margin_of_error`` is at most ``margin``.

    ``n0 = (z sd / margin)^2``; of N doctors ``n = n0 N / (n0 + N - 1)``, rounded up. Raises
    ``ValueError`` unless margin, sd and population are positive. Source: Cochran 1977, 4.6.

    >>> respondents_needed(2, 18), respondents_needed(2, 18, population=400)
    (312, 176)
    """
    if margin <= 0.0 or sd <= 0.0 or (population is not None and population < 1):
        raise ValueError("margin, sd and population are positive")
    endless = (z_quantile(confidence) * sd / margin) ** 2
    if population is None:
        return math.ceil(endless)
    return math.ceil(endless * population / (endless + population - 1))


def mde(
    n: ArrayLike,
    sd: ArrayLike,
    power: float = 0.80,
    *,
    population: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Vector:
    """Change between two independent waves that would be seen with this ``power``.

    ``(z_confidence + z_power) * sqrt(2) * sd / sqrt(n)``, with n answers in each wave, in the unit
    of ``sd``. Power one half gives the change that is just larger than noise: draw no arrow for
    less. Raises ``ValueError`` for a power outside (0, 1), n < 1 or n > N. Checked against R:
    ``power.t.test`` without its t quantiles.

    >>> mde([10, 25, 240], 18.0).round(1).tolist()
    [22.6, 14.3, 4.6]
    """
    if not 0.0 < power < 1.0:
        raise ValueError("a confidence or power lies between 0 and 1")
    z = z_quantile(confidence) + float(ndtri(power))
    return z * math.sqrt(2.0) * standard_error(sd, n, population=population)
