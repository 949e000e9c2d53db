"""From cells to answers: every way of writing an answer, and every way of getting it wrong."""

import numpy as np
import pytest

from medengage.stores.folder import read_study, write_study
from medengage.stores.ordering import in_order
from medengage.stores.vocabulary import Fault, Vocabulary
from tests.builders import instrument, responses, study
from tests.stores.folders import HEADER, ROW, advice, check, problems, read, rows_of, table
from tests.stores.workbooks import Cell, Day, xlsx

AGREE = instrument().options["agree"]
WITH_NA = AGREE.model_copy(update={"not_applicable": "Not applicable to me"})


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("4", 4),
        (" 4 ", 4),
        ("4.0", 4),
        ("4,0", 4),
        ("4,00", 4),
        ("4.000000", 4),
        ("+4", 4),
        ("Agree", 4),
        ("  agree\u00a0", 4),
        ("STRONGLY  AGREE", 5),
        ("4 - Agree", 4),
        ("4 \u2013 Agree", 4),
        ("4. Agree", 4),
        ("4=agree", 4),
        ("Agree (4)", 4),
        ("", 0),
        (" ", 0),
        ("N/A", 0),
        ("#N/A", 0),
        ("NaN", 0),
        ("not applicable to  ME", 0),
        ("Rather not say", 0),
        ("Absolutely", 5),
        ("4.5", Fault.FRACTION),
        ("4,5", Fault.FRACTION),
        (".5", Fault.FRACTION),
        ("0", Fault.ZERO),
        ("0.0", Fault.ZERO),
        ("6", Fault.OUT_OF_RANGE),
        ("-1", Fault.OUT_OF_RANGE),
        ("4,000", Fault.FRACTION),
        ("46083", Fault.DATE),
        ("2026-03-02", Fault.DATE),
        ("2026-03-02 00:00:00", Fault.DATE),
        ("02-Mar", Fault.DATE),
        ("Mar-02", Fault.DATE),
        ("2-Mar-26", Fault.DATE),
        ("3/2/2026", Fault.DATE),
        ("02.03.2026", Fault.DATE),
        ("3/2", Fault.DATE),
        ("5 - Agree", Fault.UNKNOWN),
        ("A4", Fault.UNKNOWN),
        ("maybe", Fault.UNKNOWN),
        ("\u0664", Fault.UNKNOWN),
        ("9" * 5000, Fault.UNKNOWN),
    ],
)
def test_what_a_cell_means(cell, expected):
    extra = {"rather not say": 0, "Absolutely": 5, "Beyond these options": 7}
    assert Vocabulary(WITH_NA, extra).read(cell) == expected


def test_a_label_beats_a_number_and_an_empty_word():
    numbers = instrument(labels=("0", "1", "2", "3", "n/a")).options["agree"]
    vocabulary = Vocabulary(numbers)
    assert [vocabulary.read(cell) for cell in ("0", "3", "n/a", "4")] == [1, 4, 5, 4]


def test_options_numbered_from_zero_where_study_toml_says_so():
    vocabulary = Vocabulary(AGREE, lowest=0)
    assert [vocabulary.read(c) for c in ("0", "4", "5", "Agree", "3 - Agree")] == [
        1,
        5,
        Fault.OUT_OF_RANGE,
        4,
        4,
    ]


def test_labels_numbers_and_gaps_give_the_same_answers(tmp_path):
    words = "Strongly disagree,disagree,NEITHER,Agree,Strongly agree,Strongly disagree"
    found = read(tmp_path, table(ROW, words, "1.0,2.0,3.0,4.0,5.0,n/a"))
    assert rows_of(found) == [[1, 2, 3, 4, 5, 0], [1, 2, 3, 4, 5, 1], [1, 2, 3, 4, 5, 1]]


def test_mixed_labels_and_numbers_are_read_with_advice(tmp_path):
    assert advice(tmp_path, table(ROW, "Agree,2,3,4,5,1"))[-1] == (
        "responses.csv: some answers are numbers and some are labels; both were read."
        " Check that the numbers follow the order of the labels."
    )


def test_the_order_of_the_file_is_forgotten(tmp_path):
    rows = ["5,5,5,5,5,5", "1,1,1,1,1,1", "3,3,3,3,3,3", "1,1,1,1,1,2"]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    forwards = read(tmp_path / "a", table(*rows))
    backwards = read(tmp_path / "b", table(*reversed(rows)))
    assert forwards == backwards
    assert rows_of(forwards)[0] == [1, 1, 1, 1, 1, 1]


