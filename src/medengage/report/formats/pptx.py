"""PowerPoint: a deck whose words and tables can be edited, and whose figures have descriptions.

Every slide has a title. A figure stands alone under the sentence that it shows, with its data as a
table on the next slide, or in the notes where that would take several. Heights of text are worked
out before it is set, so that nothing runs over the edge of a slide: what does not fit goes on the
next one.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from medengage.report.blocks import (
    Actions,
    Block,
    Callout,
    Chart,
    Heading,
    KeyFigures,
    Report,
    Table,
    Text,
)
from medengage.report.figures import png
from medengage.report.figures.theme import ACCENT, INK, QUIET, length, wrapped
from medengage.report.formats.cells import Column, columns, rows
from medengage.report.formats.packages import needed

__all__ = ["Line", "column_groups", "height", "render"]

DATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The file bears no date of its own, so that the same report gives the same bytes."""
ZIPPED = (2000, 1, 1, 0, 0, 0)
WIDE, HIGH = 960.0, 540.0
"""Points of a slide, 16 to 9."""
LEFT, ACROSS = 48.0, 864.0
TOP, BOTTOM = 112.0, 492.0
TITLE, BODY, SMALL, CELLS, FOOT = 26.0, 18.0, 13.0, 13.0, 10.0
LINE = 1.25
ROW_PADDING = 8.0
TITLE_ONLY = 5
FIGURE_HIGH = 350.0
MOST, PADDING, BOLD, MANY_LINES = 320.0, 18.0, 1.12, 50
"""Of a column of a table: its widest, the room beside its words, and how much wider bold is."""


@dataclass(frozen=True)
class Line:
    """One paragraph on a slide; ``level`` 1 is an entry of a list."""

    text: str
    bold: bool = False
    level: int = 0
    size: float = BODY


@dataclass(frozen=True)
class _Grid:
    """Rows of one slide, heads first, with the width of each column."""

    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    numeric: Sequence[bool]


def render(report: Report) -> bytes:
    """The report as a deck; raises ``FormatError`` where python-pptx is missing."""
    pptx = needed("pptx", "python-pptx", "a deck of slides")
    deck = _Deck(pptx.Presentation(), report)
    deck.first()
    for title, blocks in _sections(report):
        deck.section(title, blocks)
    return _undated(deck.saved())


def height(line: Line, width: float = ACROSS) -> float:
    """Points that a paragraph needs, lines broken where the widest letters would break them."""
    room = width - 20.0 * line.level
    count = max(1, math.ceil(length(line.text, line.size) / room))
    return count * line.size * LINE + 6.0


def _sections(report: Report) -> Iterator[tuple[str, list[Block]]]:
    """Blocks below each heading; before the first one they belong to the title."""
    title = report.title
    found: list[Block] = []
    for block in report.blocks:
        if isinstance(block, Heading):
            if found:
                yield title, found
            title, found = block.text, []
        else:
            found.append(block)
    if found:
        yield title, found


def _lines(block: Block) -> list[Line]:
    """What a block of words says, as paragraphs."""
    if isinstance(block, Text):
        return [Line(block.text)] * bool(block.text) + [Line(i, level=1) for i in block.items]
    if isinstance(block, Callout):
        inside = [Line(block.text)] * bool(block.text)
        return [Line(block.title, bold=True), *inside, *(Line(i, level=1) for i in block.items)]
    if isinstance(block, Actions):
        steps = [Line(f"{who}: {what}", level=1) for who, what in block.steps]
        return [Line(block.title, bold=True), *steps]
    if isinstance(block, KeyFigures):
        return [
            Line(f"{one.label}: {one.value}" + (f" ({one.detail})" if one.detail else ""), level=1)
            for one in block.figures
        ]
    return []


