"""A1, A2, A3 and A6: adding and subtracting released figures.

These checks share no code with the certificate: the closure is a projection in floating point,
the search over unions is the integer programme of ``programme``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from medengage.disclosure.attacks.release import (
    AttackResult,
    Found,
    Release,
    described_as,
    result,
    small_targets,
)
from medengage.disclosure.programme import union_programme
from medengage.disclosure.tableau import Flags, Integers

__all__ = ["closure", "colluders", "differencing", "recovered", "unions"]

RESIDUAL = 1e-7
RANK = 1e-9
SECONDS = 60.0
TEAMS = 50


def differencing(release: Release) -> AttackResult:
    """A1: subtract a shown group from a larger one that contains it."""
    rows, sizes = release.matrix, release.sizes
    outside = rows @ (1 - rows).T
    inside = (outside == 0) & ~np.eye(len(rows), dtype=bool)
    rest = [(rows[large] - rows[small]).astype(bool) for small, large in np.argwhere(inside)]
    found = [
        described_as(release, group, "the difference of two shown groups")
        for group in rest
        if 0 < sizes[group].sum() < release.k
    ]
    what = "Subtracting shown groups from shown groups that contain them"
    return result("A1", len(rest), found, what)


def recovered(rows: npt.NDArray[np.float64], targets: Flags) -> Flags:
    """(T,) which targets are combinations of rows: their distance from the row space is nil."""
    if not len(rows) or not len(targets):
        return np.zeros(len(targets), dtype=bool)
    _, values, base = np.linalg.svd(rows, full_matrices=False)
    base = base[values > RANK * values[0]]
    wanted = targets.astype(float)
    return np.asarray(np.abs(wanted - (wanted @ base.T) @ base).max(axis=1) < RESIDUAL)


def closure(release: Release, targets: Flags | None = None) -> AttackResult:
    """A2: every group below k that attributes can name, from all shown groups together.

    ``targets`` (T, A) are the groups to try, if not all of them.
    """
    if targets is None:
        targets = small_targets(release.frame, release.k)
    present = release.frame.answered > 0
    hit = recovered(release.matrix[:, present].astype(float), targets[:, present])
    found = [
        described_as(release, group, "a combination of shown groups") for group in targets[hit]
    ]
    return result("A2", len(targets), found, "Solving all shown groups together for small groups")


def unions(release: Release, *, seconds: float = SECONDS) -> AttackResult:
    """A3: search all unions of atoms with 1 to k - 1 doctors for one that can be computed."""
    rows, sizes = _kinds(release)
    safe, witness = union_programme(rows, sizes, release.k, seconds=seconds)
    found = []
    if not safe and witness is None:
        found.append(Found("unknown: the search was stopped", 0, "time ran out, so not proven"))
    elif witness is not None:
        group = _spread(release, rows, witness)
        found.append(described_as(release, group, "a union of small cells"))
    return result("A3", 1, found, "Searching all unions of small cells by integer programming")


def _kinds(release: Release) -> tuple[Integers, Integers]:
    """Columns of atoms that no shown group tells apart, joined; and their doctors."""
    present = (release.frame.answered > 0) & (release.sizes > 0)
    rows, kind = np.unique(release.matrix[:, present], axis=1, return_inverse=True)
    sizes = np.bincount(kind.reshape(-1), weights=release.sizes[present]).astype(np.int64)
    return rows, sizes


def _spread(release: Release, kinds: Integers, witness: tuple[int, ...]) -> Flags:
    """(A,) the atoms of some joined columns."""
    matrix = release.matrix
    alike = [(matrix == kinds[:, [place]]).all(axis=0) for place in witness]
    return np.asarray(np.logical_or.reduce(alike) & (release.sizes > 0))


def colluders(release: Release, *, seed: int = 0, trials: int = TEAMS) -> AttackResult:
    """A6: doctors who pool their own answers take them out of the figures.

    As many doctors as the release assumes to collude are drawn at random; each turns into an atom
    of his own whose answer is known. Success is a small group of *others* that can then be
    computed: every cell of up to three attributes and every atom, without the colluders.
    """
    rng = np.random.default_rng(seed)
    targets = small_targets(release.frame, release.k + release.collusion)
    rows = release.matrix.astype(float)
    doctors = np.repeat(np.arange(len(release.sizes)), release.sizes)
    found: dict[bytes, Found] = {}
    tried = trials if 0 < release.collusion < len(doctors) else 0
    for _ in range(tried):
        team = rng.choice(doctors, size=release.collusion, replace=False)
        others = release.sizes - np.bincount(team, minlength=len(release.sizes))
        n = targets @ others
        wanted = targets[(n > 0) & (n < release.k)]
        for group in wanted[recovered(rows[:, others > 0], wanted[:, others > 0])]:
            how = "shown groups less the colluders' own answers"
            found[group.tobytes()] = described_as(release, group, how)
    what = f"Teams of {release.collusion} doctors removing their own answers"
    return result("A6", tried, list(found.values()), what)
