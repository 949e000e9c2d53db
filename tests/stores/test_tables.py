"""Table files in every dress they come in: encodings, separators, workbooks, Parquet."""

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from medengage.stores.tables import open_table
from medengage.tables import workbook
from medengage.tables.notes import Notes
from tests.stores.workbooks import Cell, Day, Fault, parts, xlsx

Change = Callable[[dict[str, str]], dict[str, str]]

PLAIN = "name,q 1,q2\nÉire,4,5\nx,1,2\n"
CELLS = {"name": ("Éire", "x"), "q 1": ("4", "1"), "q2": ("5", "2")}


def taken(path: Path, data: bytes | str, name: str = "table.csv", **more: Any) -> Any:
    """Header -> cells, row numbers, number of blank lines, problems and advice."""
    file = path / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    notes = Notes()
    source = open_table(file, name, notes, **more)
    if source is None:
        return None, [], 0, notes
    table = source.take(range(len(source.header)))
    columns = {
        source.header[place]: cells if isinstance(cells, tuple) else cells.tolist()
        for place, cells in table.columns.items()
    }
    return columns, table.rows.tolist(), table.blank, notes


def said(notes: Notes) -> list[str]:
    return [str(problem) for problem in notes.problems]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends_make_no_difference(
    tmp_path, encoding, separator, ending
):
    text = PLAIN.replace(",", separator).replace("\n", ending)
    columns, rows, blank, notes = taken(tmp_path, text.encode(encoding))
    assert columns == CELLS
    assert rows == [2, 3]
    assert blank == 0
    assert not notes.problems
    assert bool(notes.advice) == (encoding == "cp1252")


def test_utf16_with_its_mark_in_big_endian(tmp_path):
    columns, *_ = taken(tmp_path, b"\xfe\xff" + PLAIN.encode("utf-16-be"))
    assert columns == CELLS


def test_the_separator_line_of_excel_is_not_a_row(tmp_path):
    columns, rows, *_ = taken(tmp_path, "sep=;\r\n" + PLAIN.replace(",", ";"))
    assert columns == CELLS
    assert rows == [2, 3]


def test_decimal_commas_do_not_hide_the_semicolons(tmp_path):
    columns, *_ = taken(tmp_path, "a;b\n4,0;3,0\n1,0;2,0\n")
    assert columns == {"a": ("4,0", "1,0"), "b": ("3,0", "2,0")}


def test_commas_in_a_question_do_not_hide_the_semicolons(tmp_path):
    columns, *_ = taken(tmp_path, "I am heard, here, now;b\n4;3\n1;2\n")
    assert columns == {"I am heard, here, now": ("4", "1"), "b": ("3", "2")}


def test_rows_are_numbered_as_a_spreadsheet_program_shows_them(tmp_path):
    """A quoted line break stays in its row; a blank line is a row of the sheet."""
    text = '\n"a\nb",c\n1,"x\ny\nz"\n\n,\n2,y\n'
    columns, rows, blank, _ = taken(tmp_path, text)
    assert columns == {"a\nb": ("1", "2"), "c": ("x\ny\nz", "y")}
    assert rows == [3, 6]
    assert blank == 2


def test_trailing_separators_are_no_matter(tmp_path):
    columns, _, _, notes = taken(tmp_path, "a,b\n1,2,,\n3,4,\n")
    assert columns == {"a": ("1", "3"), "b": ("2", "4")}
    assert not notes.problems


def test_ragged_rows_are_grouped_in_one_problem(tmp_path):
    text = "a,b\n" + "1\n" * 3 + "1,2\n" + "1,2,3\n" * 3
    *_, notes = taken(tmp_path, text)
    assert said(notes) == [
        "table.csv, rows 2, 3, 4 and 3 more: the row has more or fewer cells than the header."
        " Look for a separator inside an answer, or a column without a name."
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file has no header row"),
        (b"\n\n,,\n", "the file has no header row"),
        (b"a,b\n1,\x81\x8d", "unknown encoding"),
        (b"a,b\n1,\x00\n", "NUL characters"),
        (b'a,b\n1,"2\n3,4\n', "table.csv, row 2: a quotation mark is opened here and never"),
        (b'a,b\n1,2\n1,"2"3\n', "table.csv, row 3: a quotation mark stands in the middle"),
        (b"a,b\n1," + b"x" * 200_000, "table.csv, row 2: a cell is longer than 131,072"),
        (xlsx([["a"], [1]]), "It is a workbook with the wrong ending"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "It is an old Excel workbook"),
        (b"PAR1....", "It is a Parquet file with the wrong ending"),
    ],
)
def test_what_is_not_a_table_of_text_is_named(tmp_path, data, words):
    *_, notes = taken(tmp_path, data)
    assert len(notes.problems) == 1
    assert words in said(notes)[0]


