"""Spreadsheets of outer measures: read whole, or every problem with its row and column."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.errors import StudyError
from medengage.outcomes.indicators import Reading
from medengage.outcomes.reading import (
    Columns,
    CountColumns,
    PanelColumns,
    read_counts,
    read_levels,
    read_panel,
    read_readings,
    read_reasons,
)
from medengage.outcomes.variation import Cause, Count, Reason
from tests.unit.outcomes.nhs import CQC, SHMI

FILE = "ratings.csv"


def lines(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def problems(content: bytes, **more: Any) -> list[str]:
    with pytest.raises(StudyError) as caught:
        read_readings(content, FILE, CQC, **more)
    return [str(problem) for problem in caught.value.problems]


def test_a_row_is_a_value_with_its_day_and_its_place() -> None:
    found = read_readings(
        lines(
            "organisation;value;day;place",
            "A1;Good;2024-05-06;acute hospital",
            "A2;outstanding;06/05/2024;",
            "A3;Not rated;;hospice",
            "A4;Inadequate;;hospice",
            "",
        ),
        FILE,
        CQC,
    )
    assert found == (
        Reading("A1", 3.0, date(2024, 5, 6), "acute hospital"),
        Reading("A2", 4.0, date(2024, 5, 6), None),
        Reading("A4", 1.0, None, "hospice"),
    )


def test_days_and_places_need_not_be_there_unless_they_are_named() -> None:
    plain = lines("organisation,value", "A1,Good")
    assert read_readings(plain, FILE, CQC) == (Reading("A1", 3.0),)
    told = problems(plain, columns=Columns(day="published", place="kind"))
    assert [one.partition(":")[0] for one in told] == [
        "ratings.csv, column published",
        "ratings.csv, column kind",
    ]


def test_everything_that_is_wrong_is_listed_with_its_row() -> None:
    told = problems(
        lines(
            "organisation,value,day",
            "A1,Splendid,2024-05-06",
            "A2,Good,yesterday",
            ",Good,",
            "A4,Good,",
            "A4,Good,",
            "A5,Good,2024-13-01",
        )
    )
    assert told == [
        "ratings.csv, row 2, column value: this is no level of the rating. "
        "Use Inadequate, Requires improvement, Good, Outstanding.",
        "ratings.csv, row 3, column day: this is no day. Write it as 2026-03-02 or 02/03/2026.",
        "ratings.csv, row 4, column organisation: there is a value without an organisation.",
        "ratings.csv, rows 5 and 6, column organisation: an organisation stands here twice. "
        "Keep one row.",
        "ratings.csv, row 7, column day: this is no day. Write it as 2026-03-02 or 02/03/2026.",
    ]
    assert not any("Splendid" in one or "yesterday" in one for one in told)


def test_a_column_of_another_name_is_guessed_at() -> None:
    [told] = problems(lines("organisations,value", "A1,Good"))
    assert "Did you mean organisations?" in told


def test_rows_can_be_chosen_and_left_out() -> None:
    table = lines("code,kind,sub,r", "A,Acute,Large,Good", "B,Acute,Specialist,Good", "C,MH,,Good")
    columns = Columns("code", "r")
    some = read_readings(table, FILE, CQC, columns, only=[("kind", "ACUTE")])
    assert [one.organisation for one in some] == ["A", "B"]
    fewer = read_readings(
        table, FILE, CQC, columns, only=[("kind", "acute")], without=[("sub", "specialist")]
    )
    assert [one.organisation for one in fewer] == ["A"]
    assert "no such column" in problems(table, columns=columns, only=[("type", "x")])[0]


def test_a_file_without_a_single_value_is_no_answer() -> None:
    with pytest.raises(StudyError, match="no value is in this file"):
        read_readings(lines("organisation,value", "A1,Not rated"), FILE, CQC)


def test_numbers_are_numbers() -> None:
    table = lines("organisation,value", "A1,6.8", "A2,")
    assert read_levels(table, FILE, Columns()) == {"A1": 6.8}
    with pytest.raises(StudyError, match="row 2: the row has a cell without a heading"):
        read_readings(lines("organisation,value", "A1,1,02"), FILE, SHMI)
    with pytest.raises(StudyError) as caught:
        read_readings(lines("organisation;value", "A1;high"), FILE, SHMI)
    assert "this is no number" in str(caught.value)


@pytest.mark.parametrize("cell", ["nan", "inf", "-inf"])
def test_what_only_a_computer_calls_a_number_is_none(cell: str) -> None:
    with pytest.raises(StudyError, match="cannot be taken"):
        read_levels(lines("organisation,value", f"A1,{cell}"), FILE, Columns())


def test_a_panel_has_one_row_for_each_organisation_and_period() -> None:
    table = lines("org,year,e,shmi", "A,2012,3.9,1.02", "A,2013,,1.01", "B,2012,3.7,")
    columns = PanelColumns("org", "year", "e", "shmi")
    level, value = read_panel(table, FILE, SHMI, columns)
    assert level == {("A", "2012"): 3.9, ("B", "2012"): 3.7}
    assert value == {("A", "2012"): 1.02, ("A", "2013"): 1.01}
    with pytest.raises(StudyError, match="cannot be taken"):
        read_panel(table + b"\nA,2012,3.8,1", FILE, SHMI, columns)


def test_counts_have_a_clinician_events_patients_and_perhaps_a_stratum() -> None:
    table = lines(
        "clinician,events,patients,stratum", "A,3,40,old", "A,1,60,young", "B,2.0,50,old"
    )
    assert read_counts(table, FILE) == (
        Count("A", 3, 40, "old"),
        Count("A", 1, 60, "young"),
        Count("B", 2, 50, "old"),
    )
    named = CountColumns("who", "deaths", "n")
    assert read_counts(lines("who,deaths,n", "A,3,40"), FILE, named) == (Count("A", 3, 40),)


def test_impossible_counts_are_listed() -> None:
    with pytest.raises(StudyError) as caught:
        read_counts(
            lines(
                "clinician,events,patients",
                "A,41,40",
                "B,0,0",
                "C,-1,5",
                "D,some,5",
                ",1,5",
                "E,1,5",
                "E,1,5",
            ),
            FILE,
        )
    places = [problem.place for problem in caught.value.problems]
    assert places == [
        "ratings.csv, row 2, column events",
        "ratings.csv, row 3, column events",
        "ratings.csv, row 4, column events",
        "ratings.csv, row 5, column events",
        "ratings.csv, row 6, column clinician",
        "ratings.csv, rows 7 and 8, column clinician",
    ]
    with pytest.raises(StudyError, match="cannot be taken"):
        read_counts(lines("clinician,events,patients", "A,1,5"), FILE, CountColumns(stratum="age"))


@given(st.binary(max_size=400))
def test_no_file_whatever_ends_in_anything_but_a_clear_error(content: bytes) -> None:
    with suppress(StudyError):
        assert read_readings(content, FILE, SHMI)


def test_reasons_have_a_cause_words_somebody_and_a_day() -> None:
    table = lines(
        "clinician,cause,reason,by,day,accepted",
        "D,Patients,Takes the referrals.,meeting,2026-11-20,yes",
        "E,data,Counted twice.,E,20/11/2026,",
    )
    day = date(2026, 11, 20)
    assert read_reasons(table, FILE) == (
        Reason("D", Cause.PATIENTS, "Takes the referrals.", "meeting", day, justified=True),
        Reason("E", Cause.DATA, "Counted twice.", "E", day),
    )
    wrong = lines("clinician,cause,reason,by,day", "D,luck,x,y,2026-11-20", "D,data,,y,2026-11-20")
    with pytest.raises(StudyError) as caught:
        read_reasons(wrong, FILE)
    told = [str(problem) for problem in caught.value.problems]
    assert "Use data, patients, structure, process, individual." in told[0]
    assert "a reason needs" in told[1]
