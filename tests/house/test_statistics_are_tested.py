"""Every public statistic is named in some test, and says what it is."""

from __future__ import annotations

import inspect
import re
from functools import cache
from importlib import import_module

import pytest

from tests.house.source import ROOT, SOURCE

MODULES = sorted(
    path.stem for path in (SOURCE / "medengage" / "stats").glob("*.py") if path.stem != "__init__"
)
STATISTICS = [
    (module, name)
    for module in MODULES
    for name in import_module(f"medengage.stats.{module}").__all__
    if inspect.isfunction(getattr(import_module(f"medengage.stats.{module}"), name))
]
"""Functions; the values that they return are tested with them."""


@cache
def words_of_tests() -> frozenset[str]:
    """Every word that stands in a test file, but for this one's folder."""
    files = (ROOT / "tests").rglob("*.py")
    texts = [path.read_text(encoding="utf-8") for path in files if path.parent.name != "house"]
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))


def test_there_are_statistics():
    assert len(STATISTICS) > len(MODULES) > 10


@pytest.mark.parametrize(("module", "name"), STATISTICS, ids=[".".join(s) for s in STATISTICS])
def test_statistic_is_tested(module: str, name: str) -> None:
    assert name in words_of_tests(), f"no test names stats/{module}.py {name}"


@pytest.mark.parametrize(("module", "name"), STATISTICS, ids=[".".join(s) for s in STATISTICS])
def test_statistic_is_described(module: str, name: str) -> None:
    function = getattr(import_module(f"medengage.stats.{module}"), name)
    assert len((function.__doc__ or "").split()) >= 8, f"stats/{module}.py {name} says too little"
