"""Figures: the same chart the same picture, every word readable, nothing told by colour alone."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import altair as alt
import pytest

from medengage.errors import FormatError
from medengage.report.blocks import Chart
from medengage.report.figures import png, specification, svg, theme
from medengage.report.figures.drawings import DRAWINGS
from tests.report_samples import CHARTS, HOSTILE, MANY, NOT_SHOWN, chart

SPACE = "{http://www.w3.org/2000/svg}"
WIDE, NARROW = 640, 328
SMALLEST = 11
AA = 4.5

KINDS = sorted(CHARTS)
WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])


def texts(one: Chart, width: float = WIDE) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg(one, width)).iter(f"{SPACE}text"))


def words(one: Chart, width: float = WIDE) -> str:
    return " ".join(" ".join(text.itertext()) for text in texts(one, width))


def marks(one: Chart, attribute: str) -> list[str]:
    found = ElementTree.fromstring(svg(one, WIDE)).iter()
    return [value for mark in found if (value := mark.get(attribute))]


def test_every_kind_that_can_be_drawn_is_tried():
    assert set(KINDS) == set(DRAWINGS)


@WIDTHS
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_chart_is_the_same_picture(kind, width):
    assert svg(CHARTS[kind], width) == svg(CHARTS[kind], width)


@WIDTHS
@pytest.mark.parametrize("kind", KINDS)
def test_the_picture_is_as_wide_as_asked(kind, width):
    assert float(ElementTree.fromstring(svg(CHARTS[kind], width)).get("width", 0)) == width


@WIDTHS
@pytest.mark.parametrize("kind", KINDS)
def test_no_word_is_smaller_than_can_be_read(kind, width):
    sizes = [
        float(text.get("font-size", "0").removesuffix("px")) for text in texts(CHARTS[kind], width)
    ]
    assert min(sizes) >= SMALLEST


@pytest.mark.parametrize("kind", KINDS)
def test_altair_finds_the_specification_valid(kind):
    found = specification(CHARTS[kind])
    alt.LayerChart.from_dict(found, validate=True)
    assert found["description"] == CHARTS[kind].description


@pytest.mark.parametrize("kind", KINDS)
def test_a_png_is_drawn_at_the_scale_asked_for(kind):
    one, two = png(CHARTS[kind], scale=1), png(CHARTS[kind], scale=2)
    width = [int.from_bytes(made[16:20], "big") for made in (one, two)]
    assert one.startswith(b"\x89PNG")
    assert width[1] == 2 * width[0]


def test_a_kind_that_is_not_built_yet_is_named():
    kind: Any = "pie"
    with pytest.raises(FormatError, match="cannot be drawn yet") as caught:
        specification(replace(CHARTS["dots"], kind=kind))
    assert caught.value.subject == kind


@pytest.mark.parametrize("missing", ["altair", "vl_convert"])
def test_without_the_extra_it_says_what_to_install(monkeypatch, missing):
    for name in [name for name in sys.modules if name.startswith("medengage.report.figures.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(FormatError, match=r"pip install 'medengage\[reports\]'"):
        svg(CHARTS["dots"])


@WIDTHS
def test_dots_name_every_group_with_value_and_interval(width):
    told = words(CHARTS["dots"], width)
    for text in (
        "Medicine",
        "58 (54 to 62)",
        "51.5 (46.0 to 57.0)",
        "all 212 doctors: 57",
        NOT_SHOWN,
    ):
        assert text in told


def test_an_axis_of_scores_shows_all_of_0_to_100():
    told = [" ".join(text.itertext()) for text in texts(CHARTS["dots"])]
    assert {"0", "50", "100"} <= set(told)


def test_many_groups_become_a_caterpillar_that_names_only_the_outermost():
    told = words(chart("dots", MANY, CHARTS["dots"].data.columns))
    for outermost in ("Ward 0", "Ward 1", "Ward 38", "Ward 39"):
        assert outermost in told
    assert told.count("Ward") <= 8


def test_a_caterpillar_says_how_many_groups_are_not_shown():
    withheld = tuple((f"Ward {place}", NOT_SHOWN, None, None, None) for place in (98, 99))
    many = chart("dots", (*MANY, *withheld), CHARTS["dots"].data.columns)
    assert re.search(r"\b2 (groups )?not shown", words(many))


@WIDTHS
def test_stacked_bars_name_their_answers_and_each_statement_once(width):
    told = words(CHARTS["stacked"], width)
    for text in ("Strongly disagree", "Neither", "Strongly agree", "n 209"):
        assert text in told
    for statement in CHARTS["stacked"].data.rows:
        assert told.count(str(statement[0])[:20]) == 1


def test_stacked_bars_tell_their_percentages():
    told = words(CHARTS["stacked"]).split()
    shares = [percent for row in CHARTS["stacked"].data.rows for percent in row[1:-1]]
    large = [str(percent) for percent in shares if isinstance(percent, int) and percent >= 12]
    assert [told.count(percent) for percent in large] == [large.count(one) for one in large]


def test_a_borderline_group_is_dashed_and_says_so():
    assert "(borderline)" in words(CHARTS["quadrant"])
    dashed = marks(CHARTS["quadrant"], "stroke-dasharray")
    certain = {**CHARTS["quadrant"].options, "borderline": (False,) * 4}
    plain = replace(CHARTS["quadrant"], options=certain)
    assert len(dashed) == 1 + len(marks(plain, "stroke-dasharray"))


@WIDTHS
def test_a_quadrant_names_its_corners_axes_and_groups(width):
    told = words(CHARTS["quadrant"], width)
    for text in ("Waiting", "Held back", "Open doors", "What doctors bring", "St Elsewhere"):
        assert text in told


def test_a_quadrant_that_does_not_show_0_to_100_says_so():
    assert "axis: 30 to 80" in words(CHARTS["quadrant"])


def test_a_histogram_tells_every_share():
    told = words(CHARTS["histogram"])
    for text in ("3 %", "36 %", "40 to 59", "80 to 100"):
        assert text in told


def test_change_tells_both_times_and_the_difference():
    told = words(CHARTS["change"]).replace("\N{MINUS SIGN}", "-")
    for text in ("2026", "2027", "+4 (+1 to +7)", "-1.5 (-5.0 to +2.0)", "65 doctors", NOT_SHOWN):
        assert text in told


def test_a_gap_tells_both_values():
    told = words(CHARTS["gap"])
    for text in ("What managers expect", "54.0 and 61.5", "212 doctors", NOT_SHOWN):
        assert text in told


def test_a_run_chart_tells_its_median_and_what_happened():
    told = words(CHARTS["run"])
    for text in ("2025", "2027", "median", "55", "new rota"):
        assert text in told


@pytest.mark.parametrize("kind", ["dots", "histogram", "change", "gap"])
def test_hostile_names_are_drawn_as_they_are(kind):
    one = CHARTS[kind]
    rows = tuple(("<b>&#1; {x}", *row[1:]) for row in one.data.rows)
    assert "<b>&#1; {x}" in words(replace(one, data=replace(one.data, rows=rows)))


def test_a_name_longer_than_any_room_is_cut_with_dots():
    rows = (("Division " * 60, 58.0, 54.0, 62.0, 65), (HOSTILE * 5, 58.0, 54.0, 62.0, 65))
    assert "…" in words(chart("dots", rows, CHARTS["dots"].data.columns))


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(
        weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


def contrast(one: str, other: str) -> float:
    """Contrast after WCAG 2.2, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", [theme.INK, theme.QUIET, theme.ACCENT, theme.OTHER])
@pytest.mark.parametrize("ground", [theme.PAPER, theme.BAND])
def test_words_and_marks_stand_off_their_ground(colour, ground):
    assert contrast(colour, ground) >= (AA if ground == theme.PAPER else 3)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 7])
def test_answers_from_the_outside_in_grow_lighter_so_that_grey_prints_keep_them_apart(count):
    colours = theme.diverging(count)
    half = (count + 1) // 2
    for side in (colours[:half], colours[::-1][:half]):
        light = [luminance(colour) for colour in side]
        assert all(after - before > 0.05 for before, after in pairwise(light))


@pytest.mark.parametrize("count", [2, 5, 7])
def test_words_on_answers_can_be_read(count):
    for colour in theme.diverging(count):
        assert max(contrast(colour, theme.PAPER), contrast(colour, theme.INK)) >= AA
