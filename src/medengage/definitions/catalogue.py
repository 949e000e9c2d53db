"""Find and load definitions: the package's own content, and folders that an organisation adds.

A folder of content has one sub-folder a kind (``instruments/``, ``indicators/``), one file a
version (``open-medical-engagement-1.0.0.toml``) and optional texts in other languages beside it
(``open-medical-engagement-1.0.0.cy.toml``, see ``texts``). The name of a file says what is in it,
so that only the files that are asked for are read. ``examples/`` holds real data to try things on.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from medengage.definitions.base import ID, VERSION, Definition, parse, toml_table
from medengage.definitions.indicator import Indicator
from medengage.definitions.instrument import Instrument
from medengage.errors import ContentError, UnknownDefinition

__all__ = [
    "KINDS",
    "PACKAGE_CONTENT",
    "Filename",
    "bibliography",
    "contents",
    "example",
    "files",
    "find",
    "indicator",
    "instrument",
    "load",
    "named",
    "read",
    "sources",
]

KINDS: Mapping[str, type[Definition]] = {"indicators": Indicator, "instruments": Instrument}
"""Folder of content -> the type its files have."""

PACKAGE_CONTENT: Traversable = resources.files("medengage") / "content"
BIBLIOGRAPHY = "sources.toml"
MOST_BYTES = 1_000_000
FILENAME = re.compile(
    rf"(?P<id>{ID})-(?P<version>{VERSION})(\.(?P<tag>[A-Za-z]{{2,8}}(-[A-Za-z0-9]{{1,8}})*))?\.toml"
)


@dataclass(frozen=True)
class Filename:
    """What the name of a content file says: id, version and the language of texts, if any."""

    id: str
    version: str
    tag: str = ""

    @property
    def order(self) -> tuple[str, tuple[int, ...]]:
        """For sorting: by id, then by version as numbers."""
        return self.id, tuple(int(part) for part in self.version.split("."))

    @property
    def reference(self) -> str:
        """``id@version``."""
        return f"{self.id}@{self.version}"


def named(file: str) -> Filename | None:
    """``x-1.0.0.toml`` is a definition, ``x-1.0.0.cy.toml`` its texts in another language."""
    found = FILENAME.fullmatch(file)
    return Filename(found["id"], found["version"], found["tag"] or "") if found else None


def files(kind: str, folders: Sequence[Path] = ()) -> Iterator[tuple[Filename, Traversable]]:
    """Every content file of a kind by its name: the package's, then those of each folder.

    Raises ``UnknownDefinition`` for a kind that does not exist, ``ContentError`` for a folder
    that cannot be read.
    """
    _type_of(kind)
    for folder in (PACKAGE_CONTENT, *folders):
        for file in _listed(folder / kind):
            if name := named(file.name):
                yield name, file


def find(kind: str, folders: Sequence[Path] = ()) -> tuple[Definition, ...]:
    """All definitions of a kind, sorted by id and version.

    Raises ``ContentError`` for the first file that is wrong or that defines a version anew,
    ``UnknownDefinition`` for a kind that does not exist.
    """
    known = _definitions(kind, folders)
    return tuple(_one(kind, known[name]) for name in sorted(known, key=lambda name: name.order))


def load(
    kind: str, name: str, version: str | None = None, folders: Sequence[Path] = ()
) -> Definition:
    """The definition of this id and version (the newest where none is named).

    ``name`` may be ``id`` or ``id@version``. Raises ``UnknownDefinition`` with the nearest names,
    ``ContentError`` where its file is wrong or two files define this version differently.
    """
    wanted, _, pinned = name.partition("@")
    version = version or pinned or None
    known = _definitions(kind, folders)
    fitting = [file for file in known if file.id == wanted and version in (None, file.version)]
    if not fitting:
        asked = f"{wanted}@{version}" if version else wanted
        raise _unknown(kind, asked, sorted(known, key=lambda file: file.order))
    return _one(kind, known[max(fitting, key=lambda file: file.order)])


def indicator(name: str, folders: Sequence[Path] = ()) -> Indicator:
    """The indicator called ``id`` or ``id@version``."""
    found = load("indicators", name, folders=folders)
    if not isinstance(found, Indicator):
        raise TypeError("the indicators folder holds indicators")
    return found


def instrument(name: str, folders: Sequence[Path] = ()) -> Instrument:
    """The instrument called ``id`` or ``id@version``."""
    found = load("instruments", name, folders=folders)
    if not isinstance(found, Instrument):
        raise TypeError("the instruments folder holds instruments")
    return found


def read(kind: str, file: Traversable) -> Definition:
    """One definition from one file; raises ``ContentError`` with the file and the place."""
    definition = parse(_type_of(kind), contents(file), file.name)
    if file.name != f"{definition.id}-{definition.version}.toml":
        raise ContentError(
            "the file's name does not fit its content",
            subject=file.name,
            hint=f"call it {definition.id}-{definition.version}.toml",
        )
    return definition


def contents(file: Traversable) -> dict[str, Any]:
    """The table in a TOML file; raises ``ContentError`` where there is none to read."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ContentError("the file cannot be read", subject=file.name) from error
    if len(data) > MOST_BYTES:
        raise ContentError("the file is too large", subject=file.name, hint="1 MB is the most")
    return toml_table(data, file.name)


