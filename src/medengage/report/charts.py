"""Findings as charts: which rows a figure holds, and the sentences that go with it.

The columns follow the conventions of ``report/figures``; drawing happens there.
"""

from __future__ import annotations

from collections.abc import Sequence

from medengage.findings import (
    ORGANISATION,
    Distribution,
    Estimate,
    Figure,
    Findings,
    ItemFinding,
    QuadrantPoint,
    ScaleFinding,
    Suppressed,
)
from medengage.report.blocks import Cell, Chart, Table
from medengage.report.words import doctors, group_name, interval, number, period, probability

__all__ = ["items_chart", "quadrant_chart", "scales_chart", "spread_chart", "units_chart"]

DOT_COLUMNS = ("Score (0 to 100)", "From", "To", "Doctors", "Note")
CONFIDENCE = "The line is the 95 % interval."
CORNERS = ("low_low", "high_low", "low_high", "high_high")


def units_chart(findings: Findings, scale: ScaleFinding) -> Chart | None:
    """Every block's estimate, highest first; ``None`` where no block may be shown apart."""
    named = [
        (group_name(findings, group), scale.groups.get(group.id)) for group in findings.blocks
    ]
    shown = [(name, figure) for name, figure in named if isinstance(figure, Estimate)]
    if not shown:
        return None
    rows = sorted(shown, key=lambda pair: -pair[1].value)
    breakdown = findings.policy.breakdown or "unit"
    overall = scale.overall.value if isinstance(scale.overall, Estimate) else None
    return Chart(
        kind="dots",
        title=_units_title(scale, [figure for _, figure in rows], overall),
        subtitle=f"{scale.title} by {breakdown}, {period(findings)}. {CONFIDENCE}",
        description=_dots_description(rows, f"{scale.title} by {breakdown}"),
        data=_dots_table(f"{scale.title} by {breakdown}", breakdown.capitalize(), rows),
        options={
            "reference": overall,
            "reference_label": f"all doctors {number(overall)}" if overall is not None else "",
            "axis": f"{scale.title} (0 to 100)",
        },
    )


def scales_chart(findings: Findings, scales: Sequence[ScaleFinding]) -> Chart:
    """Estimates of several scales of the whole organisation, highest first."""
    rows = [(scale.title, scale.overall) for scale in scales]
    rows.sort(key=lambda row: -row[1].value if isinstance(row[1], Estimate) else 1)
    n = findings.participation.answered
    return Chart(
        kind="dots",
        title=_scales_title(rows),
        subtitle=f"All doctors, n {n}, {period(findings)}. {CONFIDENCE}",
        description=_dots_description(rows, "Scales of the whole organisation"),
        data=_dots_table("Scales of the whole organisation", "Scale", rows),
        options={"axis": "Score (0 to 100)"},
    )


def quadrant_chart(findings: Findings) -> Chart | None:
    """Organisation and blocks on both aspects, as 95 % ellipses."""
    found = findings.quadrant
    if found is None:
        return None
    whole, blocks = _split(found.points)
    caption = "What doctors bring and what the organisation offers"
    rows = tuple(_quadrant_row(findings, point) for point in found.points)
    columns = ("Group", "Individual", "Organisation", "Half-axis 1", "Half-axis 2", "Angle")
    sure = "Cuts at 50 are a fixed criterion, not a norm."
    if found.cut_source == "norm median":
        sure = "Cuts are the medians of the norm."
    return Chart(
        kind="quadrant",
        title=_quadrant_title(findings, whole, blocks),
        subtitle=f"Individual and organisation aspect, {period(findings)}. "
        f"Each ellipse holds the true point with 95 % probability. {sure}",
        description=_quadrant_description(findings, found.points),
        data=Table(caption, (*columns, "Quadrant", "Probability", "Doctors"), rows),
        options={
            "cut_x": found.cut_x,
            "cut_y": found.cut_y,
            "corners": dict(zip(CORNERS, found.names, strict=True)),
            "axis_x": "What doctors bring (individual, 0 to 100)",
            "axis_y": "What the organisation offers (0 to 100)",
            "accent": group_name(findings, ORGANISATION),
        },
    )


def items_chart(scale: ScaleFinding, items: Sequence[ItemFinding]) -> Chart | None:
    """Answers to the items of one subscale as diverging bars, as they were worded."""
    shown = [
        (item, item.distribution)
        for item in items
        if isinstance(item.distribution, Distribution)
        and len(item.distribution.labels) == item.options
    ]
    if not shown:
        return None
    labels = shown[0][1].labels
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (_item_name(item), *shape.percent, shape.n) for item, shape in shown
    )
    columns = ("Statement", *(f"{label} (%)" for label in labels), "Doctors")
    turned = " Statements marked (R) mean low engagement when doctors agree."
    return Chart(
        kind="stacked",
        title=f"How doctors answered: {scale.title}",
        subtitle="Percent of doctors who chose each answer, all doctors."
        + (turned if any(item.reversed for item, _ in shown) else ""),
        description=_items_description(shown),
        data=Table(f"Answers to {scale.title}, percent of doctors", columns, rows),
        options={"labels": labels},
    )