def test_canonical_order_with_more_columns_than_one_key_holds():
    items = instrument(items_per_scale=40)
    made = responses(items, n=300, phases=True, missing=0.5)
    rng = np.random.default_rng(3)
    shuffled = made.of(np.ones(300, dtype=bool))
    order = rng.permutation(300)
    assert in_order(type(made)(shuffled.items, shuffled.answers[order])) == in_order(
        type(made)(shuffled.items, shuffled.answers)
    )
    codes = made.attributes["division"].codes
    assert (np.diff(codes) >= 0).all()


def at(place: str, what: str, mend: str = "") -> str:
    return f"responses.csv, {place}: {what}" + (f" {mend}" if mend else "")


OPTIONS = "an option from 1 to 5 or its label"


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("6", f"the number is none of the options. Write {OPTIONS}."),
        ("-2", f"the number is none of the options. Write {OPTIONS}."),
        ('"4,5"', f"the answer is not a whole number. Write {OPTIONS}."),
        (
            "02-Mar",
            "a spreadsheet program turned the answer into a date."
            " Export again and open the file with all columns as text.",
        ),
        (
            "perhaps",
            f"the cell is none of the options. Write {OPTIONS}, or explain the label in values.",
        ),
    ],
)
def test_wrong_cells_are_grouped_by_column_and_never_quoted(tmp_path, cell, what):
    rows = [ROW, *[f"{cell},2,3,4,5,1"] * 216, ROW]
    found = problems(tmp_path, table(*rows))
    assert found == [at("rows 3, 4, 5 and 213 more, column learning-1", what)]


def test_each_kind_of_fault_in_each_column_is_one_problem(tmp_path):
    found = problems(tmp_path, table("9,x,3,4,5,1", ROW, "9,y,3,4,5,1", "z,2,3,4,5,1"))
    assert [problem.split(":")[0] for problem in found] == [
        "responses.csv, rows 2 and 4, column learning-1",
        "responses.csv, rows 2 and 4, column learning-2",
        "responses.csv, row 5, column learning-1",
    ]


def test_a_file_numbered_from_zero_is_named_and_not_guessed(tmp_path):
    rows = table("0,1,2,3,4,0", "0,0,1,2,3,4", "4,3,2,1,0,0")
    found = problems(tmp_path, rows)
    assert found == [
        "responses.csv: the options seem to be numbered from 0 in 4 columns."
        " If so, write lowest_option = 0. If 0 means no answer, write values = { 0 = 0 }."
    ]
    read_as = read(tmp_path, rows, responses="lowest_option = 0")
    assert rows_of(read_as)[0] == [1, 1, 2, 3, 4, 5]
    no_answer = read(tmp_path, rows, responses="values = { 0 = 0 }")
    assert rows_of(no_answer)[0] == [0, 0, 1, 2, 3, 4]


def test_one_zero_among_all_options_is_a_fault_of_its_cell(tmp_path):
    found = problems(tmp_path, table("0,2,3,4,5,1", "4,2,3,4,5,1"))
    assert found == [
        at(
            "row 2, column learning-1",
            "the number lies below the lowest option.",
            "If 0 means no answer, write values = { 0 = 0 }.",
        )
    ]


def test_dates_in_a_workbook(tmp_path):
    header: list[Cell] = list(HEADER.split(","))
    answers: list[list[Cell]] = [[1, 2, 3, 4, 5, 1], [Day(46083), 2, 3, 4, 5, 46083]]
    found = problems(tmp_path, xlsx([header, *answers]), file="responses.xlsx")
    assert [problem.split(":")[0] for problem in found] == [
        "responses.xlsx, row 3, column learning-1",
        "responses.xlsx, row 3, column voice-3",
    ]
    assert all("turned the answer into a date" in problem for problem in found)


def test_rows_and_columns_without_answers(tmp_path):
    found = check(tmp_path, table("1,2,3,4,5,", ",,,,,", "N/A,,,,,", "", "2,2,3,4,5,"))
    assert [str(note) for note in found.advice] == [
        "study.toml: there are no counts of the doctors who could have answered."
        " Without them no response rate can be told.",
        at("column voice-3", "no doctor answered this item.", "Was it asked?"),
        "responses.csv: 2 blank lines passed over.",
        at("row 4", "1 row without any answer left out."),
    ]
    assert found.facts.respondents == 2


def test_a_file_without_answers(tmp_path):
    for rows in ([], [",,,,,"], ["n/a,,,,,"]):
        assert problems(tmp_path, table(*rows)) == ["responses.csv: the file holds no answers."]


# Writes and reads 100,000 rows of 30 items; how fast is a matter for benchmarks/reading.py.
@pytest.mark.slow
def test_a_hundred_thousand_rows_come_back_equal(tmp_path):
    asked = instrument(scales=("a", "b", "c", "d", "e", "f"), items_per_scale=5)
    made = study(100_000, instrument=asked, population=None)
    write_study(made, tmp_path)
    assert read_study(tmp_path) == made
