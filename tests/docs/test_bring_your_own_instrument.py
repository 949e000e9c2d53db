"""The files shown in the how-to are whole, pass the check and do what the page says."""

import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from medengage.cli.content import content
from medengage.definitions import catalogue, checks

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "bring-your-own-instrument.md"
SHOWN_FILE = re.compile(r"^`([\w./-]+\.toml)`:\n\n```toml\n(.*?)^```", re.M | re.S)
SNIPPET = re.compile(r"^```python\n(.*?)^```\n\n```\n(.*?)^```", re.M | re.S)
TODAY = date(2026, 11, 23)


@pytest.fixture
def page():
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture
def shown(page, tmp_path, monkeypatch):
    """The folder as the page builds it, beside the place where its commands run."""
    for name, text in SHOWN_FILE.findall(page):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return Path("st-elsewhere-content")


def test_the_page_shows_four_files_that_need_no_mending(shown):
    assert len(list(shown.rglob("*.toml"))) == 4
    found = checks.check_folder(shown, today=TODAY)
    assert found.problems == ()
    assert [str(advice) for advice in found.advice] == []


def test_the_check_prints_what_the_page_says(shown, page):
    done = CliRunner().invoke(content, ["check", str(shown)])
    assert done.exit_code == 0
    assert f"$ medengage content check {shown}\n{done.output}" in page


def test_the_own_instrument_has_both_aspects_and_an_index(shown):
    made = catalogue.instrument("theatre-teamwork", [shown])
    assert made.index is not None
    assert made.aspect("organisation")
    assert made.aspect("individual")


def test_the_snippet_prints_what_the_page_says(shown, page, capsys):
    [(code, printed)] = SNIPPET.findall(page)
    exec(compile(code, str(PAGE), "exec"), {})
    assert capsys.readouterr().out == printed


def test_every_key_that_the_page_explains_exists(page):
    table = page[page.index("| word | meaning |") : page.index("Rules that keep")]
    explained = set(re.findall(r"^\| `(\w+)` \|", table, re.M))
    known = re.findall(r"^(\w+) = ", page, re.M)
    assert explained <= {*known, "missing"}
