"""Nothing a doctor wrote comes back in a message: marked data through every error path.

Each case puts the mark where an answer, a comment, an id, an address or an attribute stands, and
breaks the file in one more way. The mark must not occur in any problem, any advice, the error's
text, its ``repr``, or anything the error drags along.
"""

import io
import logging
import traceback
from typing import Any

import polars as pl
import pytest

from medengage.errors import MedengageError
from medengage.stores.folder import check_study, read_findings, read_study
from tests.stores.folders import HEADER, ROW, folder, table
from tests.stores.workbooks import Cell, Day, xlsx

MARK = "MARK-7f3a"
GRADE = 'attributes = { grade = "Grade" }\n'
COUNTS = '[population]\nfile = "population.csv"\n'
OTHER = '[managers]\ninstrument = "test-scale@1.0.0"\nfile = "managers.csv"\n'


def with_grade(*values: str) -> str:
    return table(*[f"{ROW},{value}" for value in values], header=f"{HEADER},Grade")


def parquet(**columns: list[Any]) -> bytes:
    buffer = io.BytesIO()
    frame = {name: [f"{MARK}", "1"] for name in HEADER.split(",")} | columns
    pl.DataFrame(frame).write_parquet(buffer)
    return buffer.getvalue()


def workbook(*rows: list[Cell]) -> bytes:
    return xlsx([list(HEADER.split(",")), *rows], shared=True)


CASES: dict[str, dict[str, Any]] = {
    "answer": {"answers": table(f"{MARK},2,3,4,5,1")},
    "answer with a number": {"answers": table(f"4 - {MARK},2,3,4,5,1")},
    "answer like a date": {"answers": table(f"2026-03-02 {MARK},2,3,4,5,1")},
    "no header": {"answers": f"{MARK},2,3,4,5,1\n{ROW}\n"},
    "no header but names in study.toml": {
        "answers": f"{MARK},2,3,4,5,1\n{ROW}\n",
        "responses": f'items = {{ learning-1 = "{MARK[:6]}" }}\nid = "{MARK[:7]}"',
    },
    "ragged": {"answers": table(f"{ROW},{MARK}", f"{MARK}")},
    "open quote": {"answers": table(ROW, f'1,2,3,4,5,"{MARK}')},
    "quote inside": {"answers": table(ROW, f'1,2,3,4,5,"{MARK}"x')},
    "long cell": {"answers": table(ROW, f"1,2,3,4,5,{MARK * 20_000}")},
    "nul": {"answers": table(ROW, f"1,2,3,4,5,{MARK}\0")},
    "wrong encoding": {"answers": MARK.encode() + b"\x81\x8d"},
    "Windows-1252": {"answers": table(f"{MARK}\u00e9,2,3,4,5,1").encode("cp1252")},
    "no separator": {"answers": f"{MARK} {MARK}\n{MARK}\n"},
    "ids": {
        "answers": table(f"{ROW},{MARK}", f"{ROW},{MARK}", header=f"{HEADER},nr"),
        "responses": 'id = "nr"',
    },
    "phase": {
        "answers": table(f"{ROW},{MARK}", header=f"{HEADER},phase"),
        "responses": 'phase = "phase"',
    },
    "comment": {"answers": table(f"{ROW},{MARK}", header=f"{HEADER},Comment")},
    "address": {"answers": with_grade(f"{MARK}@nhs.example"), "responses": GRADE},
    "free text": {"answers": with_grade(*[f"{MARK}{k}" for k in range(90)]), "responses": GRADE},
    "spellings": {"answers": with_grade(MARK, MARK.lower(), "x"), "responses": GRADE},
    "unknown category": {
        "answers": with_grade(MARK, "x"),
        "responses": f'{GRADE}categories = {{ grade = ["x"] }}',
    },
    "unknown to the counts": {
        "answers": with_grade(MARK, "x"),
        "responses": GRADE,
        "more": COUNTS,
        "files": {"population.csv": "grade,count\nx,9\n"},
    },
    "more answers than doctors": {
        "answers": with_grade(MARK, MARK, "x"),
        "responses": GRADE,
        "more": COUNTS,
        "files": {"population.csv": f"grade,count\n{MARK},1\nx,9\n"},
    },
    "counts": {
        "answers": with_grade("x"),
        "responses": GRADE,
        "more": COUNTS,
        "files": {"population.csv": f"grade,count\nx,{MARK}\n{MARK},1\n{MARK},1\ntotal,{MARK}\n"},
    },
    "counts in a list": {
        "answers": with_grade("x"),
        "responses": GRADE,
        "more": COUNTS,
        "files": {"population.csv": f"attribute,value,count\n{MARK},x,9\ngrade,{MARK},{MARK}\n"},
    },
    "counts without a header": {
        "answers": with_grade("x"),
        "responses": GRADE,
        "more": COUNTS,
        "files": {"population.csv": f"{MARK},9\n{MARK},7\n"},
    },
    "counts and a category": {
        "answers": with_grade("x"),
        "responses": f'{GRADE}categories = {{ grade = ["x"] }}',
        "more": COUNTS,
        "files": {"population.csv": f"grade,count\n{MARK},9\n"},
    },
    "managers": {"answers": table(ROW), "more": OTHER, "files": {"managers.csv": f"{MARK}\n"}},
    "labels in study.toml": {"answers": table(ROW), "responses": f'values = {{ "{MARK}" = "x" }}'},
    "recode in study.toml": {
        "answers": with_grade("x"),
        "responses": f'{GRADE}[responses.recode.grade]\n"{MARK}.{MARK}" = 7',
    },
    "broken study.toml": {"answers": table(ROW), "responses": f'values = {{ "{MARK}" = \n'},
    "a key twice": {"answers": table(ROW), "responses": f"values = {{ {MARK} = 1, {MARK} = 1 }}"},
    "workbook": {
        "answers": workbook([MARK, 2, 3, 4, 5, 1], [Day(46083), MARK, 3, 4, 5, 1]),
        "file": "a.xlsx",
    },
    "damaged workbook": {"answers": workbook([MARK])[:-40], "file": "a.xlsx"},
    "text as workbook": {"answers": MARK, "file": "a.xlsx"},
    "sheet": {"answers": workbook([1]), "file": "a.xlsx", "responses": f'sheet = "{MARK}"'},
    "Parquet": {"answers": parquet(), "file": "a.parquet"},
    "lists in Parquet": {"answers": parquet(**{"voice-1": [[MARK], []]}), "file": "a.parquet"},
    "damaged Parquet": {"answers": parquet()[:-30], "file": "a.parquet"},
    "text as Parquet": {"answers": f"PAR1{MARK}PAR1", "file": "a.parquet"},
    "workbook as text": {"answers": workbook([MARK])},
    "old workbook": {"answers": b"\xd0\xcf\x11\xe0" + MARK.encode()},
}
PASSING = {"spellings"}


