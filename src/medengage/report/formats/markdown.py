"""Markdown: plain text to read in a terminal, a diff or an e-mail; figures become tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from medengage.report.blocks import (
    Actions,
    Block,
    Callout,
    Chart,
    Heading,
    KeyFigures,
    PageBreak,
    Report,
    Table,
    Text,
)
from medengage.report.formats.cells import columns

__all__ = ["literal", "render"]

SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&$])")
LIST_START = re.compile(r"^(\d*)([-+.)=])(?=[\s=-]|$)")


def render(report: Report) -> bytes:
    """The report as CommonMark with pipe tables."""
    parts = [f"# {literal(report.title)}", literal(report.subtitle)]
    parts += [_block(block) for block in report.blocks]
    parts += ["---", literal(report.foot)] if report.foot else []
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def literal(text: str) -> str:
    """Text on one line in which nothing is read as markup."""
    escaped = SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return LIST_START.sub(r"\1\\\2", escaped)


def _block(block: Block) -> str:
    return WRITERS[type(block)](block)


def _heading(block: Heading) -> str:
    return f"{'#' * block.level} {literal(block.text)}"


def _text(block: Text) -> str:
    return "\n\n".join(filter(None, [literal(block.text), _list(block.items)]))


def _list(items: tuple[str, ...]) -> str:
    return "\n".join(f"- {literal(item)}" for item in items)


def _key_figures(block: KeyFigures) -> str:
    told = (
        f"- **{literal(one.label)}:** {literal(one.value)}"
        + (f" ({literal(one.detail)})" if one.detail else "")
        for one in block.figures
    )
    return "\n".join(told)


def _table(block: Table) -> str:
    told = columns(block)
    head = [literal(column.head) for column in told]
    rule = ["---:" if column.numeric else "---" for column in told]
    body = zip(*([literal(text) for text in column.texts] for column in told), strict=True)
    lines = "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *body))
    notes = "\n\n".join(literal(note) for note in block.notes)
    return "\n\n".join(filter(None, [f"**{literal(block.caption)}**", lines, notes]))


def _chart(block: Chart) -> str:
    """What the figure says in words, then its data."""
    words = (block.subtitle, block.description)
    told = [f"**Figure: {literal(block.title)}**", *(literal(word) for word in words)]
    return "\n\n".join([*filter(None, told), _table(block.data)])


def _callout(block: Callout) -> str:
    parts = [f"**{literal(block.title)}**", literal(block.text), _list(block.items)]
    lines = "\n\n".join(filter(None, parts)).splitlines()
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _actions(block: Actions, level: int = 2) -> str:
    steps = (
        f"{place}. **{literal(who)}:** {literal(what)}"
        for place, (who, what) in enumerate(block.steps, start=1)
    )
    return "\n\n".join([f"{'#' * level} {literal(block.title)}", "\n".join(steps)])


def _page_break(block: PageBreak) -> str:
    return "---"


WRITERS: Mapping[type, Callable[[Any], str]] = {
    Actions: _actions,
    Callout: _callout,
    Chart: _chart,
    Heading: _heading,
    KeyFigures: _key_figures,
    PageBreak: _page_break,
    Table: _table,
    Text: _text,
}