def test_files_that_are_not_there(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    for name, words in [
        ("absent.csv", "there is no such file"),
        ("folder.csv", "this is a folder"),
        ("x" * 300 + ".csv", "cannot exist"),
    ]:
        notes = Notes()
        assert open_table(tmp_path / name, name, notes) is None
        assert words in said(notes)[0]


def test_a_file_that_the_system_refuses(tmp_path, monkeypatch):
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (tmp_path / "a.csv").write_text("a")
    notes = Notes()
    assert open_table(tmp_path / "a.csv", "a.csv", notes) is None
    assert said(notes) == ["a.csv: the file cannot be read (Permission denied)."]


def test_other_kinds_of_file_are_refused(tmp_path):
    columns, *_, notes = taken(tmp_path, b"...", "answers.sav")
    assert columns is None
    assert "Save it as .csv, .xlsx or .parquet" in said(notes)[0]


@pytest.mark.parametrize("shared", [True, False])
def test_a_workbook_gives_cells_as_text_and_its_own_row_numbers(tmp_path, shared):
    rows: list[list[Cell] | None] = [
        None,
        ["id", "q1", "q 2", None, "day"],
        [1, 4, "Agree", None, Day(46083)],
        None,
        [2, 4.0, "<&>", None, Day(46083.5)],
        [3, 4.5, True, None, Fault()],
        ["", None],
    ]
    columns, numbers, blank, notes = taken(tmp_path, xlsx(rows, shared=shared), "t.xlsx")
    assert columns == {
        "id": ("1", "2", "3"),
        "q1": ("4", "4", "4.5"),
        "q 2": ("Agree", "<&>", "1"),
        "": ("", "", ""),
        "day": ("2026-03-02", "2026-03-02", "#N/A"),
    }
    assert numbers == [3, 5, 6]
    assert blank == 2
    assert not notes.problems


def test_a_workbook_reads_as_the_compiled_reader_reads_it(tmp_path):
    """Oracle: fastexcel 0.21 (calamine), all cells as text."""
    fastexcel = pytest.importorskip("fastexcel")
    numbers: list[list[Cell]] = [[k, k / 4, f"text {k}"] for k in range(200)]
    rows: list[list[Cell]] = [["a", "b", "c"], *numbers]
    data = xlsx(rows, shared=True)
    columns, *_ = taken(tmp_path, data, "t.xlsx")
    sheet = fastexcel.read_excel(data).load_sheet(0, dtypes="string")
    expected = sheet.to_polars().to_dict(as_series=False)
    assert {name: list(cells) for name, cells in columns.items()} == expected


def test_formatted_text_and_pronunciation_in_a_workbook(tmp_path):
    def rich(files: dict[str, str]) -> dict[str, str]:
        old, name = "<si><t>b</t></si>", "xl/sharedStrings.xml"
        new = "<si><r><t>b</t></r><r><t>old</t></r><rPh><t>x</t></rPh></si>"
        assert old in files[name]
        return {**files, name: files[name].replace(old, new)}

    columns, *_ = taken(tmp_path, remade(rich), "t.xlsx")
    assert columns == {"a": ("1",), "bold": ("2",)}


def test_a_workbook_without_texts_and_styles(tmp_path):
    def bare(files: dict[str, str]) -> dict[str, str]:
        left_out = ("xl/styles.xml", "xl/sharedStrings.xml")
        kept = {name: text for name, text in files.items() if name not in left_out}
        kept[SHEET] = kept[SHEET].replace(' t="s"', "").replace(' r="A1"', "")
        return kept

    columns, *_ = taken(tmp_path, remade(bare), "t.xlsx")
    assert columns == {"0": ("1",), "1": ("2",)}


def test_one_of_several_sheets(tmp_path):
    data = xlsx([["a"], [1]], sheets=("Notes", "Data"))
    *_, notes = taken(tmp_path, data, "t.xlsx")
    assert "the workbook has 2 sheets; the first was read" in str(notes.advice[0])
    columns, *_, notes = taken(tmp_path, data, "t.xlsx", sheet="Data")
    assert columns == {"a": ("1",)}
    assert not notes.advice
    *_, notes = taken(tmp_path, data, "t.xlsx", sheet="MARK-7f3a")
    assert said(notes) == [
        "t.xlsx: there is no sheet of the name given in study.toml. Mend `sheet`."
    ]


def remade(change: Change) -> bytes:
    """A small workbook with one part changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in change(parts([["a", "b"], [1, 2]], ("S",), True)).items():
            archive.writestr(name, text)
    return buffer.getvalue()


def replaced(part: str, old: str, new: str) -> Change:
    def change(files: dict[str, str]) -> dict[str, str]:
        assert old in files[part]
        return {**files, part: files[part].replace(old, new)}

    return change


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "change",
    [
        replaced(SHEET, 'r="2"', 'r="0"'),
        replaced(SHEET, 'r="2"', 'r="99999999999999999999"'),
        replaced(SHEET, 'r="A2"', 'r="XFE2"'),
        replaced(SHEET, 'r="B2"', 'r="A2"'),
        replaced(SHEET, 'r="A2"', 'r="7"'),
        replaced(SHEET, "<v>1</v></c>", "<v>99</v></c>"),
        replaced(SHEET, "<v>2</v>", "<v>two</v>"),
        replaced(SHEET, "</row>", ""),
        replaced("xl/workbook.xml", "rId1", "rId7"),
        replaced("xl/workbook.xml", "<sheet ", "<shet "),
        lambda files: {k: v for k, v in files.items() if k != "xl/workbook.xml"},
        lambda files: {k: v for k, v in files.items() if k != SHEET},
    ],
)
def test_damaged_workbooks_are_named(tmp_path, change):
    *_, notes = taken(tmp_path, remade(change), "t.xlsx")
    assert len(notes.problems) == 1
    assert "the workbook is damaged" in said(notes)[0]


def test_a_cell_in_the_last_corner_costs_nothing(tmp_path):
    """Compiled readers allocate the whole rectangle here and end the process."""
    far = replaced(SHEET, "</sheetData>", '<row r="1048576"><c r="XFD1048576"/></row></sheetData>')
    columns, rows, blank, _ = taken(tmp_path, remade(far), "t.xlsx")
    assert columns == {"a": ("1",), "b": ("2",)}
    assert (rows, blank) == ([2], 1_048_574)


def test_a_part_that_would_unpack_to_a_gigabyte(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "LARGEST_PART", 100)
    *_, notes = taken(tmp_path, xlsx([["a"], [1]]), "t.xlsx")
    assert "the workbook is damaged" in said(notes)[0]


def test_entities_are_not_blown_up(tmp_path):
    def laugh(files: dict[str, str]) -> dict[str, str]:
        bomb = "".join(f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 10))
        head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{bomb}]>'
        text = files[SHEET].replace("<v>2</v>", "<v>&l9;</v>").split("?>", 1)[1]
        return {**files, SHEET: head + text}

    *_, notes = taken(tmp_path, remade(laugh), "t.xlsx")
    assert "the workbook is damaged" in said(notes)[0]


def parquet(**columns: Any) -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame(columns).write_parquet(buffer)
    return buffer.getvalue()


def test_parquet_numbers_become_small_integers(tmp_path):
    data = parquet(
        small=[1, None, 5],
        floats=[4.0, None, float("nan")],
        far=[1, 2, 46083],
        half=[1.0, 2.5, None],
        huge=[1e30, 1.0, float("inf")],
        money=pl.Series([Decimal("4.0"), None, Decimal("1.0")]),
        none=pl.Series([None, float("nan"), None], dtype=pl.Float64),
        text=["Agree", None, ""],
        kind=pl.Series(["x", None, "y"], dtype=pl.Categorical),
        flag=[True, False, None],
        nothing=pl.Series([None, None, None], dtype=pl.Null),
    )
    columns, rows, _, notes = taken(tmp_path, data, "t.parquet")
    assert columns == {
        "small": [1, -128, 5],
        "floats": [4, -128, -128],
        "far": ("1", "2", "46083"),
        "half": ("1.0", "2.5", ""),
        "huge": ("1e+30", "1.0", "inf"),
        "money": [4, -128, 1],
        "none": [-128, -128, -128],
        "text": ("Agree", "", ""),
        "kind": ("x", "", "y"),
        "flag": ("true", "false", ""),
        "nothing": ("", "", ""),
    }
    assert rows == [2, 3, 4]
    assert not notes.problems


def test_parquet_lists_and_damage_are_named(tmp_path):
    *_, notes = taken(tmp_path, parquet(a=[[1], [2]]), "t.parquet")
    assert "column a: the column does not hold single values" in said(notes)[0]
    whole = parquet(a=list(range(1000)), b=[f"x{k}" for k in range(1000)])
    inside = whole[:10] + b"\xff" * 50 + whole[60:]
    for damaged in (b"", b"PAR1PAR1", whole[:-20], inside):
        *_, notes = taken(tmp_path, damaged, "t.parquet")
        assert "damaged" in said(notes)[0]
