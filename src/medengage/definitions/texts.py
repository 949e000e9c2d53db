"""Texts of an instrument in another language, or under a licence of your own.

A file ``<id>-<version>.<name>.toml`` beside or apart from the definition holds texts only, keyed
by id: ``[items]``, ``[scales]`` and ``[options.<id>]``. With a ``[licence]`` table it brings the
texts of a licensed instrument that this project may not ship; they may then be shown to those who
answer, and still not in reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources.abc import Traversable

from pydantic import Field

from medengage.definitions.base import Title, Value, parse, toml_table
from medengage.definitions.instrument import Instrument
from medengage.errors import ContentError, LicenceRefused, Problem

__all__ = ["InstrumentTexts", "Licence", "apply_texts", "questionnaire_text", "read_texts"]


class Licence(Value):
    """The organisation's own licence for texts that are not ours."""

    holder: Title
    reference: Title
    valid_until: date


class InstrumentTexts(Value):
    """Texts for one instrument, keyed by id.

    ``language`` is a BCP 47 tag; ``review`` says who has looked at a translation, or that nobody
    has.
    """

    instrument: str
    language: str = "en"
    review: str = ""
    licence: Licence | None = None
    title: Title | None = None
    introduction: str | None = None
    items: dict[str, Title] = Field(default_factory=dict)
    scales: dict[str, Title] = Field(default_factory=dict)
    options: dict[str, tuple[Title, ...]] = Field(default_factory=dict)


def read_texts(file: Traversable) -> InstrumentTexts:
    """The texts in one file; raises ``ContentError`` with the file and the place."""
    return parse(InstrumentTexts, toml_table(file.read_bytes(), file.name), file.name)


def apply_texts(instrument: Instrument, texts: InstrumentTexts, file: str = "") -> Instrument:
    """The instrument in these words. Ids, keys and scoring stay as they are.

    Raises ``ContentError`` where texts are missing, belong to no id, or an option list has another
    length.
    """
    problems = tuple(_faults(instrument, texts, file or texts.instrument))
    if problems:
        raise ContentError("the texts do not fit", subject=file, problems=problems)
    items = tuple(
        item.model_copy(update={"text": texts.items.get(item.id, item.text)})
        for item in instrument.items
    )
    scales = tuple(
        scale.model_copy(update={"title": texts.scales.get(scale.id, scale.title)})
        for scale in instrument.scales
    )
    options = {
        name: kept.model_copy(update={"labels": texts.options.get(name, kept.labels)})
        for name, kept in instrument.options.items()
    }
    return instrument.model_copy(
        update={
            "items": items,
            "scales": scales,
            "options": options,
            "language": texts.language,
            "title": texts.title or instrument.title,
            "introduction": texts.introduction or instrument.introduction,
        }
    )


def questionnaire_text(
    instrument: Instrument, item_id: str, *, licence: Licence | None, today: date
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
    return text


def _faults(instrument: Instrument, texts: InstrumentTexts, file: str) -> Iterator[Problem]:
    if texts.instrument != instrument.reference:
        yield Problem(f"{file}, instrument", "these texts belong to another version.")
    yield from _id_faults(file, "items", texts.items, instrument.item_ids)
    scales = tuple(scale.id for scale in instrument.scales)
    if texts.scales:
        yield from _id_faults(file, "scales", texts.scales, scales)
    for name, labels in texts.options.items():
        known = instrument.options.get(name)
        if known is None:
            yield Problem(f"{file}, options.{name}", "there are no such options.", "Remove them.")
        elif len(labels) != len(known.labels):
            what = f"there must be {len(known.labels)} labels, lowest first."
            yield Problem(f"{file}, options.{name}", what)


def _id_faults(
    file: str, table: str, texts: Mapping[str, str], known: tuple[str, ...]
) -> Iterator[Problem]:
    for name in known:
        if name not in texts:
            yield Problem(f"{file}, {table}", f"the text of {name} is missing.", "Add it.")
    for name in sorted(set(texts) - set(known)):
        yield Problem(f"{file}, {table}.{name}", "there is no such id.", "Remove it.")
