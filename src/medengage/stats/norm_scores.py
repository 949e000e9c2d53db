"""Where one score stands among the scores of a norm group: percentile rank, T, sten, stanine.

A percentile rank counts who scored lower and half of who scored the same. Scores that are derived
from it assume nothing about the shape of the distribution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from medengage.errors import TooFewResponses

__all__ = [
    "NormScores",
    "effective_n",
    "norm_scores",
    "percentile_ranks",
    "smoothed",
    "stability",
]

Vector = NDArray[np.float64]

MOST_STEPS, CLOSE, LARGEST_LOG = 200, 1e-10, 30.0


@dataclass(frozen=True, slots=True, eq=False)
class NormScores:
    """Derived scores of K score values.

    ``rank`` percentile rank, 0 to 100; ``z`` its normal quantile; ``t = 50 + 10 z``; ``sten`` 1 to
    10; ``stanine`` 1 to 9.
    """

    rank: Vector
    z: Vector
    t: Vector
    sten: NDArray[np.int64]
    stanine: NDArray[np.int64]


def percentile_ranks(counts: ArrayLike) -> Vector:
    """(K,) percentile ranks of K score values in rising order, held by ``counts`` (K,) doctors.

    ``100 (F(x-) + f(x)/2)/n``. Raises ``TooFewResponses`` where nobody is counted, ``ValueError``
    for a count below 0.
    """
    f = np.asarray(counts, dtype=np.float64)
    if (f < 0.0).any():
        raise ValueError("a count is not negative")
    n = float(f.sum())
    if n == 0.0:
        raise TooFewResponses("a norm group", n=0, needed=1)
    return np.asarray(100.0 * (np.cumsum(f) - f / 2.0) / n)


def norm_scores(counts: ArrayLike) -> NormScores:
    """Percentile ranks of K score values, and what is derived from them; ``counts`` (K,).

    Ranks are held within ``100/(2n)`` of the ends before ``z``, which would be infinite there.
    ``sten = floor(2z + 6)`` within 1 to 10, ``stanine = floor(2z + 5.5)`` within 1 to 9. Raises as
    ``percentile_ranks``. Source: Crawford and Garthwaite 2009.
    """
    ranks = percentile_ranks(counts)
    edge = 50.0 / float(np.sum(counts))
    z = ndtri(np.clip(ranks, edge, 100.0 - edge) / 100.0)
    return NormScores(
        rank=ranks,
        z=z,
        t=50.0 + 10.0 * z,
        sten=np.clip(np.floor(2.0 * z + 6.0), 1, 10).astype(np.int64),
        stanine=np.clip(np.floor(2.0 * z + 5.5), 1, 9).astype(np.int64),
    )


def smoothed(counts: ArrayLike, *, degree: int = 4) -> Vector:
    """(K,) counts without the ups and downs of a small sample, for K score values in rising order.

    Log-linear: ``log E(f_x)`` is a polynomial in x, fitted by maximum likelihood under Poisson.
    The first ``degree`` moments of the scores stay as they are: number, mean, variance and so on.
    Fewer score values than ``degree + 1`` that anybody has lower the degree. Raises as
    ``percentile_ranks``, and ``ValueError`` for a degree below 1. Source: Holland and Thayer 2000.
    R: ``fitted(glm(f ~ poly(x, degree), family = poisson))``.
    """
    f = np.asarray(counts, dtype=np.float64)
    percentile_ranks(f)
    if degree < 1:
        raise ValueError("a polynomial of degree 1 at least")
    power = min(degree, int((f > 0.0).sum()) - 1)
    design = np.polynomial.legendre.legvander(np.linspace(-1.0, 1.0, f.size), power)
    log = np.log(f + f.mean())
    for _ in range(MOST_STEPS):
        fitted = np.exp(np.clip(log, -LARGEST_LOG, LARGEST_LOG))
        # Weighted least squares on the working response, as every fit of a generalised linear one.
        root = np.sqrt(fitted)
        working = log + (f - fitted) / fitted
        slopes = np.linalg.lstsq(design * root[:, None], working * root, rcond=None)[0]
        now = design @ slopes
        if float(np.abs(now - log).max()) < CLOSE:
            break
        log = now
    return np.asarray(np.exp(now))


def effective_n(sizes: ArrayLike, icc: float) -> float:
    """As how many independent doctors those of several organisations count.

    ``N/(1 + (m - 1) icc)`` with ``m = sum n_o^2/sum n_o`` for organisations of ``sizes`` (O,).
    Raises ``ValueError`` for an intraclass correlation outside 0 to 1, ``TooFewResponses`` where
    there is nobody. Source: Kish 1965.
    """
    n = np.asarray(sizes, dtype=np.float64)
    if not 0.0 <= icc <= 1.0:
        raise ValueError("an intraclass correlation lies between 0 and 1")
    total = float(n.sum())
    if total <= 0.0:
        raise TooFewResponses("a norm group", n=0, needed=1)
    return total / (1.0 + (float(n @ n) / total - 1.0) * icc)


def stability(before: ArrayLike, now: ArrayLike) -> float:
    """How far a distribution has moved: the population stability index of two histograms (K,).

    ``sum (p - q) ln(p/q)`` of shares; an empty bin gets half a doctor. Raises ``TooFewResponses``
    where a histogram is empty, ``ValueError`` for other shapes.
    """
    p, q = (np.asarray(part, dtype=np.float64) for part in (before, now))
    if p.shape != q.shape:
        raise ValueError("two histograms with the same bins")
    shares = []
    for counts in (p, q):
        n = float(counts.sum())
        if n <= 0.0:
            raise TooFewResponses("a histogram", n=0, needed=1)
        shares.append(np.where(counts > 0.0, counts, 0.5) / n)
    return float(((shares[0] - shares[1]) * np.log(shares[0] / shares[1])).sum())
