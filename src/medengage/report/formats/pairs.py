"""Which charts stand side by side, the same in every format that has the room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from medengage.report.blocks import Block, Chart

__all__ = ["Pair", "paired"]


@dataclass(frozen=True)
class Pair:
    """One or two charts of half the width, next to each other."""

    charts: tuple[Chart, ...]


def paired(blocks: Iterable[Block]) -> Iterator[Block | Pair]:
    """The blocks in order, neighbouring charts of half the width two by two."""
    rest = list(blocks)
    while rest:
        halves = _halves(rest[:2])
        yield Pair(halves) if halves else rest[0]
        del rest[: len(halves) or 1]


def _halves(blocks: Iterable[Block]) -> tuple[Chart, ...]:
    """Charts of half the width that the blocks begin with."""
    found: list[Chart] = []
    for block in blocks:
        if not isinstance(block, Chart) or block.width != "half":
            break
        found.append(block)
    return tuple(found)
