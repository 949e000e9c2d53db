"""What an attacker sees of a release, and what an attack reports.

The attacker is assumed to know the roster: which doctors belong to which atom, and who answered.
That is more than most would know; the point is that even then nothing follows from the figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations

import numpy as np
import numpy.typing as npt

from medengage.disclosure.frame import Frame
from medengage.disclosure.tableau import Flags, Integers
from medengage.disclosure.words import described

__all__ = [
    "AttackResult",
    "Floats",
    "Found",
    "Release",
    "ShownCount",
    "ShownMean",
    "ShownShare",
    "View",
    "described_as",
    "result",
    "small_targets",
]

CROSSED = 3

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class ShownMean:
    """A mean as somebody sees it: of which atoms (A,), where, when and with which rounding.

    ``half`` is half a rounding step, ``asked`` half the step that the display rules ask for. A
    doctor's value lies between 0 and ``top``; ``unit`` is the step between possible values (1 for
    an item whose options count from 0, ``None`` for a scale). ``weights`` (A,) say how much a
    doctor of each atom counts, where not all count alike. A mean without ``value`` counts as seen,
    but nothing is worked out from how large it is.
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
    asked: float = 0.0
    weights: Floats | None = None


@dataclass(frozen=True, slots=True)
class ShownShare:
    """A percentage of ``n`` doctors as shown: it lies in [percent - half, percent + half].

    ``low`` and ``high`` replace that for a capped share ("at most 10 %"). ``of_two`` tells a share
    whose opposite is an answer as well (favourable or not) from one category of several: that
    nobody is in a category says little of anybody.
    """

    label: str
    n: int
    percent: float
    half: float = 0.0
    low: float | None = None
    high: float | None = None
    of_two: bool = True

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


@dataclass(frozen=True, eq=False, slots=True)
class View:
    """One measure, or several with the same sizes, through an attacker's eyes.

    ``rows`` (M, A) the groups it is shown for, ``sizes`` (A,) doctors with a value, ``present``
    (A,) atoms that its sums tell apart, ``targets`` (T, A) all groups of fewer than k doctors that
    attributes can name.
    """

    rows: Integers
    sizes: Integers
    present: Flags
    targets: Flags


@dataclass(frozen=True, eq=False)
class Release:
    """Everything that can be seen of one organisation's results.

    ``k`` is the fewest doctors a figure may rest on, ``collusion`` how many doctors were assumed
    to pool their answers, ``alpha`` the cell-key noise (0 for none). ``valued`` maps a measure to
    its doctors with a value by atom (A,), where those are others than ``sizes``.
    """

    frame: Frame
    k: int
    means: tuple[ShownMean, ...]
    shares: tuple[ShownShare, ...] = ()
    counts: tuple[ShownCount, ...] = ()
    collusion: int = 0
    alpha: float = 0.0
    valued: Mapping[str, Integers] = field(default_factory=dict)

    @cached_property
    def matrix(self) -> Integers:
        """(M, A) which atoms each different shown group sums."""
        groups = {mean.atoms.tobytes(): mean.atoms for mean in self.means}
        rows = np.array([groups[key] for key in sorted(groups)], dtype=np.int64)
        return rows.reshape(len(groups), len(self.frame.atoms))

    @property
    def sizes(self) -> Integers:
        """(A,) doctors behind every figure."""
        return self.frame.scored

    def sizes_of(self, measure: str) -> Integers:
        """(A,) doctors with a value on one measure."""
        return self.valued.get(measure, self.sizes)

    @cached_property
    def targets(self) -> Flags:
        """(T, A) every group of fewer than k doctors that attributes can name."""
        return small_targets(self.frame, self.k)

    @cached_property
    def views(self) -> tuple[View, ...]:
        """The release measure by measure: whoever skipped one is not in its sums.

        What nobody is shown counts as seen under every measure that is complete for its groups;
        others (items, which have a figure of the organisation alone) stand for themselves.
        """
        views = [View(self.matrix, self.sizes, self.frame.answered > 0, self.targets)]
        complete: dict[bytes, Integers] = {}
        for measure, sizes in self.valued.items():
            if (sizes >= self.sizes).all():
                complete[sizes.tobytes()] = sizes
            else:
                own = self.only(mean for mean in self.means if mean.measure == measure)
                views += [self._view(own.matrix, sizes)] if own.means else []
        complete.pop(self.sizes.tobytes(), None)
        return (*views, *(self._view(self.matrix, sizes) for sizes in complete.values()))

    def _view(self, rows: Integers, sizes: Integers) -> View:
        """For one group alone there is nothing to solve: is it small itself?"""
        if len(rows) > 1:
            targets = small_targets(self.frame, self.k, sizes=sizes)
        else:
            targets = rows[rows @ sizes < self.k].astype(bool)
        return View(rows, sizes, sizes > 0, targets)

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
    """What an attack tried and what it got, in words that can be filed.

    ``words`` name nobody; ``found`` does. An attack that was stopped before its end is not
    ``finished``: it got nothing, and that it got nothing proves nothing.
    """

    attack: str
    tried: int
    found: tuple[Found, ...]
    words: str
    finished: bool = True

    @property
    def failed(self) -> bool:
        """Did the attacker get nothing?"""
        return not self.found


