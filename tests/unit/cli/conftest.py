"""Folders for the commands to work on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from medengage.findings import Policy
from medengage.measure.analyse import analyse
from medengage.stores.folder import write_findings, write_study
from tests import builders


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study folder of sixty doctors, analysed."""
    folder = tmp_path_factory.mktemp("written") / "study"
    study = builders.study(n=60, policy=Policy(breakdown="division", noise=0))
    write_study(study, folder)
    write_findings(analyse(study), folder)
    return folder


@pytest.fixture
def study(here: Path, written: Path) -> Path:
    """A study folder of one's own to work on, not analysed yet."""
    folder = here / "study"
    shutil.copytree(written, folder, ignore=shutil.ignore_patterns("findings.json"))
    return Path("study")


@pytest.fixture
def analysed(here: Path, written: Path) -> Path:
    """A study folder of one's own with findings."""
    shutil.copytree(written, here / "study")
    return Path("study")
