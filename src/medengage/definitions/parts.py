"""The parts of an instrument: items, response options, scales and the readings made from them.

Each part checks what it can know alone; ``consistency`` checks how they fit together.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from medengage.definitions.base import Identifier, Text, Title, Value

__all__ = [
    "Aspect",
    "Continuum",
    "Engaged",
    "Item",
    "MissingRule",
    "Quadrant",
    "ResponseOptions",
    "Scale",
    "filled",
]

Aspect = Literal["organisation", "individual"]
HALF = 0.5
HIGHEST_SCORE = 100
FEW_ITEMS = 2
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class ResponseOptions(Value):
    """The allowed answers, lowest first; they are numbered 1, 2, ... in that order.

    ``not_applicable`` is an extra answer that counts as missing. ``favourable_from`` is the
    lowest option that counts as favourable, by default the first above the middle (4 of 5).
    """

    labels: tuple[Title, ...] = Field(min_length=2, max_length=11)
    not_applicable: str = Field(default="", max_length=200)
    favourable_from: int = 0

    @model_validator(mode="after")
    def _labels_differ(self) -> Self:
        folded = [label.casefold() for label in (*self.labels, self.not_applicable) if label]
        if len(set(folded)) < len(folded):
            raise ValueError("two options have the same label")
        if not 0 <= self.favourable_from <= self.highest:
            raise ValueError("favourable_from must be one of the options")
        return self

    @property
    def highest(self) -> int:
        """Number of the highest option; the lowest is 1."""
        return len(self.labels)

    @property
    def favourable_cut(self) -> int:
        """Lowest favourable option: the first above the middle unless the file says otherwise."""
        return self.favourable_from or self.highest // 2 + self.highest % 2 + 1


class Item(Value):
    """One statement to answer. A reverse-keyed item is mirrored before scoring."""

    id: Identifier
    text: Text | None = None
    options: Identifier
    reversed: bool = False
    anchor: bool = False


class MissingRule(Value):
    """How many items of a scale must be answered: a share of them, or a number."""

    answer_at_least: float = Field(default=HALF, gt=0)

    def min_items(self, items: int) -> int:
        """Items that must be answered out of ``items`` (half-rule, Ware 1993: at least two)."""
        if self.answer_at_least > 1:
            return min(items, math.ceil(self.answer_at_least))
        if items <= FEW_ITEMS:
            return items
        return max(FEW_ITEMS, math.ceil(self.answer_at_least * items))


class Scale(Value):
    """A node of the scale tree: a leaf with items, or the mean of the scales ``part_of`` it.

    ``meaning`` finishes the sentence "how far doctors feel that ..."; ``discuss`` is a question to
    put to the doctors concerned when the scale is low.
    """

    id: Identifier
    title: Title
    part_of: Identifier | None = None
    aspect: Aspect | None = None
    items: tuple[Identifier, ...] = ()
    missing: MissingRule = MissingRule()
    meaning: str = ""
    discuss: str = ""


class Quadrant(Value):
    """Names of the four quadrants and the cut used where no norm is given (0-100).

    The first word of each key is the individual aspect, the second the organisation aspect.
    """

    cut: float = Field(default=50.0, ge=0, le=100)
    low_low: Title
    high_low: Title
    low_high: Title
    high_high: Title

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = (self.low_low, self.high_low, self.low_high, self.high_high)
        if len({name.casefold() for name in names}) < len(names):
            raise ValueError("two quadrants have the same name")
        return self


class Continuum(Value):
    """Ordered stages of engagement with their fixed cuts on the index (0-100)."""

    cuts: tuple[float, ...] = Field(min_length=1)
    stages: tuple[Title, ...]

    @model_validator(mode="after")
    def _one_stage_more_than_cuts(self) -> Self:
        if len(self.stages) != len(self.cuts) + 1:
            raise ValueError("a continuum has one stage more than cuts")
        if len({stage.casefold() for stage in self.stages}) < len(self.stages):
            raise ValueError("two stages have the same name")
        rising = list(self.cuts) == sorted(set(self.cuts))
        if not rising or not 0 < self.cuts[0] <= self.cuts[-1] < HIGHEST_SCORE:
            raise ValueError("cuts rise and lie between 0 and 100")
        return self


class Engaged(Value):
    """When a doctor counts as engaged: every facet at least this high, or their mean (0-100)."""

    facets: tuple[Identifier, ...] = Field(min_length=2)
    all_at_least: float = Field(ge=0, le=100)
    mean_at_least: float = Field(ge=0, le=100)


def filled(text: str, words: Mapping[str, str]) -> str:
    """The text with its placeholders filled; those that have no word stay as they are."""
    return PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), text)
