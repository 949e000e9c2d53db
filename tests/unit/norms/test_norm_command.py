"""``medengage norm``: from the folders of some hospitals to a published norm."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from medengage import simulate
from medengage.definitions import catalogue
from medengage.disclosure.ledger import Ledger
from medengage.errors import StudyError, TooFewResponses
from medengage.measure.analyse import released
from medengage.measure.contributing import contribution
from medengage.measure.scoring import score
from medengage.norms.contribution import ALL
from medengage.stores.folder import write_release, write_study
from tests.command_line import medengage

INSTRUMENT = "open-medical-engagement@1.0.0"
INDEX = "medical-engagement-index"


@pytest.fixture(scope="module")
def hospitals(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Five simulated hospitals, each analysed in its own folder."""
    instrument = catalogue.instrument("open-medical-engagement")
    folders = []
    for seed in range(1, 6):
        folder = tmp_path_factory.mktemp("hospitals") / f"hospital-{seed}"
        study = simulate.study(seed=seed, instrument=instrument, eligible=110)
        write_study(study, folder)
        write_release(*released(study, Ledger()), folder)
        folders.append(folder)
    return folders


def well(line: str) -> str:
    status, words = medengage(line)
    assert status == 0, words
    return words.strip()


@pytest.mark.slow  # five hospitals are analysed
def test_five_hospitals_make_a_norm(hospitals, tmp_path):
    ledger, out = tmp_path / "ledger.jsonl", tmp_path / "norm.json"
    files = []
    for number, folder in enumerate(hospitals):
        key, file = tmp_path / f"{number}.key", tmp_path / f"{number}.json"
        public = well(f"norm key {key}")
        assert key.stat().st_mode & 0o077 == 0
        well(f"norm join {ledger} H{number} {public}")
        words = well(f"norm contribute {folder} --organisation H{number} --key {key} --out {file}")
        assert "scales of" in words
        files.append(file)
    told = well(f"norm merge {ledger} {' '.join(map(str, files))}")
    head = told.rpartition(" ")[2]
    assert "5 taken, 5 stand" in told
    words = well(f"norm publish {ledger} {INSTRUMENT} --day 2026-12-01 --out {out}")
    assert "provisional, 5 organisations" in words
    assert "10 are needed" in words
    norm = json.loads(out.read_text())
    assert norm["head"] == head
    assert 30 < norm["scales"][INDEX]["mu"] < 80
    well(f"norm withdraw {ledger} H3 {INSTRUMENT} '{wave_of(files[3])}'")
    assert "entries are sound" in well(f"norm verify {ledger} --head {head}")
    status, words = medengage(f"norm merge {ledger} {files[3]}")
    assert status != 0
    assert "not newer" in words
    assert "responses" not in out.read_text()


def wave_of(file: Path) -> str:
    return str(json.loads(file.read_text())["contribution"]["wave"])


def test_a_key_is_not_overwritten(tmp_path):
    key = tmp_path / "k"
    well(f"norm key {key}")
    before = key.read_bytes()
    assert medengage(f"norm key {key}")[0] != 0
    assert key.read_bytes() == before


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("norm join {} H1 nonsense", "no public key"),
        ("norm verify {} --head 12", "missing"),
        ("norm publish {} x@1.0.0 --day 2026-12-01 --out {}", "needs 5 organisations"),
        ("norm withdraw {} H1 x@1.0.0 w", "no such contribution"),
    ],
)
def test_what_cannot_be_done_says_why(tmp_path, line, words):
    status, told = medengage(line.format(tmp_path / "l.jsonl", tmp_path / "n.json"))
    assert status != 0
    assert words in told


@pytest.fixture(scope="module")
def study():
    return simulate.study(
        seed=9, instrument=catalogue.instrument("open-medical-engagement"), eligible=200
    )


class TestWhatIsGiven:
    def test_sums_are_those_of_the_scores(self, study):
        _, ledger = released(study, Ledger())
        made = contribution(study, ledger, organisation="H1")
        column = score(study).scale[INDEX]
        index = made.scales[INDEX][ALL]
        assert index.mean == pytest.approx(np.nanmean(column), abs=0.006)
        assert made.eligible == 200
        assert sum(made.phases) <= index.n

    def test_only_certified_groups_of_thirty_are_strata(self, study):
        findings, ledger = released(study, Ledger())
        made = contribution(study, ledger, organisation="H1")
        shown = {group.title for group in findings.groups}
        for strata in made.scales.values():
            assert set(strata) - {ALL} <= shown
            assert min(sums.n for sums in strata.values()) >= 30

    def test_what_was_not_released_is_not_given(self, study):
        with pytest.raises(StudyError, match="analyse the study first"):
            contribution(study, Ledger(), organisation="H1")

    def test_fewer_than_thirty_give_nothing(self):
        instrument = catalogue.instrument("open-medical-engagement")
        small = simulate.study(seed=2, instrument=instrument, eligible=40)
        _, ledger = released(small, Ledger())
        with pytest.raises(TooFewResponses):
            contribution(small, ledger, organisation="H1")
