"""What is made from sources when the project is installed or packed: one small step for each.

Hatchling runs the steps for wheels and for editable installs. ``python hatch_build.py`` runs them
alone, after a source was changed. What they make is never committed.

A step takes the root of the project and gives the files that it made. A new one is a function in
``STEPS``.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

__all__ = ["STEPS", "SourcesHook", "catalogues", "compiled", "translations"]

ROOT = Path(__file__).resolve().parent


def catalogues(root: Path) -> list[Path]:
    """Every file of translations, in order."""
    return sorted((root / "src" / "medengage" / "web").glob("*/locale/*/LC_MESSAGES/*.po"))


def compiled(catalogue: Path) -> bytes:
    """A file of translations as the program reads it; always the same bytes for one file."""
    with catalogue.open("rb") as file:
        messages = read_po(file, locale=catalogue.parents[1].name)
    messages.creation_date = messages.revision_date
    made = io.BytesIO()
    write_mo(made, messages)
    return made.getvalue()


def translations(root: Path) -> Iterator[Path]:
    """Compile every file of translations beside itself."""
    for catalogue in catalogues(root):
        made = catalogue.with_suffix(".mo")
        made.write_bytes(compiled(catalogue))
        yield made


STEPS: tuple[Callable[[Path], Iterator[Path]], ...] = (translations,)
"""Everything that is made, in this order."""


class SourcesHook(BuildHookInterface[Any]):
    """Runs every step, and packs what it made although it is not under version control."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before anything is packed, or installed as editable."""
        root = Path(self.root)
        for step in STEPS:
            for made in step(root):
                build_data["artifacts"].append(f"/{made.relative_to(root).as_posix()}")


if __name__ == "__main__":
    for each in STEPS:
        for one in each(ROOT):
            sys.stdout.write(f"{one.relative_to(ROOT).as_posix()}\n")
