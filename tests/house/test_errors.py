"""The error tree drawn in ``errors.py`` is the tree of its classes; codes and statuses differ."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from medengage import errors
from medengage.errors import MedengageError

LINE = re.compile(
    r"^ {4}(?P<branch>[│ ├└─]*)(?P<name>[A-Z]\w+) +(?P<means>\S.*?)(?: +exit (?P<status>\d+))?$"
)
CLICK_USES = 2
BRANCH = 4
"""Characters by which one level of the drawn tree is indented."""


def drawn() -> Iterator[tuple[str, str, int | None]]:
    """Name, parent and exit status of each line of the tree in the docstring."""
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = LINE.match(line)
        if found is None:
            continue
        depth = len(found["branch"]) // BRANCH
        above[depth:] = [found["name"]]
        status = None if found["status"] is None else int(found["status"])
        yield found["name"], above[depth - 1] if depth else "Exception", status


def classes(root: type[MedengageError] = MedengageError) -> Iterator[type[MedengageError]]:
    """The root and everything below it that ``errors.py`` defines."""
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from classes(child)


def test_drawn_tree_is_the_tree_of_the_classes():
    real = {kind.__name__: kind.__base__.__name__ for kind in classes() if kind.__base__}
    assert {name: parent for name, parent, _ in drawn()} == real


def test_drawn_exit_statuses_are_those_of_the_classes():
    shown = {name: status for name, _, status in drawn() if status is not None}
    root = MedengageError.__name__
    assert shown == {k.__name__: k.exit_status for k in classes() if k.__name__ != root}


@pytest.mark.parametrize("attribute", ["code", "exit_status"])
def test_no_two_errors_share(attribute: str) -> None:
    own = [getattr(kind, attribute) for kind in classes()]
    assert len(set(own)) == len(own)


def test_exit_statuses_do_not_mean_something_else_already():
    """Status 2 is a wrong command line; from 126 on shells use them for signals."""
    assert all(kind.exit_status != CLICK_USES and kind.exit_status < 126 for kind in classes())


def test_every_error_says_what_it_is_about():
    error = errors.StudyError("two things to mend", subject="folder", hint="look inside")
    assert str(error) == "two things to mend: folder: look inside"
