"""``Report``: a document as plain values, made of eight types of block.

A report knows no format. ``report/formats`` has one file a format with one function a block;
``report/figures`` draws a ``Chart``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "Actions",
    "Block",
    "Callout",
    "Cell",
    "Chart",
    "ChartKind",
    "Heading",
    "KeyFigure",
    "KeyFigures",
    "PageBreak",
    "Report",
    "Table",
    "Text",
    "Width",
]

Cell = str | int | float | None
"""One value of a table. ``None`` is drawn as a dash; words in the place of a number say why it is
withheld."""

ChartKind = Literal[
    "dots",
    "stacked",
    "quadrant",
    "change",
    "run",
    "funnel",
    "heat",
    "gap",
    "histogram",
    "importance",
    "scatter",
]

Width = Literal["full", "half"]
"""Two neighbouring blocks of half the width stand side by side where there is room."""

HIGHEST_LEVEL, LOWEST_LEVEL = 2, 4


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title's level and belongs to ``Report`` itself, so 2 to 4."""

    text: str
    level: int = 2

    def __post_init__(self) -> None:
        if not HIGHEST_LEVEL <= self.level <= LOWEST_LEVEL:
            raise ValueError("headings have levels 2 to 4")


@dataclass(frozen=True)
class Text:
    """One paragraph, or a list where ``items`` are given (``text`` then leads in).

    ``tone`` is ``lead`` for the sentences that answer the page's question.
    """

    text: str
    items: tuple[str, ...] = ()
    tone: Literal["plain", "lead"] = "plain"


@dataclass(frozen=True)
class KeyFigure:
    """One number large: what, value in words, interval and n in small print."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True)
class KeyFigures:
    """A row of key figures."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Table:
    """A table with caption, units in the column heads, and notes below.

    ``columns`` are the heads; the first column names the row. Numbers are aligned right.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    width: Width = "full"

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row has one cell a column")


@dataclass(frozen=True)
class Chart:
    """A figure as a value: its kind, its data and everything needed to understand it.

    ``title`` states the finding, ``subtitle`` measure, group, n and date, ``description`` is read
    out instead of the picture, ``data`` is the table behind it. What the columns of the data mean
    and which ``options`` a kind of chart knows stands in ``report/figures/<kind>.py``.
    """

    kind: ChartKind
    title: str
    subtitle: str
    description: str
    data: Table
    options: Mapping[str, object] = field(default_factory=dict)
    width: Width = "full"


@dataclass(frozen=True)
class Callout:
    """A boxed remark: ``important`` for limits of the figures, ``note`` for how to read them.

    ``danger`` is kept for what must be done before anything else; its title says so in words.
    """

    title: str
    text: str
    tone: Literal["danger", "important", "note"] = "note"
    items: tuple[str, ...] = ()
    width: Width = "full"


@dataclass(frozen=True)
class Actions:
    """What to do next: each step as (who it is for, what to do)."""

    title: str
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PageBreak:
    """Begin a new page where there are pages."""


Block = Heading | Text | KeyFigures | Table | Chart | Callout | Actions | PageBreak


@dataclass(frozen=True)
class Report:
    """A document: title, what it is about, blocks in reading order, and a foot line.

    ``language`` is a BCP 47 tag; ``foot`` says which study, instrument and program it came from.
    ``one_page`` asks formats with pages to set the whole on one side of A4.
    """

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    foot: str = ""
    language: str = "en-GB"
    one_page: bool = False
