"""Examine definition files, ours and anybody's, and list all that is wrong at once.

``problems`` must be mended before a file can be used. ``advice`` is about craft: reverse keys out
of balance, long statements, two ideas in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from medengage.definitions import catalogue
from medengage.definitions.instrument import Instrument, Item
from medengage.definitions.texts import apply_texts, read_texts
from medengage.errors import ContentError, Problem

__all__ = ["Check", "check_folder", "check_instrument"]

MOST_WORDS = 20
MOST_REVERSED = 0.5
REVIEW_AHEAD = timedelta(days=30)
TWO_IDEAS = re.compile(r"\b(and|or)\b", re.IGNORECASE)
NEGATION = re.compile(r"\b(not|never|no|cannot|nothing)\b", re.IGNORECASE)
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Check:
    """The result of examining content: what must be mended, and what could be better."""

    problems: tuple[Problem, ...] = ()
    advice: tuple[Problem, ...] = ()

    def __add__(self, other: Check) -> Check:
        return Check(self.problems + other.problems, self.advice + other.advice)


def check_folder(folder: Path, *, today: date) -> Check:
    """Every file of a content folder; changes nothing and never raises for what it finds."""
    found = Check()
    kinds = [kind for kind in catalogue.KINDS if (folder / kind).is_dir()]
    if not kinds:
        expected = " or ".join(f"{kind}/" for kind in catalogue.KINDS)
        problem = Problem(folder.name, "there is nothing to check.", f"Put files into {expected}.")
        return Check((problem,))
    for kind in kinds:
        files = sorted(path for path in (folder / kind).iterdir() if path.suffix == ".toml")
        for path in files:
            found += _check_file(kind, path, folder, today)
    return found


def check_instrument(
    instrument: Instrument, *, today: date, folders: Sequence[Path] = (), file: str = ""
) -> Check:
    """One instrument: sources, reviews, links to other instruments, texts and keys."""
    place = file or instrument.reference
    problems = [
        *_source_faults(instrument, folders, place),
        *_review_faults(instrument, today, place),
        *_text_faults(instrument, place),
        *_link_faults(instrument, folders, place),
    ]
    advice = [
        *_review_advice(instrument, today, place),
        *_key_advice(instrument, place),
        *_wording_advice(instrument, place),
    ]
    return Check(tuple(problems), tuple(advice))


def _check_file(kind: str, path: Path, folder: Path, today: date) -> Check:
    try:
        if catalogue.is_definition(path.name):
            definition = catalogue.read(kind, path)
        else:
            return _check_texts(path, folder)
    except ContentError as error:
        reason = Problem(path.name, f"{error.message}.", error.hint)
        return Check(error.problems or (reason,))
    except OSError:
        return Check((Problem(path.name, "the file cannot be read."),))
    if isinstance(definition, Instrument):
        return check_instrument(definition, today=today, folders=(folder,), file=path.name)
    return Check()


def _check_texts(path: Path, folder: Path) -> Check:
    texts = read_texts(path)
    apply_texts(catalogue.instrument(texts.instrument, (folder,)), texts, path.name)
    return Check()


def _source_faults(
    instrument: Instrument, folders: Sequence[Path], place: str
) -> Iterator[Problem]:
    known = catalogue.sources(folders)
    for source in instrument.sources:
        if source not in known:
            what = f"the source {source} is not in the bibliography."
            yield Problem(f"{place}, sources", what, "Add it to sources.toml of your folder.")


def _review_faults(instrument: Instrument, today: date, place: str) -> Iterator[Problem]:
    if instrument.next_review < today:
        what = "the day of the next review has passed."
        yield Problem(f"{place}, next_review", what, "Review it, then set both dates.")


def _review_advice(instrument: Instrument, today: date, place: str) -> Iterator[Problem]:
    if today <= instrument.next_review < today + REVIEW_AHEAD:
        yield Problem(f"{place}, next_review", "a review is due within a month.")


def _text_faults(instrument: Instrument, place: str) -> Iterator[Problem]:
    for item in instrument.items:
        where = f"{place}, item {item.id}"
        if item.text is None and instrument.verbatim:
            yield Problem(where, "it has no text.", "Add one, or set verbatim = false.")
        for name in PLACEHOLDER.findall(item.text or ""):
            if name not in instrument.words:
                what = f"the placeholder {{{name}}} has no default word."
                yield Problem(where, what, "Add it to words.")
    seen: dict[str, str] = {}
    for item in instrument.items:
        if item.text and seen.setdefault(item.text.casefold(), item.id) != item.id:
            yield Problem(f"{place}, item {item.id}", "another item has the same text.")


def _link_faults(instrument: Instrument, folders: Sequence[Path], place: str) -> Iterator[Problem]:
    for field, whole in (("parallel_to", True), ("subset_of", False)):
        target = getattr(instrument, field)
        if target is None:
            continue
        try:
            other = catalogue.instrument(target, folders)
        except ContentError as error:
            yield Problem(f"{place}, {field}", f"{error.message}.", error.hint)
            continue
        if whole and set(instrument.item_ids) != set(other.item_ids):
            yield Problem(f"{place}, {field}", f"the items are not those of {target}.")
        if not whole:
            yield from _subset_faults(instrument, other, place)


def _subset_faults(instrument: Instrument, other: Instrument, place: str) -> Iterator[Problem]:
    known = {item.id: item for item in other.items}
    for item in instrument.items:
        twin = known.get(item.id)
        same = twin is not None and (twin.text, twin.reversed) == (item.text, item.reversed)
        if not same:
            what = f"it is not word for word an item of {other.reference}."
            yield Problem(f"{place}, item {item.id}", what)


def _key_advice(instrument: Instrument, place: str) -> Iterator[Problem]:
    turned = sum(item.reversed for item in instrument.items)
    if turned > MOST_REVERSED * len(instrument.items):
        yield Problem(place, "more than half of the items are reverse-keyed.")
    for first, second in pairwise(instrument.items):
        if first.reversed and second.reversed:
            what = f"it is reverse-keyed like {first.id} before it."
            yield Problem(f"{place}, item {second.id}", what, "Spread reverse keys evenly.")


def _wording_advice(instrument: Instrument, place: str) -> Iterator[Problem]:
    for item in instrument.items:
        for what in _wording(item):
            yield Problem(f"{place}, item {item.id}", what)


def _wording(item: Item) -> Iterator[str]:
    text = item.text or ""
    if len(text.split()) > MOST_WORDS:
        yield f"it has more than {MOST_WORDS} words."
    if TWO_IDEAS.search(text):
        yield "it may hold two ideas in one."
    if item.reversed and NEGATION.search(text):
        yield "it is reverse-keyed and negated: hard to answer when tired."
