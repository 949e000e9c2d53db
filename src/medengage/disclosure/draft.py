"""A draft: everything that was worked out from a study, before protection.

It holds unrounded figures and never leaves the private side; ``protect`` turns it into findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from medengage.disclosure.lattice import Lattice
from medengage.disclosure.tableau import Integers
from medengage.findings import (
    About,
    Drivers,
    EngagedFinding,
    Gap,
    ItemFinding,
    Participation,
    QuadrantFinding,
    ScaleFinding,
    Share,
    StageFinding,
)

__all__ = ["Counts", "Draft", "DraftItem", "DraftScale", "Exact"]

TOP = 100.0


@dataclass(frozen=True)
class Counts:
    """Doctors per ordered category, before protection."""

    labels: tuple[str, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Exact:
    """What the audit needs to know of one measure: its means, and who has a value.

    ``means`` maps group id -> mean (0-100) without noise, ``noisy`` those with noise that would be
    shown; ``sizes`` (A,) counts doctors with a value by atom; ``alpha`` is the noise.
    """

    measure: str
    means: Mapping[str, float]
    sizes: Integers
    noisy: Mapping[str, float] = field(default_factory=dict)
    alpha: float = 0.0

    def noise_sd(self, lattice: Lattice) -> npt.NDArray[np.float64]:
        """(G,) standard deviation of the noise of each group's mean."""
        return np.asarray(TOP * self.alpha / np.maximum(lattice.matrix @ self.sizes, 1))


@dataclass(frozen=True)
class DraftScale:
    """A scale's figures before protection; ``finding`` holds all but the distribution."""

    finding: ScaleFinding
    distribution: Counts


@dataclass(frozen=True)
class DraftItem:
    """An item's figures before protection."""

    finding: ItemFinding
    favourable: Share
    distribution: Counts


@dataclass(frozen=True)
class Draft:
    """Everything that was worked out from a study, unrounded. Never leaves the private side.

    ``eligible`` maps group id -> doctors who could have answered, where the roster knows.
    """

    about: About
    participation: Participation
    scales: tuple[DraftScale, ...]
    items: tuple[DraftItem, ...] = ()
    quadrant: QuadrantFinding | None = None
    continuum: tuple[StageFinding, ...] = ()
    engaged: EngagedFinding | None = None
    drivers: Drivers | None = None
    gaps: tuple[Gap, ...] = ()
    eligible: Mapping[str, int] | None = None
    exact: tuple[Exact, ...] = ()
