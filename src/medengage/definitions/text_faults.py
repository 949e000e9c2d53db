"""How texts must fit the instrument they are for; every function yields all the faults."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from medengage.definitions.base import Fault
from medengage.definitions.instrument import Instrument
from medengage.definitions.parts import PLACEHOLDER, Scale
from medengage.definitions.text_parts import InstrumentTexts, ScaleTexts

__all__ = ["text_faults"]


def text_faults(instrument: Instrument, texts: InstrumentTexts) -> Iterator[Fault]:
    """Ids too few or too many, labels of another number, a translation that is not whole."""
    if texts.instrument != instrument.reference:
        yield Fault(("instrument",), "these texts belong to another version.")
    if not instrument.verbatim and texts.licence is None:
        what = "licensed texts need a licence of yours."
        yield Fault(("licence",), what, "Add holder, reference and valid_until.")
    yield from _id_faults("items", texts.items, instrument.item_ids)
    if texts.scales:
        yield from _id_faults("scales", texts.scales, [scale.id for scale in instrument.scales])
    yield from _placeholder_faults(instrument, texts)
    yield from _option_faults(instrument, texts)
    yield from _reading_faults(instrument, texts)
    if texts.language != instrument.language:
        yield from _translation_faults(instrument, texts)


def _id_faults(table: str, texts: Collection[str], known: Collection[str]) -> Iterator[Fault]:
    for name in known:
        if name not in texts:
            yield Fault((table,), f"the text of {name} is missing.", "Add it.")
    for name in sorted(set(texts) - set(known)):
        yield Fault((table, name), "there is no such id.", "Remove it.")


def _placeholder_faults(instrument: Instrument, texts: InstrumentTexts) -> Iterator[Fault]:
    known = {*instrument.words, *texts.words}
    for name, text in texts.items.items():
        for word in sorted(set(PLACEHOLDER.findall(text)) - known):
            what = f"the placeholder {{{word}}} has no default word."
            yield Fault(("items", name), what, "Add it to words.")


def _option_faults(instrument: Instrument, texts: InstrumentTexts) -> Iterator[Fault]:
    for name, found in texts.options.items():
        known = instrument.options.get(name)
        if known is None:
            yield Fault(("options", name), "there are no such options.", "Remove them.")
            continue
        if len(found.labels) != known.highest:
            what = f"there must be {known.highest} labels, lowest first."
            yield Fault(("options", name, "labels"), what)
        if bool(found.not_applicable) != bool(known.not_applicable):
            rule = "Add it." if known.not_applicable else "Remove it."
            yield Fault(("options", name, "not_applicable"), "the definition differs.", rule)


def _reading_faults(instrument: Instrument, texts: InstrumentTexts) -> Iterator[Fault]:
    if texts.quadrant and not instrument.quadrant:
        yield Fault(("quadrant",), "the definition has no quadrant.", "Remove it.")
    stages = len(instrument.continuum.stages) if instrument.continuum else 0
    if texts.stages and len(texts.stages) != stages:
        yield Fault(("stages",), f"the definition has {stages} stages.", "List as many.")


def _translation_faults(instrument: Instrument, texts: InstrumentTexts) -> Iterator[Fault]:
    """A translation is whole: doctors never meet two languages on one page."""
    wanted = {
        "title": True,
        "introduction": bool(instrument.introduction),
        "scales": True,
        "quadrant": instrument.quadrant is not None,
        "stages": instrument.continuum is not None,
    }
    for field, needed in wanted.items():
        if needed and not getattr(texts, field):
            yield Fault((field,), "a translation needs it.", "Add it.")
    if not texts.review:
        yield Fault(("review",), "nobody is named.", "Say who reviewed it, or that nobody has.")
    for table in ("options", "words"):
        for name in sorted(set(getattr(instrument, table)) - set(getattr(texts, table))):
            yield Fault((table, name), "a translation needs it.", "Add it.")
    for scale in instrument.scales:
        yield from _scale_faults(scale, texts.scales.get(scale.id))


def _scale_faults(scale: Scale, texts: ScaleTexts | None) -> Iterator[Fault]:
    for field in ("meaning", "discuss"):
        if texts and getattr(scale, field) and not getattr(texts, field):
            yield Fault(("scales", scale.id, field), "a translation needs it.", "Add it.")
