"""How the parts of an instrument must fit: names, items in scales, the tree, and the readings.

Every function yields all the faults it finds, each with the place in the file, so that a person
who writes an instrument mends it in one go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from medengage.definitions.base import Fault
from medengage.definitions.parts import Continuum, Engaged, Item, Quadrant, ResponseOptions, Scale

__all__ = [
    "continuum_faults",
    "engaged_faults",
    "item_faults",
    "quadrant_faults",
    "tree_faults",
]


def item_faults(
    items: Sequence[Item], options: Mapping[str, ResponseOptions], scales: Sequence[Scale]
) -> Iterator[Fault]:
    """Ids twice, unknown options, and items that do not stand in exactly one scale."""
    yield from _twice("items", [item.id for item in items])
    used = Counter(name for scale in scales for name in scale.items)
    for at, item in enumerate(items):
        if item.options not in options:
            what = f"item {item.id} names unknown options {item.options}."
            yield Fault(("items", at, "options"), what, f"Known: {', '.join(sorted(options))}.")
        if item.id not in used:
            what = f"item {item.id} is in no scale."
            yield Fault(("items", at), what, "List it in the items of one scale.")
    yield from _scale_item_faults(items, options, scales, used)


def _scale_item_faults(
    items: Sequence[Item],
    options: Mapping[str, ResponseOptions],
    scales: Sequence[Scale],
    used: Counter[str],
) -> Iterator[Fault]:
    known = {item.id: options.get(item.options) for item in items}
    for at, scale in enumerate(scales):
        place = ("scales", at, "items")
        for name in dict.fromkeys(scale.items):
            if name not in known:
                yield Fault(place, f"a scale names unknown item {name}.", "Mend its spelling.")
            if used[name] > 1:
                what = f"item {name} stands in two scales or twice in one."
                yield Fault(place, what, "Leave it in one place.")
        sizes = {found.highest for name in scale.items if (found := known.get(name))}
        if len(sizes) > 1:
            what = f"the items of scale {scale.id} have different numbers of options."
            yield Fault(place, what, "Split the scale.")


def tree_faults(scales: Sequence[Scale]) -> Iterator[Fault]:
    """Ids twice, unknown parents, circles, and scales with both items and parts, or neither."""
    yield from _twice("scales", [scale.id for scale in scales])
    parents = {scale.id: scale.part_of for scale in scales}
    with_parts = set(parents.values())
    for at, scale in enumerate(scales):
        place = ("scales", at, "part_of")
        if scale.part_of is not None and scale.part_of not in parents:
            what = f"scale {scale.id} is part of unknown scale {scale.part_of}."
            yield Fault(place, what, "Mend its spelling, or add that scale.")
        if _in_circle(scale.id, parents):
            yield Fault(place, f"scale {scale.id} is part of itself.", "Remove part_of.")
        if bool(scale.items) == (scale.id in with_parts):
            what = f"scale {scale.id} needs either items or parts, and not both."
            yield Fault(("scales", at), what)


def quadrant_faults(scales: Sequence[Scale], quadrant: Quadrant | None) -> Iterator[Fault]:
    """The quadrant's two axes are the two aspects, so both must have subscales."""
    aspects = {scale.aspect for scale in scales if scale.items}
    if quadrant is not None and not {"organisation", "individual"} <= aspects:
        yield Fault(("quadrant",), "a quadrant needs subscales of both aspects.", "Add aspect.")


def continuum_faults(scales: Sequence[Scale], continuum: Continuum | None) -> Iterator[Fault]:
    """The stages are bands of the index, so there must be one."""
    if continuum is not None and sum(scale.part_of is None for scale in scales) != 1:
        what = "a continuum needs one index."
        yield Fault(("continuum",), what, "Let all scales be part of one, or remove it.")


def engaged_faults(scales: Sequence[Scale], engaged: Engaged | None) -> Iterator[Fault]:
    """The facets of the rule are scales, each named once."""
    known = {scale.id for scale in scales}
    facets = engaged.facets if engaged else ()
    for at, facet in enumerate(facets):
        place = ("engaged", "facets", at)
        if facet not in known:
            what = f"the engaged rule names unknown scale {facet}."
            yield Fault(place, what, "Mend its spelling.")
        if facet in facets[:at]:
            yield Fault(place, f"the engaged rule names {facet} twice.", "Remove one.")


def _in_circle(start: str, parents: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    here = parents.get(start)
    while here is not None and here not in seen:
        if here == start:
            return True
        seen.add(here)
        here = parents.get(here)
    return False


def _twice(table: str, ids: Sequence[str]) -> Iterator[Fault]:
    first = {name: at for at, name in reversed(list(enumerate(ids)))}
    for at, name in enumerate(ids):
        if first[name] != at:
            what = f"two {table} are called {name}."
            yield Fault((table, at, "id"), what, "Give one another id.")
