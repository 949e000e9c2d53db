"""Slides and spreadsheets: what a board secretary and an analyst rely on."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Pt

from medengage.report.blocks import Chart, Heading, Report, Table, Text
from medengage.report.formats import render
from medengage.report.formats.cells import columns
from medengage.report.formats.pptx import ACROSS, Line, column_groups, height
from tests.report_samples import CHARTS, MANY, chart, everything

LONG = "A sentence of a dozen words that says nothing in particular about anything. " * 40


def slides(report: Report) -> list[Any]:
    return list(Presentation(BytesIO(render(report, "pptx"))).slides)


@pytest.fixture(scope="module")
def deck() -> list[Any]:
    return slides(everything())


def sheets(report: Report) -> dict[str, str]:
    """The XML of every sheet by its name."""
    with zipfile.ZipFile(BytesIO(render(report, "xlsx"))) as book:
        names = re.findall(r'<sheet name="([^"]*)"', book.read("xl/workbook.xml").decode())
        return {
            name: book.read(f"xl/worksheets/sheet{place}.xml").decode()
            for place, name in enumerate(names, start=1)
        }


def test_every_slide_has_a_title(deck: list[Any]) -> None:
    assert all(slide.shapes.title.text_frame.text.strip() for slide in deck)


def test_every_picture_says_what_it_shows_and_its_data_follow(deck: list[Any]) -> None:
    charts = [block for block in everything().blocks if isinstance(block, Chart)]
    told = {
        shape._element.nvPicPr.cNvPr.get("descr"): place
        for place, slide in enumerate(deck)
        for shape in slide.shapes
        if shape.shape_type is not None and shape.shape_type.name == "PICTURE"
    }
    assert {one.description for one in charts} == set(told)
    for one in charts:
        after = deck[told[one.description] + 1]
        assert any(shape.has_table for shape in after.shapes)
        assert after.shapes.title.text_frame.text == one.data.caption


def test_data_that_would_take_many_slides_stand_in_the_notes() -> None:
    long = chart("dots", MANY, CHARTS["dots"].data.columns)
    made = slides(Report("Long", "", (long,)))
    assert len(made) == 2
    notes = made[1].notes_slide.notes_text_frame.text
    assert notes.startswith(long.description)
    assert all(f"{row[0]}: " in notes for row in MANY)


def test_nothing_reaches_over_the_edge_of_a_slide(deck: list[Any]) -> None:
    for slide in deck:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= Pt(960)
            high = sum(row.height for row in shape.table.rows) if shape.has_table else shape.height
            assert shape.top + high <= Pt(540), (slide.shapes.title.text_frame.text, shape.name)


def test_long_text_goes_on_on_the_next_slide() -> None:
    report = Report("Long", "", (Heading("Words", 2), *(Text(LONG[:300]) for _ in range(9))))
    titles = [slide.shapes.title.text_frame.text for slide in slides(report)]
    assert titles[0] == "Long"
    assert titles[1:] == [f"Words ({n} of {len(titles) - 1})" for n in range(1, len(titles))]
    assert len(titles) > 2


def test_a_longer_line_is_higher() -> None:
    assert height(Line(LONG)) > height(Line("short")) > 0


def test_a_wide_table_is_split_and_every_part_says_what_its_rows_are() -> None:
    heads = ("Unit", *(f"Understanding {n} professionalism" for n in range(20)))
    table = Table("Wide", heads, tuple((f"Unit {n}", *range(20)) for n in range(3)))
    groups = column_groups(columns(table))
    assert len(groups) > 1
    assert all(group[0].head == "Unit" for group in groups)
    assert [one.head for group in groups for one in group[1:]] == list(heads[1:])
    for slide in slides(Report("Title", "", (table,)))[1:]:
        widths = [shape.width for shape in slide.shapes if shape.has_table]
        assert widths
        assert max(widths) <= Pt(ACROSS) + 20


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "=HYPERLINK()"]
)
def test_no_cell_becomes_a_formula(text: str) -> None:
    table = Table("Cells", ("Unit", "Score"), ((text, 1), ("plain", 2)))
    for xml in sheets(Report(text, text, (Heading(text, 2), Text(text), table))).values():
        assert "<f>" not in xml


def test_names_of_sheets_are_legal_and_each_once() -> None:
    captions = (
        "Scores: all?",
        "scores  all ",
        "A" * 40,
        "A" * 39 + "B",
        "History",
        "Contents",
        "'",
    )
    tables = tuple(Table(caption, ("Unit",), (("one",),)) for caption in captions)
    names = [name.replace("&apos;", "'") for name in sheets(Report("Title", "", tables))]
    assert len({name.lower() for name in names}) == len(names) == len(captions) + 3
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\'")


def test_numbers_stay_numbers_and_what_is_withheld_stays_a_word() -> None:
    xml = sheets(Report("Title", "", (CHARTS["dots"],)))[CHARTS["dots"].data.caption[:31]]
    assert re.search(r"<c r=\"B4\"[^>]*><v>[0-9.]+</v>", xml)
    words = [cell for row in CHARTS["dots"].data.rows for cell in row if isinstance(cell, str)]
    assert xml.count('t="s"') >= len(words)
