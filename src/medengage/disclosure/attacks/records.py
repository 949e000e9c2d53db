"""A9, A11 and A12: linking records, telling texts, and who answered at all."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from medengage.disclosure.attacks.release import (
    AttackResult,
    Found,
    Release,
    ShownCount,
    result,
)
from medengage.disclosure.tableau import Flags, Integers
from medengage.disclosure.words import described

__all__ = ["Dump", "linkage", "membership", "telling_texts"]

SIGMAS = 3.0
TINY = 1e-6
NO_ROSTER = "Without a roster by these attributes nobody can work out who answered"
WHO_ANSWERED = "Working out who answered from counts and rates"

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


def membership(*releases: Release) -> AttackResult:
    """A12: does it follow from counts and rates that everybody, or nobody, of a group answered?

    Every atom and every shown group of the roster is bounded by linear programmes over the unknown
    numbers of answers, which are whole. Without a roster in the frame there is nothing to try; a
    roster that is known attribute by attribute makes several releases.
    """
    known = [one for one in releases if one.frame.eligible is not None and one.counts]
    if not known:
        return result("A12", 0, [], NO_ROSTER)
    found: list[Found] = []
    stopped, tried = "", 0
    for release in known:
        groups = _groups(release)
        tried += len(groups)
        try:
            found += _certain(release, groups)
        except ValueError as error:
            stopped = str(error)
    return result("A12", tried, found, WHO_ANSWERED, unfinished=stopped)


def _groups(release: Release) -> Flags:
    """(G, A) atoms and shown groups of the roster that have doctors."""
    eligible = _roster(release)
    groups = np.vstack([[count.atoms for count in release.counts], np.eye(len(eligible))])
    groups = np.unique(groups.astype(bool) & (eligible > 0), axis=0)
    return np.asarray(groups[groups.any(axis=1)])


def _roster(release: Release) -> Integers:
    eligible = release.frame.eligible
    return np.zeros_like(release.sizes) if eligible is None else eligible


def _certain(release: Release, groups: Flags) -> Iterator[Found]:
    """The groups of which everybody, or nobody, must have answered."""
    eligible = _roster(release)
    certain = _Answers(release.counts, eligible).certain(groups)
    for place, which in np.argwhere(certain):
        who = described(release.frame, groups[place])
        how = ("everybody answered", "nobody answered")[which]
        yield Found(who, int(eligible[groups[place]].sum()), how)


class _Answers:
    """Numbers of answers that agree with everything shown.

    Whatever agrees with everything shown and has some doctor of a group silent settles that not
    everybody must have answered; the same for nobody. So one set of numbers settles many groups,
    and few groups need programmes of their own.
    """

    def __init__(self, counts: Sequence[ShownCount], eligible: Integers) -> None:
        self.eligible = eligible.astype(float)
        self.rows = csr_array(np.array([count.atoms for count in counts], dtype=float))
        self.low = np.array([count.low for count in counts], dtype=float)
        self.high = np.array([count.high for count in counts], dtype=float)

    def certain(self, groups: Flags) -> Flags:
        """(G, 2) does it follow that everybody answered, and that nobody did?

        Raises ``ValueError`` where the shown counts contradict each other.
        """
        everybody = groups @ self.eligible
        certain = np.ones((len(groups), 2), dtype=bool)
        for which, sign in ((0, 1.0), (1, -1.0)):
            open_ = np.ones(len(groups), dtype=bool)
            while (places := np.flatnonzero(open_ & certain[:, which])).size:
                # All open groups at once first; one that stays open has a programme of its own.
                together = sign * groups[places].sum(axis=0)
                alone = sign * groups[places[0]]
                for goal in (together, alone.astype(float)):
                    n = groups @ self._fewest(goal)
                    certain[:, 0] &= n > everybody - 1 + TINY
                    certain[:, 1] &= n < 1 - TINY
                open_[places[0]] = False
        return certain

    def _fewest(self, goal: Vector) -> Vector:
        """The numbers of answers that make the goal smallest."""
        found = milp(
            goal,
            constraints=LinearConstraint(self.rows, self.low, self.high),
            bounds=Bounds(0, self.eligible),
        )
        if found.x is None:
            raise ValueError("the shown counts contradict each other")
        return np.asarray(found.x, dtype=float)
