"""Examining content: everything wrong is listed at once, with file, place and mend."""

from datetime import date
from pathlib import Path

import pytest

from medengage.definitions import catalogue, checks
from medengage.definitions.instrument import Item
from medengage.errors import ContentError, Problem
from tests import builders

TODAY = date(2026, 6, 1)
FILE = """
id = "mine"
version = "1.0.0"
title = "Mine"
licence = "CC-BY-4.0"
sources = []
reviewed = 2026-01-01
next_review = 2027-01-01

[options.agree]
labels = ["No", "Yes"]

[[items]]
id = "one"
text = "I am heard here."
options = "agree"

[[scales]]
id = "voice"
title = "Voice"
items = ["one"]
meaning = "they are heard"
discuss = "Who is not heard?"
"""
TEXTS = """
instrument = "mine@1.0.0"
[licence]
holder = "Us"
reference = "7"
valid_until = 2026-12-31
[items]
one = "I am heard in this place."
"""
ONE = "mine-1.0.0.toml"
WELSH = "open-medical-engagement-pulse-1.0.0.cy.toml"


def sound(**more):
    """An instrument without any problem or advice."""
    made = builders.instrument(reversed_every=0, **more)
    scales = tuple(
        scale.model_copy(update={"meaning": "it is so", "discuss": "Why?"})
        for scale in made.scales
    )
    return made.model_copy(update={"scales": scales})


def checked(instrument, **more):
    return checks.check_instrument(instrument, today=TODAY, **more)


def with_items(instrument=None, **changes):
    """The sound instrument with its first item changed."""
    made = instrument or sound()
    first = Item(**made.items[0].model_dump() | changes)
    return made.model_copy(update={"items": (first, *made.items[1:])})


