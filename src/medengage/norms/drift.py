"""Has a norm become old? New contributions beside the norm that is in use.

Two questions: did the mean of true levels move by as much as matters and more than chance, and
did the whole distribution of doctors change its shape (population stability index)? An alert asks
for a look; a new norm is due when the shape changed much, or after alerts in two waves running.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from medengage.errors import StudyError, TooFewResponses
from medengage.norms.contribution import ALL, Contribution
from medengage.norms.release import NormRelease, NormScale
from medengage.stats.norm_scores import stability
from medengage.stats.random_effects import FEWEST, random_effects

__all__ = ["Drift", "drift", "is_due"]

MATTERS, SURE = 0.10, 2.0
"""A shift in standard deviations of doctors that matters, and in its own standard errors."""
CHANGED, MUCH = 0.10, 0.25
"""Population stability index from which a shape has changed, and changed much."""


@dataclass(frozen=True)
class Drift:
    """One scale: ``shift`` of the mean in standard deviations between doctors, its error ``se``.

    ``psi`` how far the histogram of doctors moved; ``organisations`` that the new figures rest on.
    """

    scale: str
    shift: float
    se: float
    psi: float
    organisations: int

    @property
    def alert(self) -> bool:
        """Should somebody look?"""
        moved = abs(self.shift) >= MATTERS and abs(self.shift) > SURE * self.se
        return moved or self.psi > CHANGED


def drift(norm: NormRelease, since: Sequence[Contribution]) -> tuple[Drift, ...]:
    """Every scale of the norm that five organisations gave again.

    Errors are clustered: organisations are drawn, and their doctors with them. The norm's own
    error counts in. Contributions of other wording are refused (``StudyError``); raises
    ``TooFewResponses`` where no scale has five organisations.
    """
    if any(one.instrument_checksum != norm.instrument_checksum for one in since):
        raise StudyError("these contributions are of another wording", subject=norm.instrument)
    found = []
    for name, scale in norm.scales.items():
        parts = [one for one in since if name in one.scales]
        if len(parts) >= FEWEST:
            found.append(_drift(scale, parts))
    if not found:
        raise TooFewResponses("new contributions to compare with a norm", n=len(since), needed=5)
    return tuple(found)


def is_due(waves: Sequence[Sequence[Drift]]) -> bool:
    """Is a new norm due? ``waves`` in their order, each as ``drift`` gives it."""
    if any(one.psi > MUCH for wave in waves[-1:] for one in wave):
        return True
    last = [{one.scale for one in wave if one.alert} for wave in waves[-2:]]
    return len(last) > 1 and bool(last[0] & last[1])


def _drift(norm: NormScale, parts: Sequence[Contribution]) -> Drift:
    sums = [one.scales[norm.scale][ALL] for one in parts]
    n = np.array([one.n for one in sums], dtype=np.float64)
    fit = random_effects(np.array([one.mean for one in sums]), norm.within_sd**2 / n)
    histogram = np.sum([one.histogram for one in sums], axis=0)
    return Drift(
        scale=norm.scale,
        shift=(fit.mu - norm.mu) / norm.within_sd,
        se=(fit.se_wald**2 + norm.se**2) ** 0.5 / norm.within_sd,
        psi=stability(norm.strata[ALL], histogram),
        organisations=len(parts),
    )
