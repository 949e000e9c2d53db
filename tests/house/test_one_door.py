"""There is one door from figures to findings: only ``disclosure`` builds ``Findings``.

``model_validate`` counts as building too, except where findings that were published before are
read again from their own JSON.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.source import SOURCE, Module, listed, modules

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


ONE_CALLER = {
    "protect": "src/medengage/measure/analyse.py",
    "plan_release": "src/medengage/measure/grouping.py",
    "build": "src/medengage/disclosure/plan.py",
    "Lattice": "src/medengage/disclosure/lattice.py",
    "Certificate": "src/medengage/disclosure/protect.py",
}
"""Each step from counts to findings has one caller: there is no second way to a release."""


def test_every_step_to_a_release_has_one_caller():
    callers = {
        step: {
            module.place
            for module in modules()
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Call) and called(node.func) == step
        }
        for step in ONE_CALLER
    }
    others = {"src/medengage/disclosure/regimes.py"}
    assert {step: found - others for step, found in callers.items()} == {
        step: {place} for step, place in ONE_CALLER.items()
    }


def skips_checks(module: Module) -> Iterator[int]:
    """Lines that make a value without its checks, and so without the small-cell rule.

    Definitions may be copied: their ``model_copy`` is our own and checks again, and so is that of
    ``Findings``, the one place that calls ``super().model_copy``.
    """
    for node in ast.walk(module.tree):
        match node:
            case ast.Attribute(attr="model_construct"):
                yield node.lineno
            case ast.Call(
                func=ast.Attribute(attr="model_copy", value=ast.Call(func=ast.Name(id="super")))
            ):
                continue
            case ast.Call(func=ast.Attribute(attr="model_copy")) if not module.of("definitions"):
                yield node.lineno


def test_nobody_but_disclosure_skips_the_checks_of_a_value():
    skipped = [
        f"{module.place}:{line}"
        for module in modules()
        if not module.of("disclosure")
        for line in skips_checks(module)
    ]
    assert not skipped, listed(skipped, "skips the checks of a value:")


def test_every_way_around_the_door_is_seen():
    """A module that tries them all: the lines that build, read and skip checks."""
    tries = (
        "from medengage.findings import Findings as F\n"
        "F(a=1)\n"
        "findings.Findings(b=2)\n"
        "Findings.model_validate(fields)\n"
        "known.model_copy(update=fields)\n"
        "Findings.model_construct()\n"
    )
    module = Module(SOURCE / "medengage" / "report" / "tries.py", tries)
    assert [*built(module)] == [2, 3]
    assert [*made_otherwise(module)] == [4, 6]
    assert [*skips_checks(module)] == [5, 6]
