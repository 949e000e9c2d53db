"""Which groups may be shown: wishes in order of priority, granted as far as a proof reaches.

A wish is a set of attributes to be crossed: ``("division",)``, ``("division", "grade")``. Its
figures are the cells of that margin over *blocks* (small units merged with siblings). Each figure
is certified beside all that was granted before it, largest cell first, and then released or
withheld with the reason. To try a whole margin before its cells would give the same result: a part
of a safe release is safe, so if the margin as a whole is safe, none of its cells is refused.

Everything is decided from counts, before any answer is looked at. A wish is judged from the wishes
before it alone, so that adding a wish at the end never changes what was granted before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from medengage.disclosure.blocks import BlockRule, Blocks, all_blocks
from medengage.disclosure.certificate import Certifier, Reason, Verdict
from medengage.disclosure.frame import Frame
from medengage.disclosure.tableau import Flags, Integers
from medengage.disclosure.words import Where, and_list, described, refusal, title
from medengage.errors import DisclosureRefused, StudyError
from medengage.findings import ORGANISATION

__all__ = ["Lattice", "ReleasedGroup", "Wish", "Withheld", "build"]

FEWEST = 2
"""A group of one is a doctor."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Results are wished for every combination of these attributes."""

    attributes: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(set(self.attributes)) < len(self.attributes):
            raise StudyError(
                "a wish names an attribute twice", subject=" by ".join(self.attributes)
            )


@dataclass(frozen=True, eq=False, slots=True)
class ReleasedGroup:
    """A group that may be shown: its atoms ((A,) bool), and how that was proven.

    ``n`` counts its respondents, ``scored`` the fewest with a value on any measure. A derivable
    group follows from the groups before it. ``number`` is its place in the table of its breakdown.
    """

    id: str
    number: int
    wish: Wish
    where: Where
    title: str
    atoms: Flags
    n: int
    scored: int
    verdict: Verdict


@dataclass(frozen=True, eq=False, slots=True)
class Withheld:
    """A group that may not be shown, why in ``words``, and on whom a figure would have rested.

    ``witness`` (A,) bool marks the atoms of the small group that a combination would isolate; all
    False for an unproven figure. ``who`` says it in words. Both are for the private side alone:
    they name combinations of attributes that somebody has who answered.
    """

    id: str
    number: int
    wish: Wish
    where: Where
    title: str
    reason: Reason
    words: str
    who: str
    witness: Flags


@dataclass(frozen=True, eq=False)
class Lattice:
    """The certified groups of one wave, in order of priority, and what was merged or withheld.

    ``limit`` is k plus the assumed colluders: no combination of figures of the groups rests on
    fewer scored doctors. ``blocks`` are the merged values of each attribute.
    """

    frame: Frame
    k: int
    collusion: int
    wishes: tuple[Wish, ...]
    groups: tuple[ReleasedGroup, ...]
    withheld: tuple[Withheld, ...]
    blocks: Mapping[str, Blocks]

    @property
    def limit(self) -> int:
        """k plus the assumed colluders."""
        return self.k + self.collusion

    @property
    def matrix(self) -> Integers:
        """(groups, A) which atoms each released figure sums."""
        masks = [group.atoms for group in self.groups]
        return np.array(masks, dtype=np.int64).reshape(len(masks), len(self.frame.atoms))

    @property
    def statistics(self) -> int:
        """Released figures for a measure; groups with the same doctors count once."""
        return len(np.unique(self.matrix[:, self.frame.counted], axis=0))

    @property
    def notes(self) -> tuple[str, ...]:
        """What was merged, and how many cells were withheld for which reason, in words."""
        merged = [
            f"{and_list(block)} are shown as one group: one of them is too small alone."
            for blocks in self.blocks.values()
            for block in blocks
            if block[1:]
        ]
        kept = [f"{held.title} is not shown: {held.words}." for held in self.withheld]
        return (*merged, *kept)


