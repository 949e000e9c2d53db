"""What a score was against an old norm and is against a new one.

A new norm never changes an old result, so for some years two norms are about. The bridge says for
every scale how far the mean and the cuts moved, and for scores in steps of ten which band and
which percentile of hospitals they were and are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from medengage.errors import StudyError
from medengage.norms.bands import Band
from medengage.norms.release import NormRelease, NormScale

__all__ = ["Bridge", "Step", "bridge"]

SCORES = tuple(float(score) for score in range(0, 101, 10))
NEVER, ALWAYS = 0.5, 99.5
"""Percentiles are not claimed beyond these."""


@dataclass(frozen=True)
class Step:
    """One true level of a hospital, and where it lies in both norms (percentile, band)."""

    score: float
    before: tuple[float, Band]
    after: tuple[float, Band]


@dataclass(frozen=True)
class Bridge:
    """How one scale moved: ``shift`` of the mean in points; ``se`` has the error of both norms.

    ``cuts`` the four cuts before and after; ``moved`` where the shift is more than two of its
    standard errors; ``steps`` scores from 0 to 100.
    """

    scale: str
    shift: float
    se: float
    cuts: tuple[tuple[float, float], ...]
    steps: tuple[Step, ...]

    @property
    def moved(self) -> bool:
        """Is it more than both norms' uncertainty?"""
        return abs(self.shift) > 2.0 * self.se


def bridge(old: NormRelease, new: NormRelease) -> tuple[Bridge, ...]:
    """The bridge of every scale that both norms have.

    The uncertainty counts both norms as independent, which they are not where the same hospitals
    gave to both: a shift is then surer than it says. Raises ``StudyError`` for norms of another
    wording or language, or in the wrong order.
    """
    if old.instrument_checksum != new.instrument_checksum or old.language != new.language:
        raise StudyError(
            "these norms are of different questions",
            subject=f"{old.instrument} and {new.instrument}",
            hint="a bridge between questions needs doctors who answered both",
        )
    if new.last < old.last:
        raise StudyError("the first norm has to be the older one", subject=old.id[:12])
    return tuple(
        _bridge(old.scales[name], new.scales[name])
        for name in sorted(set(old.scales) & set(new.scales))
    )


def _bridge(old: NormScale, new: NormScale) -> Bridge:
    return Bridge(
        scale=old.scale,
        shift=new.mu - old.mu,
        se=(old.se**2 + new.se**2) ** 0.5,
        cuts=tuple(zip(old.cuts, new.cuts, strict=True)),
        steps=tuple(Step(score, _at(old, score), _at(new, score)) for score in SCORES),
    )


def _at(norm: NormScale, score: float) -> tuple[float, Band]:
    """Percentile among true levels of hospitals, and the band."""
    band = list(Band)[int(np.searchsorted(norm.cuts, score, side="right"))]
    if norm.tau2 == 0.0:
        return 50.0, Band.MEDIUM
    share = 100.0 * float(ndtr((score - norm.mu) / norm.tau2**0.5))
    return min(ALWAYS, max(NEVER, share)), band
