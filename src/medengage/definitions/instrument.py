"""``Instrument``: a versioned set of items, response options, scales and scoring rules.

The scales form a tree (or several): leaves hold items, inner nodes average their children, a
single root is the index. Everything the scoring needs stands here, so that a new instrument is a
new file and no new code.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from medengage.definitions.base import Definition, Identifier, Inconsistent, Reference, Title
from medengage.definitions.consistency import (
    continuum_faults,
    engaged_faults,
    item_faults,
    quadrant_faults,
    tree_faults,
)
from medengage.definitions.parts import (
    Aspect,
    Continuum,
    Engaged,
    Item,
    MissingRule,
    Quadrant,
    ResponseOptions,
    Scale,
    filled,
)
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
    parallel_to: Reference | None = None
    subset_of: Reference | None = None
    words: dict[Identifier, Title] = Field(default_factory=dict, max_length=20)
    options: dict[Identifier, ResponseOptions] = Field(min_length=1, max_length=50)
    items: tuple[Item, ...] = Field(min_length=1, max_length=500)
    scales: tuple[Scale, ...] = Field(min_length=1, max_length=200)
    quadrant: Quadrant | None = None
    continuum: Continuum | None = None
    engaged: Engaged | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = [
            *item_faults(self.items, self.options, self.scales),
            *tree_faults(self.scales),
            *quadrant_faults(self.scales, self.quadrant),
            *continuum_faults(self.scales, self.continuum),
            *engaged_faults(self.scales, self.engaged),
        ]
        if faults:
            raise Inconsistent(faults)
        return self

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
        return tuple(sorted(self.scales, key=lambda scale: -self._depth(scale)))

    def _depth(self, scale: Scale) -> int:
        return 0 if scale.part_of is None else 1 + self._depth(self.scale(scale.part_of))

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
        return filled(text, {**self.words, **(words or {})})

    def label(self, item_id: str) -> str:
        """The item's words where they may be shown, else its id."""
        return self.text(item_id) if self.verbatim and self.item(item_id).text else item_id
