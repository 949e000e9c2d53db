"""A7 and A10: comparing releases over time, and averaging noise away."""

from __future__ import annotations

import numpy as np

from medengage.disclosure.attacks.linear import recovered
from medengage.disclosure.attacks.release import (
    AttackResult,
    Floats,
    Release,
    described_as,
    result,
)

__all__ = ["averaging", "over_time"]

SPREAD = 18.0
"""Standard deviation of doctors' scores: an error below it beats guessing the mean."""
TOP = 100.0
RESIDUAL = 1e-7


def over_time(release: Release) -> AttackResult:
    """A7: refreshes, re-builds, corrections, rolling windows and leavers.

    The frame tells atoms apart by when their answers came in. Success is a small group that the
    releases of several moments give away together, though none does alone.
    """
    moments = sorted({mean.moment for mean in release.means})
    if not moments[1:]:
        return result("A7", 0, [], "There is one release alone, nothing to compare it with")
    targets = release.targets
    together = recovered(release.matrix.astype(float), targets)
    for moment in moments:
        alone = release.only(mean for mean in release.means if mean.moment == moment)
        together &= ~recovered(alone.matrix.astype(float), targets)
    how = "releases of several moments compared"
    found = [described_as(release, group, how) for group in targets[together]]
    return result("A7", len(targets), found, f"Comparing releases of {len(moments)} moments")


def averaging(release: Release) -> AttackResult:
    """A10: combine all shown groups so that their noise cancels and a small group remains.

    Noise on a mean of n doctors has standard deviation 100 alpha / n, so on a sum it is the same
    for all groups, and independent. The best unbiased estimate of a small group's sum is the
    combination of shown sums with the smallest sum of squared weights (Gauss-Markov), which the
    pseudo-inverse gives. Measures that are parts of each other (an index and its subscales) are
    taken as so many independent looks at the same sum, which is more than an attacker has.
    Success is an error of the group's mean below 18 points, the spread of doctors' scores; asking
    the same question again gives the same noise and no new information.
    """
    if not release.alpha or not release.means:
        return result("A10", 0, [], "There is no noise that could be averaged away")
    targets, rows, looks = release.targets, release.matrix.astype(float), _looks(release)
    weights = (targets @ np.linalg.pinv(rows * looks[:, None])) * looks
    exact = np.abs(weights @ rows - targets).max(axis=1, initial=0) < RESIDUAL
    spread = np.linalg.norm(weights / looks, axis=1)
    error = TOP * release.alpha * spread / (targets @ release.sizes)
    found = [
        described_as(release, targets[place], f"noise averaged to {error[place]:.0f} points")
        for place in np.flatnonzero(exact & (error < SPREAD))
    ]
    return result("A10", len(targets), found, "Averaging the noise of overlapping groups")


def _looks(release: Release) -> Floats:
    """(M,) root of how many measures are shown for each group, in the order of the matrix."""
    measures: dict[bytes, set[str]] = {}
    for mean in release.means:
        measures.setdefault(mean.atoms.tobytes(), set()).add(mean.measure)
    return np.sqrt([float(len(measures[key])) for key in sorted(measures)])
