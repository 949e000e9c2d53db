"""Files as LimeSurvey, Qualtrics and Microsoft Forms write them, read into the same answers.

The samples in ``exports/`` are ours: four doctors, six items, one division each, and a mark in
every column that could tell who they are.
"""

import csv
import pickle
from pathlib import Path

import pytest

from medengage.stores.exports import EXPORTS, recognised
from medengage.stores.tables import RecordTable
from tests.stores.folders import advice, problems, read, rows_of
from tests.stores.workbooks import xlsx

SAMPLES = Path(__file__).parent / "exports"
MARK = "MARK-7f3a"
ANSWERS = [[1, 2, 5, 2, 0, 4], [4, 2, 1, 5, 3, 2], [3, 3, 3, 3, 3, 3], [5, 5, 1, 4, 4, 0]]
CODES = "\n".join(
    f'items.{item} = "engage[SQ00{k}]"'
    for k, item in enumerate(
        ["learning-1", "learning-2", "learning-3", "voice-1", "voice-2", "voice-3"], start=1
    )
)
DIVISION = 'attributes.division = "Which division do you work in?"\nignore = ["Anything else?"]'
CASES = {
    "limesurvey-codes.csv": (
        f'export = "limesurvey"\nid = "id"\nattributes = ["division"]\n'
        f'ignore = ["comment"]\n{CODES}'
    ),
    "limesurvey-texts.csv": f'export = "limesurvey"\nid = "Response ID"\n{DIVISION}',
    "limesurvey-codes-and-texts.csv": f'export = "limesurvey"\n{DIVISION}',
    "qualtrics.csv": (
        'export = "qualtrics"\nid = "ResponseId"\nattributes.division = "Q2"\nignore = ["Q3"]'
    ),
    "microsoft-forms.csv": f'export = "microsoft-forms"\nid = "ID"\n{DIVISION}',
}


def sample(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_every_program_gives_the_same_study(tmp_path, name):
    found = read(tmp_path, sample(name), responses=CASES[name])
    assert rows_of(found) == ANSWERS
    division = found.responses.attributes["division"]
    assert [division.labels[code] for code in division.codes] == [
        "Medicine",
        "Medicine",
        "Surgery",
        "Surgery",
    ]


def test_a_microsoft_forms_workbook(tmp_path):
    rows = list(csv.reader(sample("microsoft-forms.csv").splitlines()))
    data = xlsx(rows, shared=True)
    section = CASES["microsoft-forms.csv"]
    found = read(tmp_path, data, file="Engagement(1-4).xlsx", responses=section)
    assert rows_of(found) == ANSWERS


def test_a_qualtrics_file_with_tabs_in_utf16(tmp_path):
    rows = csv.reader(sample("qualtrics.csv").splitlines(keepends=True))
    text = "\n".join(
        "\t".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows
    )
    data = text.encode("utf-16")
    found = read(tmp_path, data, file="answers.tsv", responses=CASES["qualtrics.csv"])
    assert rows_of(found) == ANSWERS


@pytest.mark.parametrize("name", CASES)
def test_what_tells_who_answered_is_never_kept(tmp_path, monkeypatch, name):
    """Only the columns with a part to play are taken from the file; the id is not kept."""
    taken: list[str] = []
    take = RecordTable.take

    def spy(self, positions):
        taken.extend(self.header[place] for place in positions)
        table = take(self, positions)
        held = pickle.dumps(dict(table.columns)).decode("latin-1")
        assert "example.org" not in held
        assert "10.0.0." not in held
        return table

    monkeypatch.setattr(RecordTable, "take", spy)
    found = read(tmp_path, sample(name), responses=CASES[name])
    assert MARK.encode() not in pickle.dumps(found.responses)
    with_id = "id = " in CASES[name]
    assert len(taken) == 7 + with_id


@pytest.mark.parametrize("name", CASES)
def test_the_columns_of_the_program_are_passed_over_with_one_piece_of_advice(tmp_path, name):
    program = EXPORTS[CASES[name].split('"')[1]].title
    notes = advice(tmp_path, sample(name), responses=CASES[name])
    assert sum(f"of {program} (times, addresses and the like) not read" in n for n in notes) == 1
    assert not [note for note in notes if MARK in note]


def test_answer_codes_are_read_with_a_warning(tmp_path):
    name = "limesurvey-codes.csv"
    notes = advice(tmp_path, sample(name), responses=CASES[name])
    assert any("answer codes such as A1 were read by their number" in note for note in notes)


def test_newer_codes_of_limesurvey(tmp_path):
    text = (
        sample("limesurvey-codes.csv").replace('"A', '"AO0').replace('"AO0 comment', '"A comment')
    )
    found = read(tmp_path, text, responses=CASES["limesurvey-codes.csv"])
    assert rows_of(found) == ANSWERS


@pytest.mark.parametrize("name", CASES)
def test_a_program_is_recognised_where_study_toml_forgot_it(tmp_path, name):
    export = CASES[name].split('"')[1]
    section = CASES[name].replace(f'export = "{export}"\n', "")
    found = problems(tmp_path, sample(name), responses=section)
    assert found[0] == (
        f"study.toml, responses.export: responses.csv looks like an export of"
        f' {EXPORTS[export].title}. Write export = "{export}".'
    )
    assert not [problem for problem in found if MARK in problem]


@pytest.mark.parametrize(
    ("name", "column", "section"),
    [
        ("microsoft-forms.csv", "Email", 'export = "microsoft-forms"\nattributes.mail = "Email"'),
        (
            "microsoft-forms.csv",
            "Start time",
            'export = "microsoft-forms"\nattributes.t = "Start time"',
        ),
        ("qualtrics.csv", "RecipientEmail", 'export = "qualtrics"\nid = "RecipientEmail"'),
        ("limesurvey-texts.csv", "IP address", 'export = "limesurvey"\nid = "IP address"'),
    ],
)
def test_columns_that_tell_who_answered_cannot_be_used(tmp_path, name, column, section):
    found = problems(tmp_path, sample(name), responses=section)
    assert any(
        f"column {column}: " in problem and "medengage neither needs nor reads it" in problem
        for problem in found
    )
    assert not [problem for problem in found if MARK in problem]


def test_rows_of_a_qualtrics_file_count_its_three_header_rows(tmp_path):
    """The header and its line breaks are rows 1 to 3, so the first doctor stands in row 4."""
    text = sample("qualtrics.csv").replace('"Agree"', f'"{MARK}"', 1)
    found = problems(tmp_path, text, responses=CASES["qualtrics.csv"])
    assert found == [
        "responses.csv, row 4, column Q1_1: the cell is none of the options."
        " Write an option from 1 to 5 or its label, or explain the label in values."
    ]


def test_recognition_needs_the_signature():
    assert recognised(["id", "Email", "Name"]) is None
    assert recognised(["ID", "Start time", "Completion time"]) == "microsoft-forms"
    assert recognised(["id. Response ID", "submitdate. Date", "lastpage. x", "startlanguage. y"])
