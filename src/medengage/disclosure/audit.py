"""Interval audit: how closely the shown means pin down the mean of a small group.

The certificate says that no small group's mean can be computed exactly. Scores lie between 0 and
100, so shown means may still leave a narrow range: if 12 doctors have a mean of 99, each of them
scored high. For every small cell two linear programmes over the unknown sums of the atoms find the
lowest and highest mean that agrees with everything shown. Where they are closer than ``WIDTH``
points, a figure is dropped (the idea of auditing tables by linear programming is that of the R
package sdcTable; Fischetti and Salazar 2001).

The audit looks at shown figures only, never at answers, so anybody can repeat it. It is the one
step of a release that depends on results and not on counts alone; it rarely drops anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy.optimize import OptimizeResult, linprog

from medengage.disclosure.frame import Frame
from medengage.disclosure.lattice import Lattice
from medengage.disclosure.programme import null_basis
from medengage.disclosure.tableau import Flags, Integers

__all__ = [
    "WIDTH",
    "Audit",
    "Displayed",
    "Narrow",
    "audit",
    "feasible_range",
    "narrow_ranges",
    "small_cells",
]

WIDTH = 20.0
"""A range of a small group's mean narrower than this counts as given away (points of 100)."""
TOP = 100.0
CROSSED = 2
TINY = 1e-7

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Displayed:
    """The means of one measure as they would be shown for the groups of a lattice.

    ``mean`` (G,) after rounding, ``half`` (G,) how far rounding can have moved it (half a step),
    ``sizes`` (A,) doctors of each atom with a value.
    """

    measure: str
    mean: Floats
    half: Floats
    sizes: Integers

    def part(self, groups: Sequence[int]) -> Displayed:
        """Only these groups."""
        chosen = list(groups)
        return Displayed(self.measure, self.mean[chosen], self.half[chosen], self.sizes)


@dataclass(frozen=True, eq=False, slots=True)
class Narrow:
    """A small cell (atoms, (A,) bool) whose mean is known to lie between ``low`` and ``high``.

    ``figures`` are the groups that pin it down, ``dropped`` the one that was given up for it.
    """

    measure: str
    cell: Flags
    low: float
    high: float
    figures: tuple[int, ...]
    dropped: int | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """Places of the groups that may stay, and what was dropped and why."""

    kept: tuple[int, ...]
    narrow: tuple[Narrow, ...]


def small_cells(frame: Frame, limit: int, *, crossed: int = CROSSED) -> Flags:
    """(C, A) all cells of up to ``crossed`` attributes, and all atoms, with 1 to limit - 1 scores.

    They depend on the frame alone, not on what is released.
    """
    counts = range(1, min(crossed, len(frame.attributes)) + 1)
    places = [
        set_ for count in counts for set_ in combinations(range(len(frame.attributes)), count)
    ]
    cells = [np.eye(len(frame.atoms), dtype=bool)]
    for chosen in places:
        keys = [tuple(atom[place] for place in chosen) for atom in frame.atoms]
        cells += [np.array([key == other for key in keys]) for other in sorted(set(keys))]
    every = np.unique(np.vstack(cells) & (frame.scored > 0), axis=0)
    scored = every @ frame.scored
    return every[(scored > 0) & (scored < limit)]


def feasible_range(
    figures: Integers, displayed: Displayed, cell: Flags
) -> tuple[float, float, tuple[int, ...]]:
    """Lowest and highest mean of a cell that agree with all shown means, and which figures bind.

    ``figures`` (G, A) are the shown groups. Sums of atoms lie in [0, 100 n]; each shown mean holds
    up to its rounding. Raises ``ValueError`` where the shown means contradict each other.
    """
    programme = _Programme(figures, displayed)
    return _range_of(programme, programme.means(cell[None])[0])[1]


