"""Which groups may have figures of their own, decided from counts before any mean is known.

The plan is the certified lattice (``lattice.build``) of the policy's breakdowns, and beside it
*silent* groups: figures that are proven together with the shown ones because something that is
shown is made of them. A weighted mean, for example, is a sum over strata; if every stratum is a
certified group, the weighted mean follows from certified figures and gives nothing more away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from medengage.disclosure.blocks import BlockRule
from medengage.disclosure.frame import Frame
from medengage.disclosure.lattice import Lattice, ReleasedGroup, Wish, Withheld, build
from medengage.disclosure.tableau import Flags, Integers
from medengage.disclosure.words import and_list
from medengage.findings import ORGANISATION, Policy

__all__ = ["ALIKE", "PHASE", "SILENT", "ReleasePlan", "breakdown_name", "plan_release"]

PHASE = "phase of answering"
"""Frame attribute that tells early from late respondents; never shown by itself."""
ALIKE = "answers alike"
"""Frame attribute that tells who gave one answer to everything; never shown by itself."""
SILENT = (PHASE, ALIKE)


@dataclass(frozen=True, eq=False)
class ReleasePlan:
    """The certified groups of a release: those that are shown, and those that are silent."""

    lattice: Lattice
    policy: Policy
    earlier: int = 0

    @property
    def frame(self) -> Frame:
        """Atoms and their sizes."""
        return self.lattice.frame

    @property
    def whole(self) -> ReleasedGroup:
        """Everybody."""
        return self.lattice.groups[0]

    @cached_property
    def groups(self) -> tuple[ReleasedGroup, ...]:
        """The shown groups, the organisation first. Another name for everybody is not shown."""
        wished = {Wish(names) for names in self.policy.margins}
        shown = (g for g in self.lattice.groups if g.wish in wished and not self._everybody(g))
        return (self.whole, *shown)

    @property
    def in_order(self) -> tuple[ReleasedGroup, ...]:
        """The shown groups as tables list them: by breakdown, then by their place in it."""
        place = {names: number for number, names in enumerate(((), *self.policy.margins))}
        return tuple(sorted(self.groups, key=lambda g: (place[g.wish.attributes], g.number)))

    @property
    def silent(self) -> tuple[ReleasedGroup, ...]:
        """Certified, but not shown."""
        shown = {group.id for group in self.groups}
        return tuple(
            group
            for group in self.lattice.groups
            if group.id not in shown and not self._everybody(group)
        )

    @property
    def margins(self) -> tuple[tuple[str, ...], ...]:
        """The breakdowns that have groups to show."""
        shown = (group.wish.attributes for group in self.groups if group.wish.attributes)
        return tuple(dict.fromkeys(shown))

    @property
    def blocks(self) -> tuple[ReleasedGroup, ...]:
        """The units that are compared: the groups of the policy's breakdown."""
        return () if self.policy.breakdown is None else self.of((self.policy.breakdown,))

    @property
    def withheld(self) -> tuple[Withheld, ...]:
        """Groups that were wished for and may not be shown, in the order of their tables."""
        place = {Wish(names): number for number, names in enumerate(self.policy.margins)}
        held = [one for one in self.lattice.withheld if one.wish in place]
        return tuple(sorted(held, key=lambda one: (place[one.wish], one.number)))

    def of(self, names: tuple[str, ...]) -> tuple[ReleasedGroup, ...]:
        """The shown groups of one breakdown, in the order of its table.

        Never in the order in which they were judged: that goes by size.
        """
        return tuple(group for group in self.in_order[1:] if group.wish.attributes == names)

    def complete(self, names: tuple[str, ...]) -> bool:
        """Do the certified groups of this breakdown, shown or silent, cover everybody?"""
        groups = [g for g in self.lattice.groups if g.wish.attributes == names]
        return bool(groups) and self._covered([group.atoms for group in groups], self.whole.atoms)

    @cached_property
    def strata(self) -> Integers:
        """(A,) the finest partition by certified groups along breakdown and weighting attribute.

        Each stratum is a certified group, so that every weighted mean whose weights are constant
        within strata follows from certified figures.
        """
        strata = np.zeros(len(self.frame.atoms), dtype=np.int64)
        for names in _refinements(self.policy):
            strata = self._refined(strata, names)
        return strata

    def _refined(self, strata: Integers, names: tuple[str, ...]) -> Integers:
        """Strata that the groups of one breakdown fill exactly are replaced by those groups."""
        fine, following = np.zeros_like(strata), 0
        groups = [g.atoms for g in self.lattice.groups if g.wish.attributes == names]
        for stratum in np.unique(strata):
            here = strata == stratum
            inside = [atoms for atoms in groups if not (atoms & ~here).any()]
            parts = inside if self._covered(inside, here) else [here]
            for part in parts:
                fine[part & here] = following
                following += 1
        return fine

    def _covered(self, parts: Sequence[Flags], whole: Flags) -> bool:
        """Do disjoint parts make up the whole, as far as anybody answered?"""
        counted = self.frame.counted
        times = np.array(parts, dtype=np.int64).reshape(len(parts), len(counted)).sum(axis=0)
        return bool((times[counted] == whole[counted]).all())

    def _everybody(self, group: ReleasedGroup) -> bool:
        return bool(group.wish.attributes) and bool(group.atoms[self.frame.counted].all())

    @property
    def merged(self) -> tuple[str, ...]:
        """What was joined, in words, for every shown attribute."""
        return tuple(
            note for name in self.policy.attributes for note in self._merges(name, self.policy)
        )

    def _merges(self, name: str, policy: Policy) -> list[str]:
        if not any(name in margin for margin in self.margins):
            return [f"No results by {name}: there are not two groups of {policy.limit} doctors."]
        why = f"together they reach {policy.limit} doctors"
        return [
            f"{and_list(block)} ({name}) are shown as one group: {why}."
            for block in self.lattice.blocks[name]
            if block[1:]
        ]

    @property
    def notes(self) -> tuple[str, ...]:
        """What was joined or withheld in the breakdown whose units are compared, in words."""
        name = self.policy.breakdown
        if name is None:
            return ()
        held = [one for one in self.withheld if one.wish.attributes == (name,)]
        return (
            *self._merges(name, self.policy),
            *(f"{one.title} is not shown: {one.words}." for one in held),
        )


