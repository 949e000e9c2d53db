"""``medengage content``: list, show and check definitions."""

from __future__ import annotations

from pathlib import Path

from tests.command_line import medengage


def test_list_shows_reference_title_and_licence() -> None:
    status, words = medengage("content list")
    assert status == 0
    [line] = [one for one in words.splitlines() if one.startswith("open-medical-engagement@")]
    assert line.split(maxsplit=1)[1] == "Open Medical Engagement Scale (CC-BY-4.0)"


def test_show_lists_scales_and_items() -> None:
    status, words = medengage("content show say-stay-strive")
    assert status == 0
    assert "Stay [stay: subscale]" in words
    assert words.count("  st") == 4


def test_show_marks_reversed_items() -> None:
    _, words = medengage("content show open-medical-engagement")
    assert words.count("(reversed) ") == 8


def test_show_gives_no_text_that_may_not_be_shown() -> None:
    _, words = medengage("content show licensed-scale-structure")
    items = [line for line in words.splitlines() if line.startswith("  ")]
    assert len(items) == 30
    assert all(len(line.split()) <= 3 for line in items)


def test_unknown_name_suggests_the_nearest() -> None:
    status, words = medengage("content show say-stay-strife")
    assert status == 11
    assert "say-stay-strive" in words


def test_check_of_a_folder_without_definitions(here: Path) -> None:
    status, words = medengage("content check .")
    assert status == 10
    assert words.startswith("1 thing to mend")


def test_check_lists_everything_that_is_wrong(here: Path) -> None:
    (here / "instruments").mkdir()
    (here / "instruments" / "mine-1.0.0.toml").write_text('id = "mine"\nversion = "2"\n')
    status, words = medengage("content check .")
    assert status == 10
    assert words.count("  - ") > 1
    assert "mine-1.0.0.toml" in words


def test_own_definitions_are_found(here: Path, study: Path) -> None:
    status, words = medengage(f"content list --content {study}/content")
    assert status == 0
    assert "test-scale@1.0.0" in words
