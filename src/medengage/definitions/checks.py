"""Examine definition files, ours and anybody's, and list all that is wrong at once.

``problems`` must be mended before a file can be used. ``advice`` is about craft: reverse keys out
of balance, long statements, two ideas in one. Nothing is changed, and whatever the files hold, the
result is a list and never a crash.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

from medengage.definitions import catalogue
from medengage.definitions.base import Definition, parse, told
from medengage.definitions.craft import craft_advice
from medengage.definitions.instrument import Instrument
from medengage.definitions.links import link_faults, source_faults
from medengage.definitions.parts import PLACEHOLDER
from medengage.definitions.texts import apply_texts, read_texts
from medengage.errors import ContentError, Problem

__all__ = ["Check", "check_file", "check_folder", "check_instrument"]

REVIEW_AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Check:
    """The result of examining content: what must be mended, and what could be better."""

    problems: tuple[Problem, ...] = ()
    advice: tuple[Problem, ...] = ()

    def __add__(self, other: Check) -> Check:
        return Check(self.problems + other.problems, self.advice + other.advice)


def check_folder(folder: Path, *, today: date) -> Check:
    """Every file of a content folder; changes nothing and never raises for what it finds."""
    try:
        return _checked(folder, today)
    except OSError:
        what = "the folder cannot be read."
        return Check((Problem(folder.name, what, "Check that it is there and open to you."),))


def check_file(
    path: Path, *, today: date, kind: str = "instruments", folders: Sequence[Path] = ()
) -> Check:
    """One file: a definition, or texts for one. ``folders`` are searched for what it names."""
    name = catalogue.named(path.name)
    try:
        if name and name.tag:
            return Check(tuple(_texts_faults(path, today, folders)))
        definition = parse(catalogue.KINDS[kind], catalogue.contents(path), path.name)
    except ContentError as error:
        return Check(error.problems or (told(error, path.name),))
    found = Check(tuple(_name_faults(definition, path.name)))
    if isinstance(definition, Instrument):
        return found + check_instrument(definition, today=today, folders=folders, file=path.name)
    return found + _about(definition, today, folders, path.name)


def check_instrument(
    instrument: Instrument, *, today: date, folders: Sequence[Path] = (), file: str = ""
) -> Check:
    """One instrument: sources, reviews, links to other instruments, texts and keys."""
    place = file or instrument.reference
    problems = chain(_text_faults(instrument, place), link_faults(instrument, folders, place))
    own = Check(tuple(problems), tuple(craft_advice(instrument, place)))
    return _about(instrument, today, folders, place) + own


def _about(definition: Definition, today: date, folders: Sequence[Path], place: str) -> Check:
    """What every definition says of itself: sources and reviews."""
    problems = chain(
        source_faults(definition, _known_sources(folders), place),
        _review_faults(definition, today, place),
    )
    return Check(tuple(problems), tuple(_review_advice(definition, today, place)))


def _checked(folder: Path, today: date) -> Check:
    kinds = [kind for kind in catalogue.KINDS if (folder / kind).is_dir()]
    found = Check((*_layout_faults(folder, kinds), *_bibliography_faults(folder)))
    for kind in kinds:
        for path in _toml_files(folder / kind):
            found += check_file(path, kind=kind, today=today, folders=(folder,))
        found += Check(tuple(_twice(kind, folder)))
    return found


def _layout_faults(folder: Path, kinds: Sequence[str]) -> Iterator[Problem]:
    """Files and sub-folders that would be passed over in silence."""
    if not kinds:
        expected = " or ".join(f"{kind}/" for kind in catalogue.KINDS)
        yield Problem(folder.name, "there is nothing to check.", f"Put files into {expected}.")
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in catalogue.KINDS and _toml_files(path):
            near = difflib.get_close_matches(path.name, catalogue.KINDS, n=1, cutoff=0)
            what = "this is not the name of a kind of content."
            yield Problem(f"{path.name}/", what, f"Call it {near[0]}/.")
        elif path.suffix == ".toml" and path.name != catalogue.BIBLIOGRAPHY and path.is_file():
            yield Problem(path.name, "it stands beside the folders of content.", "Move it in.")


def _toml_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix == ".toml")


def _bibliography_faults(folder: Path) -> tuple[Problem, ...]:
    try:
        catalogue.bibliography(folder)
    except ContentError as error:
        return (told(error, catalogue.BIBLIOGRAPHY),)
    return ()


def _known_sources(folders: Sequence[Path]) -> set[str]:
    """Keys of every bibliography that can be read; a wrong one is reported for itself."""
    known = set(catalogue.sources())
    for folder in folders:
        if not _bibliography_faults(folder):
            known |= set(catalogue.bibliography(folder))
    return known


def _twice(kind: str, folder: Path) -> Iterator[Problem]:
    """Versions that this folder defines anew although the package has them."""
    for path in _toml_files(folder / kind):
        name = catalogue.named(path.name)
        if name is None or name.tag:
            continue
        try:
            catalogue.load(kind, name.reference, folders=(folder,))
        except ContentError as error:
            if error.subject == name.reference:
                yield told(error, path.name)


def _name_faults(definition: Definition, file: str) -> Iterator[Problem]:
    expected = f"{definition.id}-{definition.version}.toml"
    if file != expected:
        what = "the file's name does not fit its content."
        yield Problem(file, what, f"Call it {expected}.")


def _texts_faults(path: Path, today: date, folders: Sequence[Path]) -> Iterator[Problem]:
    texts = read_texts(path)
    try:
        instrument = catalogue.instrument(texts.instrument, folders)
    except ContentError as error:
        yield told(error, f"{path.name}, instrument")
        return
    apply_texts(instrument, texts, path.name)
    if texts.licence and texts.licence.valid_until < today:
        what = "the licence has run out."
        yield Problem(f"{path.name}, licence.valid_until", what, "Renew it, then mend the day.")


def _review_faults(definition: Definition, today: date, place: str) -> Iterator[Problem]:
    if definition.next_review < today:
        what = "the day of the next review has passed."
        yield Problem(f"{place}, next_review", what, "Review it, then set both dates.")


def _review_advice(definition: Definition, today: date, place: str) -> Iterator[Problem]:
    if today <= definition.next_review < today + REVIEW_AHEAD:
        yield Problem(f"{place}, next_review", "a review is due within a month.")


def _text_faults(instrument: Instrument, place: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for item in instrument.items:
        where = f"{place}, item {item.id}"
        if item.text is None:
            if instrument.verbatim:
                yield Problem(where, "it has no text.", "Add one, or set verbatim = false.")
            continue
        yield from _placeholder_faults(item.text, instrument, where)
        twin = seen.setdefault(item.text.casefold(), item.id)
        if twin != item.id:
            yield Problem(where, f"its text is also that of {twin}.", "Change or remove it.")


def _placeholder_faults(text: str, instrument: Instrument, where: str) -> Iterator[Problem]:
    for name in PLACEHOLDER.findall(text):
        if name not in instrument.words:
            what = f"the placeholder {{{name}}} has no default word."
            yield Problem(where, what, "Add it to words.")
    if set(PLACEHOLDER.sub("", text)) & set("{}"):
        yield Problem(where, "a bracket { or } stands alone.", "Close it, or remove it.")
