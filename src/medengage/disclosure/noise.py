"""Cell-key noise: the second lock on every released mean.

Each record (a doctor's answers in one wave, under one measure) has a key that is drawn from a
secret; the keys of a group add up to the group's key, and the key decides the noise (the cell-key
method of the Australian Bureau of Statistics: Fraser and Wooton 2005; R package cellKey). So the
same group always gets the same noise, and asking again teaches nothing; two groups that differ by
one doctor get independent noise.

The noise of a mean of n doctors has standard deviation ``100 alpha / n`` points, which is that of
``100 alpha`` points on the sum, whatever n is: the difference of two sums is uncertain by
``141 alpha`` points (35 for alpha .25), more than a doctor's score varies. Noise is not the first
lock: the certified lattice must keep many different pairs of groups that differ by the same
doctor from existing, because their average has less noise. This is not differential privacy.
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

__all__ = ["ALPHA", "cell_key", "noise", "noise_sd", "noisy_mean", "record_keys"]

ALPHA = 0.25
"""Noise of a sum as a share of the whole range of scores."""
TOP = 100.0
BYTES = 8
WORD = 2**64

Keys = npt.NDArray[np.uint64]


def record_keys(secret: bytes, stream: str, records: Iterable[str]) -> Keys:
    """(N,) a key for each record: the first 8 bytes of HMAC-SHA256(secret, ``stream|record``).

    ``stream`` names wave and measure, so that every measure has noise of its own. The keys are
    whole numbers below 2^64; divided by 2^64 they lie between 0 and 1. The secret
    has at least 16 bytes, is drawn for one wave and destroyed when the wave is archived. Raises
    ``ValueError`` for a shorter one.
    """
    if len(secret) < 2 * BYTES:
        raise ValueError(f"a secret has at least {2 * BYTES} bytes")
    digests = (hmac.digest(secret, f"{stream}|{record}".encode(), "sha256") for record in records)
    return np.array([int.from_bytes(digest[:BYTES], "big") for digest in digests], dtype=np.uint64)


def cell_key(keys: Keys) -> float:
    """The key of a group in (0, 1): the fraction of the sum of its record keys.

    Whole numbers that wrap at 2^64 make the sum exact and free of order; the result is kept off
    0 and 1, where noise would be infinite.
    """
    total = int(np.add.reduce(keys, dtype=np.uint64))
    return min(max(total / WORD, 0.5 / WORD), math.nextafter(1.0, 0.0))


def noise(key: float, n: int, *, alpha: float = ALPHA) -> float:
    """What is added to the mean of n doctors: ``100 alpha / n`` times a normal quantile."""
    return noise_sd(n, alpha=alpha) * float(ndtri(key))


def noise_sd(n: int, *, alpha: float = ALPHA) -> float:
    """Standard deviation of the noise of a mean of n doctors; ``ValueError`` for n < 1."""
    if n < 1:
        raise ValueError("a mean has at least one doctor")
    return TOP * alpha / n


def noisy_mean(
    mean: float, standard_error: float, keys: Keys, *, alpha: float = ALPHA
) -> tuple[float, float]:
    """A mean (0-100) with its noise, and its standard error including the noise.

    ``keys`` (n,) are the record keys of the doctors behind the mean. The noisy mean is clipped to
    [0, 100]; the standard error is ``sqrt(se^2 + (100 alpha / n)^2)``.
    """
    n = len(keys)
    shown = mean + noise(cell_key(keys), n, alpha=alpha)
    return min(TOP, max(0.0, shown)), math.hypot(standard_error, noise_sd(n, alpha=alpha))
