"""A ``Report`` becomes a file: ``FORMATS`` is the one table of formats, ``render`` the one door.

A new format is one module with ``render(report) -> bytes`` and one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from medengage.errors import FormatError
from medengage.report.blocks import Report
from medengage.report.formats import html, json, markdown, pdf, pptx, xlsx

__all__ = ["FORMATS", "OFFICE", "Format", "render"]


@dataclass(frozen=True)
class Format:
    """How a report is written: name ending without dot, media type, and the function."""

    suffix: str
    media_type: str
    render: Callable[[Report], bytes]


OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: Mapping[str, Format] = {
    "html": Format("html", "text/html; charset=utf-8", html.render),
    "json": Format("json", "application/json", json.render),
    "markdown": Format("md", "text/markdown; charset=utf-8", markdown.render),
    "pdf": Format("pdf", "application/pdf", pdf.render),
    "pptx": Format("pptx", f"{OFFICE}.presentationml.presentation", pptx.render),
    "xlsx": Format("xlsx", f"{OFFICE}.spreadsheetml.sheet", xlsx.render),
}
"""Name of a format -> how it is written."""


def render(report: Report, name: str) -> bytes:
    """The report in the format of this name; the same report gives the same bytes.

    Raises ``FormatError`` for a format that does not exist, and where a package that draws
    figures or sets pages is missing.
    """
    if name not in FORMATS:
        known = ", ".join(sorted(FORMATS))
        raise FormatError("there is no such format", subject=name, hint=f"known: {known}")
    return FORMATS[name].render(report)