def dragged_along(error: BaseException) -> str:
    """Everything that can be printed about an error: texts, reprs, causes, local notes."""
    parts = [
        str(error),
        repr(error),
        repr(vars(error)),
        "".join(traceback.format_exception(error)),
    ]
    for other in (error.__cause__, error.__context__):
        parts += [dragged_along(other)] if other is not None else []
    return "\n".join(parts)


@pytest.mark.parametrize("name", CASES)
def test_the_mark_never_comes_back(tmp_path, caplog, capfd, name):
    caplog.set_level(logging.DEBUG)
    made = folder(tmp_path, **CASES[name])
    found = check_study(made)
    assert found.passed == (name in PASSING)
    said = [repr(found), str(found), *map(str, found.problems), *map(str, found.advice)]
    if not found.passed:
        with pytest.raises(MedengageError) as caught:
            read_study(made)
        said.append(dragged_along(caught.value))
    printed = capfd.readouterr()
    said += [caplog.text, printed.out, printed.err]
    assert not [text for text in said if MARK.lower() in text.lower()]


@pytest.mark.parametrize("name", CASES)
def test_the_mark_was_there_to_be_found(name):
    """The cases are worth something: every one of them holds the mark somewhere."""
    case = CASES[name]
    held = b"".join(
        part if isinstance(part, bytes) else str(part).encode("utf-8") for part in case.values()
    )
    squeezed = name in {"workbook", "damaged workbook", "workbook as text"}
    assert squeezed or MARK.encode() in held


@pytest.mark.parametrize(
    "data", [MARK.encode(), f'{{"about": "{MARK}"}}'.encode(), b"\xff" + MARK.encode()]
)
def test_findings_do_not_come_back_either(tmp_path, data):
    (tmp_path / "findings.json").write_bytes(data)
    with pytest.raises(MedengageError) as caught:
        read_findings(tmp_path)
    assert MARK not in dragged_along(caught.value)
