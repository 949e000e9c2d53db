"""Size budgets: files, functions, classes, arguments and the root of the repository stay small.

A limit is raised only by a decision record.
"""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator

from tests.house.source import ROOT, listed, modules, nodes

FILE_LINES = 400
FUNCTION_LINES = 50
METHODS = 20
ROOT_ENTRIES = 20
ARGUMENTS = 6

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, Function]]:
    """Place and node of every function and method of the library."""
    for module in modules():
        for node in nodes(module, ast.FunctionDef, ast.AsyncFunctionDef):
            assert isinstance(node, Function)
            yield f"{module.place}:{node.lineno} {node.name}", node


def classes() -> Iterator[tuple[str, int]]:
    """Place and number of methods of every class of the library."""
    for module in modules():
        for node in nodes(module, ast.ClassDef):
            assert isinstance(node, ast.ClassDef)
            own = [part for part in node.body if isinstance(part, Function)]
            yield f"{module.place}:{node.lineno} {node.name}", len(own)


def test_files_are_short():
    long = [
        f"{module.place}: {lines}"
        for module in modules()
        if (lines := len(module.text.splitlines())) > FILE_LINES
    ]
    assert not long, listed(long, f"files over {FILE_LINES} lines:")


def test_functions_are_short():
    long = [
        f"{place}: {lines}"
        for place, node in functions()
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not long, listed(long, f"functions over {FUNCTION_LINES} lines:")


def test_functions_take_few_arguments():
    many = [
        f"{place}: {count}"
        for place, node in functions()
        if (count := arguments(node)) > ARGUMENTS
    ]
    assert not many, listed(many, f"functions with more than {ARGUMENTS} arguments:")


def test_classes_have_few_methods():
    many = [f"{place}: {count}" for place, count in classes() if count > METHODS]
    assert not many, listed(many, f"classes with more than {METHODS} methods:")


def test_root_of_the_repository_is_tidy():
    entries = sorted({name.split("/")[0] for name in tracked()})
    assert len(entries) <= ROOT_ENTRIES, listed(
        entries, f"over {ROOT_ENTRIES} entries at the root:"
    )


def arguments(node: Function) -> int:
    """Number of arguments without self or class."""
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([one for one in given if one.arg not in {"self", "cls"}])


def tracked() -> list[str]:
    """Files that git knows; the files there are, where the sources came without git."""
    if (ROOT / ".git").exists():
        listing = ["git", "-C", str(ROOT), "ls-files"]
        return subprocess.run(
            listing, capture_output=True, text=True, check=True
        ).stdout.splitlines()
    return [path.name for path in ROOT.iterdir() if not path.name.startswith(".")]