def example(file: str) -> bytes:
    """An example of real data that comes with the package; ``ValueError`` for another name."""
    known = {one.name: one for one in _listed(PACKAGE_CONTENT / "examples")}
    if file not in known:
        raise ValueError(f"no such example; known: {', '.join(known)}")
    return known[file].read_bytes()


def sources(folders: Sequence[Path] = ()) -> dict[str, str]:
    """The bibliography: key -> citation, of the package and of the extra folders.

    Raises ``ContentError`` where a ``sources.toml`` is wrong.
    """
    found: dict[str, str] = {}
    for folder in (PACKAGE_CONTENT, *folders):
        found |= bibliography(folder)
    return found


def bibliography(folder: Traversable) -> dict[str, str]:
    """The citations of one folder of content; none where it has no ``sources.toml``."""
    file = folder / BIBLIOGRAPHY
    table = contents(file) if file.is_file() else {}
    wrong = [key for key, text in table.items() if not (isinstance(text, str) and text.strip())]
    if wrong:
        raise ContentError(
            "a citation is not a line of text",
            subject=BIBLIOGRAPHY,
            hint='write it as key = "Author. Title. Publisher, year."',
        )
    return table


def _listed(place: Traversable) -> list[Traversable]:
    try:
        inside = list(place.iterdir()) if place.is_dir() else []
    except OSError as error:
        raise ContentError("the folder cannot be read", subject=place.name) from error
    return sorted(inside, key=lambda file: file.name)


def _definitions(kind: str, folders: Sequence[Path]) -> dict[Filename, list[Traversable]]:
    known: dict[Filename, list[Traversable]] = defaultdict(list)
    for name, file in files(kind, folders):
        if not name.tag:
            known[name].append(file)
    return known


def _one(kind: str, places: Sequence[Traversable]) -> Definition:
    """The definition in a file; a second file of that name may only repeat it."""
    first, *others = (read(kind, file) for file in places)
    if any(other.checksum != first.checksum for other in others):
        raise ContentError(
            "two folders define the same version differently",
            subject=first.reference,
            hint="give yours another id, or another version",
        )
    return first


def _unknown(kind: str, asked: str, known: Sequence[Filename]) -> UnknownDefinition:
    names = [file.reference for file in known]
    near = difflib.get_close_matches(asked, [*names, *(f.id for f in known)], n=3, cutoff=0.4)
    return UnknownDefinition(
        f"there is no such definition among the {kind}",
        subject=asked,
        hint="did you mean " + " or ".join(near) + "?" if near else "known: " + ", ".join(names),
    )


def _type_of(kind: str) -> type[Definition]:
    if kind not in KINDS:
        raise UnknownDefinition(
            "there is no such kind of definition", subject=kind, hint="known: " + ", ".join(KINDS)
        )
    return KINDS[kind]
