"""``medengage simulate``: study folders with a known truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from medengage.stores.folder import read_study
from tests.command_line import medengage


def test_study_can_be_read_and_is_marked(here: Path) -> None:
    status, words = medengage("simulate study --seed 7 --doctors 40 made")
    made = read_study("made")
    assert status == 0
    assert words == f"{made.responses.n} answers of 40 doctors: made\n"
    assert made.synthetic
    assert [one.id for one in made.instruments] == [
        "open-medical-engagement",
        "say-stay-strive",
    ]
    assert made.managers is not None


def test_same_seed_same_answers(here: Path) -> None:
    for seed, name in ((7, "a"), (7, "b"), (8, "c")):
        medengage(f"simulate study --seed {seed} --doctors 40 {name}")
    a, b, c = ((here / name / "responses.csv").read_bytes() for name in "abc")
    assert a == b
    assert a != c


@pytest.mark.slow  # simulates four campaigns of whole hospitals
def test_region_has_one_folder_a_wave_and_the_truth(here: Path) -> None:
    status, words = medengage("simulate region --seed 7 --organisations 2 --waves 2 region")
    assert (status, words) == (0, "2 hospitals, 2 waves: region\n")
    for number in ("01", "02"):
        for wave in ("wave-01", "wave-02"):
            assert read_study(here / "region" / number / wave).responses.n > 0
    truth = (here / "region" / "truth.csv").read_text(encoding="utf-8").splitlines()
    assert truth[0] == "organisation,wave,true_index_of_roster,true_index_of_process"
    assert [line.split(",")[:2] for line in truth[1:]] == [
        ["1", "1"],
        ["2", "1"],
        ["1", "2"],
        ["2", "2"],
    ]


@pytest.mark.parametrize("command", ["study", "region"])
def test_real_answers_are_never_overwritten(study: Path, command: str) -> None:
    before = (study / "responses.csv").read_bytes()
    status, words = medengage(f"simulate {command} --seed 7 {study}")
    assert status == 2
    assert "is not empty" in words
    assert (study / "responses.csv").read_bytes() == before


@pytest.mark.parametrize(
    "options", ["", "--seed -1", "--seed one", "--seed 7 --doctors 0", "--seed 7 --waves 2"]
)
def test_wrong_options(here: Path, options: str) -> None:
    assert medengage(f"simulate study {options} made")[0] == 2
    assert not (here / "made").exists()
