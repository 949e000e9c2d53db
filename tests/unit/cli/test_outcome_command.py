"""``medengage outcome``: what it prints, writes and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from medengage.definitions import catalogue
from medengage.report.formats import FORMATS
from tests.command_line import medengage

MEASURED = "--measured 2026-01-01 --organisation trust --day rated"


@pytest.fixture
def trusts(tmp_path: Path) -> Path:
    file = tmp_path / "trusts.csv"
    file.write_bytes(catalogue.example("english-trusts-2026.csv"))
    return file


def test_the_example_is_written_once_asked_for(tmp_path: Path) -> None:
    status, words = medengage(f"outcome example '{tmp_path / 'mine.csv'}'")
    assert status == 0
    assert "Open Government Licence v3.0" in words
    assert (tmp_path / "mine.csv").read_bytes() == catalogue.example("english-trusts-2026.csv")
    with pytest.raises(ValueError, match=r"english-trusts-2026\.csv"):
        catalogue.example("other.csv")


def test_the_same_files_give_the_same_figures(trusts: Path) -> None:
    line = f"outcome associate '{trusts}' '{trusts}' cqc-overall {MEASURED}"
    assert medengage(line) == medengage(line)


def test_numbers_can_be_held_equal(trusts: Path) -> None:
    line = f"outcome associate '{trusts}' '{trusts}' cqc-overall {MEASURED} --beside shmi"
    status, words = medengage(line)
    assert status == 0
    assert "at equal shmi: 0.359 (0.175 to 0.519)" in words


@pytest.mark.parametrize("name", ["oversight-people", "oversight-safety", "oversight-segment"])
@pytest.mark.parametrize("command", ["associate", "check", "panel"])
def test_what_contains_engagement_is_refused_before_anything_is_read(
    trusts: Path, command: str, name: str
) -> None:
    files = f"'{trusts}' '{trusts}'" if command == "associate" else f"'{trusts}'"
    more = "" if command == "panel" else "--measured 2026-01-01"
    status, words = medengage(f"outcome {command} {files} {name} {more}")
    assert status == 12
    assert "goes with it by definition" in words


@pytest.mark.slow  # one picture for each format
@pytest.mark.parametrize("ending", sorted(form.suffix for form in FORMATS.values()))
def test_a_report_is_written_in_the_format_of_its_ending(
    trusts: Path, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"report.{ending}"
    line = f"outcome associate '{trusts}' '{trusts}' shmi {MEASURED} --also cqc-safe --out '{out}'"
    status, words = medengage(line)
    assert status == 0, words
    assert out.stat().st_size > 1_000


def test_an_unknown_ending_names_the_known_ones(trusts: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.docx"
    status, words = medengage(
        f"outcome associate '{trusts}' '{trusts}' shmi {MEASURED} --out '{out}'"
    )
    assert status == 12
    assert ".pptx" in words
    assert not out.exists()


def test_an_unknown_indicator_suggests_one(trusts: Path) -> None:
    status, words = medengage(f"outcome check '{trusts}' cqc-overal --measured 2026-01-01")
    assert status == 11
    assert "cqc-overall" in words


def test_an_indicator_of_ones_own_is_used_like_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "content" / "indicators"
    folder.mkdir(parents=True)
    (folder / "falls-1.0.0.toml").write_text(
        'id = "falls"\nversion = "1.0.0"\ntitle = "Falls"\nlicence = "CC0-1.0"\nsources = []\n'
        'reviewed = 2026-11-23\nnext_review = 2027-11-23\nmeaning = "Falls for 1,000 days."\n'
        'better = "low"\nunit = "for 1,000 days"\n'
    )
    status, words = medengage(f"content check '{tmp_path / 'content'}'")
    assert (status, "nothing to mend" in words) == (0, True), words
    rows = "\n".join(f"H{k},{50 + k},{9 - k / 10},2025-06-01" for k in range(24))
    file = tmp_path / "falls.csv"
    file.write_text(f"organisation,engagement,falls,day\n{rows}\n")
    more = f"--measured 2026-01-01 --content '{tmp_path / 'content'}'"
    status, words = medengage(f"outcome associate '{file}' '{file}' falls {more}")
    assert status == 0, words
    assert "correlation of ranks 1.000" in words
    status, words = medengage(f"content show falls --content '{tmp_path / 'content'}'")
    assert "a number (for 1,000 days), lower is better" in words


def test_what_is_wrong_in_an_indicator_is_told_by_file_and_place(tmp_path: Path) -> None:
    folder = tmp_path / "indicators"
    folder.mkdir()
    (folder / "odd-1.0.0.toml").write_text(
        'id = "odd"\nversion = "1.0.0"\ntitle = "Odd"\nlicence = "CC0-1.0"\nsources = ["none"]\n'
        'reviewed = 2026-11-23\nnext_review = 2026-11-24\nmeaning = "Odd."\n'
        'levels = ["one"]\nsynonyms = { two = "three" }\nbetter = "low"\n'
    )
    status, words = medengage(f"content check '{tmp_path}'")
    assert status == 10
    assert words.count("odd-1.0.0.toml") == 3
    for part in ("levels", "synonyms", "better"):
        assert f"odd-1.0.0.toml, {part}" in words


def test_a_funnel_tells_chance_from_the_usual_spread(tmp_path: Path) -> None:
    rows = "\n".join(f"T{k},{20 + 3 * (k % 5)},{900 + 10 * k}" for k in range(40))
    file = tmp_path / "burnout.csv"
    file.write_text(f"organisation,percent,of\n{rows}\nfar,60,1200\n")
    out = tmp_path / "funnel.html"
    status, words = medengage(
        f"outcome funnel '{file}' --percent percent --measure 'Burnt out' --out '{out}'"
    )
    assert status == 0, words
    assert "1 of them is unusual" in words
    assert "\n  far\n" in words
    before = int(words.split("chance alone would do: ")[1].split(";")[0])
    assert before > 10
    assert "outer limits" in out.read_text()


def test_years_and_organisations_are_told_apart(tmp_path: Path) -> None:
    rows = "\n".join(f"T{k},{y},{k + y % 3},{k - y % 3}" for k in range(12) for y in (2024, 2025))
    file = tmp_path / "panel.csv"
    file.write_text(f"organisation,period,engagement,value\n{rows}\n")
    status, words = medengage(f"outcome panel '{file}' health-check-quality")
    assert status == 12
    assert "this is no level of the rating" in words
    status, words = medengage(f"outcome panel '{file}' oversight-access")
    assert status == 0, words
    assert "between organisations" in words
    assert "24 rows of 12" in words


def test_a_funnel_is_of_one_kind(tmp_path: Path) -> None:
    file = tmp_path / "deaths.csv"
    rows = "\n".join(f"T{k},{1000 + 7 * (k % 9)},{1000 + 5 * k}" for k in range(30))
    file.write_text(f"organisation,observed,expected\n{rows}\n")
    assert medengage(f"outcome funnel '{file}'")[0] == 2
    assert medengage(f"outcome funnel '{file}' --percent a --mean b")[0] == 2
    for variant in ("cqc", "shmi"):
        status, words = medengage(
            f"outcome funnel '{file}' --observed observed --variant {variant}"
        )
        assert status == 0, words
        assert "30 were compared" in words
    status, words = medengage(f"outcome funnel '{file}' --mean observed --of expected --sd 18")
    assert status == 0, words
