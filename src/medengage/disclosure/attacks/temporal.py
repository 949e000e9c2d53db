"""A7 and A10: comparing releases over time, and averaging noise away."""

from __future__ import annotations

import numpy as np

from medengage.disclosure.attacks.linear import recovered
from medengage.disclosure.attacks.release import (
    AttackResult,
    Release,
    described_as,
    result,
    small_targets,
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
    targets = small_targets(release.frame, release.k)
    together = recovered(release.matrix.astype(float), targets)
    for moment in moments:
        alone = release.only(mean for mean in release.means if mean.moment == moment)
        together &= ~recovered(alone.matrix.astype(float), targets)
    how = "releases of several moments compared"
    found = [described_as(release, group, how) for group in targets[together]]
    tried = len(targets) if moments[1:] else 0
    return result("A7", tried, found, f"Comparing releases of {len(moments)} moments")


def averaging(release: Release) -> AttackResult:
    """A10: combine all shown groups so that their noise cancels and a small group remains.

    Noise on a mean of n doctors has standard deviation 100 alpha / n, so on a sum it is the same
    for all groups, and independent. The best unbiased estimate of a small group's sum is the
    combination of shown sums with the smallest sum of squared weights (Gauss-Markov), which the
    pseudo-inverse gives. Success is an error of the group's mean below 18 points, the spread of
    doctors' scores; asking the same question again gives the same noise and no new information.
    """
    what = "Averaging the noise of overlapping groups"
    if release.alpha == 0 or not release.means:
        return result("A10", 0, [], what)
    targets = small_targets(release.frame, release.k)
    rows = release.matrix.astype(float)
    weights = targets @ np.linalg.pinv(rows)
    exact = np.abs(weights @ rows - targets).max(axis=1, initial=0) < RESIDUAL
    error = TOP * release.alpha * np.linalg.norm(weights, axis=1) / (targets @ release.sizes)
    found = [
        described_as(release, targets[place], f"noise averaged to {error[place]:.0f} points")
        for place in np.flatnonzero(exact & (error < SPREAD))
    ]
    return result("A10", len(targets), found, what)