def breakdown_name(names: Sequence[str]) -> str:
    """``division by grade``; ``organisation`` for everybody."""
    return " by ".join(names) or ORGANISATION


def plan_release(
    frame: Frame, policy: Policy, *, known: npt.NDArray[np.int64] | None = None
) -> ReleasePlan:
    """The certified groups under this policy; ``known`` (M, A) figures are out already.

    Silent groups are judged after the shown ones, so that they never cost one; sensitive
    attributes come last of all, as their stricter limit asks. Raises ``DisclosureRefused`` where
    even the organisation may not be shown, ``StudyError`` for an attribute that the frame lacks.
    """
    shown = [Wish(names) for names in policy.margins]
    plain = [wish for wish in shown if not _is_sensitive(wish, policy)]
    strict = [wish for wish in shown if _is_sensitive(wish, policy)]
    silent = [Wish(names) for names in _silent(frame, policy) if Wish(names) not in shown]
    lattice = build(
        frame,
        (*plain, *silent, *strict),
        policy.minimum_group,
        collusion=policy.colluders,
        rules={name: _rule(name, policy) for name in frame.attributes},
        known=known,
    )
    return ReleasePlan(lattice, policy, _others(lattice, known))


def _others(lattice: Lattice, known: npt.NDArray[np.int64] | None) -> int:
    """How many different earlier figures are not among those of the lattice."""
    if known is None:
        return 0
    now = {row.tobytes() for row in lattice.matrix}
    return len({row.tobytes() for row in np.asarray(known, dtype=np.int64)} - now)


def _is_sensitive(wish: Wish, policy: Policy) -> bool:
    return not set(wish.attributes).isdisjoint(policy.sensitive)


def _rule(name: str, policy: Policy) -> BlockRule:
    least = policy.sensitive_group + policy.colluders if name in policy.sensitive else 0
    return BlockRule(policy.within.get(name), policy.order.get(name, ()), least)


def _refinements(policy: Policy) -> list[tuple[str, ...]]:
    """Breakdowns from which strata are made, coarse first."""
    unit, weight = policy.breakdown, policy.weighting
    if weight is None or weight in policy.sensitive:
        return [] if unit is None else [(unit,)]
    if unit is None or unit == weight:
        return [(weight,)]
    return [(unit,), (unit, weight), (weight,)]


def _silent(frame: Frame, policy: Policy) -> list[tuple[str, ...]]:
    """What weighted means, and comparisons of early with late respondents, are made of."""
    strata = [names for names in _refinements(policy) if set(names) <= set(frame.attributes)]
    return strata + [(name,) for name in SILENT if name in frame.attributes]
