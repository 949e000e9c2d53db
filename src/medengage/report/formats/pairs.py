"""Which blocks stand side by side, the same in every format that has the room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from medengage.report.blocks import Block, Callout, Chart, Table

__all__ = ["Half", "Pair", "paired"]

Half = Callout | Chart | Table
"""The blocks that can be of half the width."""


@dataclass(frozen=True)
class Pair:
    """One or two blocks of half the width, next to each other."""

    blocks: tuple[Half, ...]


def paired(blocks: Iterable[Block]) -> Iterator[Block | Pair]:
    """The blocks in order, neighbours of half the width two by two."""
    rest = list(blocks)
    while rest:
        halves = _halves(rest[:2])
        yield Pair(halves) if halves else rest[0]
        del rest[: len(halves) or 1]


def _halves(blocks: Iterable[Block]) -> tuple[Half, ...]:
    """Blocks of half the width at the beginning."""
    found: list[Half] = []
    for block in blocks:
        if not isinstance(block, Half) or block.width != "half":
            break
        found.append(block)
    return tuple(found)
