"""Texts of an instrument in another language, or under a licence of your own.

A file ``<id>-<version>.<language>.toml`` in a folder of content holds texts only, keyed by id and
laid out like the definition: ``[items]``, ``[scales.<id>]``, ``[options.<id>]``. With a
``[licence]`` table it brings the texts of a licensed instrument that this project may not ship;
they may then be shown to those who answer, and still not in reports. Ids, keys and scoring come
from the definition alone, so no file of texts can change a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from medengage.definitions import catalogue
from medengage.definitions.base import parse
from medengage.definitions.instrument import Instrument
from medengage.definitions.parts import filled
from medengage.definitions.text_faults import text_faults
from medengage.definitions.text_parts import (
    InstrumentTexts,
    Licence,
    OptionTexts,
    QuadrantTexts,
    ScaleTexts,
)
from medengage.errors import ContentError, LicenceRefused, Problem, UnknownDefinition

__all__ = [
    "InstrumentTexts",
    "Licence",
    "OptionTexts",
    "QuadrantTexts",
    "ScaleTexts",
    "apply_texts",
    "languages",
    "load_texts",
    "questionnaire_text",
    "read_texts",
]


def read_texts(file: Traversable) -> InstrumentTexts:
    """The texts in one file; raises ``ContentError`` with the file and the place."""
    texts = parse(InstrumentTexts, catalogue.contents(file), file.name)
    expected = f"{texts.instrument.replace('@', '-')}.{texts.language}.toml"
    if file.name != expected:
        raise ContentError(
            "the file's name does not fit its content",
            subject=file.name,
            hint=f"call it {expected}",
        )
    return texts


def languages(instrument: Instrument, folders: Sequence[Path] = ()) -> tuple[str, ...]:
    """The languages for which there is a file of texts, its own not counted."""
    return tuple(sorted(_files(instrument, folders)))


def load_texts(
    instrument: Instrument, language: str, folders: Sequence[Path] = ()
) -> InstrumentTexts:
    """The texts of an instrument in a language; those of the last folder that has some.

    Raises ``UnknownDefinition`` where there are none, ``ContentError`` where they are wrong.
    """
    known = _files(instrument, folders)
    if language not in known:
        raise UnknownDefinition(
            f"there are no texts in the language {language}",
            subject=instrument.reference,
            hint=f"known: {', '.join(sorted(known))}" if known else "add a file of texts",
        )
    return read_texts(known[language])


def apply_texts(instrument: Instrument, texts: InstrumentTexts, file: str = "") -> Instrument:
    """The instrument in these words. Ids, keys and scoring stay as they are.

    Raises ``ContentError`` where texts are missing, belong to no id, or an option list has another
    length.
    """
    place = file or f"{texts.instrument}.{texts.language}"
    problems = [
        Problem(f"{place}, {'.'.join(map(str, fault.place))}", fault.what, fault.mend)
        for fault in text_faults(instrument, texts)
    ]
    if problems:
        raise ContentError("the texts do not fit", subject=place, problems=problems)
    return parse(Instrument, _in_these_words(instrument, texts), place)


def questionnaire_text(
    instrument: Instrument,
    item_id: str,
    *,
    licence: Licence | None,
    today: date,
    words: Mapping[str, str] | None = None,
) -> str:
    """An item's words for those who answer; a licensed text only under a licence in force.

    Raises ``LicenceRefused`` without a text, or where the licence is missing or has run out.
    """
    text = instrument.item(item_id).text
    if text is None:
        raise LicenceRefused(
            "there is no text for this item",
            subject=f"{instrument.reference}, item {item_id}",
            hint="add a file of texts with your licence (docs/how-to)",
        )
    if not instrument.verbatim and (licence is None or licence.valid_until < today):
        raise LicenceRefused(
            "no licence is in force for these texts",
            subject=instrument.reference,
            hint="renew it and mend valid_until in the file of texts",
        )
    return filled(text, {**instrument.words, **(words or {})})


def _files(instrument: Instrument, folders: Sequence[Path]) -> dict[str, Traversable]:
    everything = catalogue.files("instruments", folders)
    return {
        name.tag: file
        for name, file in everything
        if name.tag and name.reference == instrument.reference
    }


def _in_these_words(instrument: Instrument, texts: InstrumentTexts) -> dict[str, Any]:
    """The table of the definition with its texts changed."""
    table = instrument.model_dump()
    table |= {"language": texts.language, "words": instrument.words | texts.words}
    table["title"] = texts.title or instrument.title
    table["introduction"] = texts.introduction or instrument.introduction
    for item in table["items"]:
        item["text"] = texts.items[item["id"]]
    for scale in table["scales"]:
        found = texts.scales.get(scale["id"])
        scale.update(found.model_dump(exclude_defaults=True) if found else {})
    for name, labels in texts.options.items():
        table["options"][name] |= labels.model_dump()
    if texts.quadrant:
        table["quadrant"] |= texts.quadrant.model_dump()
    if texts.stages:
        table["continuum"]["stages"] = texts.stages
    return table
