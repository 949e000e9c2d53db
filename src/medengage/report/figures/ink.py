"""Marks on a sheet of pixels, and the one Vega-Lite specification made of them.

A drawing is geometry: boxes, lines, outlines, dots and words with their places in pixels, painted
in this order, and within a kind in the order given. All layout is worked out before, so labels
never collide and the same chart gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any, Literal

import altair as alt

from medengage.report.figures.theme import FONT, INK, LINE_HEIGHT, NORMAL, PAPER

__all__ = [
    "Align",
    "Box",
    "Dot",
    "Drawing",
    "Halo",
    "Ink",
    "Line",
    "Outline",
    "Words",
    "specification",
]

Point = tuple[float, float]
Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Line:
    """A straight stroke from ``start`` to ``end``."""

    start: Point
    end: Point
    colour: str = INK
    width: float = 1
    dash: tuple[int, ...] = ()


@dataclass(frozen=True)
class Dot:
    """A disc of ``radius`` pixels with a rim of paper, or a ring where it is ``hollow``."""

    place: Point
    colour: str = INK
    radius: float = 4.5
    hollow: bool = False
    rim: float = 1


@dataclass(frozen=True)
class Box:
    """A filled rectangle between two opposite corners."""

    corner: Point
    opposite: Point
    colour: str


@dataclass(frozen=True)
class Outline:
    """A closed shape through ``points``, with an opaque stroke and a faint filling."""

    points: tuple[Point, ...]
    colour: str
    width: float = 1.5
    dash: tuple[int, ...] = ()


@dataclass(frozen=True)
class Words:
    """Lines of text; ``place`` is the middle of the first line at its ``align`` end."""

    place: Point
    text: str | tuple[str, ...]
    size: float = NORMAL
    align: Align = "left"
    colour: str = INK
    bold: bool = False
    angle: float = 0

    def with_halo(self) -> tuple[Halo, Words]:
        """The words on a rim of paper, which keeps them readable on top of lines."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return Halo(**own | {"colour": PAPER}), self


@dataclass(frozen=True)
class Halo(Words):
    """The rim of paper under words."""


Ink = Line | Dot | Box | Outline | Words

FILLING = 0.12
"""How much of an outline's colour fills it."""


@dataclass(frozen=True)
class Drawing:
    """Marks on a sheet of ``width`` x ``height`` pixels."""

    width: float
    height: float
    marks: tuple[Ink, ...]


def specification(drawing: Drawing, description: str) -> dict[str, Any]:
    """The drawing as one Vega-Lite specification; all marks share one scale of pixels."""
    layers = [layer for kind, draw in LAYERS.items() for layer in _layers(drawing, kind, draw)]
    chart = alt.LayerChart(
        layer=layers,
        width=drawing.width,
        height=drawing.height,
        padding=0,
        autosize=alt.AutoSizeParams(type="none"),
        background=PAPER,
        description=description,
        config=alt.Config(
            font=FONT,
            aria=False,
            mark=alt.MarkConfig(aria=False),
            view=alt.ViewConfig(stroke=None),
        ),
    )
    found: dict[str, Any] = chart.to_dict(validate=False)
    return found


def _layers(
    drawing: Drawing, kind: type[Ink], draw: Callable[[Drawing, Any], alt.Chart]
) -> list[alt.Chart]:
    """One layer for each style of a kind of mark; of outlines the last given stays on top."""
    marks = [mark for mark in drawing.marks if type(mark) is kind]
    if kind is not Outline:
        marks.sort(key=_style, reverse=True)
    return [draw(drawing, list(alike)) for _, alike in groupby(marks, key=_style)]


def _style(mark: Ink) -> tuple[Any, ...]:
    """What marks must share to stand in one layer, because Vega-Lite cannot vary it."""
    if isinstance(mark, Words):
        return mark.align, mark.bold
    return mark.dash if isinstance(mark, Line | Outline) else ()


def _boxes(drawing: Drawing, marks: Sequence[Box]) -> alt.Chart:
    rows = [_pair(mark.corner, mark.opposite) | {"colour": mark.colour} for mark in marks]
    chart = _sheet(rows).mark_rect()
    return _placed(chart, drawing, *_second_ends(), _as_is(alt.Fill, "colour"))


