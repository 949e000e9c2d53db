"""Which groups may have figures of their own, decided from counts before any mean is known.

This first rule releases the organisation and *one* breakdown whose blocks are disjoint, cover
everybody and hold at least ``minimum_group`` doctors each. Then every released number is a sum
over whole blocks, and so is every linear combination of released numbers: nobody can compute a
figure for fewer doctors than the smallest block. (See docs/adr/0005 and docs/explanation/privacy.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medengage.disclosure.frame import Frame
from medengage.errors import DisclosureRefused
from medengage.findings import ORGANISATION, Policy

__all__ = ["PlannedGroup", "ReleasePlan", "merged", "plan_release"]


@dataclass(frozen=True, eq=False)
class PlannedGroup:
    """A group that may be shown: its name, its units and its atoms ((A,) bool)."""

    id: str
    title: str
    members: tuple[str, ...]
    atoms: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ReleasePlan:
    """The organisation and the blocks of one breakdown, with notes on what was merged and why.

    ``strata`` (A,) int64 numbers the weighting strata of the atoms: each lies inside one block and
    holds at least the minimum group, so that weighted totals give no more away than the blocks do.
    """

    frame: Frame
    whole: PlannedGroup
    blocks: tuple[PlannedGroup, ...]
    strata: npt.NDArray[np.int64]
    notes: tuple[str, ...]

    @property
    def groups(self) -> tuple[PlannedGroup, ...]:
        """The organisation first, then the blocks."""
        return (self.whole, *self.blocks)


def plan_release(frame: Frame, policy: Policy) -> ReleasePlan:
    """The groups that may be shown under this policy.

    Raises ``DisclosureRefused`` where even the organisation is too small, ``ValueError`` for a
    breakdown by an attribute that the frame does not have.
    """
    scored = int(frame.scored.sum())
    if scored < policy.minimum_group:
        raise DisclosureRefused(
            "nothing can be shown: too few doctors answered",
            subject=f"{scored} with a complete score, {policy.minimum_group} are needed",
            hint="ask more doctors, or add this organisation to a larger one",
        )
    everybody = PlannedGroup(ORGANISATION, "", (), np.ones(len(frame.atoms), dtype=bool))
    parts = _blocks(frame, policy)
    notes = _notes(parts, policy)
    blocks = tuple(
        PlannedGroup(
            f"{policy.breakdown}-{place}", " and ".join(part), part, _mask(frame, policy, part)
        )
        for place, part in enumerate(parts, start=1)
    )
    return ReleasePlan(frame, everybody, blocks, _strata(frame, blocks, policy), notes)


def merged(sizes: Sequence[int], minimum: int, *, in_order: bool = False) -> list[list[int]]:
    """Partition of the places 0, 1, ... into blocks of at least ``minimum``.

    Until no block is too small, the smallest block joins the smallest other block, or with
    ``in_order`` the smaller of its two neighbours. Ties go to the earlier place, so that the
    same sizes always give the same blocks. One block that is still too small is left alone.
    """
    blocks = [[place] for place in range(len(sizes))]
    size = [int(n) for n in sizes]
    while len(blocks) > 1 and min(size) < minimum:
        small = size.index(min(size))
        others = [place for place in range(len(blocks)) if place != small]
        if in_order:
            others = [place for place in others if abs(place - small) == 1]
        partner = min(others, key=lambda place: (size[place], place))
        keep, drop = sorted((small, partner))
        blocks[keep] = sorted(blocks[keep] + blocks[drop])
        size[keep] += size[drop]
        del blocks[drop], size[drop]
    return blocks


def _blocks(frame: Frame, policy: Policy) -> list[tuple[str, ...]]:
    """Values of the breakdown merged into blocks; empty where no second block can stand."""
    if policy.breakdown is None:
        return []
    values = _ordered(frame.values(policy.breakdown), policy.breakdown_order)
    sizes = [int(frame.scored[_mask(frame, policy, (value,))].sum()) for value in values]
    places = merged(sizes, policy.minimum_group, in_order=bool(policy.breakdown_order))
    return [tuple(values[place] for place in block) for block in places] if len(places) > 1 else []


def _ordered(values: Sequence[str], order: Sequence[str]) -> list[str]:
    rank = {value: place for place, value in enumerate(order)}
    return sorted(values, key=lambda value: (rank.get(value, len(rank)), value))


def _mask(frame: Frame, policy: Policy, values: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    return frame.mask({policy.breakdown or "": values})


def _notes(parts: Sequence[tuple[str, ...]], policy: Policy) -> tuple[str, ...]:
    why = f"together they reach {policy.minimum_group} doctors"
    if policy.breakdown is not None and not parts:
        enough = f"there are not two groups of {policy.minimum_group} doctors"
        return (f"No results by {policy.breakdown}: {enough}.",)
    return tuple(
        f"{' and '.join(part)} ({policy.breakdown}) are shown as one group: {why}."
        for part in parts
        if part[1:]
    )


def _strata(frame: Frame, blocks: Sequence[PlannedGroup], policy: Policy) -> npt.NDArray[np.int64]:
    """Inside each block, atoms gathered until every stratum holds the minimum group."""
    strata = np.zeros(len(frame.atoms), dtype=np.int64)
    following = 0
    for block in blocks or [PlannedGroup("", "", (), np.ones(len(frame.atoms), dtype=bool))]:
        places = np.flatnonzero(block.atoms)
        gathered = merged([int(frame.scored[p]) for p in places], policy.minimum_group)
        for number, group in enumerate(gathered, start=following):
            strata[places[group]] = number
        following += len(gathered)
    return strata