def put(folder, files):
    """Write files, whose parts of the path may not exist yet; gives the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def told(tmp_path, files):
    found = checks.check_folder(put(tmp_path, files), today=TODAY)
    return [str(problem) for problem in found.problems]


def test_a_sound_instrument_has_nothing_to_mend(tmp_path):
    assert checked(sound()) == checks.Check()
    assert (
        told(tmp_path, {f"instruments/{ONE}": FILE, "instruments/mine-1.0.0.en.toml": TEXTS}) == []
    )


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"text": None}, "it has no text. Add one, or set verbatim = false."),
        ({"text": "This {ward} is fine."}, "placeholder {ward} has no default word. Add it to"),
        ({"text": "This {} is fine."}, "placeholder {} has no default word"),
        ({"text": "This organisation} is fine."}, "a bracket { or } stands alone."),
        ({"text": "This is what {organisation} asks as voice number 3."}, "also that of learning"),
    ],
)
def test_problems_name_the_item(changes, what):
    problems = [str(problem) for problem in checked(with_items(**changes)).problems]
    assert len(problems) == 1
    assert "item " in problems[0]
    assert what in problems[0]


@pytest.mark.parametrize(
    ("today", "problems", "advice"),
    [
        (date(2026, 6, 1), 0, 0),
        (date(2026, 12, 2), 0, 0),
        (date(2026, 12, 3), 0, 1),
        (date(2027, 1, 1), 0, 1),
        (date(2027, 1, 2), 1, 0),
    ],
)
def test_a_review_is_announced_and_then_overdue(today, problems, advice):
    found = checks.check_instrument(sound(), today=today)
    assert (len(found.problems), len(found.advice)) == (problems, advice)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": '"?"'}, "id: this is not an id."),
        ({"version": None}, "version: field required. Add it."),
        (
            {"licence": None, "license": '"MIT"'},
            "license: extra inputs are not permitted. Remove it",
        ),
        ({"next_review": "true"}, "next_review: "),
    ],
)
def test_a_wrong_table_is_told_with_file_place_and_mend(tmp_path, changes, expected):
    head, _, rest = FILE.strip().partition("\n\n")
    table = dict(line.split(" = ") for line in head.splitlines())
    table = {key: text for key, text in (table | changes).items() if text}
    head = "\n".join(f"{key} = {text}" for key, text in table.items())
    found = told(tmp_path, {f"instruments/{ONE}": f"{head}\n\n{rest}"})
    assert any(f"{ONE}, {expected}" in problem for problem in found)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {f"instruments/{ONE}": "id = "},
            [f"{ONE}: the file is not valid TOML. Invalid value (at"],
        ),
        (
            {f"instruments/{ONE}": b"\xff"},
            [f"{ONE}: the file is not UTF-8 text. Save it as UTF-8"],
        ),
        (
            {"instruments/other-1.0.0.toml": FILE},
            [f"other-1.0.0.toml: the file's name does not fit its content. Call it {ONE}."],
        ),
        (
            {"instruments/mine.toml": FILE},
            ["mine.toml: the file's name does not fit its content."],
        ),
        (
            {f"instruments/{ONE}": FILE, f"instruments/{ONE[:-5]}-copy.toml": FILE},
            ["mine-1.0.0-copy.toml: the file's name does not fit"],
        ),
        (
            {f"instruments/{ONE}": FILE.replace("sources = []", 'sources = ["nobody-1900"]')},
            [f"{ONE}, sources: the source nobody-1900 is not in the bibliography. Add it to sou"],
        ),
        (
            {f"instruments/{ONE}": FILE, "sources.toml": "us-2026 = 2026"},
            ["sources.toml: a citation is not a line of text. Write it as key ="],
        ),
        ({"Instrument/" + ONE: FILE}, ["there is nothing to check.", "Call it instruments/."]),
        ({ONE: FILE}, ["there is nothing to check.", f"{ONE}: it stands beside the folders"]),
        ({}, ["there is nothing to check. Put files into indicators/ or instruments/."]),
        (
            {
                "instruments/say-stay-strive-1.0.0.toml": FILE.replace(
                    '"mine"', '"say-stay-strive"'
                )
            },
            ["say-stay-strive-1.0.0.toml: two folders define the same version differently."],
        ),
        (
            {f"instruments/{ONE}": FILE, "instruments/mine-1.0.0.en.toml": TEXTS + "two = 'x'"},
            ["mine-1.0.0.en.toml, items.two: there is no such id. Remove it."],
        ),
        (
            {"instruments/mine-1.0.0.en.toml": TEXTS},
            ["mine-1.0.0.en.toml, instrument: there is no such definition among the instruments."],
        ),
        (
            {f"instruments/{ONE}": FILE, "instruments/mine-1.0.0.cy.toml": TEXTS},
            ["mine-1.0.0.cy.toml: the file's name does not fit its content. Call it mine-1.0.0."],
        ),
        (
            {
                f"instruments/{ONE}": FILE,
                "instruments/mine-1.0.0.en.toml": TEXTS.replace("2026-12-31", "2026-05-31"),
            },
            ["mine-1.0.0.en.toml, licence.valid_until: the licence has run out. Renew it"],
        ),
        (
            {"instruments/mine-1.0.0.en.toml": "instrument = 3\n[items]\n"},
            ["mine-1.0.0.en.toml, instrument: input should be a valid string"],
        ),
    ],
)
def test_a_wrong_folder_is_told_file_by_file(tmp_path, files, expected):
    found = told(tmp_path, files)
    assert len(found) == len(expected)
    for problem, words in zip(found, expected, strict=True):
        assert words in problem


def test_everything_wrong_in_a_folder_is_told_at_once(tmp_path):
    files = {
        "instruments/a-1.0.0.toml": "id = ",
        "instruments/b-1.0.0.toml": FILE.replace('version = "1.0.0"', ""),
        "instruments/c-1.0.0.toml": FILE.replace("sources = []", 'sources = ["x"]'),
        "sources.toml": "x = ",
    }
    found = told(tmp_path, files)
    assert [problem.split(":")[0] for problem in found] == [
        "sources.toml",
        "a-1.0.0.toml",
        "b-1.0.0.toml, version",
        "c-1.0.0.toml",
        "c-1.0.0.toml, sources",
    ]


def test_a_name_is_not_the_only_thing_told_of_a_file(tmp_path):
    text = FILE.replace("I am heard here.", "I am heard {where}.")
    assert len(told(tmp_path, {"instruments/other-1.0.0.toml": text})) == 2


def test_own_sources_and_other_files_are_fine(tmp_path):
    files = {
        f"instruments/{ONE}": FILE.replace("sources = []", 'sources = ["us-2026"]'),
        "instruments/README.md": "Ours.",
        "notes/plan.txt": "Later.",
        "sources.toml": 'us-2026 = "Us. Interviews, 2026."',
    }
    assert told(tmp_path, files) == []


def test_a_folder_in_place_of_a_file_is_told(tmp_path):
    (tmp_path / "instruments" / ONE).mkdir(parents=True)
    assert told(tmp_path, {}) == [f"{ONE}: the file cannot be read."]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    found = checks.check_folder(tmp_path / "nowhere", today=TODAY)
    assert [str(problem) for problem in found.problems] == [
        "nowhere: the folder cannot be read. Check that it is there and open to you."
    ]


def test_a_folder_that_is_closed_to_us_is_told(tmp_path, monkeypatch):
    folder = put(tmp_path, {f"instruments/{ONE}": FILE})

    def refuse(path):
        raise PermissionError(13, "denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    found = checks.check_folder(folder, today=TODAY)
    assert "cannot be read" in str(found.problems[0])
    with pytest.raises(ContentError, match="the folder cannot be read"):
        catalogue.find("instruments", [folder])


def test_one_file_can_be_checked_alone(tmp_path):
    folder = put(tmp_path, {f"instruments/{ONE}": FILE})
    assert checks.check_file(folder / "instruments" / ONE, today=TODAY) == checks.Check()


def test_a_package_translation_is_checked_against_its_instrument(tmp_path):
    shipped = Path(str(catalogue.PACKAGE_CONTENT)) / "instruments"
    french = (shipped / WELSH.replace(".cy.", ".fr.")).read_text(encoding="utf-8")
    welsh = french.replace('language = "fr"', 'language = "cy"').replace("part-1", "part-2")
    assert told(tmp_path, {f"instruments/{WELSH}": welsh}) == [
        f"{WELSH}, items: the text of part-1 is missing. Add it.",
        f"{WELSH}, items.part-2: there is no such id. Remove it.",
    ]


def test_results_add_up():
    one, two = Problem("a", "b."), Problem("c", "d.")
    assert checks.Check((one,)) + checks.Check((two,), (one,)) == checks.Check((one, two), (one,))
