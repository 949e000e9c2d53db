"""The PDF is a tagged document that a screen reader can read, and a board report is one page."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from medengage.errors import FormatError
from medengage.report import compose
from medengage.report.formats import render
from tests.findings_samples import ALL
from tests.report_samples import CHARTS, everything


@pytest.fixture(scope="module")
def pdf() -> PdfReader:
    return PdfReader(BytesIO(render(everything(), "pdf")))


def parts(element: Any) -> Iterator[Any]:
    """An element of the structure tree and all below it."""
    element = element.get_object()
    if not isinstance(element, dict):
        return
    yield element
    below = element.get("/K", [])
    for part in below if isinstance(below, list) else [below]:
        yield from parts(part)


@pytest.fixture(scope="module")
def tags(pdf: PdfReader) -> list[Any]:
    return [part for part in parts(pdf.root_object["/StructTreeRoot"]) if "/S" in part]


def test_it_says_its_language_and_shows_its_title(pdf):
    assert pdf.root_object["/Lang"] in {"en", "en-GB"}
    assert pdf.root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata.title == "Everything"


def test_it_is_tagged_for_screen_readers(pdf):
    assert pdf.root_object["/MarkInfo"]["/Marked"]
    assert pdf.xmp_metadata.stream.get_data().count(b"pdfuaid") > 0


def test_every_figure_has_its_description_as_alternative_text(tags):
    told = [str(tag["/Alt"]) for tag in tags if tag["/S"] == "/Figure"]
    assert told == [chart.description for chart in CHARTS.values()]


def test_tables_have_header_cells(tags):
    kinds = [tag["/S"] for tag in tags]
    assert kinds.count("/TH") >= len(("Scale", "Score", "p", "Text", "Doctors"))
    assert kinds.count("/TD") > 0


def test_lists_and_headings_are_tagged(tags):
    kinds = {tag["/S"] for tag in tags}
    assert {"/L", "/LI", "/H1", "/H2"} <= kinds


def test_it_opens_with_bookmarks_of_its_sections(pdf):
    told = [entry["/Title"] for entry in pdf.outline if not isinstance(entry, list)]
    assert [title for title in told if title in {"Scores", "Next"}] == ["Scores", "Next"]


def test_the_data_of_every_figure_are_attached(pdf):
    told = pdf.attachments
    assert len(told) == len(CHARTS)
    texts = [content.decode() for contents in told.values() for content in contents]
    assert any("Medicine,58.0,54.0,62.0,65" in text for text in texts)


def test_it_bears_no_date_of_its_making(pdf):
    made = pdf.metadata.creation_date
    assert made is None or made.year == 1970


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize("kind", ["board", "certificate"])
def test_a_board_report_or_certificate_is_one_page(kind, name):
    made = PdfReader(BytesIO(render(compose(kind, ALL[name]()), "pdf")))
    assert len(made.pages) == 1
    assert made.pages[0].mediabox.width == pytest.approx(595.28, abs=0.01)


def test_without_typst_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(FormatError, match=r"medengage\[reports\]"):
        render(everything(), "pdf")
