"""Units beside their organisation on every scale: a map of what can be told, and what cannot."""

from __future__ import annotations

from medengage.compare.calls import MATTERS, Call
from medengage.compare.units import Cell as Place
from medengage.compare.units import HeatMap, beside_organisation
from medengage.findings import Estimate, Findings
from medengage.report.blocks import Block, Cell, Chart, Heading, Table, Text
from medengage.report.decimals import number
from medengage.report.readings import units_banded
from medengage.report.words import breakdown, group_name, period, plural, probability

__all__ = ["differences_section", "heat_chart"]

LEAST = 2


def differences_section(findings: Findings) -> list[Block]:
    """The map with its table; nothing where units may not be compared."""
    chart = heat_chart(findings)
    if chart is None:
        return []
    return [
        Heading(f"Where {plural(breakdown(findings))} differ from the whole"),
        Text(_false_share(beside_organisation(findings), breakdown(findings))),
        chart,
    ]


def heat_chart(findings: Findings) -> Chart | None:
    """Units by scales; ``None`` with fewer than two units, or where they may not be compared."""
    heat = beside_organisation(findings)
    if len(heat.units) < LEAST or not units_banded(findings):
        return None
    what = f"{breakdown(findings).capitalize()} by scale"
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (group_name(findings, unit), *(_words(place) for place in row))
        for unit, row in zip(heat.units, heat.cells, strict=True)
    )
    heads = (breakdown(findings).capitalize(), *(scale.title for scale in heat.scales))
    notes = (
        f"Different means: by {number(MATTERS)} points or more from all doctors, with a "
        "probability of 90 %; probably: 80 %.",
        "Cannot tell is an answer of its own: it is neither similar nor different.",
    )
    return Chart(
        kind="heat",
        title=_title(heat),
        subtitle=f"{what} against all doctors, {period(findings)}. Numbers are scores.",
        description=f"{what}. {_description(findings, heat)}",
        data=Table(what, heads, rows, notes),
        options={
            "calls": tuple(tuple(place.call.value for place in row) for row in heat.cells),
            "scores": tuple(tuple(_score(place) for place in row) for row in heat.cells),
        },
    )


def _words(place: Place) -> str:
    if isinstance(place.figure, Estimate):
        return f"{number(place.figure.value)}, {place.words}"
    return place.words


def _score(place: Place) -> str:
    return f"{place.figure.value:.0f}" if isinstance(place.figure, Estimate) else ""


def _title(heat: HeatMap) -> str:
    every = [place for row in heat.cells for place in row]
    told = sum(place.call is Call.CANNOT_TELL for place in every)
    different = len(heat.different)
    return f"Of {len(every)} comparisons, {different} differ; {told} cannot be told"


def _description(findings: Findings, heat: HeatMap) -> str:
    titles = {scale.id: scale.title for scale in heat.scales}
    told = [
        f"{group_name(findings, place.unit)} is {place.words} on {titles[place.scale]}"
        for place in heat.different
    ]
    return f"{'; '.join(told)}." if told else "No unit can be called different on any scale."


def _false_share(heat: HeatMap, unit: str) -> str:
    share = heat.false_share
    if share is None:
        return (
            f"No {unit} can be called different from all doctors together. That may be because "
            "they are alike, or because too few doctors answered."
        )
    return (
        f"A {unit} is called different only where that is likely. Of those called, about "
        f"{probability(share)} may be wrong."
    )