def build(
    frame: Frame,
    wishes: Sequence[Wish],
    k: int,
    *,
    collusion: int = 0,
    rules: Mapping[str, BlockRule] | None = None,
    known: Integers | None = None,
) -> Lattice:
    """The certified lattice of a frame.

    ``k`` is the fewest doctors any computable figure may rest on, ``collusion`` how many doctors
    may pool their own answers. ``rules`` say how the values of an attribute may be merged.
    ``known`` (M, A) are figures that are out already (earlier builds of the same wave).
    The organisation comes first, unasked. Raises ``DisclosureRefused`` where not even that may be
    shown, ``StudyError`` for a wish that the frame cannot answer, ``ValueError`` for k below 2.
    """
    if k < FEWEST or collusion < 0:
        raise ValueError("k is at least 2, and colluders are not fewer than none")
    asked = tuple(dict.fromkeys(wishes))
    limits = _limits(asked, k + collusion, rules or {})
    names = tuple(dict.fromkeys(name for wish in asked for name in wish.attributes))
    _refuse_too_few(frame, k + collusion)
    blocks = all_blocks(frame, names, k + collusion, rules or {})
    work = _Work(frame, blocks, limits)
    if known is not None:
        work.count_as_released(known)
    for wish in (Wish(()), *asked):
        work.grant(wish)
    _refuse_nothing(work)
    return Lattice(frame, k, collusion, asked, tuple(work.groups), tuple(work.withheld), blocks)


def _limits(wishes: Sequence[Wish], limit: int, rules: Mapping[str, BlockRule]) -> dict[Wish, int]:
    """The limit of every wish; sensitive attributes stand alone, after all others.

    Only then do combinations with a sensitive figure keep its limit: the last figure of a
    combination decides which limit it was judged by.
    """
    limits = {Wish(()): limit}
    for wish in wishes:
        least = max([limit, *(rules[a].least for a in wish.attributes if a in rules)])
        if least > limit and len(wish.attributes) > 1:
            raise StudyError(
                "a sensitive attribute is never crossed", subject=" by ".join(wish.attributes)
            )
        if least < max(limits.values()):
            raise StudyError(
                "wishes for sensitive attributes come last", subject=" by ".join(wish.attributes)
            )
        limits[wish] = least
    return limits


def _refuse_too_few(frame: Frame, limit: int) -> None:
    scored = int(frame.scored[frame.counted].sum())
    if scored < limit:
        raise DisclosureRefused(
            "nothing can be shown: too few doctors answered",
            subject=f"{scored} with a complete score, {limit} are needed",
            hint="ask more doctors, or add this organisation to a larger one",
        )


def _refuse_nothing(work: _Work) -> None:
    if not work.groups or work.groups[0].id != ORGANISATION:
        raise DisclosureRefused(
            "nothing can be shown beside what was released before",
            subject=work.withheld[0].words,
            hint="keep the earlier release",
        )


@dataclass
class _Cell:
    """A candidate figure: its place in the margin, atoms and size."""

    number: int
    where: Where
    atoms: Flags
    scored: int


