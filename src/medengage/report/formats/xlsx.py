"""Excel: one sheet a table, the data of every figure among them, and what the words mean.

The first sheet is a list of contents with links, the last one explains terms. Withheld figures
stand there as words, never as blanks or zeros. Text is always written as text, so that a cell that
begins like a formula is none.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from medengage.report.blocks import (
    Actions,
    Block,
    Callout,
    Cell,
    Chart,
    Heading,
    KeyFigures,
    Report,
    Table,
    Text,
)
from medengage.report.figures.theme import QUIET, wrapped
from medengage.report.formats.cells import DASH
from medengage.report.formats.packages import needed

__all__ = ["render"]

DATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The file bears no date of its own, so that the same report gives the same bytes."""
LONGEST_NAME = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
WIDEST, NARROWEST = 48, 9
SAID_WIDE, DIGIT, LINE, MANY_LINES = 84, 5.9, 1.4, 60
A4 = 9
"""The number of the paper's size."""
CONTENTS, SAID, DEFINITIONS = "Contents", "What it says", "Definitions"
TERMS = (
    ("Score", "0 to 100, higher is better."),
    ("From, To", "Ends of the 95 % interval: chance and added noise are counted."),
    ("Doctors", "How many doctors a figure rests on, rounded for groups."),
    ("not shown", "Withheld, because it would tell of too few doctors. It is neither 0 nor none."),
    ("cannot tell", "Too few answers, or units that hardly differ. It does not mean alike."),
    (DASH, "There is no such figure."),
    ("Percent", "Of doctors who answered, unless the head of the column says otherwise."),
)


def render(report: Report) -> bytes:
    """The report as a workbook; raises ``FormatError`` where xlsxwriter is missing."""
    xlsxwriter = needed("xlsxwriter", "xlsxwriter", "a spreadsheet")
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties(
        {"title": report.title, "subject": report.subtitle, "created": DATED.replace(tzinfo=None)}
    )
    tables = _tables(report)
    names = _names([table.caption for table in tables])
    style = _styles(book)
    _contents(book, report, list(zip(names, tables, strict=True)), style)
    _said(book.add_worksheet(SAID), report, style)
    for name, table in zip(names, tables, strict=True):
        _sheet(book.add_worksheet(name), table, style)
    _definitions(book.add_worksheet(DEFINITIONS), style)
    book.close()
    return target.getvalue()


def _tables(report: Report) -> list[Table]:
    """Every table and the data of every figure, in reading order."""
    found = []
    for block in report.blocks:
        if isinstance(block, Table):
            found.append(block)
        elif isinstance(block, Chart):
            found.append(block.data)
        elif isinstance(block, KeyFigures):
            rows = tuple((one.label, one.value, one.detail or None) for one in block.figures)
            found.append(Table("Key figures", ("Figure", "Value", "Detail"), rows))
    return found


def _names(captions: Sequence[str]) -> list[str]:
    """Names of sheets: legal, at most 31 letters, each once however it is spelled."""
    taken = {CONTENTS.lower(), SAID.lower(), DEFINITIONS.lower(), "history"}
    found = []
    for caption in captions:
        plain = FORBIDDEN.sub(" ", caption).strip() or "Table"
        name, count = plain[:LONGEST_NAME].strip(), 1
        while name.lower() in taken:
            count += 1
            tail = f" {count}"
            name = f"{plain[: LONGEST_NAME - len(tail)].strip()}{tail}"
        taken.add(name.lower())
        found.append(name)
    return found


def _styles(book: Any) -> dict[str, Any]:
    wrapped = {"text_wrap": True, "valign": "top"}
    quiet = {"italic": True, "font_color": QUIET}
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "head": book.add_format({"bold": True, "bottom": 2, **wrapped}),
        "bold": book.add_format({"bold": True}),
        "text": book.add_format(wrapped),
        "note": book.add_format(quiet),
        "aside": book.add_format({**quiet, **wrapped}),
        "whole": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "one": book.add_format({"num_format": "#,##0.0", "valign": "top"}),
        "fine": book.add_format({"num_format": "#,##0.0##", "valign": "top"}),
        "link": book.add_format({"font_color": "#005EB8", "underline": True}),
    }


