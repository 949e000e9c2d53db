"""Small units are merged with siblings until every block is large enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from medengage.disclosure.frame import Frame
from medengage.errors import StudyError

__all__ = ["BlockRule", "Blocks", "all_blocks", "merged_by_size", "merged_in_order"]

Blocks = tuple[tuple[str, ...], ...]
"""A partition of the values of an attribute, in order."""


@dataclass(frozen=True, slots=True)
class BlockRule:
    """How the values of an attribute may be merged.

    ``parent``: only inside one block of this attribute (specialties inside a division).
    ``order``: only with neighbours in this order (grades); values not named come last.
    ``least``: for a sensitive attribute, the fewest doctors that any combination with its figures
    rests on, where that is more than the limit of the release. It is then never crossed.
    """

    parent: str | None = None
    order: tuple[str, ...] = ()
    least: int = 0


def all_blocks(
    frame: Frame, attributes: Sequence[str], limit: int, rules: Mapping[str, BlockRule]
) -> dict[str, Blocks]:
    """The blocks of every named attribute, with at least ``limit`` scored doctors if possible.

    Only counts decide, and only those of the attribute and its parents, so that the blocks of one
    attribute never depend on what else is asked for. Raises ``StudyError`` where an attribute is
    unknown or its own ancestor.
    """
    found: dict[str, Blocks] = {}
    for attribute in attributes:
        for name in reversed(_line(attribute, rules)):
            if name not in found:
                found[name] = _blocks(frame, name, limit, (rules.get(name, BlockRule()), found))
    return found


def _line(attribute: str, rules: Mapping[str, BlockRule]) -> list[str]:
    """An attribute, its parent, and so on."""
    line = [attribute]
    while (parent := rules.get(line[-1], BlockRule()).parent) is not None:
        if parent in line:
            raise StudyError("an attribute is its own ancestor", subject=" < ".join(line))
        line.append(parent)
    return line


def _blocks(
    frame: Frame, attribute: str, limit: int, rule: tuple[BlockRule, Mapping[str, Blocks]]
) -> Blocks:
    """Blocks of one attribute; values that lie in the same blocks of the parent are siblings."""
    sizes = _sizes(frame, attribute)
    how, found = rule
    rank = {value: place for place, value in enumerate(how.order)}
    home = _home(frame, attribute, how.parent, found)
    families: dict[tuple[int, ...], dict[str, int]] = {}
    for value in sorted(sizes, key=lambda value: (rank.get(value, len(rank)), value)):
        families.setdefault(home[value], {})[value] = sizes[value]
    merge = merged_in_order if how.order else merged_by_size
    least = max(limit, how.least)
    return tuple(block for family in sorted(families) for block in merge(families[family], least))


def _sizes(frame: Frame, attribute: str) -> dict[str, int]:
    """Scored doctors of each value, 0 for one that only doctors have who did not answer.

    Values of the roster count as well as those of the answers: which of the small values nobody
    answered with is not to be told by the name of a block.
    """
    column = frame.column(attribute)
    gone = np.zeros(len(column), dtype=bool) if frame.gone is None else frame.gone
    sizes = {value: 0 for value, left in zip(column, gone, strict=True) if not left}
    for value, counted, scored in zip(column, frame.counted, frame.scored, strict=True):
        if counted:
            sizes[value] += int(scored)
    return sizes


def _home(
    frame: Frame, attribute: str, parent: str | None, found: Mapping[str, Blocks]
) -> dict[str, tuple[int, ...]]:
    """The blocks of the parent in which each value occurs."""
    column = frame.column(attribute)
    if parent is None:
        return dict.fromkeys(column, ())
    block_of = {value: place for place, block in enumerate(found[parent]) for value in block}
    homes: dict[str, set[int]] = {value: set() for value in column}
    for value, above in zip(column, frame.column(parent), strict=True):
        if above in block_of:
            homes[value].add(block_of[above])
    return {value: tuple(sorted(places)) for value, places in homes.items()}


def merged_by_size(sizes: Mapping[str, int], limit: int) -> list[tuple[str, ...]]:
    """Partition of siblings: the largest unit that is too small takes in the smallest ones.

    It goes on until the block is large enough; then the next. What is left over in the end joins
    the smallest block. This makes many blocks of few units (a greedy rule for bin covering).
    Ties go to the first, so that the same sizes always give the same blocks. Blocks and their
    values keep the order of the units. One block that is too small as a whole is left alone.
    """
    names = list(sizes)
    small = sorted((n for n in names if sizes[n] < limit), key=lambda name: -sizes[name])
    blocks = [[name] for name in names if sizes[name] >= limit]
    while small:
        block = [small.pop(0)]
        while small and sum(sizes[name] for name in block) < limit:
            block.append(small.pop())
        blocks.append(block)
    sums = [sum(sizes[name] for name in block) for block in blocks]
    if len(blocks) > 1 and sums[-1] < limit:
        partner = min(range(len(blocks) - 1), key=lambda place: sums[place])
        blocks[partner] += blocks.pop()
    ordered = [sorted(block, key=names.index) for block in blocks]
    return [tuple(block) for block in sorted(ordered, key=lambda block: names.index(block[0]))]


def merged_in_order(sizes: Mapping[str, int], limit: int) -> list[tuple[str, ...]]:
    """Partition of an ordered row of units: the smallest block joins its smaller neighbour.

    Until none is too small or only one is left; ties go to the first.
    """
    merged: list[tuple[tuple[str, ...], int]] = [((name,), n) for name, n in sizes.items()]
    while len(merged) > 1:
        here = min(range(len(merged)), key=lambda place: merged[place][1])
        if merged[here][1] >= limit:
            break
        beside = [place for place in (here - 1, here + 1) if 0 <= place < len(merged)]
        first, second = sorted((here, min(beside, key=lambda place: merged[place][1])))
        one, other = merged[first], merged[second]
        merged[first : second + 1] = [(one[0] + other[0], one[1] + other[1])]
    return [names for names, _ in merged]
