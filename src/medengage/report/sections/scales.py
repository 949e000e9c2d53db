"""Every scale: its score, its spread, its groups and the answers to its statements."""

from __future__ import annotations

from medengage.findings import Distribution, Estimate, Findings, ItemFinding, ScaleFinding
from medengage.report.blocks import Block, Chart, Heading, Table, Text
from medengage.report.charts import half, scales_chart, spread_chart, units_chart
from medengage.report.profiles import item_name, items_chart
from medengage.report.readings import unit_figures
from medengage.report.sections.quality import decision_words, reliability_words
from medengage.report.words import breakdown, doctors, estimate, number, share

__all__ = ["overview_section", "scale_blocks", "scale_sections"]

MOST_ROWS = 9
"""Groups that a figure of half the width names; more become a caterpillar."""


def overview_section(findings: Findings) -> list[Block]:
    """All scales of the main instrument in one figure and one table."""
    scales = findings.main_scales
    rows = tuple(
        (
            scale.title,
            scale.level,
            estimate(scale.overall),
            estimate(scale.analytic),
            None if scale.weighted is None else estimate(scale.weighted),
            scale.spread,
            scale.overall.n if isinstance(scale.overall, Estimate) else None,
        )
        for scale in scales
    )
    head = ("Scale", "Level", "These doctors", "In general", "Weighted", "Spread", "Doctors")
    notes = (
        "Score (interval). These doctors: what the doctors of this organisation say now. In "
        "general: with chance taken into account, for comparisons with other times and places.",
        "Spread: standard deviation between doctors, in points.",
    )
    chart = scales_chart(findings, scales, in_order=False)
    return [Heading("All scores"), chart, Table("All scales, 0 to 100", head, rows, notes)]


def scale_sections(findings: Findings) -> list[Block]:
    """One section a scale of the main instrument, in the order of the instrument."""
    blocks: list[Block] = [Heading("Scale by scale")]
    for scale in findings.main_scales:
        blocks += [Heading(scale.title, 3), *scale_blocks(findings, scale)]
    return blocks


def scale_blocks(findings: Findings, scale: ScaleFinding) -> list[Block]:
    """One scale: what it says, its figures, and the answers to its statements."""
    return [Text(_told(scale)), *_charts(findings, scale), *_items(findings, scale)]


def _told(scale: ScaleFinding) -> str:
    """Score, reliability and what may be said of groups, in plain sentences."""
    told = [
        f"How far doctors feel that {scale.meaning}." * bool(scale.meaning),
        _score(scale),
        reliability_words(scale.reliability),
        decision_words(scale.aggregation),
    ]
    return " ".join(filter(None, told))


def _score(scale: ScaleFinding) -> str:
    if not isinstance(scale.overall, Estimate):
        return f"Score {scale.overall.words}."
    return f"Score {estimate(scale.overall)}, {doctors(scale.overall.n)}."


def _charts(findings: Findings, scale: ScaleFinding) -> list[Block]:
    spread, units = spread_chart(scale), units_chart(findings, scale, MOST_ROWS)
    if spread is not None and units is not None:
        return [half(spread), half(units)]
    charts: list[Chart] = [half(chart) for chart in (spread, units) if chart is not None]
    return [*charts, *_reasons(findings, scale)]


def _reasons(findings: Findings, scale: ScaleFinding) -> list[Block]:
    """Why a distribution or the groups are missing, in words."""
    told = []
    if not isinstance(scale.distribution, Distribution):
        told.append(f"Distribution {scale.distribution.words}.")
    words = {f.words for f in unit_figures(findings, scale) if not isinstance(f, Estimate)}
    told += [f"By {breakdown(findings)}: {reason}." for reason in sorted(words)]
    return [Text(" ".join(told))] if told else []


def _items(findings: Findings, scale: ScaleFinding) -> list[Block]:
    items = [item for item in findings.items if item.scale == scale.id]
    if not items:
        return []
    chart = items_chart(findings, scale, items)
    return [*([chart] if chart else []), _items_table(scale, items)]


def _items_table(scale: ScaleFinding, items: list[ItemFinding]) -> Table:
    rows = tuple(
        (
            item_name(item),
            share(item.favourable),
            getattr(item.favourable, "n", None),
            item.mean,
            f"{number(item.missing_percent)} %",
            item.item_rest,
            item.alpha_if_dropped,
        )
        for item in items
    )
    head = ("Statement", "Favourable", "Doctors", "Mean", "Missing", "Item-rest", "Alpha without")
    return Table(f"Statements of {scale.title}", head, rows, _item_notes(items))


def _item_notes(items: list[ItemFinding]) -> tuple[str, ...]:
    options = sorted({item.options for item in items})
    notes = [f"Mean: of the answers 1 to {options[-1]}, 1 the least favourable."]
    if any(item.reversed for item in items):
        notes.append("Reversed: agreeing is unfavourable; mean and share are turned round.")
    joined = any(
        isinstance(item.distribution, Distribution)
        and len(item.distribution.labels) < item.options
        for item in items
    )
    if joined:
        notes.append("Answers that only one or two doctors chose are shown with a neighbour.")
    if any(item.text is None for item in items):
        notes.append("The licence of the instrument keeps the words of its statements back.")
    return tuple(notes)
