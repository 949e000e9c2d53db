"""What others do instead of a proof: weaker rules for the same doctors, to compare with.

Nothing here makes findings. Each function takes a frame and gives what somebody could see under
that rule, so that the attacks can show what it gives away. The attacks must find these leaks
(a test of the tests), and ``medengage release attack --instead`` shows them for one's own data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from medengage.disclosure.attacks.linear import closure
from medengage.disclosure.attacks.release import Release, ShownMean, ShownShare
from medengage.disclosure.attacks.temporal import averaging
from medengage.disclosure.frame import Counts, Flags, Frame
from medengage.disclosure.noise import ALPHA
from medengage.disclosure.tableau import Integers
from medengage.disclosure.words import described

__all__ = [
    "REGIMES",
    "GivenAway",
    "Regime",
    "by_attributes",
    "cells",
    "fixed_breakdowns",
    "free_filters",
    "given_away",
    "live_refresh",
    "noise_without_lattice",
    "remainder_rule",
    "rolling_window",
    "threshold_only",
    "unrounded_percentages",
    "without_values",
]

K = 10
FILTERS = 3
Margins = Sequence[Sequence[str]]


def free_filters(frame: Frame, *, crossed: int = FILTERS) -> list[tuple[str, ...]]:
    """All combinations of up to three attributes, as managers set filters on a dashboard."""
    most = min(crossed, len(frame.attributes))
    return [names for n in range(most + 1) for names in combinations(frame.attributes, n)]


def cells(frame: Frame, margin: Sequence[str]) -> Flags:
    """(C, A) the occupied cells of a margin, in the order of their values."""
    label, present = _cell(frame, margin), frame.answered > 0
    return np.asarray((label == np.unique(label[present])[:, None]) & present)


def _cell(frame: Frame, margin: Sequence[str]) -> Integers:
    """(A,) number of the cell of each atom."""
    codes = [np.unique(frame.column(name), return_inverse=True)[1] for name in margin]
    table = np.column_stack([np.zeros(len(frame.atoms), dtype=np.int64), *codes])
    return np.unique(table, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def threshold_only(frame: Frame, margins: Margins, k: int = K) -> Release:
    """A figure is hidden where fewer than k doctors answered: the rule of nearly every survey.

    It fails because figures can be subtracted: the whole of a division less those of its grades
    that are shown is the hidden grade, down to a single doctor.
    """
    shown = np.vstack([cells(frame, margin) for margin in margins])
    return without_values(frame, shown[shown @ frame.scored >= k], k)


def remainder_rule(frame: Frame, margins: Margins, k: int = K) -> Release:
    """Hidden also where the rest of a group that lacks one of the filters has fewer than k.

    Some products block a filter whose remainder is small. That stops the subtraction of two
    figures and no more: three or four figures that overlap give small groups away as before.
    """
    shown = [_with_large_rests(frame, margin, k) for margin in margins]
    return without_values(frame, np.vstack(shown), k)


def _with_large_rests(frame: Frame, margin: Sequence[str], k: int) -> Flags:
    """(C, A) the cells of k doctors or more whose rests in all wider cells are none, or k."""
    own = _cell(frame, margin)
    size = np.bincount(own, weights=frame.scored)
    fine = size >= k
    for out in margin:
        wide = _cell(frame, [name for name in margin if name != out])
        around = np.zeros_like(size)
        around[own] = np.bincount(wide, weights=frame.scored)[wide]
        fine &= (around == size) | (around - size >= k)
    shown = cells(frame, margin)
    return np.asarray(shown[fine[own[shown.argmax(axis=1)]]])


def fixed_breakdowns(frame: Frame, margins: Margins, k: int = K) -> Release:
    """A fixed list of breakdowns with a threshold, in place of free filters.

    Far fewer figures, and still a leak in nearly every hospital: the breakdowns share their
    totals, and where one cell of a table is hidden, the others give it away.
    """
    return threshold_only(frame, [(), *margins], k)


def live_refresh(frame: Frame, unit: str = "division", k: int = K) -> Release:
    """Results are up to date at any time: each unit before and after its last doctor answered.

    Two looks at n and n + 1 answers give the new answer away, whatever the threshold.
    """
    names = np.array(frame.column(unit))
    sizes = {str(name): int(frame.answered[names == name].sum()) for name in np.unique(names)}
    sizes = {name: n for name, n in sizes.items() if n > 0}
    atoms = [(name, day) for name in sizes for day in ("early", "late")]
    counts = np.array([1 if day == "late" else sizes[name] - 1 for name, day in atoms])
    days = Frame((unit, "day"), tuple(atoms), counts, counts)
    means = []
    for name in sizes:
        here = days.mask({unit: (name,)})
        early = here & days.mask({"day": ("early",)})
        means += [ShownMean(name, early, moment=0), ShownMean(name, here, moment=1)]
    return Release(days, k, tuple(mean for mean in means if counts[mean.atoms].sum() >= k))


def rolling_window(frame: Frame, period: str = "month", k: int = K) -> Release:
    """The mean of the last two periods, period after period; the first window has one period.

    Each window is large enough, but they overlap: from the first one on, each next window gives
    one single period away.
    """
    column = np.array(frame.column(period))
    periods = frame.values(period)
    means = [
        ShownMean(
            f"to {name}", np.isin(column, periods[max(0, place - 1) : place + 1]), moment=place
        )
        for place, name in enumerate(periods)
    ]
    return Release(frame, k, tuple(means))


def noise_without_lattice(
    frame: Frame, margins: Margins, k: int = K, *, alpha: float = ALPHA
) -> Release:
    """Every figure of the threshold rule with noise on it, in place of a proof.

    Noise is drawn anew for each group. A small group is the difference of many pairs of figures,
    and the average of the differences has little noise left.
    """
    return Release(frame, k, threshold_only(frame, margins, k).means, alpha=alpha)


def unrounded_percentages(
    frame: Frame, favourable: Counts, margins: Margins, k: int = K
) -> Release:
    """Exact shares of favourable answers, where k doctors or more answered.

    ``favourable`` (A,) counts them. A hundred per cent, or eleven of twelve, says what each doctor
    of the group answered, however many they are.
    """
    shares = []
    for group in np.vstack([cells(frame, margin) for margin in margins]):
        if (n := int(frame.scored[group].sum())) >= k:
            percent = 100 * float(favourable[group].sum()) / n
            shares.append(ShownShare(described(frame, group), n, percent))
    return Release(frame, k, (), tuple(shares))


def without_values(frame: Frame, groups: Sequence[Flags] | Flags, k: int) -> Release:
    """Means of these groups; which values they have does not matter to exact attacks."""
    means = tuple(ShownMean(f"group {number}", mask) for number, mask in enumerate(groups))
    return Release(frame, k, means)


def by_attributes(frame: Frame, attributes: Sequence[str]) -> Frame:
    """The same doctors told apart by some of the attributes alone."""
    label = _cell(frame, attributes)
    _, first = np.unique(label, return_index=True)
    places = [frame.attributes.index(name) for name in attributes]
    atoms = tuple(tuple(frame.atoms[atom][place] for place in places) for atom in first)
    answered, scored = (
        np.bincount(label, weights=counts).astype(np.int64)
        for counts in (frame.answered, frame.scored)
    )
    return Frame(tuple(attributes), atoms, answered, scored)


@dataclass(frozen=True, slots=True)
class Regime:
    """A weaker rule: in words, and what it shows of a frame whose breakdowns are some margins."""

    words: str
    release: Callable[[Frame, Margins, int], Release]


REGIMES: Mapping[str, Regime] = {
    "threshold-only": Regime(
        "free filters by up to three attributes, small figures are hidden",
        lambda frame, _, k: threshold_only(frame, free_filters(frame), k),
    ),
    "remainder-rule": Regime(
        "free filters, small figures and those that leave a small remainder are hidden",
        lambda frame, _, k: remainder_rule(frame, free_filters(frame), k),
    ),
    "fixed-breakdowns": Regime(
        "the same breakdowns as here, small figures are hidden", fixed_breakdowns
    ),
    "live-refresh": Regime(
        "results by unit are up to date at any time, small ones are hidden",
        lambda frame, margins, k: live_refresh(frame, margins[0][0], k),
    ),
    "noise-only": Regime(
        "free filters, small figures are hidden and the others have noise",
        lambda frame, _, k: noise_without_lattice(frame, free_filters(frame), k),
    ),
}
"""Weaker rules by name."""


@dataclass(frozen=True, slots=True)
class GivenAway:
    """What a rule gives away: how many different figures it shows, small groups tried, computed.

    ``groups`` counts the groups of fewer than k doctors whose mean somebody can compute (with
    noise: estimate better than by a guess), ``doctors`` those of one doctor.
    """

    figures: int
    tried: int
    groups: int
    doctors: int


def given_away(release: Release) -> GivenAway:
    """Count the small groups that attributes name and that the shown figures give away."""
    attack = averaging(release) if release.alpha else closure(release)
    single = sum(found.n == 1 for found in attack.found)
    return GivenAway(len(release.matrix), attack.tried, len(attack.found), single)
