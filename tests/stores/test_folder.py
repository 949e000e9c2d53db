"""A study folder as a whole: what is written is read back, and what is wrong is listed."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from medengage.errors import DisclosureRefused, StudyError
from medengage.findings import Policy
from medengage.measure.analyse import analyse
from medengage.measure.study import Population, Study
from medengage.stores.folder import (
    check_study,
    read_findings,
    read_study,
    write_findings,
    write_study,
)
from tests.builders import instrument, managers, population, responses, study
from tests.real_studies import bfi_folder, bhr2000_folder
from tests.stores.folders import HEADER, ROW, check, folder, problems, table

SAY = instrument("say", scales=("say", "stay"), items_per_scale=1, reversed_every=0)
HARD = instrument(
    "hard",
    labels=('"Never", ever', "Sometimes; not\toften", "\u00c9ire = \\ 'x'", "Zed\x7f"),
    note="Two\nlines",
    licence="proprietary",
    verbatim=False,
    language="cy",
)
ODD_LABELS = {
    "site": ("N/A", "not stated", 'St "Mary", North', "line\nbreak", "=1+1"),
    "on": ("1",),
}


def everything() -> Study:
    """A study with every field set."""
    asked = responses(instrument(), SAY, n=80, phases=True)
    return study(
        modules=(SAY,),
        responses=asked,
        managers=managers(),
        synthetic=True,
        words={"organisation": "trust"},
        opened=date(2026, 3, 2),
        closed=date(2026, 3, 2),
        policy=Policy(
            minimum_group=12,
            breakdown="division",
            further=(("grade",), ("division", "grade")),
            within={"grade": "division"},
            order={"division": ("Surgery", "Medicine")},
            colluders=1,
            noise=0.5,
            weighting=None,
            confidence=0.9,
        ),
    )


STUDIES = {
    "plain": study(),
    "everything": everything(),
    "one doctor": study(n=1),
    "no attributes": study(responses=responses(attributes={}), population=None),
    "no counts": study(population=None),
    "only a total": study(population=Population(200)),
    "margins only": study(population=Population(120, population(responses()).margins)),
    "one margin more": study(
        population=Population(
            120,
            {**population(responses()).margins, "contract": {"Full time": 100, "Part time": 20}},
            ("division", "grade"),
            population(responses()).joint,
        )
    ),
    "odd texts": study(instrument=HARD, responses=responses(HARD, attributes=ODD_LABELS)),
    "many options": study(instrument=instrument(labels=[f"Step {k}" for k in range(11)])),
}


@pytest.mark.parametrize("answers", ["csv", "parquet"])
@pytest.mark.parametrize("name", STUDIES)
def test_what_is_written_is_read_back(tmp_path, name, answers):
    write_study(STUDIES[name], tmp_path, answers=answers)
    found = check_study(tmp_path)
    assert not found.problems
    again = read_study(tmp_path)
    assert again == STUDIES[name]
    assert [i.checksum for i in again.instruments] == [
        i.checksum for i in STUDIES[name].instruments
    ]


def test_definitions_that_are_known_are_not_written(tmp_path):
    write_study(study(), tmp_path / "first")
    content = tmp_path / "first" / "content"
    write_study(study(), tmp_path / "second", content=[content])
    assert not (tmp_path / "second" / "content").exists()
    assert read_study(tmp_path / "second", [content]) == study()


def test_writing_leaves_nothing_behind_and_replaces_whole_files(tmp_path):
    for _ in range(2):
        write_study(study(), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "content",
        "noise.key",
        "population.csv",
        "responses.csv",
        "study.toml",
    ]


def test_a_study_that_could_not_be_read_back_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="the study cannot be written"):
        write_study(study(id="St Elsewhere 2026"), tmp_path)
    assert not (tmp_path / "study.toml").exists()


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "in-the-way").write_text("")
    with pytest.raises(StudyError, match="the file cannot be written"):
        write_study(study(secret=None), tmp_path / "in-the-way")


def test_checking_changes_nothing(tmp_path):
    made = folder(tmp_path, table(ROW, "9,9,9,9,9,9"))
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*")}
    check_study(made)
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*")} == before


def test_facts_of_a_whole_study(tmp_path):
    write_study(STUDIES["everything"], tmp_path)
    assert list(check_study(tmp_path).facts) == [
        "doctors who answered: 80 of 160",
        "items with a column: 8",
        "attributes: division, grade",
        "managers who answered: 20",
    ]


def test_facts_are_told_even_where_there_are_problems(tmp_path):
    counts = 'population.file = "population.csv"'
    found = check(
        tmp_path,
        table("9,2,3,4,5,1,x", "1,2,3,4,5,1,x", header=f"{HEADER},ward"),
        responses='attributes = ["ward"]',
        more=f"[population]\n{counts.removeprefix('population.')}",
        files={"population.csv": "ward,count\nx,7\n"},
    )
    assert not found.passed
    assert list(found.facts) == [
        "doctors who answered: 2 of 7",
        "items with a column: 6",
        "attributes: ward",
    ]


def test_all_problems_come_in_one_error_by_file_and_row(tmp_path):
    made = folder(
        tmp_path,
        table("1,2,3,4,5,9,x", "7,2,3,4,5,1,x", header=f"{HEADER},unknown"),
        more='[population]\nfile = "population.csv"',
        responses='attributes = ["grade"]',
        files={"population.csv": "grade,count\nTrainee,many\n"},
    )
    with pytest.raises(StudyError) as caught:
        read_study(made)
    assert [problem.place for problem in caught.value.problems] == [
        "study.toml, population",
        "study.toml, responses.attributes.grade",
        "population.csv, row 2",
        "responses.csv, column unknown",
        "responses.csv, row 2, column voice-3",
        "responses.csv, row 3, column learning-1",
    ]
    assert tuple(caught.value.problems) == check_study(made).problems


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[study]", "[stdy]", ["study.toml, study: field required. Add it.", "study.toml, stdy"]),
        (
            'wave = "2026"',
            "wave = 2026",
            ["study.toml, study.wave: input should be a valid string"],
        ),
        ("opened = 2026-03-02", "opened = 2026-13-02", ["study.toml: the file is not valid TOML"]),
        ("2026-03-27", "2026-01-27", ["study.toml, study: the study closes before it opens"]),
        ("test-scale@1.0.0", "test-scal", ["study.toml, test-scal: there is no such definition"]),
        ('"content"', '"../content"', ["study.toml, study.content: name a file inside the study"]),
        ('"content"', '"nowhere"', ["study.toml, test-scale@1.0.0: there is no such definition"]),
        ('"responses.csv"', '"/etc/passwd"', ["responses.file: name a file inside the study"]),
        ('"responses.csv"', '"C:\\\\x.csv"', ["responses.file: name a file inside the study"]),
        ('"responses.csv"', '"a/../../x.csv"', ["responses.file: name a file inside the study"]),
        ('"responses.csv"', '"a\\u0000b.csv"', ["responses.file: name a file inside the study"]),
        ('"responses.csv"', '"content"', ["content: this is a folder, not a file."]),
        ('"responses.csv"', '"other.csv"', ["other.csv: there is no such file."]),
    ],
)
def test_what_is_wrong_in_study_toml_is_named(tmp_path, old, new, expected):
    made = folder(tmp_path, table(ROW))
    text = (made / "study.toml").read_text()
    assert old in text
    (made / "study.toml").write_text(text.replace(old, new))
    found = [str(problem) for problem in check_study(made).problems]
    assert len(found) == len(expected)
    for problem, words in zip(found, expected, strict=True):
        assert words in problem


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ('[policy]\nbreakdown = "ward"', "ward is not an attribute of the responses. Add"),
        ('[policy]\nweighting = "ward"', "ward is not an attribute of the responses. Add"),
        ("[policy]\nminimum_group = 2", "policy.minimum_group: input should be greater than"),
        ("[population]", "population: give a file of counts, a total, or both."),
        ("[population]\ntotal = 0", "population.total: input should be greater than"),
        ("[responses.attributes]\ncount = 'x'", "an attribute cannot be called attribute, value"),
        (
            "[responses.attributes]\ng = 'g'\n[responses.categories]\ng = ['a', 'A ']",
            "two categories are the same but for capitals or spaces",
        ),
        ("[[policy]]", "policy: input should be a valid dictionary"),
        (
            "[responses.recode.ward]\na = 'b'",
            "recode and categories are for names that attributes",
        ),
    ],
)
def test_rules_between_the_keys_of_study_toml(tmp_path, section, expected):
    found = problems(tmp_path, table(ROW), more=section)
    assert len(found) == 1
    assert expected in found[0]


def test_numbers_too_large_for_anything(tmp_path):
    found = problems(tmp_path, table(ROW), more="[population]\ntotal = " + "9" * 5000)
    assert found == ["study.toml: the file is not valid TOML."]


def test_a_folder_without_anything(tmp_path):
    for place in (tmp_path, tmp_path / "absent", Path("\0")):
        assert [str(problem) for problem in check_study(place).problems] == [
            "study.toml: there is no such file to read in this folder. Write it first."
        ]
    with pytest.raises(StudyError, match="the study cannot be read"):
        read_study(tmp_path)


def test_an_order_of_groups_that_do_not_exist(tmp_path):
    write_study(
        study(policy=Policy(breakdown="division", order={"division": ("Surgry",)})), tmp_path
    )
    assert [str(problem) for problem in check_study(tmp_path).problems] == [
        "study.toml, policy.order.division: entry 1 is not a value of division."
        " Write it as it stands in the answers."
    ]


def test_definitions_that_are_wrong_are_listed_with_the_rest(tmp_path):
    made = folder(tmp_path, table(ROW))
    file = made / "content" / "instruments" / "test-scale-1.0.0.toml"
    file.write_text(file.read_text().replace('options = "agree"', 'options = "MARK-7f3a"', 1))
    found = check_study(made).problems
    assert found[0].place == "study.toml, test-scale@1.0.0"
    file.unlink()
    file.mkdir()
    found = check_study(made).problems
    assert [str(problem) for problem in found] == [
        "study.toml, test-scale@1.0.0: the file cannot be read."
    ]


def test_managers_and_doctors_have_their_own_instruments(tmp_path):
    section = '[managers]\ninstrument = "test-scale@1.0.0"\nfile = "responses.csv"'
    assert problems(tmp_path, table(ROW), more=section) == [
        "study.toml, test-scale@1.0.0: this instrument is not for managers."
    ]


def test_modules_may_not_share_item_ids(tmp_path):
    made = folder(tmp_path, table(ROW))
    text = (made / "study.toml").read_text()
    (made / "study.toml").write_text(
        text.replace("[responses]", 'modules = ["test-scale@1.0.0"]\n[responses]', 1)
    )
    assert "two instruments of the study have items of the same id" in str(
        check_study(made).problems[0]
    )


def test_symbolic_links_are_followed(tmp_path):
    outside = tmp_path / "elsewhere.csv"
    outside.write_text(table(ROW))
    (tmp_path / "study").mkdir()
    made = folder(tmp_path / "study", table(ROW))
    (made / "responses.csv").unlink()
    (made / "responses.csv").symlink_to(outside)
    assert read_study(made).responses.n == 1


def test_real_leadership_answers(tmp_path):
    """R package multilevel, bhr2000: 5,400 soldiers in 99 companies, nothing missing."""
    made, content = bhr2000_folder(tmp_path)
    found = read_study(made, [content])
    companies = found.responses.attributes["company"]
    assert found.responses.answers.shape == (5400, 11)
    counts = np.bincount(found.responses.answers.ravel())
    assert counts.tolist() == [0, 8965, 12570, 18712, 16037, 3116]
    assert companies.labels == tuple(str(k) for k in range(1, 100))
    assert len(set(companies.codes.tolist())) == 99
    assert found.policy.breakdown == "company"


def test_real_personality_answers(tmp_path):
    """R package psychTools, bfi: 2,800 volunteers, 508 answers missing, 919 men."""
    made, content = bfi_folder(tmp_path)
    found = read_study(made, [content])
    gender = found.responses.attributes["gender"]
    assert found.responses.answers.shape == (2800, 25)
    assert (found.responses.answers == 0).sum() == 508
    assert found.responses.answers.max() == 6
    assert [(gender.codes == k).sum() for k in range(2)] == [919, 1881]
    assert gender.labels == ("Men", "Women")


@pytest.fixture(scope="module")
def findings():
    return analyse(study(200, policy=Policy(breakdown="division")))


def test_findings_are_written_and_read_back(tmp_path, findings):
    path = write_findings(findings, tmp_path)
    assert path == tmp_path / "findings.json"
    assert read_findings(tmp_path) == read_findings(path) == findings
    assert [entry.name for entry in tmp_path.iterdir()] == ["findings.json"]


def test_findings_of_a_small_group_are_refused(tmp_path, findings):
    text = findings.to_json()
    (tmp_path / "findings.json").write_text(text.replace('"n": 200', '"n": 3', 1))
    with pytest.raises(DisclosureRefused, match=r"small group: findings\.json"):
        read_findings(tmp_path)


def test_findings_that_are_not_there(tmp_path):
    with pytest.raises(StudyError, match=r"there are no findings to read: findings.json"):
        read_findings(tmp_path)
    with pytest.raises(StudyError, match="there are no findings to read"):
        read_findings("\0")
    (tmp_path / "findings.json").write_bytes(b"\xff{")
    with pytest.raises(StudyError, match="the findings cannot be read"):
        read_findings(tmp_path)
