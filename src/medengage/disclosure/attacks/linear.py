"""A1, A2 and A6: adding and subtracting released figures.

These checks share no code with the certificate: they project in floating point.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from medengage.disclosure.attacks.release import (
    AttackResult,
    Floats,
    Found,
    Release,
    described_as,
    result,
    small_targets,
)
from medengage.disclosure.tableau import Flags, Integers

__all__ = ["closure", "colluders", "differencing", "recovered"]

RESIDUAL = 1e-7
RANK = 1e-9
ENOUGH = 50
"""Successes of colluders after which no more are looked for."""
NEAR = 1e-8
"""Squared residual below which a case is looked at exactly."""


def differencing(release: Release) -> AttackResult:
    """A1: subtract a shown group from a larger one that contains it, under every measure."""
    found: list[Found] = []
    known: set[bytes] = set()
    tried = 0
    for view in release.views:
        inside = (view.rows @ (1 - view.rows).T == 0) & ~np.eye(len(view.rows), dtype=bool)
        small, large = np.nonzero(inside)
        rest = (view.rows[large] - view.rows[small]).astype(bool)
        n = rest @ view.sizes
        tried = max(tried, len(rest))
        few = np.flatnonzero((n > 0) & (n < release.k))
        fresh = [place for place in few if rest[place].tobytes() not in known]
        how = "the difference of two shown groups"
        found += [described_as(release, rest[p], how, n=int(n[p])) for p in fresh]
        known |= {rest[place].tobytes() for place in fresh}
    what = "Subtracting shown groups from shown groups that contain them"
    return result("A1", tried, found, what)


def _basis(rows: Floats) -> Floats:
    """(R, A) an orthonormal basis of the row space."""
    if not rows.size:
        return np.zeros((0, rows.shape[1]))
    _, values, base = np.linalg.svd(rows, full_matrices=False)
    return np.asarray(base[values > RANK * values[0]])


def _left(rows: Floats, targets: Flags) -> Floats:
    """(T, A) what is left of targets after the best combination of rows."""
    base, wanted = _basis(rows), targets.astype(float)
    return np.asarray(wanted - (wanted @ base.T) @ base)


def recovered(rows: Floats, targets: Flags) -> Flags:
    """(T,) which targets are combinations of rows: their distance from the row space is nil."""
    return np.asarray(np.abs(_left(rows, targets)).max(axis=1, initial=0.0) < RESIDUAL)


def closure(release: Release, targets: Flags | None = None) -> AttackResult:
    """A2: every group below k that attributes can name, from all shown groups together.

    For each measure anew, because whoever skipped it is in none of its sums. ``targets`` (T, A)
    are the groups to try, if not all of them.
    """
    found: dict[bytes, Found] = {}
    tried = 0
    for view in release.views if targets is None else release.views[:1]:
        wanted = view.targets if targets is None else targets
        hit = recovered(view.rows[:, view.present].astype(float), wanted[:, view.present])
        tried = max(tried, len(wanted))
        for group in wanted[hit]:
            n = int(view.sizes[group].sum())
            how = "a combination of shown groups"
            found.setdefault(group.tobytes(), described_as(release, group, how, n=n))
    what = "Solving all shown groups together for small groups"
    return result("A2", tried, list(found.values()), what)


def colluders(release: Release) -> AttackResult:
    """A6: doctors who pool their own answers take them out of the figures.

    Every team of as many doctors as the release assumes to collude. A team is the whole of up to
    two atoms, whose columns vanish, and thins out the group it is after. Success is a group of
    one to k - 1 *others* that can then be computed.
    """
    if not release.collusion:
        return result("A6", 0, [], "No doctors are assumed to pool their own answers")
    targets = small_targets(release.frame, release.k + release.collusion)
    found: dict[bytes, Found] = {}
    for place, team in _near(release, targets):
        keep = np.ones(len(release.sizes), dtype=bool)
        keep[team] = False
        others = targets[place] & keep
        if recovered(release.matrix[:, keep].astype(float), others[None, keep])[0]:
            how = "shown groups less the colluders' own answers"
            found[others.tobytes()] = described_as(release, others, how)
            if len(found) == ENOUGH:
                break
    what = f"All teams of {release.collusion} doctors removing their own answers from groups"
    return result("A6", len(targets), list(found.values()), what)


def _near(release: Release, targets: Flags) -> Iterator[tuple[int, list[int]]]:
    """Targets that seem to be computable once some atoms vanish, with those atoms.

    A column vanishes where any multiple of it is allowed: what is left of a target after the best
    combination of shown groups must be a combination of what is left of the columns.
    """
    base = _basis(release.matrix.astype(float))
    left = _left(base, targets)
    whole, n = (left**2).sum(axis=1), targets @ release.sizes
    most = release.collusion
    for place in np.flatnonzero((whole < NEAR) & _few(n, most, release.k)):
        yield int(place), []
    tiny = np.flatnonzero((release.sizes > 0) & (release.sizes <= most))
    doctors = release.sizes[tiny]
    inner = np.eye(len(tiny)) - base[:, tiny].T @ base[:, tiny]
    rests, inside = left[:, tiny], targets[:, tiny] * doctors
    for first in range(len(tiny)):
        gone = doctors[first] + np.where(np.arange(len(tiny)) > first, doctors, 0)[first:]
        places, seconds = _alike(whole, rests, inner, first)
        shared = inside[places, first] + np.where(seconds > 0, inside[places, first + seconds], 0)
        few = _few(n[places] - shared, most - gone[seconds], release.k) & (gone[seconds] <= most)
        for place, second in zip(places[few], seconds[few], strict=True):
            yield int(place), [int(tiny[first]), int(tiny[first + second])]


def _few(others: Integers, thin: Integers | int, k: int) -> Flags:
    """Are at least one and fewer than k others left, where ``thin`` more may leave the group?"""
    return np.asarray((others > 0) & (others - np.minimum(thin, others - 1) < k))


def _alike(whole: Floats, rests: Floats, inner: Floats, first: int) -> tuple[Integers, Integers]:
    """Targets whose rest is a combination of those of two columns; and the second column.

    ``whole`` (T,) is the squared length of the targets' rests, ``rests`` (T, D) their entries at
    the columns, ``inner`` (D, D) the inner products of the columns' own rests. Columns count from
    ``first``; that itself as second stands for the one column alone. One Gram-Schmidt step takes
    the first column out; the second then has to explain all that is left.
    """
    own = inner[first, first]
    share = inner[first, first:] / own if own > NEAR else np.zeros(len(inner) - first)
    left = whole - (rests[:, first] ** 2 / own if own > NEAR else 0.0)
    entries = rests[:, first:] - rests[:, [first]] * share
    length = np.diag(inner)[first:] - share * inner[first, first:]
    explained = entries**2 / np.where(length > NEAR, length, np.inf)
    places, seconds = np.nonzero(left[:, None] - explained < NEAR)
    return places, seconds
