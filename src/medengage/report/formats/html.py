"""HTML: one file that needs nothing else, for screens, telephones, screen readers and printers.

A figure across the page is drawn twice, for a wide and for a narrow screen, so that its words
never shrink; the style sheet shows one of them, and readers of either kind hear of one only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from typing import Any

from medengage.report.blocks import (
    Actions,
    Block,
    Callout,
    Chart,
    Heading,
    KeyFigure,
    KeyFigures,
    PageBreak,
    Report,
    Table,
    Text,
)
from medengage.report.figures import FULL_WIDTH, HALF_WIDTH, svg
from medengage.report.formats.cells import Column, columns
from medengage.report.formats.pairs import Pair, paired

__all__ = ["Page", "fragment", "render"]

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
MOST_HEADINGS_WITHOUT_CONTENTS = 3
LOWEST_LEVEL = 6


@dataclass
class Page:
    """What the writers of blocks need to know of the page so far: numbers and the last heading."""

    level: int = 1
    figures: int = 0
    tables: int = 0
    headings: list[tuple[str, str]] = field(default_factory=list)

    def below(self) -> int:
        """The level of a heading inside the present section."""
        return min(self.level + 1, LOWEST_LEVEL)


def render(report: Report) -> bytes:
    """The report as one HTML page with inline style and inline figures, without any script."""
    page = Page()
    sheet = ' class="one-page"' if report.one_page else ""
    body = "\n".join(WRITERS[type(block)](block, page) for block in paired(report.blocks))
    foot = f"<footer>{_paragraph(report.foot)}</footer>" if report.foot else ""
    parts = (
        f'<!DOCTYPE html>\n<html lang="{_attribute(report.language)}">',
        _head(report),
        f'<body{sheet}>\n<a class="skip" href="#content">Skip to the report</a>',
        f'<header><h1>{escape(report.title)}</h1>\n<p class="about">{escape(report.subtitle)}</p>'
        "</header>",
        _contents(page),
        f'<main id="content" tabindex="-1">\n{body}\n</main>',
        foot,
        "</body>\n</html>\n",
    )
    return "\n".join(part for part in parts if part).encode()


def fragment(blocks: Sequence[Block]) -> str:
    """Blocks as a part of somebody else's page, which brings its own style and first heading."""
    page = Page()
    return "\n".join(WRITERS[type(block)](block, page) for block in paired(tuple(blocks)))


def _head(report: Report) -> str:
    style = files("medengage.report.formats").joinpath("page.css").read_text(encoding="utf-8")
    return f"""<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_attribute(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(report.title)}</title>
<style>
{style}</style>
</head>"""


def _contents(page: Page) -> str:
    """Links to the sections of a long report."""
    if len(page.headings) <= MOST_HEADINGS_WITHOUT_CONTENTS:
        return ""
    links = "\n".join(f'<li><a href="#{at}">{escape(text)}</a></li>' for at, text in page.headings)
    return f'<nav aria-label="Contents"><ol>\n{links}\n</ol></nav>'


def _heading(block: Heading, page: Page) -> str:
    page.level = min(block.level, page.below())
    name = f"section-{len(page.headings) + 1}"
    if page.level > Heading("").level:
        return f"<h{page.level}>{escape(block.text)}</h{page.level}>"
    page.headings.append((name, block.text))
    return f'<h{page.level} id="{name}">{escape(block.text)}</h{page.level}>'


def _text(block: Text, page: Page) -> str:
    told = _paragraph(block.text) + _list(block.items)
    return f'<div class="lead">{told}</div>' if block.tone == "lead" else told


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""


def _list(items: tuple[str, ...]) -> str:
    told = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<ul>{told}</ul>" if items else ""


def _key_figures(block: KeyFigures, page: Page) -> str:
    told = "\n".join(_key_figure(one) for one in block.figures)
    return f'<dl class="key-figures">\n{told}\n</dl>'


def _key_figure(one: KeyFigure) -> str:
    detail = f'<dd class="detail">{escape(one.detail)}</dd>' if one.detail else ""
    value = f'<dd class="value">{escape(one.value)}</dd>'
    return f"<div><dt>{escape(one.label)}</dt>{value}{detail}</div>"


