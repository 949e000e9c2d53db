"""Advice about the craft of an instrument: what does not stop it and might be better.

Rules of thumb from questionnaire design (Krosnick and Presser 2010): short statements, one idea
each, no negation in a reverse-keyed item, reverse keys few and apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from medengage.definitions.instrument import Instrument, Item
from medengage.definitions.parts import PLACEHOLDER
from medengage.errors import Problem

__all__ = ["craft_advice"]

MOST_WORDS = 20
MOST_REVERSED = 0.5
MANY_ITEMS = 10
TWO_IDEAS = re.compile(r"\b(and|or)\b", re.IGNORECASE)
NEGATION = re.compile(r"\b(not|never|no|none|nobody|nothing|cannot|without)\b|n['\u2019]t\b", re.I)


def craft_advice(instrument: Instrument, place: str) -> Iterator[Problem]:
    """All advice for one instrument; ``place`` names its file."""
    yield from _key_advice(instrument, place)
    yield from _item_advice(instrument, place)
    yield from _scale_advice(instrument, place)
    yield from _unused_advice(instrument, place)
    if instrument.licence == "proprietary" and instrument.verbatim:
        what = "the licence is proprietary, yet reports may show its texts."
        yield Problem(f"{place}, verbatim", what, "Set verbatim = false unless they are yours.")


def _key_advice(instrument: Instrument, place: str) -> Iterator[Problem]:
    turned = [item.reversed for item in instrument.items]
    if sum(turned) > MOST_REVERSED * len(turned):
        yield Problem(place, "more than half of the items are reverse-keyed.", "Turn some.")
    if len(turned) >= MANY_ITEMS and not any(turned) and instrument.verbatim:
        what = "no item is reverse-keyed, so hurried answers down one column go unseen."
        yield Problem(place, what, "Reverse about one item in four.")
    for first, second in pairwise(instrument.items):
        if first.reversed and second.reversed:
            what = f"it is reverse-keyed like {first.id} before it."
            yield Problem(f"{place}, item {second.id}", what, "Spread reverse keys evenly.")
    for scale in instrument.subscales:
        among = sum(instrument.item(name).reversed for name in scale.items)
        if len(scale.items) > 1 and among > MOST_REVERSED * len(scale.items):
            what = "most of its items are reverse-keyed."
            yield Problem(f"{place}, scale {scale.id}", what, "Spread reverse keys evenly.")


def _item_advice(instrument: Instrument, place: str) -> Iterator[Problem]:
    for item in instrument.items:
        for what, mend in _wording(item):
            yield Problem(f"{place}, item {item.id}", what, mend)


def _wording(item: Item) -> Iterator[tuple[str, str]]:
    text = item.text or ""
    if len(text.split()) > MOST_WORDS:
        yield f"it has more than {MOST_WORDS} words.", "Say it shorter."
    if TWO_IDEAS.search(text):
        yield "it may hold two ideas in one.", "Make it two items, or keep one idea."
    if item.reversed and NEGATION.search(text):
        yield "it is reverse-keyed and negated: hard to answer when tired.", "Say it plainly."


def _scale_advice(instrument: Instrument, place: str) -> Iterator[Problem]:
    for scale in instrument.scales:
        missing = [name for name in ("meaning", "discuss") if not getattr(scale, name)]
        if missing and instrument.verbatim:
            what = f"it has no {' and no '.join(missing)}, so reports say less about it."
            yield Problem(f"{place}, scale {scale.id}", what, "Add one line.")


def _unused_advice(instrument: Instrument, place: str) -> Iterator[Problem]:
    used = {word for item in instrument.items for word in PLACEHOLDER.findall(item.text or "")}
    texts = any(item.text for item in instrument.items)
    for word in sorted(set(instrument.words) - used) if texts else ():
        yield Problem(f"{place}, words.{word}", "no item uses it.", "Remove it.")
    named = {item.options for item in instrument.items}
    for name in sorted(set(instrument.options) - named):
        yield Problem(f"{place}, options.{name}", "no item uses them.", "Remove them.")
