"""What an attacker sees of a release, and what an attack reports.

The attacker is assumed to know the roster: which doctors belong to which atom, and who answered.
That is more than most would know; the point is that even then nothing follows from the figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from medengage.disclosure.frame import Frame
from medengage.disclosure.tableau import Flags, Integers
from medengage.disclosure.words import described

__all__ = [
    "AttackResult",
    "Found",
    "Release",
    "ShownCount",
    "ShownMean",
    "ShownShare",
    "described_as",
    "result",
    "small_targets",
]

CROSSED = 3


@dataclass(frozen=True, eq=False, slots=True)
class ShownMean:
    """A mean as somebody sees it: of which atoms (A,), where, when and with which rounding.

    ``half`` is half a rounding step. A doctor's value lies between 0 and ``top``; ``unit`` is the
    step between possible values (1 for an item whose options count from 0, ``None`` for a scale).
    """

    label: str
    atoms: Flags
    value: float | None = None
    half: float = 0.0
    measure: str = "index"
    top: float = 100.0
    unit: float | None = None
    channel: str = "dashboard"
    moment: int = 0


@dataclass(frozen=True, slots=True)
class ShownShare:
    """A percentage of ``n`` doctors as shown: it lies in [percent - half, percent + half].

    ``low`` and ``high`` replace that for a capped share ("at most 10 %").
    """

    label: str
    n: int
    percent: float
    half: float = 0.0
    low: float | None = None
    high: float | None = None

    @property
    def bounds(self) -> tuple[float, float]:
        """The range of the true percentage."""
        low = self.percent - self.half if self.low is None else self.low
        high = self.percent + self.half if self.high is None else self.high
        return max(0.0, low), min(100.0, high)


@dataclass(frozen=True, eq=False, slots=True)
class ShownCount:
    """How many doctors of some atoms (A,) answered, as far as what is shown tells."""

    label: str
    atoms: Flags
    low: int
    high: int


@dataclass(frozen=True, eq=False)
class Release:
    """Everything that can be seen of one organisation's results.

    ``k`` is the fewest doctors a figure may rest on, ``collusion`` how many doctors were assumed
    to pool their answers, ``alpha`` the cell-key noise (0 for none).
    """

    frame: Frame
    k: int
    means: tuple[ShownMean, ...]
    shares: tuple[ShownShare, ...] = ()
    counts: tuple[ShownCount, ...] = ()
    collusion: int = 0
    alpha: float = 0.0

    @property
    def matrix(self) -> Integers:
        """(M, A) which atoms each different shown group sums."""
        groups = {mean.atoms.tobytes(): mean.atoms for mean in self.means}
        rows = np.array([groups[key] for key in sorted(groups)], dtype=np.int64)
        return rows.reshape(len(groups), len(self.frame.atoms))

    @property
    def sizes(self) -> Integers:
        """(A,) doctors behind the figures."""
        return self.frame.scored

    def only(self, means: Iterable[ShownMean]) -> Release:
        """The release with fewer means."""
        return replace(self, means=tuple(means))


@dataclass(frozen=True, slots=True)
class Found:
    """One success: who (in words), how many doctors, and how it was done."""

    who: str
    n: int
    how: str


@dataclass(frozen=True, slots=True)
class AttackResult:
    """What an attack tried and what it got, in words that can be filed."""

    attack: str
    tried: int
    found: tuple[Found, ...]
    words: str

    @property
    def failed(self) -> bool:
        """Did the attacker get nothing?"""
        return not self.found


def result(attack: str, tried: int, found: Sequence[Found], what: str) -> AttackResult:
    """An attack's result with its sentence: ``what`` says what was tried."""
    got = "nothing found" if not found else f"{len(found)} found, for example {found[0].who}"
    return AttackResult(attack, tried, tuple(found), f"{what}: {tried} tried, {got}.")


def small_targets(frame: Frame, limit: int, *, crossed: int = CROSSED) -> Flags:
    """(T, A) all different groups of 1 to limit - 1 doctors that attributes name.

    Cells of up to ``crossed`` attributes, and single atoms.
    """
    places, atoms = range(len(frame.attributes)), len(frame.atoms)
    counts = range(1, min(crossed, len(places)) + 1)
    values = np.array(frame.atoms, dtype=object).reshape(atoms, len(places)).astype(str)
    masks = [np.eye(atoms, dtype=bool)]
    for chosen in (chosen for count in counts for chosen in combinations(places, count)):
        _, code = np.unique(values[:, chosen], axis=0, return_inverse=True)
        code = code.reshape(-1)
        masks.append(code == np.arange(code.max(initial=-1) + 1)[:, None])
    groups = np.unique(np.vstack(masks) & (frame.scored > 0), axis=0)
    n = groups @ frame.scored
    return np.asarray(groups[(n > 0) & (n < limit)])


def described_as(release: Release, group: Flags, how: str) -> Found:
    """The success of having computed a group ((A,) bool)."""
    return Found(described(release.frame, group), int(release.sizes[group].sum()), how)
