"""The import contracts hold, and each of them catches somebody who breaks it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.source import ROOT, SOURCE

LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"

BREAKS = [
    ("findings/facts.py", "medengage.measure.study", "The floors of the house"),
    ("definitions/base.py", "medengage.cli.main", "The floors of the house"),
    ("measure/scoring.py", "medengage.measure.analyse", "No circles anywhere"),
    ("report/blocks.py", "medengage.measure.scoring", "Whatever is shown is blind to respondents"),
    ("errors.py", "django", "The library needs no web framework"),
    ("stats/normal.py", "polars", "Statistics take arrays and give numbers"),
    ("stats/normal.py", "medengage.definitions.base", "Statistics take arrays and give numbers"),
    ("report/blocks.py", "medengage.stores.folder", "One door from answers to findings"),
    ("web/respond/pages.py", "medengage.measure.study", "One door from answers to findings"),
    ("web/campaigns/models.py", "medengage.web.invitations.links", "The floors of the web wing"),
    ("web/respond/forms.py", "medengage.web.respond.views", "Inside each web app"),
    (
        "web/respond/pages.py",
        "medengage.web.responses.models",
        "Answers are written at the front door and read for counting",
    ),
    (
        "web/results/actions.py",
        "medengage.web.invitations.models",
        "Identity stays behind its own door",
    ),
    (
        "web/respond/views.py",
        "medengage.web.campaigns.models",
        "Views speak through actions and queries",
    ),
]
"""File, what it must not import, and the contract that says so."""


def lint(folder: Path) -> tuple[int, str]:
    """Exit status and printed words of import-linter for the sources in a folder."""
    run = subprocess.run(
        [LINT_IMPORTS, "--config", folder / "pyproject.toml", "--no-cache", "--no-logo"],
        cwd=folder,
        env=dict(os.environ, PYTHONPATH=str(folder / "src")),
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout + run.stderr


@pytest.mark.slow  # a process of its own reads every file of the library
def test_contracts_hold():
    status, words = lint(ROOT)
    assert status == 0, words


def test_every_contract_has_a_deliberate_break():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = {contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}
    assert names == {contract for _, _, contract in BREAKS}


@pytest.fixture(scope="module")
def second_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources to do damage in."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(SOURCE, folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.slow  # a process of its own reads every file of the library for each break
@pytest.mark.parametrize(
    ("file", "module", "contract"),
    BREAKS,
    ids=[f"{file} -> {module}" for file, module, _ in BREAKS],
)
def test_deliberate_break_is_caught(
    second_house: Path, file: str, module: str, contract: str
) -> None:
    path = second_house / "src" / "medengage" / file
    whole = path.read_text(encoding="utf-8")
    path.write_text(f"{whole}\nimport {module}\n", encoding="utf-8")
    try:
        status, words = lint(second_house)
    finally:
        path.write_text(whole, encoding="utf-8")
    assert status != 0
    assert contract in re.findall(r"^(.+) BROKEN", words, re.MULTILINE), words