def spread_chart(scale: ScaleFinding) -> Chart | None:
    """Share of doctors in each fifth of a scale; ``None`` where that is withheld."""
    shape = scale.distribution
    if isinstance(shape, Suppressed):
        return None
    rows = tuple(zip(shape.labels, shape.percent, strict=True))
    largest = max(rows, key=lambda row: row[1])
    told = ", ".join(f"{label}: {number(percent)} %" for label, percent in rows)
    return Chart(
        kind="histogram",
        title=f"{number(largest[1])} % of doctors score {largest[0]} on {scale.title}",
        subtitle=f"Doctors by score (0 to 100), n {shape.n}.",
        description=f"Share of doctors by score on {scale.title}. {told}.",
        data=Table(f"Doctors by score on {scale.title}", ("Score", "Doctors (%)"), rows),
        options={"axis": "Doctors (%)"},
    )


def _dots_table(caption: str, head: str, rows: Sequence[tuple[str, Figure]]) -> Table:
    return Table(caption, (head, *DOT_COLUMNS), tuple(_dots_row(*row) for row in rows))


def _dots_row(name: str, figure: Figure) -> tuple[Cell, ...]:
    if isinstance(figure, Suppressed):
        return (name, None, None, None, None, figure.words)
    return (name, figure.value, figure.low, figure.high, figure.n, "")


def _dots_description(rows: Sequence[tuple[str, Figure]], what: str) -> str:
    shown = [(name, figure) for name, figure in rows if isinstance(figure, Estimate)]
    if not shown:
        return f"{what}: nothing can be shown."
    first, last = shown[0], shown[-1]
    return (
        f"Dots with intervals: {what}, from highest to lowest. "
        f"{first[0]} {number(first[1].value)} ({interval(first[1])}) is at the top, "
        f"{last[0]} {number(last[1].value)} ({interval(last[1])}) at the bottom. "
        "All figures stand in the table that follows."
    )


def _units_title(scale: ScaleFinding, figures: Sequence[Estimate], overall: float | None) -> str:
    low, high = min(f.value for f in figures), max(f.value for f in figures)
    apart = [f for f in figures if overall is not None and not f.low <= overall <= f.high]
    spread = (
        f"{scale.title} lies between {number(low)} and {number(high)} in {len(figures)} groups"
    )
    if not apart:
        return f"{spread}; none is clearly different from all doctors together"
    return f"{spread}; {len(apart)} differ from all doctors together"


def _scales_title(rows: Sequence[tuple[str, Figure]]) -> str:
    shown = [(name, figure) for name, figure in rows if isinstance(figure, Estimate)]
    if not shown:
        return "Nothing can be shown"
    first, last = shown[0], shown[-1]
    return f"From {last[0]} ({number(last[1].value)}) to {first[0]} ({number(first[1].value)})"


def _split(points: Sequence[QuadrantPoint]) -> tuple[QuadrantPoint, list[QuadrantPoint]]:
    whole = next(point for point in points if point.group == ORGANISATION)
    return whole, [point for point in points if point.group != ORGANISATION]


def _quadrant_title(
    findings: Findings, whole: QuadrantPoint, blocks: Sequence[QuadrantPoint]
) -> str:
    place = f"lies between {whole.label}" if whole.borderline else f"stands in “{whole.label}”"
    place = place.replace(" / ", " and ")
    name = group_name(findings, ORGANISATION)
    unsure = sum(point.borderline for point in blocks)
    if not blocks:
        return f"{name} {place}"
    return f"{name} {place}; {unsure} of {len(blocks)} groups are borderline"


def _quadrant_row(findings: Findings, point: QuadrantPoint) -> tuple[Cell, ...]:
    return (
        group_name(findings, point.group),
        point.x,
        point.y,
        *point.axes,
        point.angle,
        f"borderline: {point.label}" if point.borderline else point.label,
        probability(max(point.probabilities)),
        point.n,
    )


def _quadrant_description(findings: Findings, points: Sequence[QuadrantPoint]) -> str:
    told = [
        f"{group_name(findings, point.group)}: individual {number(point.x)}, organisation "
        f"{number(point.y)}, {'borderline between ' if point.borderline else ''}{point.label}"
        for point in points
    ]
    return "Groups on two axes, each from 0 to 100. " + "; ".join(told) + "."


def _item_name(item: ItemFinding) -> str:
    return (item.text or item.id) + (" (R)" if item.reversed else "")


def _items_description(shown: Sequence[tuple[ItemFinding, Distribution]]) -> str:
    told = [
        f"{_item_name(item)} {shape.labels[0]} {number(shape.percent[0])} %, "
        f"{shape.labels[-1]} {number(shape.percent[-1])} % of {doctors(shape.n)}"
        for item, shape in shown
    ]
    return "Stacked bars of answers. " + "; ".join(told) + "."