def _table(block: Table, page: Page) -> str:
    """A table in a region of its own that scrolls where the screen is narrow."""
    page.tables += 1
    return _scrolling(block, f"Table {page.tables}: ")


def _scrolling(block: Table, before: str) -> str:
    told = columns(block)
    heads = "".join(f'<th scope="col"{_numeric(c)}>{escape(c.head)}</th>' for c in told)
    cells = (_cells(column, first=not place) for place, column in enumerate(told))
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in zip(*cells, strict=True))
    caption = before + block.caption
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in block.notes)
    return f"""<div class="scroll" role="region" aria-label="{_attribute(caption)}" tabindex="0">
<table>
<caption><span>{escape(caption)}</span></caption>
<thead><tr>{heads}</tr></thead>
<tbody>
{body}
</tbody>
</table>
</div>{notes}"""


def _cells(column: Column, *, first: bool) -> list[str]:
    if first:
        return [f'<th scope="row">{escape(text)}</th>' for text in column.texts]
    return [f"<td{_numeric(column)}>{escape(text)}</td>" for text in column.texts]


def _numeric(column: Column) -> str:
    return ' class="number"' if column.numeric else ""


def _chart(block: Chart, page: Page) -> str:
    page.figures += 1
    name = f"figure-{page.figures}"
    return f"""<figure id="{name}">
<figcaption><strong>{escape(block.title)}</strong> <span>{escape(block.subtitle)}</span>\
</figcaption>
{_drawings(block, name)}
<details><summary>As a table: {escape(block.data.caption)}</summary>
{_scrolling(block.data, f"Figure {page.figures}: ")}
</details>
</figure>"""


def _pair(block: Pair, page: Page) -> str:
    told = "\n".join(
        f'<div class="half">{WRITERS[type(half)](half, page)}</div>' for half in block.blocks
    )
    return f'<div class="pair">\n{told}\n</div>'


def _drawings(block: Chart, name: str) -> str:
    """A figure of half the width is narrow everywhere."""
    if block.width == "half":
        return _drawing(block, name, HALF_WIDTH)
    return "\n".join(
        f'<div class="{screen}">{_drawing(block, f"{name}-{screen}", width)}</div>'
        for screen, width in (("wide", FULL_WIDTH), ("narrow", HALF_WIDTH))
    )


def _drawing(block: Chart, name: str, width: float) -> str:
    """The figure as one picture for a screen reader, with a title and a description."""
    picture = svg(block, width)
    start = picture.index(">")
    labels = f' role="img" aria-labelledby="{name}-title {name}-description"'
    told = (
        f'<title id="{name}-title">{escape(block.title)}</title>'
        f'<desc id="{name}-description">{escape(block.description)}</desc>'
    )
    return f"{picture[:start]}{labels}>{told}{picture[start + 1 :]}"


def _callout(block: Callout, page: Page) -> str:
    level = page.below()
    inside = _paragraph(block.text) + _list(block.items)
    title = f"<h{level}>{escape(block.title)}</h{level}>"
    return f'<div class="callout callout-{block.tone}">{title}{inside}</div>'


def _actions(block: Actions, page: Page) -> str:
    level = page.below()
    steps = "\n".join(
        f'<li><strong class="who">{escape(who)}:</strong> {escape(what)}</li>'
        for who, what in block.steps
    )
    title = f"<h{level}>{escape(block.title)}</h{level}>"
    return f'<div class="actions">{title}\n<ol>\n{steps}\n</ol></div>'


def _page_break(block: PageBreak, page: Page) -> str:
    return '<hr class="page-break">'


def _attribute(text: str) -> str:
    return escape(" ".join(text.split()), quote=True)


WRITERS: Mapping[type[Block | Pair], Callable[[Any, Page], str]] = {
    Actions: _actions,
    Callout: _callout,
    Chart: _chart,
    Heading: _heading,
    KeyFigures: _key_figures,
    PageBreak: _page_break,
    Pair: _pair,
    Table: _table,
    Text: _text,
}
