"""What the house tests look at: every module of the library, parsed, with a readable place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
DOCUMENTS = ROOT / "docs"


@dataclass(frozen=True)
class Module:
    """One file of ``src/``."""

    path: Path
    text: str

    @property
    def place(self) -> str:
        """Path from the root of the repository, as messages show it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def is_package(self) -> bool:
        """True for an ``__init__.py``."""
        return self.path.name == "__init__.py"

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text)

    def of(self, package: str) -> bool:
        """True for a file inside ``medengage/<package>``."""
        return self.path.is_relative_to(SOURCE / "medengage" / package)


@cache
def modules() -> tuple[Module, ...]:
    """All files of ``src/``, in order."""
    paths = sorted(SOURCE.rglob("*.py"))
    return tuple(Module(path, path.read_text(encoding="utf-8")) for path in paths)


def nodes(module: Module, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    """Every node of these kinds in a module."""
    return (node for node in ast.walk(module.tree) if isinstance(node, kinds))


def listed(offenders: list[str], rule: str) -> str:
    """A message that says the rule and names every offender on a line of its own."""
    return "\n  ".join([rule, *offenders])
