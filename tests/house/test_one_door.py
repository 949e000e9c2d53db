"""There is one door from figures to findings: only ``disclosure`` builds ``Findings``.

``model_validate`` counts as building too, except where findings that were published before are
read again from their own JSON.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.source import Module, listed, modules

READERS = frozenset({"src/medengage/findings/whole.py"})
"""Reads back what was released before; the type refuses small cells again."""

MAKERS = frozenset({"model_construct", "model_validate", "model_validate_json", "model_copy"})


def built(module: Module) -> Iterator[int]:
    """Lines at which a module calls ``Findings(...)``, under any name it gave to the class."""
    names = {"Findings", *renamed(module)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and called(node.func) in names:
            yield node.lineno


def renamed(module: Module) -> Iterator[str]:
    """Other names under which a module imported ``Findings``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            yield from (one.asname for one in node.names if one.name == "Findings" and one.asname)


def called(function: ast.expr) -> str:
    """The last name of what is called: ``Findings`` in ``findings.Findings(...)``."""
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def made_otherwise(module: Module) -> Iterator[int]:
    """Lines that make ``Findings`` by one of pydantic's other ways."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=way)) if (
                way in MAKERS and called(owner) == "Findings"
            ):
                yield node.lineno


def test_only_disclosure_builds_findings():
    doors = [
        f"{module.place}:{line}"
        for module in modules()
        if not module.of("disclosure")
        for line in built(module)
    ]
    assert not doors, listed(doors, "builds Findings outside disclosure/:")


def test_the_door_is_there():
    assert any(list(built(module)) for module in modules() if module.of("disclosure"))


def test_only_readers_make_findings_from_json():
    doors = [
        f"{module.place}:{line}"
        for module in modules()
        if module.place not in READERS and not module.of("disclosure")
        for line in made_otherwise(module)
    ]
    assert not doors, listed(doors, "makes Findings from fields outside the readers:")


def test_nobody_skips_the_checks_of_a_value():
    """``model_construct`` builds a value without its checks, so without the small-cell rule."""
    skipped = [
        f"{module.place}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "model_construct"
    ]
    assert not skipped, listed(skipped, "skips the checks of a value:")
