"""A9, A11 and A12: linking records, telling texts, and who answered at all."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from medengage.disclosure.attacks.release import AttackResult, Found, Release, result
from medengage.disclosure.words import described

__all__ = ["Dump", "linkage", "membership", "telling_texts"]

SIGMAS = 3.0
HALF = 0.5

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Dump:
    """What an insider can copy: columns of the identity side and of the answer side.

    Each column is a number a record: position in the file, id, write time, sequence in a log or
    backup. ``owner`` (N,) is, for each answer record, the place of its doctor on the identity
    side: the truth that the attack is measured by. One group of N doctors.
    """

    identity: Mapping[str, Vector]
    answers: Mapping[str, Vector]
    owner: npt.NDArray[np.int64]


def linkage(dumps: Sequence[Dump]) -> AttackResult:
    """A9: line up the two sides by any pair of columns and count the doctors who are found.

    With N doctors a random order finds one on average, with variance one (the fixed points of a
    random permutation). Success of a pair of columns: more than chance by three standard errors
    over all dumps, widened for the number of pairs that were tried (Bonferroni, in the exponent).
    Either side may also be read backwards.
    """
    pairs = sorted(
        {(one, other) for dump in dumps for one in dump.identity for other in dump.answers}
    )
    allowed = len(dumps) + math.sqrt(len(dumps)) * math.sqrt(
        SIGMAS**2 + 2 * math.log(max(1, 2 * len(pairs)))
    )
    found = []
    for one, other in pairs:
        for backwards in (False, True):
            hits = sum(_hits(dump, one, other, backwards=backwards) for dump in dumps)
            if hits > allowed:
                share = hits / sum(len(dump.owner) for dump in dumps)
                how = f"order of {one} against {other} finds {100 * share:.0f} % of doctors"
                found.append(Found(f"doctors linked by {one} and {other}", hits, how))
    what = f"Linking records of {len(dumps)} copies by their order"
    return result("A9", 2 * len(pairs), found, what)


def _hits(dump: Dump, one: str, other: str, *, backwards: bool) -> int:
    """Doctors whose answers stand at the same rank; no guess where a column is all alike."""
    left, right = dump.identity.get(one), dump.answers.get(other)
    if left is None or right is None or _constant(left) or _constant(right):
        return 0
    people = np.argsort(left, kind="stable")
    records = np.argsort(right, kind="stable")[:: -1 if backwards else 1]
    return int((dump.owner[records] == people).sum())


def _constant(column: Vector) -> bool:
    return len(column) > 1 and bool((column == column[0]).all())


def telling_texts(comments: Sequence[str], entities: Mapping[str, int], k: int) -> AttackResult:
    """A11: comments that name something which fewer than k doctors share.

    ``entities`` maps words (specialties, sites, roles, events) to how many doctors they fit.
    Success is a list for a reviewer; it names the place of a comment, never its text.
    """
    rare = {word: n for word, n in entities.items() if n < k}
    found = []
    for place, comment in enumerate(comments, start=1):
        named = [n for word, n in rare.items() if _names(comment, word)]
        if named:
            found.append(Found(f"comment {place}", min(named), "names something rare"))
    return result("A11", len(comments), found, "Reading comments for rare words")


def _names(comment: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", comment, re.IGNORECASE) is not None


def membership(release: Release) -> AttackResult:
    """A12: does it follow from counts and rates that everybody, or nobody, of a group answered?

    Every atom and every shown group of the roster is bounded by linear programmes over the unknown
    numbers of answers. Without a roster in the frame there is nothing to try.
    """
    eligible = release.frame.eligible
    if eligible is None or not release.counts:
        return result("A12", 0, [], "Working out who answered from counts and rates")
    rows = np.array([count.atoms for count in release.counts], dtype=float)
    low = np.array([count.low for count in release.counts], dtype=float)
    high = np.array([count.high for count in release.counts], dtype=float)
    targets = np.unique(np.vstack([rows, np.eye(len(eligible))])[:, eligible > 0], axis=0)
    found = []
    for target in targets[targets.any(axis=1)]:
        fewest, most = _bounds(target, (rows[:, eligible > 0], low, high), eligible[eligible > 0])
        everybody = target @ eligible[eligible > 0]
        if fewest > everybody - HALF or most < HALF:
            mask = np.zeros(len(eligible), dtype=bool)
            mask[np.flatnonzero(eligible > 0)[target > 0]] = True
            how = "everybody answered" if fewest > HALF else "nobody answered"
            found.append(Found(described(release.frame, mask), int(everybody), how))
    return result("A12", len(targets), found, "Working out who answered from counts and rates")


def _bounds(
    target: Vector, shown: tuple[Vector, Vector, Vector], eligible: npt.NDArray[np.int64]
) -> tuple[float, float]:
    """Fewest and most answers of a target that agree with what is shown."""
    rows, low, high = shown
    box = [(0.0, float(n)) for n in eligible]
    constraints, limits = np.vstack([rows, -rows]), np.concatenate([high, -low])
    ends = []
    for objective in (target, -target):
        end = linprog(objective, A_ub=constraints, b_ub=limits, bounds=box, method="highs")
        if end.fun is None:
            raise ValueError("the shown counts contradict each other")
        ends.append(float(end.fun))
    return ends[0], -ends[1]
