"""What an instrument says of other things, and whether it is true: sources, other instruments.

A parallel form mirrors another one item by item, so that the two can be compared; a subset repeats
items word for word, so that a pulse continues the series of its survey.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from medengage.definitions import catalogue
from medengage.definitions.base import Definition, told
from medengage.definitions.instrument import Instrument, Item
from medengage.errors import ContentError, Problem

__all__ = ["link_faults", "source_faults"]


def source_faults(
    definition: Definition, bibliography: Collection[str], place: str
) -> Iterator[Problem]:
    """Sources that the bibliography does not know."""
    for source in definition.sources:
        if source not in bibliography:
            what = f"the source {source} is not in the bibliography."
            yield Problem(f"{place}, sources", what, "Add it to sources.toml of your folder.")


def link_faults(instrument: Instrument, folders: Sequence[Path], place: str) -> Iterator[Problem]:
    """``parallel_to`` and ``subset_of`` that point nowhere or do not match."""
    for field, compare in (("parallel_to", _parallel_faults), ("subset_of", _subset_faults)):
        target = getattr(instrument, field)
        if target is None:
            continue
        try:
            other = catalogue.instrument(target, folders)
        except ContentError as error:
            yield told(error, f"{place}, {field}")
        else:
            yield from compare(instrument, other, place)


def _parallel_faults(form: Instrument, other: Instrument, place: str) -> Iterator[Problem]:
    where = f"{place}, parallel_to"
    if set(form.item_ids) != set(other.item_ids):
        yield Problem(where, f"the items are not those of {other.reference}.", "Mend the ids.")
        return
    if form.respondents == other.respondents:
        yield Problem(where, "both forms ask the same respondents.", "Set respondents.")
    if _tree(form) != _tree(other):
        yield Problem(where, f"the scales are not those of {other.reference}.", "Mend them.")
    for item in form.items:
        if _rule(form, item) != _rule(other, other.item(item.id)):
            what = f"its key or its number of options is not that of {other.reference}."
            yield Problem(f"{place}, item {item.id}", what)


def _subset_faults(part: Instrument, whole: Instrument, place: str) -> Iterator[Problem]:
    known = {item.id: item for item in whole.items}
    for item in part.items:
        twin = known.get(item.id)
        if twin is None or (twin.text, twin.reversed) != (item.text, item.reversed):
            what = f"it is not word for word an item of {whole.reference}."
            yield Problem(f"{place}, item {item.id}", what, "Copy it from there.")
        elif part.options_of(item.id) != whole.options_of(item.id):
            what = f"its options are not those of {whole.reference}."
            yield Problem(f"{place}, item {item.id}", what, "Copy them from there.")
    if any(part.words[name] != whole.words.get(name) for name in part.words):
        yield Problem(f"{place}, words", f"they differ from {whole.reference}.", "Copy them.")


def _tree(instrument: Instrument) -> dict[str, object]:
    """What decides the numbers of each scale."""
    return {
        scale.id: (scale.part_of, scale.aspect, frozenset(scale.items), scale.missing)
        for scale in instrument.scales
    }


def _rule(instrument: Instrument, item: Item) -> tuple[bool, int]:
    return item.reversed, instrument.options_of(item.id).highest