class _Deck:
    """A presentation that grows slide by slide."""

    def __init__(self, deck: Any, report: Report) -> None:
        util = import_module("pptx.util")
        self.points, self.deck, self.report = util.Pt, deck, report
        self.colour = import_module("pptx.dml.color").RGBColor
        deck.slide_width, deck.slide_height = self.points(WIDE), self.points(HIGH)
        facts = deck.core_properties
        facts.title, facts.subject, facts.language = report.title, report.subtitle, report.language
        facts.author, facts.last_modified_by = "medengage", "medengage"
        facts.created = facts.modified = facts.last_printed = DATED.replace(tzinfo=None)

    def saved(self) -> bytes:
        """The file as it is written."""
        target = io.BytesIO()
        self.deck.save(target)
        return target.getvalue()

    def first(self) -> None:
        """What it is about."""
        slide = self._slide(self.report.title, place=(200.0, 90.0), size=34.0)
        self._words(slide, [Line(self.report.subtitle, size=20.0)], top=300.0, high=150.0)

    def section(self, title: str, blocks: Sequence[Block]) -> None:
        """Words together as far as they fit, each figure and table on slides of its own."""
        waiting: list[Line] = []
        for block in blocks:
            if isinstance(block, Chart):
                self._said(title, waiting)
                waiting = []
                self._figure(block)
            elif isinstance(block, Table):
                self._said(title, waiting)
                waiting = []
                self._table(block)
            else:
                waiting += _lines(block)
        self._said(title, waiting)

    def _said(self, title: str, lines: Sequence[Line]) -> None:
        """Paragraphs on as many slides as they need."""
        pages = _pages(lines, BOTTOM - TOP)
        for number, page in enumerate(pages, start=1):
            self._words(self._slide(_counted(title, number, len(pages))), page)

    def _figure(self, chart: Chart) -> None:
        """The picture with its description, its subtitle below the title, its data after it."""
        slide = self._slide(chart.title)
        self._words(slide, [Line(chart.subtitle, size=SMALL)], top=TOP - 14.0, high=40.0)
        picture = slide.shapes.add_picture(
            io.BytesIO(png(chart)), self.points(LEFT), self.points(TOP + 24.0)
        )
        ratio = picture.width / picture.height
        high = min(FIGURE_HIGH, ACROSS / ratio)
        picture.height, picture.width = self.points(high), self.points(high * ratio)
        picture.left = self.points(LEFT + (ACROSS - high * ratio) / 2)
        described = picture._element.nvPicPr.cNvPr
        described.set("descr", chart.description)
        described.set("name", chart.data.caption)
        notes = [chart.description, *chart.data.notes]
        if _is_long(chart.data):
            notes += [": ".join((row[0], ", ".join(row[1:]))) for row in rows(chart.data)]
        else:
            self._table(chart.data)
        slide.notes_slide.notes_text_frame.text = "\n".join(notes)

    def _table(self, table: Table) -> None:
        """Rows on as many slides as they need, heads on each."""
        grids = [grid for part in column_groups(columns(table)) for grid in _grids(part)]
        for number, grid in enumerate(grids, start=1):
            slide = self._slide(_counted(table.caption, number, len(grids)))
            shape = slide.shapes.add_table(
                len(grid.rows),
                len(grid.widths),
                self.points(LEFT),
                self.points(TOP),
                self.points(sum(grid.widths)),
                self.points(20.0),
            )
            shape.name = table.caption
            for place, width in enumerate(grid.widths):
                shape.table.columns[place].width = self.points(width)
            for row, texts in enumerate(grid.rows):
                shape.table.rows[row].height = self.points(_row_height(texts, grid.widths))
                for place, text in enumerate(texts):
                    self._cell(shape.table.cell(row, place), text, grid, row=row, place=place)
            if table.notes and number == len(grids):
                slide.notes_slide.notes_text_frame.text = "\n".join(table.notes)

    def _cell(self, cell: Any, text: str, grid: _Grid, *, row: int, place: int) -> None:
        cell.text = text
        cell.margin_top = cell.margin_bottom = self.points(ROW_PADDING / 2)
        cell.margin_left = cell.margin_right = self.points(5.0)
        fill = cell.fill
        fill.solid()
        fill.fore_color.rgb = self._rgb("#ffffff" if row else "#e4e9ec")
        align = import_module("pptx.enum.text").PP_ALIGN
        for paragraph in cell.text_frame.paragraphs:
            paragraph.alignment = align.RIGHT if grid.numeric[place] else align.LEFT
            for run in paragraph.runs:
                self._font(run.font, CELLS, INK, bold=row == 0)

    def _slide(
        self, title: str, *, place: tuple[float, float] = (28.0, 72.0), size: float = TITLE
    ) -> Any:
        """A slide with its title, a foot line and its number."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[TITLE_ONLY])
        shape, (top, high) = slide.shapes.title, place
        shape.left, shape.top = self.points(LEFT), self.points(top)
        shape.width, shape.height = self.points(ACROSS), self.points(high)
        frame = shape.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = 0
        frame.text = title
        paragraph = frame.paragraphs[0]
        paragraph.alignment = import_module("pptx.enum.text").PP_ALIGN.LEFT
        while height(Line(title, size=size)) > high and size > CELLS:
            size -= 1.0
        self._font(paragraph.runs[0].font, size, ACCENT, bold=True)
        number = f"{len(self.deck.slides)}  "
        foot = wrapped(self.report.foot, ACROSS - length(number, FOOT), FOOT, most=1)
        line = Line(number + "".join(foot), size=FOOT)
        self._words(slide, [line], top=508.0, high=20.0, colour=QUIET)
        return slide

    def _words(
        self,
        slide: Any,
        lines: Sequence[Line],
        *,
        top: float = TOP,
        high: float = BOTTOM - TOP,
        colour: str = INK,
    ) -> None:
        box = slide.shapes.add_textbox(
            self.points(LEFT), self.points(top), self.points(ACROSS), self.points(high)
        )
        frame = box.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        for place, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text = f"\N{BULLET} {line.text}" if line.level else line.text
            paragraph.space_after = self.points(6.0)
            self._font(run.font, line.size, colour, bold=line.bold)

    def _font(self, font: Any, size: float, colour: str, *, bold: bool) -> None:
        font.size, font.bold, font.name = self.points(size), bold, "Arial"
        font.color.rgb = self._rgb(colour)

    def _rgb(self, colour: str) -> Any:
        return self.colour.from_string(colour.lstrip("#").upper())


def _counted(title: str, number: int, of: int) -> str:
    return title if of == 1 else f"{title} ({number} of {of})"


def _pages(lines: Sequence[Line], room: float) -> list[list[Line]]:
    """Paragraphs in groups that fit; a heading never stands last."""
    pages: list[list[Line]] = []
    used = room + 1
    for line in lines:
        needed = height(line)
        if used + needed > room or not pages:
            carried = [pages[-1].pop()] if pages and pages[-1] and pages[-1][-1].bold else []
            if pages and not pages[-1]:
                pages.pop()
            pages.append([*carried, line])
            used = sum(height(one) for one in pages[-1])
        else:
            pages[-1].append(line)
            used += needed
    return pages


def column_groups(told: Sequence[Column]) -> list[list[Column]]:
    """Columns of a table that fit beside each other without a broken word.

    The first one, which says what a row is, stands in every group.
    """
    first, groups = told[0], [[told[0]]]
    for column in told[1:]:
        if sum(map(_least, (*groups[-1], column))) > ACROSS and len(groups[-1]) > 1:
            groups.append([first])
        groups[-1].append(column)
    return groups


def _is_long(table: Table) -> bool:
    """Would it take more than one slide?"""
    return sum(1 for part in column_groups(columns(table)) for _ in _grids(part)) > 1


def _least(column: Column) -> float:
    """Points that the longest word of a column needs, in bold."""
    words = [word for text in (column.head, *column.texts) for word in text.split()]
    return min(MOST, PADDING + BOLD * max((length(word, CELLS) for word in words), default=0.0))


def _grids(told: Sequence[Column]) -> Iterator[_Grid]:
    """Rows below their heads, on as many slides as they need."""
    least = [_least(one) for one in told]
    wanted = [
        max(low, min(MOST, PADDING + BOLD * max(length(t, CELLS) for t in (one.head, *one.texts))))
        for one, low in zip(told, least, strict=True)
    ]
    spare = max(0.0, ACROSS - sum(least)) / max(1.0, sum(wanted) - sum(least))
    widths = [
        low + min(1.0, spare) * (want - low) for low, want in zip(least, wanted, strict=True)
    ]
    heads = tuple(one.head for one in told)
    numeric = tuple(one.numeric for one in told)
    start = BOTTOM - TOP - _row_height(heads, widths)
    page, room = [heads], start
    for row in zip(*(one.texts for one in told), strict=True):
        needed = _row_height(row, widths)
        if needed > room and len(page) > 1:
            yield _Grid(page, widths, numeric)
            page, room = [heads], start
        page.append(row)
        room -= needed
    yield _Grid(page, widths, numeric)


def _row_height(texts: Sequence[str], widths: Sequence[float]) -> float:
    counts = [
        len(wrapped(text, (width - PADDING) / BOLD, CELLS, most=MANY_LINES)) or 1
        for text, width in zip(texts, widths, strict=True)
    ]
    return max(counts) * CELLS * LINE + ROW_PADDING


def _undated(content: bytes) -> bytes:
    """The same archive with one date for all of its parts."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as given,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in given.namelist():
            made.writestr(zipfile.ZipInfo(name, ZIPPED), given.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()
