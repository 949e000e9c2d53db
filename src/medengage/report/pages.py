"""Findings in short pages, each with one question: for reading on a screen, not for sending on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from medengage.findings import Estimate, Findings, Group, ScaleFinding
from medengage.report.beside import ALONE, Beside
from medengage.report.blocks import Block, Callout, Cell, Chart, Heading, Table, Text
from medengage.report.board import key_figures, lead
from medengage.report.charts import scales_chart, units_chart
from medengage.report.limits import limits
from medengage.report.notices import notices
from medengage.report.sections.change import change_section
from medengage.report.sections.differences import differences_section
from medengage.report.sections.drivers import drivers_section
from medengage.report.sections.gap import gap_section
from medengage.report.sections.norm import norm_section
from medengage.report.sections.profiles import profiles_section
from medengage.report.sections.scales import scale_blocks
from medengage.report.words import breakdown, confidence, doctors, group_name, period, plural

__all__ = ["Topic", "page", "topics"]

SCALE, UNIT = "scale-", "unit-"


@dataclass(frozen=True)
class Topic:
    """One page: its name in the address, and what it is about. ``part`` groups names in a menu."""

    name: str
    title: str
    part: str = ""


Writer = Callable[[Findings, Beside], list[Block]]


def topics(findings: Findings, beside: Beside = ALONE) -> tuple[Topic, ...]:
    """Every page that has something to say, in reading order."""
    main = [
        Topic(name, title) for name, (title, write) in WRITERS.items() if write(findings, beside)
    ]
    scales = [Topic(f"{SCALE}{one.id}", one.title, "Scales") for one in findings.main_scales]
    units = [
        Topic(
            f"{UNIT}{unit.id}",
            group_name(findings, unit),
            plural(breakdown(findings)).capitalize(),
        )
        for unit in findings.blocks
    ]
    return (*main, *scales, *units)


def page(findings: Findings, name: str, beside: Beside = ALONE) -> tuple[Block, ...]:
    """The blocks of one page; empty where there is no such page."""
    if name in WRITERS:
        blocks = WRITERS[name][1](findings, beside)
    elif name.startswith(SCALE):
        blocks = _scale(findings, name.removeprefix(SCALE))
    else:
        blocks = _unit(findings, name.removeprefix(UNIT))
    return (*notices(findings), *_without_heading(blocks)) if blocks else ()


def _without_heading(blocks: list[Block]) -> list[Block]:
    """The page has a heading of its own."""
    return blocks[1:] if isinstance(blocks[0], Heading) else blocks


def _overview(findings: Findings, beside: Beside) -> list[Block]:
    return [
        lead(findings),
        key_figures(findings),
        scales_chart(findings, findings.main_scales, in_order=False),
        Callout(
            "What these figures do not say", "", tone="important", items=limits(findings, beside)
        ),
    ]


def _units(findings: Findings, _: Beside) -> list[Block]:
    """Units on the index, and the map of all scales where it may be drawn."""
    index = findings.index
    chart = units_chart(findings, index) if index is not None else None
    blocks: list[Block] = [] if chart is None else [chart]
    blocks += differences_section(findings)[1:]
    if not blocks:
        return []
    return [
        *blocks,
        Callout("What these figures do not say", "", tone="important", items=OF_UNITS),
    ]


OF_UNITS = (
    "Which unit is best or worst: small differences may be chance. Do not rank.",
    "Why units differ: they differ in more than one way.",
    "That two units are alike, because neither is called different.",
)


def _drivers(findings: Findings, beside: Beside) -> list[Block]:
    return drivers_section(findings, beside.norm)


WRITERS: Mapping[str, tuple[str, Writer]] = {
    "overview": ("How engaged doctors are", _overview),
    "norm": ("Compared with other hospitals", lambda f, b: norm_section(f, b.norm)),
    "change": ("Since the last time", lambda f, b: change_section(f, b.before)),
    "units": ("Where units differ", _units),
    "places": ("What doctors bring and are offered", lambda f, _: profiles_section(f)),
    "drivers": ("What goes with saying, staying and striving", _drivers),
    "gap": ("What managers believe", lambda f, _: gap_section(f)),
}
"""Name -> title and writer; a writer gives nothing where the findings have nothing for it."""


def _scale(findings: Findings, scale_id: str) -> list[Block]:
    found = next((one for one in findings.main_scales if one.id == scale_id), None)
    return [] if found is None else scale_blocks(findings, found)


def _unit(findings: Findings, group_id: str) -> list[Block]:
    """One unit on every scale, beside all doctors."""
    unit = next((one for one in findings.blocks if one.id == group_id), None)
    if unit is None:
        return []
    chart = _unit_chart(findings, unit)
    if chart is None:
        return [Text("No figure of this unit may be shown.")]
    n = doctors(unit.n)
    rate = "" if unit.response_percent is None else f", about {unit.response_percent:.0f} %"
    return [
        Text(f"About {n} answered in {group_name(findings, unit)}{rate}.", tone="lead"),
        chart,
        Callout("What these figures do not say", "", tone="important", items=OF_UNITS[1:]),
    ]


def _unit_chart(findings: Findings, unit: Group) -> Chart | None:
    shown = [
        (scale, figure)
        for scale in findings.main_scales
        if isinstance(figure := scale.groups.get(unit.id), Estimate)
    ]
    if not shown:
        return None
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (scale.title, one.value, one.low, one.high, one.n) for scale, one in shown
    )
    name = group_name(findings, unit)
    return Chart(
        kind="dots",
        title=f"{name} beside all doctors",
        subtitle=f"Scores, {period(findings)}. Each line is the {confidence(findings)}; grey: all "
        "doctors with their interval.",
        description=f"Scores of {name} on 0 to 100, with those of all doctors behind them.",
        data=Table(f"Scores of {name}", ("Scale", "Score", "From", "To", "Doctors"), rows),
        options={
            "axis": "score, 0 to 100",
            "accent": True,
            "counts": False,
            "bands": {scale.title: band for scale, _ in shown if (band := _whole(scale))},
        },
    )


def _whole(scale: ScaleFinding) -> tuple[float, float, float] | None:
    one = scale.overall
    return (one.value, one.low, one.high) if isinstance(one, Estimate) else None
