"""PDF: a tagged document (PDF/UA-1) that opens and prints the same everywhere.

``page.typ`` is the whole layout. It is given the report as JSON and sets each text as it stands,
so that no character of a title is ever read as markup. Figures are pictures with their description
as alternative text; their data are attached as CSV files and, where the report may be long, stand
as tables at its end.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from importlib.resources import files
from itertools import zip_longest
from typing import Any

from medengage.report.blocks import Actions, Block, Callout, Chart, Heading, Report, Table, Text
from medengage.report.figures import FULL_WIDTH, HALF_WIDTH, svg
from medengage.report.figures.theme import FONT
from medengage.report.formats.cells import Column, columns, rows
from medengage.report.formats.json import plain
from medengage.report.formats.packages import needed
from medengage.report.formats.pairs import Pair, paired

__all__ = ["render"]

STANDARD = "ua-1"
LETTERS = "Source Sans Pro"
"""An open typeface that comes with the extra, so that pages look alike on every machine."""
DATED = 0
"""The file bears no date of its own, so that the same report gives the same bytes."""
SECTION, LONG = 2, 8
"""With more headings of sections than this a report begins with its contents."""
LETTERS_ACROSS, MOST_LETTERS, LEAST_LETTERS, GUTTER = 105, 45, 8, 3
"""Letters that a page, and a column, of a table has room for, and the gap between columns."""


def render(report: Report) -> bytes:
    """The report as a tagged PDF on A4; raises ``FormatError`` where typst is missing."""
    typst = needed("typst", "typst", "a PDF")
    fonts = needed("font_source_sans_pro", "font-source-sans-pro", "a PDF")
    letters = str(files(fonts) / "files")
    layout = files("medengage.report.formats").joinpath("page.typ").read_bytes()
    inputs = {"report": json.dumps(_given(report))}
    return bytes(
        typst.compile(
            layout,
            sys_inputs=inputs,
            pdf_standards=[STANDARD],
            timestamp=DATED,
            font_paths=[letters],
        )
    )


def _given(report: Report) -> dict[str, object]:
    """What the layout needs to know of a report."""
    language, _, region = report.language.partition("-")
    charts = [block for block in report.blocks if isinstance(block, Chart)]
    headings = sum(
        isinstance(block, Heading) and block.level == SECTION for block in report.blocks
    )
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "foot": report.foot,
        "language": language,
        "region": region or None,
        "one_page": report.one_page,
        "contents": headings > LONG,
        "blocks": list(_blocks((*report.blocks, *_appendix(report, charts)))),
        "files": [_file(number, chart) for number, chart in enumerate(charts, start=1)],
    }


def _appendix(report: Report, charts: list[Chart]) -> Iterable[Block]:
    """The data of all figures, for those who cannot open what is attached."""
    if report.one_page or not charts:
        return ()
    return (Heading("The data of the figures"), *(chart.data for chart in charts))


def _blocks(blocks: Iterable[Block]) -> Iterator[dict[str, Any]]:
    """Blocks with the level of their headings, which start at 1 below the title.

    A text before figures is ``sticky``: it stays on their page.
    """
    level, told = 0, list(paired(blocks))
    for block, following in zip_longest(told, told[1:]):
        if isinstance(block, Heading):
            level = min(block.level - 1, level + 1)
        sticky = isinstance(block, Text) and isinstance(following, Chart | Pair)
        yield _block(block, level) | {"sticky": sticky}


def _block(block: Block | Pair, level: int) -> dict[str, Any]:
    kind: dict[str, Any] = {"type": type(block).__name__}
    if isinstance(block, Pair):
        return kind | {"blocks": [_block(half, level) for half in block.blocks]}
    if isinstance(block, Table):
        return kind | _table(block)
    if isinstance(block, Chart):
        return kind | _chart(block)
    told = plain(block)
    found: dict[str, Any] = kind | (told if isinstance(told, dict) else {})
    if isinstance(block, Heading):
        return found | {"level": level}
    return found | ({"level": level + 1} if isinstance(block, Callout | Actions) else {})


def _table(table: Table) -> dict[str, Any]:
    """Cells as text, which columns hold numbers, and how wide the columns are."""
    told = columns(table)
    return {
        "caption": table.caption,
        "heads": [column.head for column in told],
        "numeric": [column.numeric for column in told],
        "shares": _shares(told, LETTERS_ACROSS // (2 if table.width == "half" else 1)),
        "rows": rows(table),
        "notes": table.notes,
    }


def _shares(told: tuple[Column, ...], room: int) -> list[int] | None:
    """How the columns share a room of so many letters; ``None`` where each takes what it needs."""
    needs = [max(len(text) for text in (column.head, *column.texts)) for column in told]
    if sum(needs) + GUTTER * len(needs) <= room:
        return None
    words = [max(len(word) for word in column.head.split() or [""]) for column in told]
    cells = [max((len(text) for text in column.texts), default=0) for column in told]
    pairs = zip(words, cells, strict=True)
    return [min(max(word, cell, LEAST_LETTERS), MOST_LETTERS) + GUTTER for word, cell in pairs]


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "title": chart.title,
        "subtitle": chart.subtitle,
        "description": chart.description,
        "picture": _picture(chart),
    }


def _picture(chart: Chart) -> str:
    """The chart in the letters of the document, not in those that a browser would look for."""
    drawn = svg(chart, HALF_WIDTH if chart.width == "half" else FULL_WIDTH)
    return drawn.replace(FONT, LETTERS)


def _file(number: int, chart: Chart) -> dict[str, str]:
    """The data of a figure as they are, for a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([chart.data.columns, *chart.data.rows])
    return {
        "name": f"figure-{number}.csv",
        "caption": chart.data.caption,
        "text": text.getvalue(),
    }