class _Programme:
    """The linear programme of one measure: atoms with a value, shown sums with their rounding."""

    def __init__(self, figures: Integers, displayed: Displayed) -> None:
        self.valued = displayed.sizes > 0
        self.figures = figures[:, self.valued]
        self.sizes = displayed.sizes[self.valued].astype(float)
        n = self.figures @ self.sizes
        low, high = displayed.mean - displayed.half, displayed.mean + displayed.half
        self.rows = np.vstack([self.figures, -self.figures]).astype(float)
        self.bounds = np.concatenate([high * n, -low * n]) + TINY

    def means(self, cells: Flags) -> Floats:
        """(C, valued atoms) weights that turn sums of atoms into means of cells."""
        inside = cells[:, self.valued].astype(float)
        return np.asarray(inside / (inside @ self.sizes)[:, None])

    def solve(self, objective: Floats) -> tuple[Floats, Floats]:
        """The sums that make the objective smallest, and how strongly each figure binds."""
        found = _solved(objective, self.rows, self.bounds, TOP * self.sizes)
        forces = np.abs(found.ineqlin.marginals).reshape(2, -1).sum(axis=0)
        return np.asarray(found.x, dtype=float), forces

    def centre(self) -> Floats:
        """Sums that agree with everything shown and stay as far as possible from 0 and 100."""
        size = len(self.sizes)
        room = np.vstack([np.zeros((len(self.rows), 1)), self.sizes[:, None], self.sizes[:, None]])
        rows = np.column_stack([np.vstack([self.rows, np.eye(size), -np.eye(size)]), room])
        bounds = np.concatenate([self.bounds, TOP * self.sizes, np.zeros(size)])
        found = _solved(
            np.append(np.zeros(size), -1.0), rows, bounds, np.append(TOP * self.sizes, TOP / 2)
        )
        return np.asarray(found.x[:size], dtype=float)


def _solved(objective: Floats, rows: Floats, bounds: Floats, top: Floats) -> OptimizeResult:
    box = [(0.0, float(high)) for high in top]
    found = linprog(objective, A_ub=rows, b_ub=bounds, bounds=box, method="highs")
    if found.status != 0:
        raise ValueError("the shown means contradict each other")
    return found


def _range_of(
    programme: _Programme, weights: Floats
) -> tuple[Floats, tuple[float, float, tuple[int, ...]]]:
    """The two extreme sums for one cell; its lowest and highest mean and what binds them."""
    lowest, below = programme.solve(weights)
    highest, above = programme.solve(-weights)
    bind = np.flatnonzero((below > TINY) | (above > TINY))
    extremes = np.array([lowest, highest])
    low, high = extremes @ weights
    return extremes, (float(low), float(high), tuple(int(figure) for figure in bind))


def _reach(programme: _Programme, weights: Floats) -> tuple[Floats, Floats]:
    """How low and high each cell's mean can surely be, by exchanges between doctors alone.

    From the central sums, go along each null vector of the figures (all shown means stay as they
    are) as far as the box allows, both ways: all cells and null vectors at once.
    """
    centre = programme.centre()
    start = weights @ centre
    null = null_basis(programme.figures).astype(float)
    if not len(null):
        return start, start
    up, down = TOP * programme.sizes - centre, centre
    size = np.maximum(np.abs(null), 1)
    ahead = np.where(null != 0, np.where(null > 0, up, down) / size, np.inf).min(axis=1)
    back = np.where(null != 0, np.where(null > 0, down, up) / size, np.inf).min(axis=1)
    moved = weights @ null.T
    one, other = moved * np.maximum(ahead, 0), -moved * np.maximum(back, 0)
    return start + np.minimum(one, other).min(axis=1), start + np.maximum(one, other).max(axis=1)