def _lines(drawing: Drawing, marks: Sequence[Line]) -> alt.Chart:
    rows = [
        _pair(mark.start, mark.end) | {"colour": mark.colour, "width": mark.width}
        for mark in marks
    ]
    chart = _sheet(rows).mark_rule(strokeDash=list(marks[0].dash))
    stroke = (_as_is(alt.Stroke, "colour"), _as_is(alt.StrokeWidth, "width"))
    return _placed(chart, drawing, *_second_ends(), *stroke)


def _outlines(drawing: Drawing, marks: Sequence[Outline]) -> alt.Chart:
    rows = [
        _at((x, y)) | {"colour": mark.colour, "width": mark.width, "shape": shape, "step": step}
        for shape, mark in enumerate(marks)
        for step, (x, y) in enumerate(mark.points)
    ]
    chart = _sheet(rows).mark_line(
        interpolate="linear-closed", strokeDash=list(marks[0].dash), fillOpacity=FILLING
    )
    return _placed(
        chart,
        drawing,
        alt.Detail(field="shape", type="nominal"),
        alt.Order(field="step", type="quantitative"),
        _as_is(alt.Stroke, "colour"),
        _as_is(alt.Fill, "colour"),
        _as_is(alt.StrokeWidth, "width"),
    )


def _dots(drawing: Drawing, marks: Sequence[Dot]) -> alt.Chart:
    rows = [
        _at(mark.place)
        | {
            "size": (2 * mark.radius) ** 2,
            "filling": PAPER if mark.hollow else mark.colour,
            "rim": mark.colour if mark.hollow else PAPER,
            "width": 2 if mark.hollow else mark.rim,
        }
        for mark in marks
    ]
    chart = _sheet(rows).mark_point(shape="circle", opacity=1)
    return _placed(
        chart,
        drawing,
        _as_is(alt.Size, "size"),
        _as_is(alt.Fill, "filling"),
        _as_is(alt.Stroke, "rim"),
        _as_is(alt.StrokeWidth, "width"),
    )


def _words(drawing: Drawing, marks: Sequence[Words]) -> alt.Chart:
    style = marks[0]
    rim: dict[str, Any] = {"stroke": PAPER, "strokeWidth": 3.5} if type(style) is Halo else {}
    rows = [
        _at(mark.place)
        | {
            "text": mark.text if isinstance(mark.text, str) else "\n".join(mark.text),
            "colour": mark.colour,
            "size": mark.size,
            "angle": mark.angle,
        }
        for mark in marks
    ]
    chart = _sheet(rows).mark_text(
        align=style.align,
        baseline="middle",
        fontWeight="bold" if style.bold else "normal",
        lineBreak="\n",
        lineHeight=max(mark.size for mark in marks) * LINE_HEIGHT,
        **rim,
    )
    return _placed(
        chart,
        drawing,
        alt.Text(field="text", type="nominal"),
        _as_is(alt.Fill, "colour"),
        _as_is(alt.Size, "size"),
        _as_is(alt.Angle, "angle"),
    )


LAYERS: dict[type[Ink], Callable[[Drawing, Any], alt.Chart]] = {
    Box: _boxes,
    Line: _lines,
    Outline: _outlines,
    Dot: _dots,
    Halo: _words,
    Words: _words,
}
"""Kinds of mark in painting order."""


def _sheet(rows: list[dict[str, Any]]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=rows))


def _as_is(channel: Callable[..., Any], field: str) -> Any:
    """The field holds the very colour, width or size, and is not scaled."""
    return channel(field=field, type="nominal", scale=None)


def _second_ends() -> tuple[Any, Any]:
    return alt.X2(field="x2"), alt.Y2(field="y2")


def _placed(chart: alt.Chart, drawing: Drawing, *channels: Any) -> alt.Chart:
    """The layer with x to the right and y downwards, both in pixels."""
    across, down = ([0, round(end, 2)] for end in (drawing.width, drawing.height))
    x = alt.Scale(domain=across, range=across, nice=False, zero=False)
    y = alt.Scale(domain=down, range=down, nice=False, zero=False)
    found: alt.Chart = chart.encode(
        alt.X(field="x", type="quantitative", scale=x, axis=None),
        alt.Y(field="y", type="quantitative", scale=y, axis=None),
        *channels,
    )
    return found


def _at(place: Point) -> dict[str, Any]:
    return {"x": _px(place[0]), "y": _px(place[1])}


def _pair(start: Point, end: Point) -> dict[str, Any]:
    return _at(start) | {"x2": _px(end[0]), "y2": _px(end[1])}


def _px(value: float) -> float:
    return round(float(value), 2)
