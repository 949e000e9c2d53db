"""``medengage report``: findings become files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from medengage import errors
from tests.command_line import medengage


@pytest.mark.parametrize(
    ("name", "suffix", "begins"),
    [
        ("html", "html", b"<!doctype html>"),
        ("json", "json", b"{"),
        ("markdown", "md", b"# "),
    ],
)
@pytest.mark.parametrize("kind", ["board", "full"])
@pytest.mark.slow  # draws the figures of a report
def test_formats(analysed: Path, kind: str, name: str, suffix: str, begins: bytes) -> None:
    status, words = medengage(f"report {kind} {analysed} --format {name}")
    path = analysed / f"{kind}-report.{suffix}"
    assert (status, words) == (0, f"{path}\n")
    assert path.read_bytes().lower().startswith(begins)


@pytest.mark.slow  # sets pages
def test_pdf_beside_another_format(analysed: Path) -> None:
    status, words = medengage(f"report board {analysed} --format markdown --format pdf")
    assert status == 0
    assert [Path(line).suffix for line in words.splitlines()] == [".md", ".pdf"]
    assert (analysed / "board-report.pdf").read_bytes().startswith(b"%PDF-")


def test_out_names_the_file_and_makes_its_folder(analysed: Path) -> None:
    status, _ = medengage(f"report board {analysed} --format json --out sent/to-the-board.json")
    assert status == 0
    assert json.loads(Path("sent/to-the-board.json").read_bytes())


def test_out_with_two_formats(analysed: Path) -> None:
    status, words = medengage(
        f"report board {analysed} --format json --format html --out one.html"
    )
    assert status == 2
    assert "give one --format" in words


def test_from_a_file_of_findings_alone(analysed: Path, here: Path) -> None:
    (here / "received").mkdir()
    shutil.copy(analysed / "findings.json", here / "received")
    status, _ = medengage("report board received/findings.json --format json")
    assert status == 0
    assert (here / "received" / "board-report.json").exists()


@pytest.mark.parametrize("line", ["board study --format docx", "poster study", "board lost"])
def test_unknown_kind_format_or_folder(analysed: Path, line: str) -> None:
    assert medengage(f"report {line}")[0] == 2


def test_without_findings(study: Path) -> None:
    status, words = medengage(f"report board {study}")
    assert status == 12
    assert words.startswith("there are no findings to read")


def test_damaged_findings(analysed: Path) -> None:
    (analysed / "findings.json").write_text('{"SECRET": 1}')
    status, words = medengage(f"report board {analysed}")
    assert status == 12
    assert "the findings cannot be read" in words


def test_findings_with_a_small_group(analysed: Path) -> None:
    path = analysed / "findings.json"
    fields = json.loads(path.read_text(encoding="utf-8"))
    fields["scales"][0]["overall"]["n"] = 4
    path.write_text(json.dumps(fields), encoding="utf-8")
    status, words = medengage(f"report board {analysed}")
    assert status == 14
    assert words.startswith("the findings hold a small group")


def test_a_format_that_cannot_be_drawn(analysed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> bytes:
        raise errors.FormatError("this format needs a package that is not installed")

    monkeypatch.setattr("medengage.cli.report.render", missing)
    assert medengage(f"report board {analysed}")[0] == 16
