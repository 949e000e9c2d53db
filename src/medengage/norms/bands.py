"""Which of five bands a hospital lies in, and how sure one may be.

Bands are fifths of the distribution of *true* levels, not of means that chance has spread. Even so
a hospital in the middle of a band is seldom certain: at a reliability of .80 the most likely band
is right 57 times in 100. So a band is named only with a probability of .70, two neighbours with
.90 between them, and below a reliability of .70 none at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from medengage.findings import Probability
from medengage.norms.release import NormScale
from medengage.stats.normal import stage_probabilities
from medengage.stats.random_effects import shrunken

__all__ = ["Band", "Placed", "placed"]

ONE, TWO = 0.70, 0.90
"""Probabilities with which one band is named, and two neighbours."""
RELIABLE = 0.70


class Band(StrEnum):
    """Fifths of the true levels of organisations, against the norm."""

    LOWEST = "lowest"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    HIGHEST = "highest"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one organisation lies in a norm.

    ``level, sd`` best guess of its true level in score points, and its uncertainty;
    ``reliability`` of its mean as a measure of differences between organisations;
    ``probabilities`` of the five bands, lowest first; ``bands`` what may be said: one band, two
    neighbours, or none.
    """

    level: float
    sd: float
    reliability: float
    probabilities: tuple[Probability, ...]
    bands: tuple[Band, ...]

    @property
    def words(self) -> str:
        """As a sentence's end."""
        if not self.bands:
            return "not distinguishable"
        if len(self.bands) == 1:
            return f"{self.bands[0].value}"
        return f"between {self.bands[0].value} and {self.bands[1].value}"


def placed(norm: NormScale, mean: float, n: int, *, sd: float | None = None) -> Placed:
    """Place an organisation's mean of ``n`` doctors; ``sd`` within it, the norm's unless given.

    Posterior of the normal-normal model: ``B = tau2/(tau2 + sd^2/n)``, level ``mu + B (y - mu)``,
    variance ``B sd^2/n + (1-B)^2 Var(mu)``. Raises ``ValueError`` below one doctor.
    """
    if n < 1:
        raise ValueError("a mean rests on one doctor at least")
    spread = norm.within_sd if sd is None else sd
    guess = shrunken([mean], [spread**2 / n], norm.distribution)
    level, error, reliability = (
        float(part[0]) for part in (guess.mean, guess.sd, guess.reliability)
    )
    if norm.tau2 == 0.0:
        return Placed(level, error, 0.0, (0.0, 0.0, 1.0, 0.0, 0.0), ())
    p = stage_probabilities(level, error, cuts=norm.cuts)
    bands = _named(p) if reliability >= RELIABLE else ()
    return Placed(level, error, reliability, tuple(p.tolist()), bands)


def _named(p: np.ndarray) -> tuple[Band, ...]:
    every = list(Band)
    best = int(p.argmax())
    if p[best] >= ONE:
        return (every[best],)
    pairs = p[:-1] + p[1:]
    first = int(pairs.argmax())
    return (every[first], every[first + 1]) if pairs[first] >= TWO else ()
