"""The main job, whole: from a spreadsheet with faults to a report that a board can read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from pypdf import PdfReader

from medengage.findings import Estimate, Findings
from medengage.measure.study import Study
from medengage.stores.folder import read_findings, read_study
from tests.command_line import medengage
from tests.journeys.spreadsheet import MANIFEST, MARK, mend, write_folder

# Simulates, analyses and draws three reports, once for all the tests of this file.
pytestmark = pytest.mark.slow

REPORTS = ("html", "pdf", "md")


@dataclass(frozen=True)
class Journey:
    """What came out of every step: exit status and words; and the folder at the end."""

    folder: Path
    truth: Study
    steps: dict[str, tuple[int, str]]

    @property
    def findings(self) -> Findings:
        """The findings that were written."""
        return read_findings(self.folder)

    @property
    def index(self) -> Estimate:
        """The organisation's figure on the index."""
        figure = self.findings.scale("index").overall
        assert isinstance(figure, Estimate)
        return figure

    def report(self, suffix: str) -> str:
        """The words of a board report, whatever its format, on one line."""
        path = self.folder / f"board-report.{suffix}"
        if suffix == "pdf":
            return one_line(" ".join(page.extract_text() for page in PdfReader(path).pages))
        text = path.read_text(encoding="utf-8")
        if suffix == "html":
            text = unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", text, flags=re.S))
        return one_line(text.replace("\\.", "."))


def one_line(text: str) -> str:
    """The same words with single spaces between them."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """Check, mend, check again, analyse, report."""
    folder = tmp_path_factory.mktemp("journey") / "st-elsewhere-2026"
    truth = write_folder(folder)
    steps = {
        "check": medengage(f"study check {folder}"),
        "analyse too early": medengage(f"study analyse {folder}"),
    }
    assert not (folder / "findings.json").exists()
    mend(folder)
    formats = "--format html --format pdf --format markdown"
    steps["check again"] = medengage(f"study check {folder}")
    steps["analyse"] = medengage(f"study analyse {folder}")
    steps["report"] = medengage(f"report board {folder} {formats}")
    return Journey(folder, truth, steps)


def test_check_lists_all_problems_at_once(journey: Journey) -> None:
    status, words = journey.steps["check"]
    assert status == 12
    assert "6 things to mend" in words
    for place in (
        "column Doctor: the column is neither an item nor an attribute",
        "column Anything else?: the column is neither an item nor an attribute",
        "rows 2 and 3, column Nr.: several rows have the same id",
        "column Grade: the value is not one of those listed in counts.csv",
        "row 4, column When something goes wrong",
        "column In this hospital, doctors can talk openly",
    ):
        assert f", {place}" in words


def test_nothing_is_analysed_while_something_is_wrong(journey: Journey) -> None:
    status, words = journey.steps["analyse too early"]
    assert status == 12
    assert words.count("  - ") == 6


@pytest.mark.parametrize("step", ["check again", "analyse", "report"])
def test_the_mended_folder_goes_through(journey: Journey, step: str) -> None:
    status, words = journey.steps[step]
    assert status == 0, words


def test_every_answer_is_read_as_it_was_given(journey: Journey) -> None:
    """Labels, decimal commas and all; one answer was taken out in mending."""
    items = journey.truth.instrument.item_ids
    given = journey.truth.responses.answers[:, journey.truth.responses.columns(items)].copy()
    given[2, 0] = 0
    read = read_study(journey.folder).responses
    assert read.items == items
    assert sorted(map(tuple, read.answers.tolist())) == sorted(map(tuple, given.tolist()))


@pytest.mark.parametrize("attribute", ["division", "grade"])
def test_every_attribute_is_read_as_it_was_given(journey: Journey, attribute: str) -> None:
    read = read_study(journey.folder).responses.attributes[attribute]
    given = journey.truth.responses.attributes[attribute]
    assert sorted(read.labels[code] for code in read.codes) == sorted(
        given.labels[code] for code in given.codes
    )


def test_findings_say_who_answered(journey: Journey) -> None:
    who = journey.findings.participation
    assert (who.answered, who.eligible) == (journey.truth.responses.n, 300)
    assert journey.findings.organisation.n == who.answered


def test_findings_show_divisions_of_ten_and_more(journey: Journey) -> None:
    findings = journey.findings
    assert len(findings.blocks) > 1
    assert all(group.n >= 10 for group in findings.blocks)
    divisions = set(journey.truth.responses.attributes["division"].labels)
    assert {member for group in findings.blocks for member in group.members} == divisions


@pytest.mark.parametrize("suffix", REPORTS)
def test_report_says_who_answered_and_what_came_out(journey: Journey, suffix: str) -> None:
    words, index = journey.report(suffix), journey.index
    assert "St Elsewhere Hospital" in words
    assert f"{journey.truth.responses.n} of 300 doctors" in words
    assert f"{index.low:.1f} to {index.high:.1f}" in words
    for scale in journey.findings.at_level("meta-scale"):
        assert scale.title in words


@pytest.mark.parametrize("suffix", REPORTS)
def test_report_says_what_may_not_be_concluded_and_what_to_do(
    journey: Journey, suffix: str
) -> None:
    words = journey.report(suffix)
    assert "do not say" in words
    assert "What to do next" in words
    assert "Simulated answers" not in words


def test_nothing_that_was_in_the_spreadsheet_alone_comes_out(journey: Journey) -> None:
    said = " ".join(words for _, words in journey.steps.values())
    files = [path for path in journey.folder.iterdir() if path.name != "answers.csv"]
    assert {path.suffix for path in files} >= {".json", ".html", ".pdf", ".md"}
    assert MARK not in said
    assert not [path.name for path in files if MARK.encode() in path.read_bytes()]
    assert MARK not in journey.report("pdf")


def test_every_file_is_made_again_the_same(journey: Journey) -> None:
    names = ("findings.json", "board-report.html", "board-report.md")
    before = [(journey.folder / name).read_bytes() for name in names]
    medengage(f"study analyse {journey.folder}")
    medengage(f"report board {journey.folder} --format html --format markdown")
    assert [(journey.folder / name).read_bytes() for name in names] == before


def test_too_few_doctors_end_with_14(tmp_path: Path) -> None:
    write_folder(tmp_path / "small", doctors=12)
    mend(tmp_path / "small")
    status, words = medengage(f"study analyse {tmp_path / 'small'}")
    assert status == 14, words
    assert "too few doctors answered" in words


def test_an_unknown_instrument_is_a_fault_of_the_study(tmp_path: Path) -> None:
    write_folder(tmp_path / "study")
    unknown = MANIFEST.replace("open-medical-engagement@", "open-medical-engagment@")
    (tmp_path / "study" / "study.toml").write_text(unknown, encoding="utf-8")
    status, words = medengage(f"study analyse {tmp_path / 'study'}")
    assert status == 12
    assert "open-medical-engagement" in words


def test_own_definitions_that_are_wrong_end_with_10(tmp_path: Path) -> None:
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "mine-1.0.0.toml").write_text("id = 1", encoding="utf-8")
    assert medengage(f"content check {tmp_path}")[0] == 10
    assert medengage(f"content show mine --content {tmp_path}")[0] == 10


def test_an_unknown_definition_ends_with_11() -> None:
    assert medengage("content show mine")[0] == 11