def narrow_ranges(
    figures: Integers, displayed: Displayed, cells: Flags, width: float = WIDTH
) -> Iterator[Narrow]:
    """The cells (C, A) whose range is narrower than ``width`` for one measure, in order.

    Every feasible set of sums found on the way bounds the ranges of all cells from inside, so only
    few cells need linear programmes of their own. Raises ``ValueError`` where the shown means
    contradict each other.
    """
    programme = _Programme(figures, displayed)
    cells = cells[((cells & programme.valued) @ displayed.sizes) > 0]
    if not len(cells):
        return
    if len(figures) == 1:
        yield from _narrow_beside_one(figures[0], displayed, cells, width)
        return
    weights = programme.means(cells)
    low, high = _reach(programme, weights)
    for place, cell in enumerate(cells):
        if high[place] - low[place] >= width:
            continue
        extremes, (lowest, highest, bind) = _range_of(programme, weights[place])
        if highest - lowest < width:
            yield Narrow(displayed.measure, cell, lowest, highest, bind)
        means = weights @ extremes.T
        low, high = np.minimum(low, means.min(axis=1)), np.maximum(high, means.max(axis=1))


def _narrow_beside_one(
    figure: Integers, displayed: Displayed, cells: Flags, width: float
) -> Iterator[Narrow]:
    """The same for a single shown mean, without programmes.

    The others of the group take as much of its sum as they can, or as little. Raises
    ``ValueError`` where the shown mean is none that scores can have.
    """
    inside, outside = figure * displayed.sizes, (1 - figure) * displayed.sizes
    n, within, beside = inside.sum(), cells @ inside, cells @ outside
    least, most = (displayed.mean[0] + sign * displayed.half[0] for sign in (-1, 1))
    if least > TOP + TINY or most < -TINY:
        raise ValueError("the shown means contradict each other")
    low = np.maximum(0, least * n - TOP * (n - within)) / (within + beside)
    high = (np.minimum(TOP * within, most * n) + TOP * beside) / (within + beside)
    for place in np.flatnonzero(high - low < width):
        ends = float(low[place]), float(high[place])
        yield Narrow(displayed.measure, cells[place], *ends, (0,))


def audit(
    lattice: Lattice,
    displayed: Sequence[Displayed],
    *,
    width: float = WIDTH,
    cells: Flags | None = None,
) -> Audit:
    """Which groups of a certified lattice may be shown with these means.

    For each small cell (default: ``small_cells`` of the frame) and measure the feasible range is
    at least ``width`` points, or the lowest-priority figure that narrows it is dropped. Wishes are
    audited in their order, so that a later wish never costs an earlier one a figure.
    """
    small = small_cells(lattice.frame, lattice.limit) if cells is None else cells
    every = list(range(len(lattice.groups)))
    if not any(_narrow_for(lattice, every, measure, small, width) for measure in displayed):
        return Audit(tuple(every), ())
    kept: list[int] = []
    found: list[Narrow] = []
    for wish in dict.fromkeys(group.wish for group in lattice.groups):
        fresh = [place for place in every if lattice.groups[place].wish == wish]
        for measure in displayed:
            fresh = _thinned(lattice, (kept, fresh), measure, (small, width), found)
        kept += fresh
    return Audit(tuple(kept), tuple(found))


def _thinned(
    lattice: Lattice,
    groups: tuple[list[int], list[int]],
    measure: Displayed,
    rule: tuple[Flags, float],
    found: list[Narrow],
) -> list[int]:
    """The groups of one wish that may stay beside the kept ones; what went is added to found."""
    kept, fresh = groups
    while fresh:
        narrow = _narrow_for(lattice, kept + fresh, measure, *rule)
        if narrow is None:
            break
        guilty = [place for place in fresh if place in narrow.figures] or fresh
        fresh = [place for place in fresh if place != guilty[-1]]
        found.append(
            Narrow(
                measure.measure, narrow.cell, narrow.low, narrow.high, narrow.figures, guilty[-1]
            )
        )
    return fresh


def _narrow_for(
    lattice: Lattice, places: list[int], measure: Displayed, cells: Flags, width: float
) -> Narrow | None:
    found = next(narrow_ranges(lattice.matrix[places], measure.part(places), cells, width), None)
    if found is None:
        return None
    figures = tuple(places[place] for place in found.figures)
    return Narrow(found.measure, found.cell, found.low, found.high, figures)
