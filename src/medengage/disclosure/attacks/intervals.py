"""A4, A5 and A8: what rounding, extreme results and different channels give away."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from medengage.disclosure.attacks.linear import recovered
from medengage.disclosure.attacks.release import (
    AttackResult,
    Found,
    Release,
    ShownMean,
    described_as,
    result,
    small_targets,
)
from medengage.disclosure.audit import WIDTH, Displayed, narrow_ranges
from medengage.disclosure.tableau import Integers

__all__ = ["channels", "extremes", "intervals"]

FEW, TOP = 3, 100.0
TINY = 1e-9


def intervals(release: Release) -> AttackResult:
    """A4: bound the mean of every small group by linear programmes over what is shown.

    Success is a range of less than 20 points of a scale, or of at most one option of an item. The
    sum of whole answers is a whole number, which makes a shown mean sharper than its rounding.
    """
    targets = small_targets(release.frame, release.k)
    measures = _measures(release.means)
    found = []
    for means in measures:
        rows, displayed, scale = _programme(release, means)
        width = WIDTH if means[0].unit is None else scale * means[0].unit + TINY
        for narrow in narrow_ranges(rows, displayed, targets, width):
            how = f"its mean lies within {(narrow.high - narrow.low) / scale:.1f} points"
            found.append(described_as(release, narrow.cell, how))
    return result("A4", len(targets) * len(measures), found, "Bounding the means of small groups")


def _measures(means: Iterable[ShownMean]) -> list[list[ShownMean]]:
    """Shown values by measure."""
    by_measure: dict[str, list[ShownMean]] = {}
    for mean in means:
        if mean.value is not None:
            by_measure.setdefault(mean.measure, []).append(mean)
    return list(by_measure.values())


def _programme(release: Release, means: list[ShownMean]) -> tuple[Integers, Displayed, float]:
    """Shown groups of one measure with the tightest bounds that all channels give together.

    The bounds are stretched to 0-100; the last value is by how much.
    """
    bounds: dict[bytes, tuple[float, float]] = {}
    for mean in means:
        low, high = _tightened(release, mean)
        before = bounds.get(mean.atoms.tobytes(), (0.0, mean.top))
        bounds[mean.atoms.tobytes()] = max(low, before[0]), min(high, before[1])
    rows = np.array([np.frombuffer(key, dtype=bool) for key in bounds], dtype=np.int64)
    scale = TOP / means[0].top
    lowest, highest = scale * np.array(list(bounds.values())).T
    shown = (lowest + highest) / 2, (highest - lowest) / 2
    return rows, Displayed(means[0].measure, *shown, release.sizes), scale


def _tightened(release: Release, mean: ShownMean) -> tuple[float, float]:
    """The range of a true mean; sums of whole answers are whole."""
    value = mean.value or 0.0
    low, high = max(0.0, value - mean.half), min(mean.top, value + mean.half)
    if mean.unit is None:
        return low, high
    n = int(release.sizes[mean.atoms].sum()) / mean.unit
    return math.ceil(low * n - TINY) / n, math.floor(high * n + TINY) / n


def extremes(release: Release) -> AttackResult:
    """A5: results by which all, or all but one or two, gave the same or the extreme answer.

    For a scale: a mean so near an end that every doctor's score is within 20 points of it.
    """
    found = []
    for share in release.shares:
        low, high = (share.n * bound / 100 for bound in share.bounds)
        if math.floor(high + TINY) < FEW or math.ceil(low - TINY) > share.n - FEW:
            found.append(Found(share.label, share.n, "all but one or two doctors answered alike"))
    means = [mean for mean in release.means if mean.value is not None]
    for mean in means:
        n = int(release.sizes[mean.atoms].sum())
        low, high = (n * bound for bound in _tightened(release, mean))
        away = WIDTH if mean.unit is None else FEW * mean.unit
        if min(high, n * mean.top - low) < away - TINY:
            found.append(Found(mean.label, n, "nearly all doctors gave the extreme answer"))
    tried = len(release.shares) + len(means)
    return result("A5", tried, found, "Looking for results that speak for everybody in a group")


def channels(release: Release) -> AttackResult:
    """A8: put dashboard, files, interface and contributions together.

    Success is a small group that all channels together give away but none alone, or a value that
    one channel rounds finer than another.
    """
    names = sorted({mean.channel for mean in release.means})
    targets = small_targets(release.frame, release.k)
    together = recovered(release.matrix.astype(float), targets)
    for name in names:
        alone = release.only(mean for mean in release.means if mean.channel == name)
        together &= ~recovered(alone.matrix.astype(float), targets)
    how = "several channels together"
    found = [described_as(release, group, how) for group in targets[together]] + _finer(release)
    what = f"Comparing {len(names)} channel{'s' if names[1:] else ''}"
    return result("A8", len(targets) + len(release.means), found, what)


def _finer(release: Release) -> list[Found]:
    """Values that two channels show with different rounding."""
    halves: dict[tuple[str, bytes, int], set[float]] = {}
    labels: dict[tuple[str, bytes, int], ShownMean] = {}
    for mean in release.means:
        key = (mean.measure, mean.atoms.tobytes(), mean.moment)
        halves.setdefault(key, set()).add(mean.half)
        labels.setdefault(key, mean)
    return [
        described_as(release, labels[key].atoms, "one channel rounds finer than another")
        for key, steps in halves.items()
        if len(steps) > 1
    ]
