"""Every module says what it offers, and the root package offers little and loads fast."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module

import pytest

import medengage
from tests.house.source import SOURCE, Module, listed, modules

FEWEST, MOST = 20, 25
"""About twenty names are what a notebook needs; more hide the few that matter."""

SLOW = ("django", "scipy.stats", "altair", "vl_convert", "typst", "rich", "click")
"""Not needed to read, analyse and keep findings, so ``import medengage`` does not load them."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def offered(module: Module) -> list[str] | None:
    """The names in ``__all__``, or None where a module has none."""
    for node in module.tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=names)):
                return [str(name.value) for name in names if isinstance(name, ast.Constant)]
    return None


def definitions(module: Module) -> Iterator[Definition]:
    """Functions and classes at the top of a module."""
    yield from (node for node in module.tree.body if isinstance(node, Definition))


def public(module: Module) -> list[str]:
    """Names of functions and classes that do not hide behind an underscore.

    Commands do not count: they are offered on the command line, not to importers.
    """
    return [
        node.name
        for node in definitions(module)
        if not node.name.startswith("_") and not is_command(node)
    ]


def is_command(node: Definition) -> bool:
    """True for a function that click has made a command of: ``@study.command()``."""
    calls = [one.func for one in node.decorator_list if isinstance(one, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr == "command" for call in calls)


def assigned(module: Module) -> Iterator[str]:
    """Constants and type names at the top of a module."""
    for node in module.tree.body:
        match node:
            case ast.Assign(targets=[target]) | ast.AnnAssign(target=target):
                yield from (one.id for one in ast.walk(target) if isinstance(one, ast.Name))


def imported(module: Module) -> Iterator[str]:
    """Names that a module brings in from elsewhere."""
    for node in module.tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (name.asname or name.name for name in node.names)


def there(module: Module) -> set[str]:
    """Every name that a module defines, assigns or imports."""
    return {node.name for node in definitions(module)} | {*assigned(module), *imported(module)}


def test_every_module_says_what_it_offers():
    ours = [module for module in modules() if "migrations" not in module.path.parts]
    silent = [module.place for module in ours if public(module) and offered(module) is None]
    assert not silent, listed(silent, "modules without __all__:")


def test_offered_names_are_complete():
    hidden = [
        f"{module.place}: {name}"
        for module in modules()
        if (names := offered(module)) is not None
        for name in public(module)
        if name not in names
    ]
    assert not hidden, listed(hidden, "public, but not in __all__ (add them, or begin with _):")


def test_offered_names_are_there():
    """A name is defined in its module, or imported to be passed on."""
    absent = [
        f"{module.place}: {name}"
        for module in modules()
        for name in offered(module) or []
        if name not in there(module)
    ]
    assert not absent, listed(absent, "in __all__, but not there:")


def test_offered_names_are_there_once():
    twice = [m.place for m in modules() if len(set(offered(m) or [])) != len(offered(m) or [])]
    assert not twice, listed(twice, "a name stands twice in __all__:")


def test_no_module_imports_the_root_package():
    """The root package imports everything, so importing it from inside would make a circle."""
    circles = [
        f"{module.place}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.ImportFrom) and node.module == "medengage" and rooted(node))
        or (isinstance(node, ast.Import) and any(name.name == "medengage" for name in node.names))
    ]
    assert not circles, listed(circles, "imports the root package:")


def rooted(node: ast.ImportFrom) -> bool:
    """True where a name of the root package itself is imported, not one of its packages."""
    packages = {path.stem for path in (SOURCE / "medengage").iterdir()}
    return any(name.name not in packages for name in node.names)


def test_root_package_offers_about_twenty_names():
    names = [name for name in medengage.__all__ if name != "__version__"]
    assert FEWEST <= len(names) <= MOST, f"{len(names)} public names: {', '.join(names)}"


@pytest.mark.parametrize(
    "name",
    [
        *("read_study", "check_study", "write_study", "simulated_study", "analyse", "score"),
        *("read_findings", "write_findings", "board_report", "full_report", "render"),
        *("find", "instrument", "Study", "Findings", "Policy", "MedengageError"),
    ],
)
def test_root_package_offers_what_the_notebook_needs(name: str) -> None:
    assert name in medengage.__all__
    assert getattr(import_module("medengage"), name).__doc__


@pytest.mark.slow  # a fresh interpreter imports numpy, scipy and polars
def test_importing_the_library_loads_nothing_slow():
    show = "import sys, medengage; print(*sys.modules, sep='\\n')"
    run = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "medengage.measure.analyse" in loaded
    assert not loaded.intersection(SLOW)
