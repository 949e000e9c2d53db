"""JSON: every block as an object that names its type, for programs and for the page setter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from medengage.report.blocks import Block, Report

__all__ = ["document", "plain", "render"]

LAYOUT = 1


def render(report: Report) -> bytes:
    """The report as indented JSON with a final newline."""
    return (json.dumps(document(report), indent=1, ensure_ascii=False) + "\n").encode()


def document(report: Report) -> dict[str, object]:
    """The report as plain values; ``report`` is the version of this layout."""
    told = {
        field.name: plain(getattr(report, field.name))
        for field in fields(report)
        if field.name != "blocks"
    }
    return {"report": LAYOUT, **told, "blocks": [_block(one) for one in report.blocks]}


def _block(one: Block) -> dict[str, object]:
    told = {field.name: plain(getattr(one, field.name)) for field in fields(one)}
    return {"type": type(one).__name__, **told}


def plain(value: object) -> object:
    """Values that JSON knows: data classes become objects, tuples arrays."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"a report holds no {type(value).__name__}")
