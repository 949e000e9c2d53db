"""Which column of a file is which: items, attributes, the id, the phase, and what is left over.

Only columns with a part to play are read later. Every other column must be named in ``ignore``
(or be one that the survey program adds), so that nothing is lost by a typing slip.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from medengage.definitions.instrument import Instrument
from medengage.stores.headers import Header
from medengage.stores.manifest import MANIFEST, AnswersSection
from medengage.tables.names import counted, fold, names_persons, nearest

__all__ = ["Roles", "assign", "item_names"]

MOST_LISTED = 50
ItemNames = Mapping[str, frozenset[str]]
REMOVE = "Remove it from the file: medengage neither needs nor reads it."


@dataclass(frozen=True)
class Roles:
    """Position of the column of every item, attribute, the id and the phase."""

    items: Mapping[str, int] = field(default_factory=dict)
    attributes: Mapping[str, int] = field(default_factory=dict)
    id: int | None = None
    phase: int | None = None

    def used(self) -> Iterator[int]:
        """All columns with a part to play, as often as they are used."""
        yield from self.items.values()
        yield from self.attributes.values()
        yield from (place for place in (self.id, self.phase) if place is not None)

    @property
    def positions(self) -> tuple[int, ...]:
        """All columns to read, each once, from left to right."""
        return tuple(sorted(set(self.used())))


def item_names(instruments: Sequence[Instrument], words: Mapping[str, str]) -> ItemNames:
    """The folded names that the column of each item may have: its id and its filled-in words.

    Survey programs allow no hyphens in codes, so ``learning-1`` may be ``learning1`` as well.
    """
    found: dict[str, frozenset[str]] = {}
    for instrument in instruments:
        for item in instrument.items:
            text = item.text or item.id
            for key, word in {**instrument.words, **words}.items():
                text = text.replace("{" + key + "}", word)
            ids = {item.id, item.id.replace("-", "_"), item.id.replace("-", "")}
            found[item.id] = frozenset(map(fold, {*ids, text}))
    return found


def assign(header: Header, section: AnswersSection, items: ItemNames) -> Roles | None:
    """The part every column plays; ``None`` where the first row is no header of these items.

    Notes what is missing, ambiguous, unknown, used twice, or would tell who answered.
    """
    matched = _matches(header, section, items)
    if not any(matched.values()):
        header.notes.problem(
            header.file,
            f"none of the {len(items)} items has a column.",
            f"Is the first row the header? Name the columns in [{header.section}.items].",
        )
        return None
    attributes = {
        name: _unless_personal(header, header.named(column, f"attributes.{name}"), name)
        for name, column in section.attributes.items()
    }
    roles = Roles(
        dict(_items(header, section, items, matched)),
        {name: place for name, place in attributes.items() if place is not None},
        _id(header, section),
        header.named(section.phase, "phase") if section.phase else None,
    )
    _note_double_use(header, roles)
    taken = {place for places in matched.values() for place in places}
    refused = _wanted(header, section)
    _note_leftovers(header, section, items, {*roles.used(), *taken, *refused})
    return roles


def _matches(header: Header, section: AnswersSection, items: ItemNames) -> dict[str, list[int]]:
    return {
        name: header.places([fold(section.items[name])] if name in section.items else names)
        for name, names in items.items()
    }


def _items(
    header: Header, section: AnswersSection, items: ItemNames, matched: Mapping[str, list[int]]
) -> Iterator[tuple[str, int]]:
    """The items with exactly one column; the others are noted."""
    for name in section.items:
        if name not in items:
            header.notes.problem(
                f"{MANIFEST}, {header.section}.items.{name}",
                "no instrument of the study has such an item.",
                nearest(name, items),
            )
    mend = f"Name its column in [{header.section}.items] of {MANIFEST}."
    taken = {place for places in matched.values() for place in places}
    for name, places in matched.items():
        if len(places) == 1:
            yield name, places[0]
        elif places:
            header.notes.problem(header.file, f"several columns could be item {name}.", mend)
        else:
            wanted = section.items.get(name, name)
            hint = header.like(wanted, taken) or mend
            header.notes.problem(header.file, f"no column for item {name}.", hint)


def _id(header: Header, section: AnswersSection) -> int | None:
    place = header.named(section.id, "id") if section.id else None
    if place is not None and names_persons(header.written[place]):
        header.notes.problem(
            header.where(place),
            "an address, a name or a staff number cannot be the id.",
            f"Use a number that the survey program gave. {REMOVE}",
        )
        return None
    return place


def _unless_personal(header: Header, place: int | None, attribute: str) -> int | None:
    if place is None or not _tells_who(header, place):
        return place
    header.notes.problem(
        header.where(place),
        f"the column cannot be attribute {attribute}: it would tell who answered, or when.",
        REMOVE,
    )
    return None


def _tells_who(header: Header, place: int) -> bool:
    return names_persons(header.written[place]) or header.export.adds(header.names[place])


def _wanted(header: Header, section: AnswersSection) -> set[int]:
    """Columns that study.toml names: where they were refused, they are not unknown as well."""
    wanted = [*section.attributes.values(), *([section.id] if section.id else [])]
    return {place for column in wanted for place in header.places([fold(column)])}


def _note_double_use(header: Header, roles: Roles) -> None:
    for place, times in Counter(roles.used()).items():
        if times > 1:
            header.notes.problem(
                header.where(place), "the column is used for two things.", f"Mend {MANIFEST}."
            )


def _note_leftovers(
    header: Header, section: AnswersSection, items: ItemNames, used: set[int]
) -> None:
    ignored = [fold(name) for name in section.ignore]
    kinds = {
        place: _kind(header, ignored, place)
        for place in range(len(header.names))
        if place not in used
    }
    for place, kind in kinds.items():
        if kind == "personal":
            header.notes.advise(header.where(place), "the column seems to name persons.", REMOVE)
    _note_unknown(header, section, items, [p for p, kind in kinds.items() if kind == "unknown"])
    if added := counted(Counter(kinds.values())["added"], "column"):
        what = f"{added} of {header.export.title} (times, addresses and the like) not read."
        header.notes.advise(header.file, what, "Delete them before you keep the file.")
    if unnamed := counted(Counter(kinds.values())["unnamed"], "column"):
        header.notes.advise(header.file, f"{unnamed} without a name not read.")


def _kind(header: Header, ignored: Sequence[str], place: int) -> str:
    """What a column without a part to play is."""
    names = header.names[place]
    if header.export.adds(names):
        return "added"
    if not names[0]:
        return "unnamed"
    if names_persons(header.written[place]):
        return "personal"
    return "ignored" if _is_ignored(names, ignored) else "unknown"


def _is_ignored(names: Sequence[str], ignored: Sequence[str]) -> bool:
    """``Comment*`` stands for every column that begins like this."""
    return any(
        name == wanted or (wanted.endswith("*") and name.startswith(wanted[:-1]))
        for name in names
        for wanted in ignored
    )


def _note_unknown(
    header: Header, section: AnswersSection, items: ItemNames, places: Sequence[int]
) -> None:
    known = [*items, *section.attributes, *section.attributes.values()]
    listed = f"If it is not needed, add it to ignore in [{header.section}]."
    for place in places[:MOST_LISTED]:
        header.notes.problem(
            header.where(place),
            "the column is neither an item nor an attribute.",
            f"{nearest(header.written[place], known)} {listed}".lstrip(),
        )
    if more := counted(len(places) - MOST_LISTED, "column"):
        header.notes.problem(header.file, f"{more} more, neither items nor attributes.")
