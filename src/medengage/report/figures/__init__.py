"""A ``Chart`` becomes a picture: one Vega-Lite specification, drawn as SVG or PNG offline.

Altair and vl-convert come with the extra ``reports`` and are only loaded when something is drawn.
The picture holds no title: each format sets title and subtitle in its own type beside it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from medengage.errors import FormatError
from medengage.report.blocks import Chart, Table
from medengage.report.figures.theme import FULL_WIDTH, HALF_WIDTH

__all__ = ["FULL_WIDTH", "HALF_WIDTH", "png", "prepare", "specification", "svg"]

FRAME_ROLE = ' role="graphics-object" aria-roledescription="group mark container"'


def specification(chart: Chart, width: float = FULL_WIDTH) -> dict[str, Any]:
    """The Vega-Lite specification of a chart, for notebooks and for every format.

    Raises ``FormatError`` where the extra ``reports`` is missing or the kind cannot be drawn yet.
    """
    drawings = _load("medengage.report.figures.drawings")
    found: dict[str, Any] = drawings.vega_lite(chart, width)
    return found


def svg(chart: Chart, width: float = FULL_WIDTH) -> str:
    """The chart as one ``<svg>`` element; the same chart gives the same text.

    It names no role of its own: whoever shows it says what it is (``role="img"`` and a title).
    Raises ``FormatError`` as ``specification`` does.
    """
    drawn = _load("vl_convert").vegalite_to_svg(specification(chart, width))
    return str(drawn).replace(FRAME_ROLE, "", 1)


def png(chart: Chart, scale: float = 2, width: float = FULL_WIDTH) -> bytes:
    """The chart as PNG, ``scale`` image points a pixel. Raises ``FormatError`` as ``svg`` does."""
    return bytes(_load("vl_convert").svg_to_png(svg(chart, width), scale=scale))


def prepare() -> None:
    """Draw something that nobody sees, so that the next figure does not wait for the programs.

    They take half a second to load, once in a process. Raises ``FormatError`` as ``svg`` does.
    """
    nobody = Table("", ("", "", "", "", ""), (("", 1.0, 0.0, 2.0, 10),))
    svg(Chart("dots", "", "", "", nobody))


def _load(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise FormatError(
            "figures need two more packages",
            subject=error.name or name,
            hint="pip install 'medengage[reports]'",
        ) from error
