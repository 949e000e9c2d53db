"""A contribution that stays private even from the coordinator: histograms with noise.

Each bin gets noise of its own before it leaves the hospital, from the two-sided geometric
distribution ``P(z) = (1 - a)/(1 + a) a^|z|`` with ``a = exp(-epsilon)``. Then no count tells by
more than a factor ``exp(epsilon)`` whether one doctor answered (differential privacy; one doctor
changes one bin by one). Only the noisy bins are given, never a sum. Means follow from them, with
more error; over many hospitals the noise averages out.

Noise is drawn with whole numbers alone from the operating system's source of randomness: noise
made of fractions can be told from its last digits (Mironov 2012). Sources: Ghosh, Roughgarden and
Sundararajan 2012; Canonne, Kamath and Steinke 2020, algorithm 2.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from pydantic import Field

from medengage.findings import Fact
from medengage.norms.sums import BINS, GRID, WIDTH, gridded

__all__ = ["MOST_A_YEAR", "NoisyHistogram", "geometric", "noisy_histogram"]

MOST_A_YEAR = 3_000
"""Thousandths of epsilon that an organisation may spend in a year."""
LEAST, THOUSAND = 10, 1_000

Below = Callable[[int], int]
"""Gives a whole number from 0 up to, and without, its argument, all equally likely."""

MIDDLES = (np.arange(BINS) * WIDTH + WIDTH / 2.0) / GRID
MIDDLES[-1] = 100.0


class NoisyHistogram(Fact):
    """Doctors in bins of two points with noise, so some counts are below 0.

    ``epsilon`` in thousandths says how much each count tells at most.
    """

    counts: tuple[int, ...] = Field(min_length=BINS, max_length=BINS)
    epsilon: int = Field(ge=LEAST, le=MOST_A_YEAR)

    @property
    def n(self) -> int:
        """About how many doctors: the sum of all bins."""
        return max(1, sum(self.counts))

    @property
    def mean(self) -> float:
        """Mean score, within 0 to 100; without bias, because nothing is cut off before."""
        found = float(np.dot(MIDDLES, self.counts)) / self.n
        return min(100.0, max(0.0, found))

    @property
    def second_moment(self) -> float:
        """Mean squared distance from the mean, in squared points; may be below 0 by chance."""
        away = (MIDDLES - self.mean) ** 2
        return float(np.dot(away, self.counts)) / self.n

    @property
    def error(self) -> float:
        """Variance that the noise adds to the mean: ``sum (m_j - mean)^2 Var(Z)/n^2``."""
        a = math.exp(-self.epsilon / THOUSAND)
        noise = 2.0 * a / (1.0 - a) ** 2
        return noise * float(((MIDDLES - self.mean) ** 2).sum()) / self.n**2


def noisy_histogram(
    scores: npt.NDArray[np.float64], epsilon: float, below: Below = secrets.randbelow
) -> NoisyHistogram:
    """Bins of the scores (n,) with noise; ``below`` is the source of randomness.

    Raises ``ValueError`` for scores outside of 0 to 100 or an ``epsilon`` outside of .01 to 3.
    """
    budget = round(THOUSAND * epsilon)
    if not LEAST <= budget <= MOST_A_YEAR:
        raise ValueError("epsilon lies between .01, which leaves nothing, and 3")
    counts = np.bincount(gridded(scores) // WIDTH, minlength=BINS)
    noisy = tuple(int(count) + geometric(budget, below) for count in counts)
    return NoisyHistogram(counts=noisy, epsilon=budget)


def geometric(epsilon: int, below: Below = secrets.randbelow) -> int:
    """One draw of two-sided geometric noise for ``epsilon`` thousandths, with whole numbers only.

    With t = 1000: a number u below t is kept with ``exp(-u/t)``, then v counts how often
    ``exp(-1)`` holds; ``(u + t v)//epsilon`` is geometric. A sign is drawn, and minus zero anew.
    """
    while True:
        size = below(THOUSAND)
        if not _holds(Fraction(size, THOUSAND), below):
            continue
        times = 0
        while _holds(Fraction(1), below):
            times += 1
        found = (size + THOUSAND * times) // epsilon
        negative = below(2) == 1
        if not (negative and found == 0):
            return -found if negative else found


def _holds(gamma: Fraction, below: Below) -> bool:
    """True with probability ``exp(-gamma)`` for 0 <= gamma <= 1 (von Neumann)."""
    k = 1
    while below(gamma.denominator * k) < gamma.numerator:
        k += 1
    return k % 2 == 1