def result(
    attack: str, tried: int, found: Sequence[Found], what: str, *, unfinished: str = ""
) -> AttackResult:
    """An attack's result with its sentence: ``what`` says what was tried.

    ``unfinished`` says why it was stopped, if it was.
    """
    got = f"{len(found):,} found" if found else "nothing found"
    stopped = f"; {unfinished}" if unfinished else ""
    words = f"{what}: {tried:,} tried, {got}{stopped}."
    return AttackResult(attack, tried, tuple(found), words, finished=not unfinished)


def small_targets(
    frame: Frame, limit: int, *, crossed: int = CROSSED, sizes: Integers | None = None
) -> Flags:
    """(T, A) all different groups of 1 to limit - 1 doctors that attributes name.

    Cells of up to ``crossed`` attributes, and single atoms. ``sizes`` (A,) are the doctors of each
    atom that count, if not ``frame.scored``.
    """
    scored = frame.scored if sizes is None else sizes
    here = np.flatnonzero(scored > 0)
    codes = [np.unique(frame.column(name), return_inverse=True)[1] for name in frame.attributes]
    chosen = [
        places
        for count in range(1, min(crossed, len(codes)) + 1)
        for places in combinations(range(len(codes)), count)
    ]
    labels = [np.arange(len(here)), *(_label([codes[p][here] for p in some]) for some in chosen)]
    small = [_small(label, scored[here], limit) for label in labels]
    packed = np.unique(np.packbits(np.vstack(small), axis=1), axis=0)
    targets = np.zeros((len(packed), len(scored)), dtype=bool)
    targets[:, here] = np.unpackbits(packed, axis=1, count=len(here))
    return targets


def _label(codes: Sequence[Integers]) -> Integers:
    """(A,) one number for each combination of codes."""
    label = np.zeros(len(codes[0]), dtype=np.int64)
    for code in codes:
        label = np.unique(label * (int(code.max(initial=0)) + 1) + code, return_inverse=True)[1]
    return label


def _small(label: Integers, scored: Integers, limit: int) -> Flags:
    """(C, A) the cells with fewer doctors than the limit."""
    n = np.bincount(label, weights=scored)
    return np.asarray(label == np.flatnonzero(n < limit)[:, None])


def described_as(release: Release, group: Flags, how: str, *, n: int | None = None) -> Found:
    """The success of having computed a group ((A,) bool) of n doctors."""
    size = int(release.sizes[group].sum()) if n is None else n
    return Found(described(release.frame, group), size, how)