def _contents(
    book: Any, report: Report, tables: Sequence[tuple[str, Table]], style: dict[str, Any]
) -> None:
    """Title, and links to all sheets."""
    sheet = book.add_worksheet(CONTENTS)
    sheet.set_column(0, 0, SAID_WIDE)
    sheet.write_string(0, 0, report.title, style["title"])
    sheet.write_string(1, 0, report.subtitle, style["text"])
    sheet.write_url(3, 0, f"internal:'{SAID}'!A1", style["link"], SAID)
    row = 4
    for name, table in tables:
        sheet.write_url(row, 0, f"internal:'{name}'!A1", style["link"], table.caption[:250])
        row += 1
    sheet.write_url(row, 0, f"internal:'{DEFINITIONS}'!A1", style["link"], DEFINITIONS)
    sheet.write_string(row + 2, 0, report.foot, style["aside"])
    _printed(sheet)


def _said(sheet: Any, report: Report, style: dict[str, Any]) -> None:
    """Every sentence of the report in reading order, limits and steps among them."""
    sheet.set_column(0, 0, SAID_WIDE)
    lines = [line for block in report.blocks for line in _words(block)]
    for row, (line, kind) in enumerate(lines):
        sheet.write_string(row, 0, line, style[kind])
        sheet.set_row(row, _high(line, SAID_WIDE, 16 if kind == "title" else 11))
    _printed(sheet)


def _high(text: str, letters: int, size: float) -> float:
    """Points that a text needs in a column so many letters wide, each as wide as a digit."""
    lines = wrapped(text, letters * DIGIT, size, most=MANY_LINES)
    return max(1, len(lines)) * size * LINE


def _words(block: Block) -> list[tuple[str, str]]:
    """What a block says in words, each line with its style."""
    if isinstance(block, Heading):
        return [("", "text"), (block.text, "title")]
    if isinstance(block, Text):
        return [(line, "text") for line in (block.text, *block.items) if line]
    if isinstance(block, Callout):
        told = [(line, "text") for line in (block.text, *block.items) if line]
        return [(block.title, "bold"), *told]
    if isinstance(block, Actions):
        return [(block.title, "bold"), *((f"{who}: {what}", "text") for who, what in block.steps)]
    if isinstance(block, Chart):
        return [(block.title, "bold"), (block.subtitle, "text"), (block.description, "aside")]
    return []


def _sheet(sheet: Any, table: Table, style: dict[str, Any]) -> None:
    """Caption, heads that stay in sight, cells and notes."""
    sheet.write_string(0, 0, table.caption, style["bold"])
    for place, head in enumerate(table.columns):
        sheet.write_string(2, place, head, style["head"])
        cells = [row[place] for row in table.rows]
        longest = max([len(head), *(len(str(cell)) for cell in cells if cell is not None)])
        sheet.set_column(place, place, min(WIDEST, max(NARROWEST, longest + 2)))
    for number, row in enumerate(table.rows, start=3):
        for place, cell in enumerate(row):
            _cell(sheet, number, place, cell, style)
    last = 2 + len(table.rows)
    if table.rows:
        sheet.autofilter(2, 0, last, len(table.columns) - 1)
    sheet.freeze_panes(3, 1)
    sheet.set_landscape()
    sheet.repeat_rows(2)
    _printed(sheet)
    for number, note in enumerate(table.notes, start=last + 2):
        sheet.write_string(number, 0, note, style["note"])


def _printed(sheet: Any) -> None:
    """On paper as A4, all columns on one page."""
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)


def _cell(sheet: Any, row: int, place: int, cell: Cell, style: dict[str, Any]) -> None:
    if cell is None:
        sheet.write_string(row, place, DASH, style["text"])
    elif isinstance(cell, str):
        sheet.write_string(row, place, cell, style["text"])
    else:
        kind = "whole" if isinstance(cell, int) else "one" if round(cell, 1) == cell else "fine"
        sheet.write_number(row, place, cell, style[kind])


def _definitions(sheet: Any, style: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 64)
    sheet.write_string(0, 0, DEFINITIONS, style["bold"])
    for row, (term, meaning) in enumerate(TERMS, start=2):
        sheet.write_string(row, 0, term, style["bold"])
        sheet.write_string(row, 1, meaning, style["text"])
    _printed(sheet)