@dataclass
class _Work:
    """The state of a build: atoms told apart so far, figures granted and withheld."""

    frame: Frame
    blocks: Mapping[str, Blocks]
    limits: Mapping[Wish, int]
    groups: list[ReleasedGroup] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.present = np.flatnonzero(self.frame.answered > 0)
        self.counted = self.frame.counted[self.present]
        self.kind = np.zeros(len(self.present), dtype=np.int64)
        self.certifier = Certifier(self._sizes(), self.limits[Wish(())])
        self.codes = {name: self._codes(name, self.blocks[name]) for name in self.blocks}

    def _codes(self, attribute: str, blocks: Blocks) -> Integers:
        """(P,) number of the block of each present atom; -1 for records that are gone."""
        number = {value: place for place, block in enumerate(blocks) for value in block}
        column, counted = self.frame.column(attribute), self.frame.counted
        codes = [number[column[atom]] if counted[atom] else -1 for atom in self.present]
        return np.array(codes, dtype=np.int64)

    def _sizes(self) -> Integers:
        """Scored doctors of each kind of atom."""
        scored = self.frame.scored[self.present]
        return np.bincount(self.kind, weights=scored).astype(np.int64)

    def tell_apart(self, codes: Integers) -> None:
        """Atoms with different codes (P,) or (P, C) are of different kinds from now on."""
        table = np.column_stack([self.kind, codes])
        _, first, kind = np.unique(table, axis=0, return_index=True, return_inverse=True)
        origin = self.kind[first]
        self.kind = kind.reshape(-1).astype(np.int64)
        self.certifier.split(origin, self._sizes())

    def figure(self, atoms: Flags) -> Integers:
        """One entry a kind: does the group hold it?"""
        figure = np.zeros(len(self.certifier.sizes), dtype=np.int64)
        figure[self.kind[atoms[self.present]]] = 1
        return figure

    def count_as_released(self, known: Integers) -> None:
        """Figures (M, A) that are out already."""
        self.tell_apart(known[:, self.present].T)
        _, first = np.unique(self.kind, return_index=True)
        for row in known[:, self.present]:
            self.certifier.release(row[first])

    def grant(self, wish: Wish) -> None:
        """Judge all cells of a margin, largest first, then what is left of each parent cell."""
        self.tell_apart(np.column_stack([self.counted, *(self.codes[a] for a in wish.attributes)]))
        cells = self._cells(wish)
        left = [cell for cell in sorted(cells, key=_largest_first) if not self._judge(wish, cell)]
        number = len(cells)
        for rest in self._rests(left, cells) if wish.attributes else ():
            number += 1
            self._judge(wish, _Cell(number, *rest), note=False)

    def _cells(self, wish: Wish) -> list[_Cell]:
        """All cells of the margin, numbered in the order of their blocks.

        Also those in which nobody answered: which of the small cells are empty is not to be told.
        """
        here = self.present[self.counted]
        codes = [self.codes[name][self.counted] for name in wish.attributes]
        table = np.column_stack([np.zeros((len(here), 0), dtype=np.int64), *codes])
        sizes = [len(self.blocks[name]) for name in wish.attributes]
        cells = []
        for place, key in enumerate(np.ndindex(*sizes)):
            values = [self.blocks[name][c] for name, c in zip(wish.attributes, key, strict=True)]
            where = tuple(zip(wish.attributes, values, strict=True))
            atoms = np.zeros(len(self.frame.atoms), dtype=bool)
            atoms[here[(table == key).all(axis=1)]] = True
            cells.append(_Cell(place + 1, where, atoms, int(self.frame.scored[atoms].sum())))
        return cells

    def _rests(self, left: list[_Cell], cells: list[_Cell]) -> list[tuple[Where, Flags, int]]:
        """The withheld cells of each parent cell together, if they are not the whole of it."""
        families = Counter(cell.where[:-1] for cell in cells)
        rests: dict[Where, list[_Cell]] = {}
        for cell in left:
            rests.setdefault(cell.where[:-1], []).append(cell)
        return [
            _together(parent, some)
            for parent, some in sorted(rests.items())
            if 1 < len(some) < families[parent]
        ]

    def _judge(self, wish: Wish, cell: _Cell, *, note: bool = True) -> bool:
        """Release or withhold one figure.

        ``note`` it where it is withheld. What is left of a parent cell is not noted, because
        whether there is anything depends on which of the small cells are empty.
        """
        limit = self.limits[wish]
        verdict = self.certifier.judge(self.figure(cell.atoms), limit=limit)
        name = f"{'-by-'.join(wish.attributes)}-{cell.number}" if cell.where else ORGANISATION
        facts = (name, cell.number, wish, cell.where, title(cell.where))
        if verdict.safe:
            n = int(self.frame.answered[cell.atoms].sum())
            self.groups.append(ReleasedGroup(*facts, cell.atoms, n, cell.scored, verdict))
            return True
        if note:
            witness = np.zeros(len(self.frame.atoms), dtype=bool)
            witness[self.present[np.isin(self.kind, verdict.witness)]] = True
            words = refusal(verdict.reason, limit)
            who = described(self.frame, witness) if witness.any() else ""
            self.withheld.append(Withheld(*facts, verdict.reason, words, who, witness))
        return False


def _together(parent: Where, cells: list[_Cell]) -> tuple[Where, Flags, int]:
    ordered = sorted(cells, key=lambda cell: cell.number)
    values = tuple(value for cell in ordered for value in cell.where[-1][1])
    atoms = np.logical_or.reduce([cell.atoms for cell in cells])
    where = (*parent, (cells[0].where[-1][0], values))
    return where, atoms, sum(cell.scored for cell in cells)


def _largest_first(cell: _Cell) -> tuple[int, int]:
    return -cell.scored, cell.number
