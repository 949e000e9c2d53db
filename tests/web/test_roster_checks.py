"""What is told of a roster: every row by its number, every oddity once, and never who it is."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.tables.sheet import read_sheet

HEADER = "Name,E-mail,Division,Grade"
GROUPS = {"division": "Division", "grade": "Grade"}


def app(name: str) -> Any:
    return import_module(f"medengage.web.roster.{name}")


def checked(*rows: str, groups: dict[str, str] = GROUPS) -> Any:
    content = "\n".join([HEADER, *rows]).encode()
    columns = app("mapping").Columns(("Name",), "E-mail", groups)
    return app("checks").checked(read_sheet(content, "a.csv"), columns)


def told(found: Any) -> list[str]:
    return [f"{one.place}: {one.what}" for one in (*found.problems, *found.remarks)]


CASES = [
    # rows of a roster | how many can be asked | what is told
    (["Dr A,a@x.org,Medicine,Consultant"], 1, ""),
    (["Dr A,,Medicine,Consultant"], 1, "1 doctors: they have no address"),
    ([",,Medicine,Consultant"], 0, "row 2: there is neither a name nor an address"),
    (["Dr A,a at x,Medicine,Trainee"], 0, "row 2, column E-mail: this is no e-mail address"),
    (
        ["Dr A,a@x.org,Medicine,", "Dr B,A@X.org,Surgery,"],
        1,
        "the address stands in row 2 as well",
    ),
    (["Dr A,a@x.org,=1+1,Trainee"], 0, "row 2, column Division: this looks like a formula"),
    ([f"Dr A,a@x.org,{'M' * 61},Trainee"], 0, "longer than 60 characters"),
    ([f"{'A' * 201},a@x.org,Medicine,Trainee"], 0, "longer than a name can be"),
    (["Dr A,a@x.org,,Trainee"], 1, "column Division: 1 doctors have no division"),
    (
        ["Dr A,a@x.org,medicine,", "Dr B,b@x.org,Medicine,", "Dr C,c@x.org,Medicine,"],
        3,
        'column Division: "Medicine" and "medicine" are taken as one',
    ),
    (
        [*(f"Dr {i},d{i}@x.org,Medicine,C" for i in range(5)), "Dr X,x@x.org,Medicin,C"],
        6,
        'is "Medicin" meant to be "Medicine"?',
    ),
]


@pytest.mark.parametrize(("rows", "people", "words"), CASES)
def test_rows_and_what_is_told_of_them(rows, people, words):
    found = checked(*rows)
    assert len(found.people) == people
    assert found.left_out == len(rows) - people
    assert not words or any(words in one for one in told(found)), told(found)


def test_the_same_fault_is_told_once_with_its_rows():
    found = checked(*(f"Dr {i},nothing,Medicine,C" for i in range(6)))
    [problem] = found.problems
    assert problem.place.startswith("rows 2, 3, 4 and 3 more, column E-mail")


def test_spellings_become_the_most_frequent_one():
    found = checked(
        "A,a@x.org,SURGERY,", "B,b@x.org,Surgery,", "C,c@x.org, surgery ,C", "D,,Surgery,"
    )
    assert {one.attributes["division"] for one in found.people} == {"Surgery"}


def test_a_column_that_tells_doctors_apart_is_no_group():
    rows = [f"Dr {i},d{i}@x.org,team {i},C" for i in range(30)]
    found = checked(*rows)
    assert "nearly every row has a value of its own" in found.problems[0].what
    assert all("division" not in one.attributes for one in found.people)
    named = checked(*rows, groups={"division": "Name"})
    assert "tells who somebody is" in named.problems[0].what


def test_nothing_told_quotes_a_name_or_an_address():
    found = checked(
        "Dr Marked,marked at x,Medicine,C",
        "Dr Marked,marked@x.org,M,C",
        "Dr Marked,MARKED@x.org,M,C",
    )
    assert "arked" not in " ".join(told(found)).replace("marked as", "")
    assert "arked" not in repr(found)


def test_columns_that_are_not_used_are_named():
    found = checked("Dr A,a@x.org,Medicine,C", groups={"division": "Division"})
    assert any("not read and not kept: Grade" in one for one in told(found))


addresses = st.sampled_from(["", "a@x.org", "b@x.org", "B@x.org", "nothing", "c@x.org"])
names = st.sampled_from(["", "Dr A", "Dr B"])
values = st.sampled_from(["", "Medicine", "medicine", "=1", "Surgery"])


@given(st.lists(st.tuples(names, addresses, values), min_size=1, max_size=30))
def test_every_row_is_taken_or_left_out(rows):
    filled = [row for row in rows if any(row)]
    if not filled:
        return
    found = checked(*(f"{name},{address},{value}," for name, address, value in rows))
    assert len(found.people) + found.left_out == len(filled)
    taken = [one.address for one in found.people if one.address]
    assert len(set(taken)) == len(taken)
    assert all(one.name or one.address for one in found.people)
    assert all(value for one in found.people for value in one.attributes.values())


class TestGuesses:
    @pytest.mark.parametrize(
        ("header", "expected"),
        [
            (("Full Name", "Email Address", "Directorate"), (("Full Name",), "Email Address")),
            (("Surname", "Forename", "Mail"), (("Forename", "Surname"), "Mail")),
            (("Employee name", "Surname", "Forename"), (("Forename", "Surname"), "")),
            (("Doctor", "x"), (("Doctor",), "")),
            (("x", "y"), ((), "")),
        ],
    )
    def test_by_their_names(self, header, expected):
        mapping = app("mapping")
        found = mapping.guessed(header, ["division"], mapping.Columns())
        assert (found.name, found.address) == expected

    def test_as_the_last_time(self):
        mapping = app("mapping")
        before = mapping.Columns(("Who",), "Where to", {"division": "Part"})
        found = mapping.guessed(("WHO", "Where To", "part", "Division"), ["division"], before)
        assert found == mapping.Columns(("WHO",), "Where To", {"division": "part"})
        gone = mapping.guessed(("Name", "Division"), ["division"], before)
        assert gone == mapping.Columns(("Name",), "", {"division": "Division"})

    def test_it_comes_back_from_json(self):
        mapping = app("mapping")
        one = mapping.Columns(("A", "B"), "C", {"division": "D"})
        assert mapping.Columns.from_json(one.as_json()) == one
        assert one.used == {"A", "B", "C", "D"}
