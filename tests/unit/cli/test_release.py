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
from medengage.findings import Estimate, Findings, Group
from medengage.measure.analyse import released
from medengage.measure.grouping import grouping
from medengage.measure.scoring import score
from medengage.stores.folder import (
    archive,
    read_findings,
    read_study,
    write_findings,
    write_release,
    write_study,
)
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


def test_a_value_that_was_put_in_by_hand_is_found_out(hospital: Path) -> None:
    """Tenths become hundredths."""
    fields = read_findings(hospital).model_dump()
    overall = fields["scales"][0]["overall"]
    overall["value"] = round(overall["value"] + 0.01, 2)
    write_findings(Findings.model_validate(fields), hospital)
    status, words = medengage(f"release attack {hospital} --out attack.txt")
    assert status == 14
    assert words.startswith("FOUND by A8: ")
    assert "rounded finer than the rules ask for" in words
    assert words.rstrip().endswith("do not publish these findings: hospital")
    assert Path("attack.txt").read_text(encoding="utf-8").startswith("FOUND")


def test_a_group_that_was_put_in_by_hand_is_named(hospital: Path) -> None:
    """One of those that were withheld, given out as a group of ten."""
    study, findings = read_study(hospital), read_findings(hospital)
    held = next(one for one in grouping(study, score(study)).plan.withheld if one.who)
    group = Group(
        id="by-hand", title=held.title, breakdown="by hand", where=dict(held.where), n=10
    )
    fields = findings.model_dump()
    fields["groups"] = [*fields["groups"], group.model_dump()]
    fields["certificate"]["figures"] += 1
    figure = Estimate(value=50, low=40, high=60, n=10, method="analytic")
    fields["scales"][0]["groups"]["by-hand"] = figure.model_dump()
    write_findings(Findings.model_validate(fields), hospital)
    status, words = medengage(f"release attack {hospital}")
    assert status == 14
    assert "A2   Solving all shown groups together for small groups" in words
    assert held.who in words


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
