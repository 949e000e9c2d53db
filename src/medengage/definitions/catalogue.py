"""Find and load definitions: the package's own content, and folders that an organisation adds.

A folder of content has one sub-folder a kind (``instruments/``), one file a version
(``open-medical-engagement-1.0.0.toml``) and optional texts in other languages beside it
(``open-medical-engagement-1.0.0.cy.toml``: item, option and scale texts keyed by id).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from medengage.definitions.base import Definition, parse, toml_table
from medengage.definitions.instrument import Instrument
from medengage.errors import ContentError, UnknownDefinition

__all__ = ["KINDS", "find", "instrument", "is_definition", "load", "read", "sources"]

KINDS: Mapping[str, type[Definition]] = {"instruments": Instrument}
"""Folder of content -> the type its files have."""

PACKAGE_CONTENT: Traversable = resources.files("medengage") / "content"


def find(kind: str, folders: Sequence[Path] = ()) -> tuple[Definition, ...]:
    """All definitions of a kind, sorted by id and version; own folders come after the package's.

    Raises ``ContentError`` for the first file that is wrong, ``UnknownDefinition`` for a kind
    that does not exist.
    """
    found = [read(kind, file) for file in _files(kind, folders)]
    return tuple(sorted(found, key=lambda d: (d.id, _order(d.version))))


def load(
    kind: str, name: str, version: str | None = None, folders: Sequence[Path] = ()
) -> Definition:
    """The definition of this id and version (the newest where none is named).

    ``name`` may be ``id`` or ``id@version``. Raises ``UnknownDefinition`` with the nearest names.
    """
    wanted, _, pinned = name.partition("@")
    version = version or pinned or None
    everything = find(kind, folders)
    matches = [d for d in everything if d.id == wanted and version in (None, d.version)]
    if matches:
        return matches[-1]
    known = [d.reference for d in everything]
    near = difflib.get_close_matches(name, known + [d.id for d in everything], n=3, cutoff=0.4)
    raise UnknownDefinition(
        f"there is no such definition among the {kind}",
        subject=f"{wanted}@{version}" if version else wanted,
        hint="did you mean " + " or ".join(near) + "?" if near else "known: " + ", ".join(known),
    )


def instrument(name: str, folders: Sequence[Path] = ()) -> Instrument:
    """The instrument called ``id`` or ``id@version``."""
    found = load("instruments", name, folders=folders)
    if not isinstance(found, Instrument):
        raise TypeError("the instruments folder holds instruments")
    return found


def read(kind: str, file: Traversable) -> Definition:
    """One definition from one file; raises ``ContentError`` with the file and the place."""
    table = toml_table(file.read_bytes(), file.name)
    definition = parse(_type_of(kind), table, file.name)
    if file.name != f"{definition.id}-{definition.version}.toml":
        raise ContentError(
            "the file's name does not fit its content",
            subject=file.name,
            hint=f"call it {definition.id}-{definition.version}.toml",
        )
    return definition


def sources(folders: Sequence[Path] = ()) -> dict[str, str]:
    """The bibliography: key -> citation, of the package and of the extra folders."""
    found: dict[str, str] = {}
    for folder in (PACKAGE_CONTENT, *folders):
        file = folder / "sources.toml"
        if file.is_file():
            table: dict[str, Any] = toml_table(file.read_bytes(), file.name)
            found |= {key: str(text) for key, text in table.items()}
    return found


def _files(kind: str, folders: Sequence[Path]) -> list[Traversable]:
    _type_of(kind)
    places: list[Traversable] = [PACKAGE_CONTENT / kind, *(folder / kind for folder in folders)]
    files = [file for place in places if place.is_dir() for file in place.iterdir()]
    return sorted((f for f in files if is_definition(f.name)), key=lambda f: f.name)


def is_definition(name: str) -> bool:
    """``x-1.0.0.toml`` is a definition, ``x-1.0.0.cy.toml`` its texts in another language."""
    return name.endswith(".toml") and name.removesuffix(".toml").rpartition(".")[2].isdigit()


def _type_of(kind: str) -> type[Definition]:
    if kind not in KINDS:
        raise UnknownDefinition(
            "there is no such kind of definition", subject=kind, hint="known: " + ", ".join(KINDS)
        )
    return KINDS[kind]


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
