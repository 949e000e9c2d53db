"""Findings as charts of scores: which rows a figure holds, and the sentences that go with it.

The columns follow the conventions of ``report/figures``; drawing happens there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from medengage.findings import Estimate, Figure, Findings, ScaleFinding, Suppressed
from medengage.report.blocks import Cell, Chart, Table
from medengage.report.readings import apart, by_score, extremes, units_banded
from medengage.report.words import (
    breakdown,
    confidence,
    doctors,
    estimate,
    group_name,
    number,
    period,
    plural,
    whole,
)

__all__ = ["half", "scales_chart", "spread_chart", "units_chart"]

DOT_COLUMNS = ("Score (0 to 100)", "From", "To", "Doctors")
MANY = 25
"""With more groups than this, some intervals miss the mean by chance, and the text says so."""


def units_chart(
    findings: Findings, scale: ScaleFinding, most_rows: int = MANY, *, name: str = ""
) -> Chart | None:
    """Every group's estimate; ``None`` where no group may be shown apart.

    The groups are the units that are compared, or those of the breakdown ``name``. Highest first
    where they may be put in order (grades have one already), else in the order of the findings.
    With more than ``most_rows`` groups only the outermost are named.
    """
    by = name or breakdown(findings)
    groups = findings.of_breakdown(name) if name else findings.blocks
    named = [(group_name(findings, g), scale.groups[g.id]) for g in groups if g.id in scale.groups]
    shown = [(title, figure) for title, figure in named if isinstance(figure, Estimate)]
    if not shown:
        return None
    rows: list[tuple[str, Figure]] = list(named)
    if units_banded(findings, name) and name not in findings.policy.order:
        rows = [*by_score(shown), *(pair for pair in named if isinstance(pair[1], Suppressed))]
    what = f"{scale.title} by {by}"
    return Chart(
        kind="dots",
        title=_units_title(findings, scale, [figure for _, figure in shown], name),
        subtitle=f"{what}, {period(findings)}. Each line is the {confidence(findings)}."
        + _by_chance(findings, len(shown), name),
        description=_dots_description(rows, what),
        data=_dots_table(what, by.capitalize(), rows),
        options={
            "axis": f"{scale.title}, 0 to 100",
            "most_rows": most_rows,
            **_reference(scale.overall),
        },
    )


def scales_chart(
    findings: Findings, scales: Sequence[ScaleFinding], *, in_order: bool = True
) -> Chart:
    """Estimates of several scales of the whole organisation, highest first if ``in_order``."""
    named = [(scale.title, scale.overall) for scale in scales]
    shown = [(name, figure) for name, figure in named if isinstance(figure, Estimate)]
    rows: list[tuple[str, Figure]] = list(named)
    if in_order:
        rows = [*by_score(shown), *(p for p in named if isinstance(p[1], Suppressed))]
    sizes = {figure.n for _, figure in shown}
    what = "Scores of all doctors"
    of = f"Scores of all {doctors(*sizes)}" if len(sizes) == 1 else what
    return Chart(
        kind="dots",
        title=_scales_title(rows),
        subtitle=f"{of}, {period(findings)}. Each line is the {confidence(findings)}.",
        description=_dots_description(rows, what),
        data=_dots_table(what, "Scale", rows),
        options={"axis": "score, 0 to 100", "accent": True, "counts": len(sizes) > 1},
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
        title=f"{number(largest[1])} % of doctors score {largest[0]}",
        subtitle=f"{scale.title}, percent of {doctors(shape.n)} by score.",
        description=f"Share of doctors by score on {scale.title}. {told}.",
        data=Table(f"Doctors by score on {scale.title}", ("Score", "Doctors (%)"), rows),
        options={"axis": f"{scale.title}, 0 to 100"},
    )


def half(chart: Chart) -> Chart:
    """The same chart at half the width, to stand beside another one."""
    return replace(chart, width="half")


def _reference(overall: Figure) -> dict[str, object]:
    """Everybody, as what groups are compared with."""
    if isinstance(overall, Suppressed):
        return {}
    words = f"all {doctors(overall.n)}: {number(overall.value)}"
    return {"reference": (words, overall.value, overall.low, overall.high)}


def _dots_table(caption: str, head: str, rows: Sequence[tuple[str, Figure]]) -> Table:
    return Table(caption, (head, *DOT_COLUMNS), tuple(_dots_row(*row) for row in rows))


def _dots_row(name: str, figure: Figure) -> tuple[Cell, ...]:
    if isinstance(figure, Suppressed):
        return (name, figure.words, None, None, None)
    return (name, figure.value, figure.low, figure.high, figure.n)


def _dots_description(rows: Sequence[tuple[str, Figure]], what: str) -> str:
    """The outermost figures in words; all of them stand in the table."""
    shown = by_score([(name, figure) for name, figure in rows if isinstance(figure, Estimate)])
    if not shown:
        return f"{what}: nothing can be shown."
    ends: list[Literal[0, -1]] = [0] if len(shown) == 1 else [0, -1]
    told = " and ".join(f"{shown[end][0]} {estimate(shown[end][1])}" for end in ends)
    between = f" Between {told}." if len(shown) > 1 else f" {told}."
    return f"{what}, {len(rows)} dots with intervals.{between}"


def _units_title(
    findings: Findings, scale: ScaleFinding, figures: Sequence[Estimate], name: str
) -> str:
    low, high = min(f.value for f in figures), max(f.value for f in figures)
    units = f"{len(figures)} {plural(name or breakdown(findings))}"
    range_ = f"{scale.title} lies between {number(low)} and {number(high)} in {units}"
    if isinstance(scale.overall, Suppressed) or not units_banded(findings, name):
        return range_
    count = apart(figures, scale.overall)
    if not count:
        return f"{range_}; none is clearly apart from all doctors together"
    return f"{range_}; {count} {'is' if count == 1 else 'are'} apart from all doctors together"


def _by_chance(findings: Findings, count: int, name: str) -> str:
    """With many groups some are apart by chance, and the reader should know how many."""
    if count <= MANY or not units_banded(findings, name):
        return ""
    return f" By chance alone about {whole((1 - findings.policy.confidence) * count)} are apart."


def _scales_title(rows: Sequence[tuple[str, Figure]]) -> str:
    if sum(isinstance(figure, Estimate) for _, figure in rows) == 1:
        return f"{rows[0][0]}: {estimate(rows[0][1])}"
    return extremes(rows).headline() or "Which scale is highest or lowest cannot be told"
