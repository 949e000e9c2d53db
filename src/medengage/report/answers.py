"""Where shown answers stand on their scale, also where small neighbours are shown together.

Findings name a joined category by its ends, "Disagree to Agree". To draw it, one must know which
places of the scale it covers.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from medengage.findings import Distribution, ItemFinding

__all__ = ["all_answers", "places"]


def all_answers(items: Sequence[ItemFinding], options: int) -> tuple[str, ...] | None:
    """The names of all answers, from an item that shows each of them; ``None`` if none does."""
    for item in items:
        shape = item.distribution
        if isinstance(shape, Distribution) and item.options == len(shape.labels) == options:
            return shape.labels
    return None


def places(labels: Sequence[str], answers: Sequence[str]) -> tuple[tuple[int, int], ...] | None:
    """First and last place (1, 2, ...) of each shown answer; ``None`` where that cannot be told.

    >>> places(["No", "Maybe to Yes"], ["No", "Maybe", "Yes"])
    ((1, 1), (2, 3))
    """
    sizes = []
    following = 0
    for label in labels:
        size = _size(label, answers[following:])
        if size is None:
            return None
        sizes.append(size)
        following += size
    if following != len(answers):
        return None
    ends = list(accumulate(sizes))
    return tuple((end - size + 1, end) for end, size in zip(ends, sizes, strict=True))


def _size(label: str, following: Sequence[str]) -> int | None:
    """How many of the answers that follow a label covers."""
    if following and label == following[0]:
        return 1
    for place, answer in enumerate(following[1:], start=2):
        if label == f"{following[0]} to {answer}":
            return place
    return None
