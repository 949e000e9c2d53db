"""What every format promises, and what each does in its own way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from io import BytesIO

import fastexcel
import pytest
from pptx import Presentation
from pypdf import PdfReader

from medengage.errors import FormatError
from medengage.report.blocks import (
    Actions,
    Callout,
    Chart,
    Heading,
    KeyFigures,
    PageBreak,
    Report,
    Table,
    Text,
)
from medengage.report.formats import FORMATS, OFFICE, markdown, render
from tests.report_samples import CHARTS, HOSTILE, NOT_SHOWN, everything, headings, hostile

LEAST_TIMES = 12
"""Places of the hostile report that every format shows, some of them more than once."""

BLOCKS = {Actions, Callout, Chart, Heading, KeyFigures, PageBreak, Table, Text}


class _Words(HTMLParser):
    """The words of a page that a reader can see or hear, without style."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)


def words_of_html(made: bytes) -> str:
    parser = _Words()
    parser.feed(made.decode())
    return " ".join(parser.words)


def words_of_markdown(made: bytes) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", made.decode())


def words_of_json(made: bytes) -> str:
    return "\n".join(_strings(json.loads(made)))


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _strings(part)]
    if isinstance(value, list):
        return [text for part in value for text in _strings(part)]
    return [value] if isinstance(value, str) else []


def words_of_pdf(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)


def words_of_pptx(made: bytes) -> str:
    found = []
    for slide in Presentation(BytesIO(made)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                found.append(shape.text_frame.text)
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
        if slide.has_notes_slide:
            found.append(slide.notes_slide.notes_text_frame.text)
    return "\n".join(found)


def words_of_xlsx(made: bytes) -> str:
    book = fastexcel.read_excel(made)
    cells = [
        str(cell)
        for name in book.sheet_names
        for row in book.load_sheet(name, header_row=None, dtypes="string").to_polars().rows()
        for cell in row
        if cell is not None
    ]
    return "\n".join(cells)


WORDS: dict[str, Callable[[bytes], str]] = {
    "html": words_of_html,
    "json": words_of_json,
    "markdown": words_of_markdown,
    "pdf": words_of_pdf,
    "pptx": words_of_pptx,
    "xlsx": words_of_xlsx,
}


def dense(text: str) -> str:
    """Without blanks and line ends, which formats set as they like."""
    return re.sub(r"[\s\u200b\u202e]+", "", text)


def check_format(name: str, report: Report) -> str:
    """Every format writes every report, twice the same, with every title; gives back its words."""
    made = render(report, name)
    assert made == render(report, name)
    words = dense(WORDS[name](made))
    for title in headings(report):
        assert dense(title) in words
    return words


def test_the_sample_holds_every_type_of_block():
    assert {type(block) for block in everything().blocks} == BLOCKS


def test_every_format_is_tried():
    assert set(WORDS) == set(FORMATS)


@pytest.mark.slow  # every figure is drawn twice, and for the page in two widths
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_renders_a_report_with_every_block(name):
    words = check_format(name, everything())
    for text in ("Thesecondthing.", "56to60,212doctors", "Anote.", "Whatcauseswhat.", "Footline"):
        assert text in words


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_hostile_text_comes_out_literally(name):
    words = check_format(name, hostile())
    assert words.count(dense(HOSTILE)) >= LEAST_TIMES


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_withheld_figure_says_so_in_words(name):
    report = Report("Withheld", "", (CHARTS["dots"],))
    assert dense(NOT_SHOWN) in check_format(name, report)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_an_empty_report_has_its_title(name):
    assert check_format(name, Report("Nothing asked", "", ())) != ""


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_table_without_rows_keeps_its_caption(name):
    empty = Table("Nobody yet", ("Group", "Doctors"), ())
    assert "Nobodyyet" in check_format(name, Report("Title", "", (empty,)))


def test_an_unknown_format_names_the_known_ones():
    with pytest.raises(FormatError, match="html, json, markdown, pdf, pptx, xlsx") as caught:
        render(everything(), "docx")
    assert caught.value.subject == "docx"


def test_formats_have_a_suffix_and_a_media_type():
    told = {
        name: (form.suffix, form.media_type.partition(";")[0]) for name, form in FORMATS.items()
    }
    assert told == {
        "html": ("html", "text/html"),
        "json": ("json", "application/json"),
        "markdown": ("md", "text/markdown"),
        "pdf": ("pdf", "application/pdf"),
        "pptx": ("pptx", f"{OFFICE}.presentationml.presentation"),
        "xlsx": ("xlsx", f"{OFFICE}.spreadsheetml.sheet"),
    }


def test_markdown_reads_as_approved(approve):
    approve("everything.md", render(everything(), "markdown").decode())


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("58.0", "58.0"),
        ("-3.5", "-3.5"),
        ("1. April", r"1\. April"),
        ("- a dash", r"\- a dash"),
        ("---", r"\---"),
        ("# no heading", r"\# no heading"),
        ("a\n\nb", "a b"),
        ("say-stay-strive", "say-stay-strive"),
    ],
)
def test_markdown_escapes_what_would_be_markup_and_nothing_else(text, written):
    assert markdown.literal(text) == written


def test_json_reads_as_approved(approve):
    approve("everything.json", render(everything(), "json").decode())


def test_json_names_every_block_and_keeps_numbers_as_numbers():
    told = json.loads(render(everything(), "json"))
    assert {block["type"] for block in told["blocks"]} == {block.__name__ for block in BLOCKS}
    charts = [block for block in told["blocks"] if block["type"] == "Chart"]
    assert charts[0]["data"]["rows"][0][1] == CHARTS["dots"].data.rows[0][1]


def test_numbers_of_one_column_share_their_decimals():
    words = words_of_html(render(Report("Decimals", "", (CHARTS["dots"].data,)), "html"))
    assert "58.0" in words
    assert "51.5" in words
