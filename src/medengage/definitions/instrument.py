"""``Instrument``: a versioned set of items, response options, scales and scoring rules.

The scales form a tree (or several): leaves hold items, inner nodes average their children, a
single root is the index. Everything the scoring needs stands here, so that a new instrument is a
new file and no new code.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from medengage.definitions.base import Definition, Identifier, Title, Value
from medengage.errors import LicenceRefused

__all__ = [
    "Aspect",
    "Continuum",
    "Engaged",
    "Instrument",
    "Item",
    "MissingRule",
    "Quadrant",
    "ResponseOptions",
    "Scale",
]

Aspect = Literal["organisation", "individual"]
HALF = 0.5
HIGHEST_SCORE = 100
FEW_ITEMS = 2


class ResponseOptions(Value):
    """The allowed answers, lowest first; they are numbered 1, 2, ... in that order.

    ``not_applicable`` is an extra answer that counts as missing. ``favourable_from`` is the
    lowest option that counts as favourable, by default the first above the middle (4 of 5).
    """

    labels: tuple[Title, ...] = Field(min_length=2, max_length=11)
    not_applicable: str = ""
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
    text: str | None = None
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


class Continuum(Value):
    """Ordered stages of engagement with their fixed cuts on the index (0-100)."""

    cuts: tuple[float, ...] = Field(min_length=1)
    stages: tuple[Title, ...]

    @model_validator(mode="after")
    def _one_stage_more_than_cuts(self) -> Self:
        if len(self.stages) != len(self.cuts) + 1:
            raise ValueError("a continuum has one stage more than cuts")
        if (
            list(self.cuts) != sorted(set(self.cuts))
            or not 0 < self.cuts[0] <= self.cuts[-1] < HIGHEST_SCORE
        ):
            raise ValueError("cuts rise and lie between 0 and 100")
        return self


class Engaged(Value):
    """When a doctor counts as engaged: every facet at least this high, or their mean (0-100)."""

    facets: tuple[Identifier, ...] = Field(min_length=2)
    all_at_least: float = Field(ge=0, le=100)
    mean_at_least: float = Field(ge=0, le=100)


class Instrument(Definition):
    """A versioned set of items, options, scales and scoring rules.

    ``verbatim`` is false where the licence forbids showing item texts outside the questionnaire;
    ``parallel_to`` names the instrument whose items these mirror (the managers' form);
    ``subset_of`` the instrument whose anchor items these are (a pulse). ``words`` are the default
    words for placeholders such as ``{organisation}`` in the texts.
    """

    respondents: Literal["doctors", "managers"] = "doctors"
    verbatim: bool = True
    introduction: str = ""
    parallel_to: str | None = None
    subset_of: str | None = None
    words: dict[str, str] = Field(default_factory=dict)
    options: dict[Identifier, ResponseOptions] = Field(min_length=1)
    items: tuple[Item, ...] = Field(min_length=1)
    scales: tuple[Scale, ...] = Field(min_length=1)
    quadrant: Quadrant | None = None
    continuum: Continuum | None = None
    engaged: Engaged | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for find in (self._name_faults, self._item_faults, self._tree_faults, self._rule_faults):
            if fault := next(find(), None):
                raise ValueError(fault)
        return self

    def _name_faults(self) -> Iterator[str]:
        for kind, ids in (("item", self.item_ids), ("scale", [s.id for s in self.scales])):
            for name in _twice(ids):
                yield f"two {kind}s are called {name}"
        for item in self.items:
            if item.options not in self.options:
                yield f"item {item.id} names unknown options {item.options}"

    def _item_faults(self) -> Iterator[str]:
        known = set(self.item_ids)
        used = [name for scale in self.scales for name in scale.items]
        yield from (f"a scale names unknown item {name}" for name in used if name not in known)
        yield from (f"item {name} stands in two scales" for name in _twice(used))
        yield from (f"item {name} is in no scale" for name in self.item_ids if name not in used)
        for scale in self.scales:
            if len({self.options_of(name).highest for name in scale.items}) > 1:
                yield f"the items of scale {scale.id} have different numbers of options"

    def _tree_faults(self) -> Iterator[str]:
        names = {scale.id for scale in self.scales}
        for scale in self.scales:
            if scale.part_of and scale.part_of not in names:
                yield f"scale {scale.id} is part of unknown scale {scale.part_of}"
            if bool(scale.items) == bool(self.children(scale.id)):
                yield f"scale {scale.id} needs either items or parts, and not both"
            if self._depth(scale.id) > len(self.scales):
                yield f"scale {scale.id} is part of itself"

    def _rule_faults(self) -> Iterator[str]:
        if self.quadrant and not (self.aspect("individual") and self.aspect("organisation")):
            yield "a quadrant needs scales of both aspects"
        if self.continuum and not self.index:
            yield "a continuum needs one index"
        for facet in self.engaged.facets if self.engaged else ():
            if facet not in {scale.id for scale in self.scales}:
                yield f"the engaged rule names unknown scale {facet}"

    def _depth(self, scale_id: str) -> int:
        parents = {scale.id: scale.part_of for scale in self.scales}
        depth, here = 0, parents.get(scale_id)
        while here is not None and depth <= len(self.scales):
            depth, here = depth + 1, parents.get(here)
        return depth

    @cached_property
    def item_ids(self) -> tuple[str, ...]:
        """Ids of all items in the order of the file."""
        return tuple(item.id for item in self.items)

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    @cached_property
    def _scales(self) -> dict[str, Scale]:
        return {scale.id: scale for scale in self.scales}

    def item(self, item_id: str) -> Item:
        """The item of this id; raises ``KeyError``."""
        return self._items[item_id]

    def scale(self, scale_id: str) -> Scale:
        """The scale of this id; raises ``KeyError``."""
        return self._scales[scale_id]

    def options_of(self, item_id: str) -> ResponseOptions:
        """The response options of one item."""
        return self.options[self.item(item_id).options]

    def children(self, scale_id: str) -> tuple[Scale, ...]:
        """The scales that are part of this one."""
        return tuple(scale for scale in self.scales if scale.part_of == scale_id)

    def leaves_of(self, scale_id: str) -> tuple[Scale, ...]:
        """The subscales below this scale, itself if it is one."""
        parts = self.children(scale_id)
        if not parts:
            return (self.scale(scale_id),)
        return tuple(leaf for part in parts for leaf in self.leaves_of(part.id))

    def items_of(self, scale_id: str) -> tuple[str, ...]:
        """Ids of all items below this scale."""
        return tuple(name for leaf in self.leaves_of(scale_id) for name in leaf.items)

    @cached_property
    def subscales(self) -> tuple[Scale, ...]:
        """The leaves of the tree."""
        return tuple(scale for scale in self.scales if scale.items)

    @cached_property
    def roots(self) -> tuple[Scale, ...]:
        """The scales that are part of no other."""
        return tuple(scale for scale in self.scales if scale.part_of is None)

    @cached_property
    def index(self) -> Scale | None:
        """The single root, where there is one."""
        return self.roots[0] if len(self.roots) == 1 else None

    @cached_property
    def scoring_order(self) -> tuple[Scale, ...]:
        """All scales, every child before its parent."""
        return tuple(sorted(self.scales, key=lambda scale: -self._depth(scale.id)))

    def level(self, scale_id: str) -> Literal["index", "meta-scale", "subscale"]:
        """Where the scale stands in the tree; a lone leaf root is the index."""
        if self.index is not None and scale_id == self.index.id:
            return "index"
        return "subscale" if self.scale(scale_id).items else "meta-scale"

    def aspect(self, aspect: Aspect) -> tuple[Scale, ...]:
        """The subscales marked with one of the two aspects of the engagement model."""
        return tuple(scale for scale in self.subscales if scale.aspect == aspect)

    def text(self, item_id: str, words: Mapping[str, str] | None = None) -> str:
        """The item's words, placeholders filled; raises ``LicenceRefused`` where forbidden."""
        text = self.item(item_id).text
        if text is None or not self.verbatim:
            raise LicenceRefused(
                "the texts of this instrument may not be shown here",
                subject=f"{self.reference}, item {item_id}",
                hint="show the item's id, or bring your own licence (docs/how-to)",
            )
        return _filled(text, {**self.words, **(words or {})})

    def label(self, item_id: str) -> str:
        """The item's words where they may be shown, else its id."""
        return self.text(item_id) if self.verbatim and self.item(item_id).text else item_id


def _twice(names: Sequence[str]) -> Iterator[str]:
    return (name for name, count in Counter(names).items() if count > 1)


def _filled(text: str, words: Mapping[str, str]) -> str:
    for key, word in words.items():
        text = text.replace("{" + key + "}", word)
    return text
