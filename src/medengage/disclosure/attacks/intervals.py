"""A4, A5 and A8: what rounding, extreme results and different channels give away."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from medengage.disclosure.attacks.linear import recovered
from medengage.disclosure.attacks.ranges import Contradiction, ShownSums, narrow_ranges
from medengage.disclosure.attacks.release import (
    AttackResult,
    Floats,
    Found,
    Release,
    ShownMean,
    described_as,
    result,
    small_targets,
)
from medengage.disclosure.tableau import Flags

__all__ = ["channels", "extremes", "intervals"]

FEW, TOP = 3, 100.0
WIDTH = 20.0
"""A range of a mean narrower than this counts as given away (points of 100)."""
SIGMAS = (2, 3, 4, 6)
"""Standard deviations of noise that the attacker allows for, one after the other."""
TINY = 1e-9


def intervals(release: Release) -> AttackResult:
    """A4: bound the mean of every small group by linear programmes over what is shown.

    Success is a range of less than 20 points of a scale, or of at most one option of an item. The
    sum of whole answers is a whole number, which makes a shown mean sharper than its rounding.
    Where means hold noise, each is taken to be within two of its standard deviations of the
    truth, or as many more as it takes until the shown means agree with each other.
    """
    found, doubtful = [], []
    tried = widest = 0
    for measure, means in _measures(release.means).items():
        targets = small_targets(release.frame, release.k, sizes=release.sizes_of(measure))
        tried += len(targets)
        try:
            wide, narrow = _narrow(release, means, targets)
        except Contradiction:
            doubtful.append(measure)
            continue
        widest = max(widest, wide)
        for place, low, high in narrow:
            how = f"its mean of {measure} lies within {high - low:.1f} points"
            n = int(release.sizes_of(measure)[targets[place]].sum())
            found.append(described_as(release, targets[place], how, n=n))
    what = "Bounding the means of small groups"
    if widest:
        what += f", noise taken as up to {widest} standard deviations"
    stopped = f"the shown means of {', '.join(doubtful)} contradict each other" if doubtful else ""
    return result("A4", tried, found, what, unfinished=stopped)


def _measures(means: Iterable[ShownMean]) -> dict[str, list[ShownMean]]:
    """Shown values by measure."""
    by_measure: dict[str, list[ShownMean]] = {}
    for mean in means:
        if mean.value is not None:
            by_measure.setdefault(mean.measure, []).append(mean)
    return by_measure


def _narrow(
    release: Release, means: Sequence[ShownMean], targets: Flags
) -> tuple[int, list[tuple[int, float, float]]]:
    """How many deviations of noise it took, and the targets that one measure pins down."""
    width = WIDTH if means[0].unit is None else means[0].unit + TINY
    for wide in SIGMAS if release.alpha else (0,):
        shown, valued = _sums(release, means, wide)
        try:
            return wide, list(narrow_ranges(shown, targets[:, valued], width))
        except Contradiction:
            continue
    raise Contradiction("the shown means contradict each other")


def _sums(release: Release, means: Sequence[ShownMean], wide: int) -> tuple[ShownSums, Flags]:
    """Shown sums of one measure with the tightest bands that all channels give together.

    Bands are widened by ``wide`` standard deviations of the noise. Over the atoms with a value,
    which the flags (A,) mark.
    """
    sizes = release.sizes_of(means[0].measure)
    bands: dict[bytes, tuple[Floats, float, float]] = {}
    for mean in means:
        row = mean.atoms.astype(float) if mean.weights is None else mean.weights * mean.atoms
        low, high = _tightened(release, mean, wide)
        _, before, after = bands.get(row.tobytes(), (row, 0.0, mean.top))
        bands[row.tobytes()] = row, max(low, before), min(high, after)
    rows = np.array([row for row, _, _ in bands.values()])
    lowest, highest = np.array([band[1:] for band in bands.values()]).T * (rows @ sizes)
    valued = sizes > 0
    counts = sizes[valued].astype(float)
    return ShownSums(rows[:, valued], lowest, highest, counts, means[0].top), valued


def _tightened(release: Release, mean: ShownMean, wide: int) -> tuple[float, float]:
    """The range of a true mean; without noise, sums of whole answers are whole."""
    value = mean.value or 0.0
    n = _doctors(release, mean)
    half = mean.half + wide * release.alpha * mean.top * _heaviest(release, mean) / n
    low, high = max(0.0, value - half), min(mean.top, value + half)
    if mean.unit is None or wide:
        return low, high
    steps = n / mean.unit
    return math.ceil(low * steps - TINY) / steps, math.floor(high * steps + TINY) / steps


def _doctors(release: Release, mean: ShownMean) -> int:
    return int(release.sizes_of(mean.measure)[mean.atoms].sum())


def _heaviest(release: Release, mean: ShownMean) -> float:
    """The largest weight of a doctor, in mean weights; noise grows with it."""
    if mean.weights is None:
        return 1.0
    sizes = release.sizes_of(mean.measure) * mean.atoms
    return float(mean.weights[sizes > 0].max() * sizes.sum() / (mean.weights @ sizes))


def extremes(release: Release) -> AttackResult:
    """A5: results by which all, or all but one or two, gave the same or the extreme answer.

    For a scale: a mean so near an end that every doctor's score is within 20 points of it. Noise
    is allowed for with two standard deviations.
    """
    found = []
    for share in release.shares:
        low, high = (share.n * bound / TOP for bound in share.bounds)
        nobody = share.of_two and math.floor(high + TINY) < FEW
        if nobody or math.ceil(low - TINY) > share.n - FEW:
            found.append(Found(share.label, share.n, "all but one or two doctors answered alike"))
    means = [mean for mean in release.means if mean.value is not None]
    for mean in means:
        n = _doctors(release, mean)
        wide = SIGMAS[0] if release.alpha else 0
        low, high = (n * bound for bound in _tightened(release, mean, wide))
        away = (WIDTH if mean.unit is None else FEW * mean.unit) * _heaviest(release, mean)
        if min(high, n * mean.top - low) < away - TINY:
            found.append(Found(mean.label, n, "nearly all doctors gave the extreme answer"))
    tried = len(release.shares) + len(means)
    return result("A5", tried, found, "Looking for results that speak for everybody in a group")


def channels(release: Release) -> AttackResult:
    """A8: put dashboard, files, interface and contributions together.

    Success is a small group that all channels together give away but none alone, or a value that
    one channel rounds finer than another, or finer than the rules of display ask for.
    """
    names = sorted({mean.channel for mean in release.means})
    found = list(_finer(release))
    tried = len([mean for mean in release.means if mean.value is not None])
    if names[1:]:
        targets = release.targets
        together = recovered(release.matrix.astype(float), targets)
        for name in names:
            alone = release.only(mean for mean in release.means if mean.channel == name)
            together &= ~recovered(alone.matrix.astype(float), targets)
        how = "several channels together"
        found += [described_as(release, group, how) for group in targets[together]]
        tried += len(targets)
    what = f"Comparing {len(names)} channel{'s' if names[1:] else ''}, and looking for values "
    return result("A8", tried, found, what + "that are rounded too finely")


def _finer(release: Release) -> Iterator[Found]:
    """Values that two channels show with different rounding, or one finer than it should be."""
    halves: dict[tuple[str, bytes, bytes, int], set[float]] = {}
    for mean in release.means:
        if mean.value is None:
            continue
        if mean.half < mean.asked - TINY:
            yield described_as(release, mean.atoms, "rounded finer than the rules ask for")
        weights = b"" if mean.weights is None else mean.weights.tobytes()
        key = mean.measure, mean.atoms.tobytes(), weights, mean.moment
        steps = halves.setdefault(key, set())
        if steps and mean.half not in steps:
            yield described_as(release, mean.atoms, "one channel rounds finer than another")
        steps.add(mean.half)
