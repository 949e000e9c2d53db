"""The generated pages are current, and the generator notices when they are not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from docs import generate
from medengage.cli.main import main as command_line
from medengage.findings import Findings
from tests.command_line import medengage
from tests.spec.tables import tables_of


@pytest.fixture
def reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to write the pages into."""
    monkeypatch.setattr(generate, "REFERENCE", tmp_path)
    return tmp_path


def test_pages_are_current():
    assert generate.stale() == [], "run make docs-generate"


def test_missing_and_changed_pages_are_listed(
    reference: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate.main(["--check"]) == 1
    assert capsys.readouterr().out.count("is not current") == len(generate.PAGES)
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    (reference / "errors.md").write_text("something else", encoding="utf-8")
    capsys.readouterr()
    assert generate.main(["--check"]) == 1
    assert capsys.readouterr().out.startswith("docs/reference/errors.md is not current")


def test_checking_writes_nothing(reference: Path) -> None:
    generate.main(["--check"])
    assert list(reference.iterdir()) == []


def test_an_unknown_option_is_refused(reference: Path) -> None:
    assert generate.main(["--chekc"]) == 2
    assert list(reference.iterdir()) == []


def test_same_sources_same_bytes():
    assert [page() for page in generate.PAGES.values()] == [
        page() for page in generate.PAGES.values()
    ]


def test_rule_book_holds_every_table():
    page = generate.rules_page()
    for table in tables_of():
        assert f"#### {table.heading}" in page
    assert sorted(name for names in generate.CHAPTERS.values() for name in names) == sorted(
        {table.file for table in tables_of()}
    )


def test_commands_are_all_there():
    page = generate.commands_page()
    for name, command in command_line.commands.items():
        assert f"## `medengage {name}`" in page
        assert all(
            option in page for one in command.params for option in one.opts if "-" in option
        )


def test_writing_the_pages_leaves_the_commands_as_they_are():
    generate.commands_page()
    assert medengage("content check -h")[0] == 0


def test_schema_describes_findings():
    schema = json.loads(generate.schema_page())
    assert schema["title"] == "Findings"
    assert set(schema["properties"]) == set(Findings.model_fields)


def test_nothing_of_the_terminal_gets_into_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    before = generate.commands_page()
    monkeypatch.setenv("COLUMNS", "40")
    assert generate.commands_page() == before
    assert shutil.get_terminal_size().columns == 40
