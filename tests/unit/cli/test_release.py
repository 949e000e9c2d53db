"""``medengage release attack``: a text to file, and an exit status to build on."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from medengage import simulate
from medengage.definitions import catalogue
from medengage.disclosure.ledger import Ledger
from medengage.disclosure.regimes import REGIMES
from medengage.findings import Estimate, Findings, Policy
from medengage.measure.analyse import analyse, released
from medengage.stores.folder import (
    archive,
    read_findings,
    write_findings,
    write_release,
    write_study,
)
from tests import builders
from tests.command_line import medengage


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated hospital with five attributes, released."""
    folder = tmp_path_factory.mktemp("released") / "hospital"
    instrument = catalogue.instrument("open-medical-engagement")
    study = simulate.study(seed=3, instrument=instrument, eligible=150)
    write_study(study, folder)
    write_release(*released(study, Ledger()), folder)
    return folder


@pytest.fixture
def hospital(here: Path, made: Path) -> Path:
    shutil.copytree(made, here / "hospital")
    return Path("hospital")


def test_a_certified_release_stands_and_the_text_says_so(hospital: Path) -> None:
    status, words = medengage(f"release attack {hospital}")
    lines = words.splitlines()
    digest = hashlib.sha256((hospital / "findings.json").read_bytes()).hexdigest()
    assert status == 0
    assert lines[0] == lines[-1] == f"Nothing was found. SHA-256 of the findings: {digest}"
    assert [line.split()[0] for line in lines[2:-1]] == [f"A{n}" for n in range(1, 13)]
    assert "Fewest doctors 10, noise 0.25." in lines[1]


def test_the_text_is_the_same_each_time_and_in_the_file(hospital: Path) -> None:
    _, words = medengage(f"release attack {hospital} --out attack.txt")
    assert Path("attack.txt").read_text(encoding="utf-8") == words
    assert medengage(f"release attack {hospital}")[1] == words


def test_findings_that_were_changed_by_hand_are_found_out(hospital: Path) -> None:
    """Whole points of a small group become tenths."""
    fields = read_findings(hospital).model_dump()
    index = fields["scales"][0]
    small = next(name for name, figure in index["groups"].items() if figure["n"] < 40)
    index["groups"][small] |= {"value": 61.23, "low": 0.0, "high": 100.0}
    write_findings(Findings.model_validate(fields), hospital)
    status, words = medengage(f"release attack {hospital} --out attack.txt")
    assert status == 14
    assert words.startswith("FOUND: 1 small groups")
    assert "rounded finer than the rules ask for" in words
    assert words.rstrip().endswith("do not publish these findings: hospital")
    assert Path("attack.txt").read_text(encoding="utf-8").startswith("FOUND")


def test_a_group_that_was_added_by_hand_is_named(here: Path) -> None:
    """Medicine without its few consultants: the rest follows by subtraction."""
    study = builders.study(n=60, policy=Policy(breakdown="division", noise=0))
    codes = study.responses.attributes["grade"].codes.copy()
    codes[:] = 0
    codes[study.responses.attributes["division"].codes == 0] = 1
    codes[(study.responses.attributes["division"].codes == 0).nonzero()[0][:4]] = 0
    write_study(study, "study")
    findings = analyse(study)
    fields = findings.model_dump()
    group = findings.blocks[0]
    rest = group.model_dump() | {"id": "by-hand", "where": {"division": ("Medicine",)}}
    rest["where"]["grade"] = ("Consultant", "Specialty trainee")
    fields["groups"] = [*fields["groups"], rest]
    fields["certificate"]["figures"] += 1
    figure = findings.scales[0].groups[group.id]
    assert isinstance(figure, Estimate)
    fields["scales"][0]["groups"]["by-hand"] = figure.model_dump()
    write_findings(Findings.model_validate(fields), "study")
    status, words = medengage("release attack study")
    assert status == 14
    assert "doctors: Foundation doctor" in words or "Medicine, Foundation doctor" in words


@pytest.mark.parametrize("name", sorted(REGIMES))
def test_weaker_rules_show_what_the_proof_is_worth(hospital: Path, name: str) -> None:
    status, words = medengage(f"release attack {hospital} --instead {name}")
    line, counts = words.splitlines()[-3:-1]
    assert status == 0
    assert line.startswith(f"By the rule {name} instead (")
    tried, found = (int(part.split()[0].replace(",", "")) for part in counts.split(",")[:2])
    assert 0 < found <= tried


def test_several_rules_are_compared_at_once(hospital: Path) -> None:
    _, words = medengage(
        f"release attack {hospital} --instead threshold-only --instead remainder-rule"
    )
    assert words.count("By the rule") == 2
    assert "\x1b" not in words


def test_an_archived_wave_can_still_be_attacked(hospital: Path) -> None:
    archive(hospital)
    assert medengage(f"release attack {hospital}")[0] == 0


def test_without_findings_there_is_nothing_to_attack(study: Path) -> None:
    status, words = medengage(f"release attack {study}")
    assert status == 12
    assert "run medengage study analyse first" in words
