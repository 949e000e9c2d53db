"""The reference and the how-to say what the code does: every key, every example."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from medengage.findings import Policy
from medengage.stores.exports import EXPORTS
from medengage.stores.manifest import (
    AnswersSection,
    Manifest,
    PopulationSection,
    StudySection,
    manifest,
)
from medengage.tables.notes import Notes

DOCS = Path(__file__).resolve().parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "study-folder.md").read_text(encoding="utf-8")
HOW_TO = (DOCS / "how-to" / "analyse-your-own-spreadsheet.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(\[study\].*?)```", REFERENCE + HOW_TO, re.DOTALL)
POLICIES = re.findall(r"```toml\n(\[policy\].*?)```", REFERENCE + HOW_TO, re.DOTALL)
PARTS = re.findall(r"```toml\n(\[responses.*?)```", HOW_TO, re.DOTALL)
STUDY = """
[study]
id = "a"
organisation = "A"
wave = "1"
opened = 2026-03-02
closed = 2026-03-27
instrument = "open-medical-engagement@1.0.0"
"""


def section(title: str) -> str:
    return REFERENCE.split(f"## `[{title}]`", 1)[1].split("\n## ", 1)[0]


@pytest.mark.parametrize(
    ("title", "model"),
    [
        ("study", StudySection),
        ("responses", AnswersSection),
        ("population", PopulationSection),
        ("policy", Policy),
    ],
)
def test_every_key_is_explained_and_no_other(title: str, model: type[BaseModel]) -> None:
    rows = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", section(title), re.MULTILINE)
    assert re.findall(r"[a-z_]+", " ".join(rows)) == list(model.model_fields)


def test_every_section_and_program_is_explained():
    for name in Manifest.model_fields:
        assert f"## `[{name}]`" in REFERENCE
    for name, export in EXPORTS.items():
        assert f'`"{name}"`' in REFERENCE
        assert name == "plain" or f"## {export.title}\n" in HOW_TO


@pytest.mark.parametrize("text", EXAMPLES)
def test_whole_examples_are_valid(text: str) -> None:
    notes = Notes()
    assert manifest(text.encode(), notes) is not None, notes.problems


@pytest.mark.parametrize("text", PARTS)
def test_partial_examples_are_valid(text: str) -> None:
    head = "" if text.startswith("[responses]") else '[responses]\nfile = "a.csv"\n'
    if "recode" in text:
        head += 'attributes = ["grade"]\n'
    notes = Notes()
    assert manifest((STUDY + head + text).encode(), notes) is not None, notes.problems


@pytest.mark.parametrize("text", POLICIES)
def test_examples_of_policies_are_valid(text: str) -> None:
    names = ["division", "specialty", "grade", "sex", "ethnic-group"]
    head = f'[responses]\nfile = "a.csv"\nattributes = {names}\n'
    notes = Notes()
    found = manifest((STUDY + head + text).encode(), notes)
    assert not notes.problems
    assert found is not None
    assert found.policy.further


def test_there_are_examples():
    assert len(EXAMPLES) == 2
    assert len(POLICIES) == 2
    assert len(PARTS) == 5
