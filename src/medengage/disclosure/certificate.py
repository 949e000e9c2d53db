"""Certificates: nothing that can be computed from a release rests on fewer than k + c doctors.

The promise, exactly: for every measure, every linear combination of the released sums in which
some doctor's answer has a weight other than zero has such weights for at least ``limit = k + c``
doctors. It is stronger than "no group below k can be worked out": it also forbids the difference
of two tiny groups, it still holds for k doctors after c colluders have removed their own answers,
and it still holds for a measure that some doctors skipped. docs/explanation/certificate.md proves
these claims, and that a figure may be judged alone when it is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from medengage.disclosure.search import search
from medengage.disclosure.tableau import Integers, Tableau, TooLarge

__all__ = ["EFFORT", "Certifier", "Reason", "Verdict", "certify"]

EFFORT = 5000
"""Most cases a proof may need; beyond, the figure is withheld as unproven (never a time limit)."""

Reason = Literal["derivable", "proven", "small group", "difference", "combination", "unproven"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """May a figure be released beside those that were released before?

    ``derivable``: it follows from them already. ``proven``: every new combination rests on at
    least ``limit`` doctors. Otherwise ``witness`` names the atoms (columns) of a combination
    that rests on too few, with their scored doctors ``n``: the figure itself (``small group``),
    its difference from another (``difference``) or a longer ``combination``. ``unproven`` has no
    witness. ``cases`` is the work that was needed.
    """

    reason: Reason
    witness: tuple[int, ...] = ()
    n: int | None = None
    cases: int = 0

    @property
    def safe(self) -> bool:
        """May it be released?"""
        return self.reason in {"derivable", "proven"}


class Certifier:
    """Judges figures one after the other; remembers which were released and which refused."""

    def __init__(self, sizes: Integers, limit: int, *, effort: int = EFFORT) -> None:
        """For atoms with ``sizes`` (A,) scored doctors; ``limit`` is k plus colluders."""
        self.sizes = np.asarray(sizes, dtype=np.int64)
        self.limit = limit
        self.effort = effort
        self.figures = np.zeros((0, len(self.sizes)), dtype=np.int64)
        self._space = Tableau.empty(len(self.sizes))
        self._refused: list[Verdict] = []

    def release(self, figure: Integers) -> None:
        """Count a figure (A,) among the released ones, proven or not. Raises ``TooLarge``."""
        reduced = self._space.reduced(figure)
        self.figures = np.vstack([self.figures, figure])
        if reduced.any():
            self._space.add(reduced, self.sizes)

    def judge(self, figure: Integers, *, limit: int | None = None) -> Verdict:
        """Release a figure (A,) if that is safe, and say why or why not.

        ``limit`` is a stricter one for this figure: all combinations that use it keep it, as long
        as no figure with a laxer limit follows.
        """
        least = self.limit if limit is None else max(limit, self.limit)
        if (n := int(self.sizes[figure != 0].sum())) < least:
            return _witnessed("small group", np.flatnonzero(figure), n)
        try:
            reduced = self._space.reduced(figure)
            verdict = self._verdict(figure, reduced, least)
            if verdict.reason == "proven":
                space = self._space.copy()
                space.add(reduced, self.sizes)
                self._space = space
        except TooLarge:
            return Verdict("unproven")
        if verdict.safe:
            self.figures = np.vstack([self.figures, figure])
        elif self._space.guest_like(reduced) is None:
            self._space.add_guest(reduced)
            self._refused.append(verdict)
        return verdict

    def split(self, origin: Integers, sizes: Integers) -> None:
        """Tell atoms further apart: new atom ``a`` is a part of the old atom ``origin[a]``.

        Raises ``TooLarge``.
        """
        self.sizes = np.asarray(sizes, dtype=np.int64)
        self.figures = self.figures[:, origin]
        self._space.split(origin, self.sizes)
        self._refused = [
            replace(old, witness=tuple(np.flatnonzero(np.isin(origin, old.witness)).tolist()))
            for old in self._refused
        ]

    def _verdict(self, figure: Integers, reduced: Integers, limit: int) -> Verdict:
        if not reduced.any():
            return Verdict("derivable")
        known = self._space.guest_like(reduced)
        if known is not None:
            return replace(self._refused[known], cases=0)
        differs = self.figures != figure
        sizes = differs @ self.sizes
        if len(sizes) and sizes.min() < limit:
            nearest = int(np.argmin(sizes))
            where = np.flatnonzero(differs[nearest])
            return _witnessed("difference", where, int(sizes[nearest]))
        found = search(self._space, reduced, self.sizes, limit, effort=self.effort)
        if found.proven:
            return Verdict("proven", cases=found.cases)
        if found.witness is None:
            return Verdict("unproven", cases=found.cases)
        n = int(self.sizes[list(found.witness)].sum())
        return Verdict("combination", found.witness, n, found.cases)


def _witnessed(reason: Reason, columns: Integers, n: int) -> Verdict:
    return Verdict(reason, tuple(int(column) for column in columns), n)


def certify(
    figures: Sequence[Integers] | Integers,
    sizes: Integers,
    limit: int,
    *,
    known: Sequence[Integers] | Integers = (),
    effort: int = EFFORT,
) -> Verdict:
    """Is a whole release safe? The first refusal, or ``proven`` with the cases of all proofs.

    ``figures`` (M, A) integer weights of the atoms in each released sum, usually 0 and 1.
    ``known`` figures are out already: they are taken into account but not judged.
    """
    certifier = Certifier(sizes, limit, effort=effort)
    for figure in known:
        certifier.release(np.asarray(figure, dtype=np.int64))
    cases = 0
    for figure in figures:
        verdict = certifier.judge(np.asarray(figure, dtype=np.int64))
        if not verdict.safe:
            return verdict
        cases += verdict.cases
    return Verdict("proven", cases=cases)
