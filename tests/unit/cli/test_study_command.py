"""``medengage study``: check a folder, and analyse it."""

from __future__ import annotations

from pathlib import Path

import pytest

from medengage.findings import Estimate, Findings
from medengage.measure.analyse import analyse
from medengage.stores.folder import read_findings, read_study, write_study
from tests import builders
from tests.command_line import medengage


def test_check_of_a_clean_folder(study: Path) -> None:
    status, words = medengage(f"study check {study}")
    assert status == 0
    assert words.startswith("doctors who answered: 60 of ")
    assert words.endswith("nothing to mend\n")


def test_check_changes_nothing(study: Path) -> None:
    before = {path: path.read_bytes() for path in study.rglob("*") if path.is_file()}
    medengage(f"study check {study}")
    assert {path: path.read_bytes() for path in study.rglob("*") if path.is_file()} == before


def test_check_lists_all_problems_and_quotes_no_answer(study: Path) -> None:
    path = study / "responses.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    for row in (1, 2):
        cells = lines[row].split(",")
        cells[-row] = "SECRET-7731"
        lines[row] = ",".join(cells)
    path.write_text("\n".join(lines), encoding="utf-8")
    status, words = medengage(f"study check {study}")
    assert status == 12
    assert "2 things to mend: study" in words
    assert "row 2, column voice-3" in words
    assert "row 3, column voice-2" in words
    assert "SECRET" not in words


@pytest.mark.parametrize("command", ["check", "analyse"])
def test_an_empty_folder(here: Path, command: str) -> None:
    status, words = medengage(f"study {command} .")
    assert status == 12
    assert "study.toml" in words


def test_analyse_writes_findings_and_says_the_main_figures(study: Path) -> None:
    status, words = medengage(f"study analyse {study}")
    assert status == 0
    findings = read_findings(study)
    assert findings == analyse(read_study(study))
    first, second, *_, last = words.splitlines()
    assert first.startswith("St Elsewhere Hospital: 60 of ")
    figure = findings.scale("index").overall
    assert isinstance(figure, Estimate)
    assert f"{figure.value:.1f} ({figure.low:.1f} to {figure.high:.1f}), n {figure.n}" in second
    assert last == f"findings: {study / 'findings.json'}"


def test_analyse_shows_no_progress_where_nobody_looks(study: Path) -> None:
    assert "\x1b" not in medengage(f"study analyse {study}")[1]


def test_analyse_of_too_few_doctors(here: Path) -> None:
    write_study(builders.study(n=9), "small")
    status, words = medengage("study analyse small")
    assert status == 14
    assert "10 are needed" in words
    assert not (here / "small" / "findings.json").exists()


def test_analyse_says_which_figures_are_withheld(here: Path) -> None:
    asked = builders.instrument()
    module = builders.instrument("extra", scales=("skill",), reversed_every=0)
    answered = builders.responses(asked, module, n=60)
    answers = answered.answers.copy()
    answers[5:, -3:] = 0
    few = type(answered)(answered.items, answers, answered.attributes)
    write_study(builders.study(instrument=asked, modules=(module,), responses=few), "study")
    status, words = medengage("study analyse study")
    assert status == 0
    assert "not shown: fewer than 10 doctors" in words


def test_analyse_with_own_content(study: Path, here: Path) -> None:
    (study / "content").rename(here / "elsewhere")
    manifest = study / "study.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('content = "content"\n', ""), encoding="utf-8")
    assert medengage(f"study analyse {study}")[0] == 12
    assert medengage(f"study analyse {study} --content elsewhere")[0] == 0


def test_findings_of_the_command_line_are_those_of_the_library(written: Path) -> None:
    text = (written / "findings.json").read_text(encoding="utf-8")
    assert Findings.from_json(text) == analyse(read_study(written))
