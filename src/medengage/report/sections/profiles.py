"""Derived readings: quadrant, continuum, and engaged by say, stay, strive."""

from __future__ import annotations

from medengage.findings import (
    ORGANISATION,
    EngagedFinding,
    Findings,
    QuadrantFinding,
    StageFinding,
)
from medengage.report.blocks import Block, Cell, Heading, Table, Text
from medengage.report.profiles import CAUTION, quadrant_chart, quadrant_words
from medengage.report.readings import bands_allowed, units_banded
from medengage.report.words import (
    breakdown,
    estimate_and_n,
    group_name,
    listed,
    number,
    probability,
    share_and_n,
)

__all__ = ["engaged_section", "profiles_section"]


def profiles_section(findings: Findings) -> list[Block]:
    """Quadrant and continuum, each with its table of probabilities."""
    if not bands_allowed(findings):
        return _no_bands(findings)
    blocks: list[Block] = []
    chart = quadrant_chart(findings)
    if findings.quadrant is not None and chart is not None:
        blocks += [
            Heading("What doctors bring and what the organisation offers"),
            chart,
            _quadrant_table(findings, findings.quadrant),
        ]
    if findings.continuum:
        blocks += [Heading("Stages of engagement"), _stages(findings, findings.continuum)]
    return blocks


def _no_bands(findings: Findings) -> list[Block]:
    if findings.quadrant is None and not findings.continuum:
        return []
    why = "Fewer than 40 % of all doctors answered, so nothing is put in a quadrant or stage."
    return [Heading("Quadrant and stages"), Text(why)]


def _quadrant_table(findings: Findings, found: QuadrantFinding) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            group_name(findings, point.group),
            *(probability(p) for p in point.probabilities),
            quadrant_words(findings, point),
            point.n,
        )
        for point in found.points
    )
    head = (breakdown(findings).capitalize(), *found.names, "Reading", "Doctors")
    notes = (
        "A group is placed only where one quadrant has a probability of 80 % or more.",
        "Groups are drawn towards their common mean as far as chance alone would scatter them.",
    )
    return Table("Probability of each quadrant", head, rows, notes)


def _stages(findings: Findings, stages: tuple[StageFinding, ...]) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            group_name(findings, stage.group),
            *(probability(p) for p in stage.probabilities),
            _reading(findings, stage),
            stage.n,
        )
        for stage in stages
    )
    cuts = listed([number(cut) for cut in stages[0].cuts])
    notes = (
        f"Names and cuts of the stages ({cuts} on the index) are defaults of this program.",
        "A stage is named only where it has a probability of 80 % or more.",
    )
    head = (breakdown(findings).capitalize(), *stages[0].stages, "Reading", "Doctors")
    return Table("Probability of each stage", head, rows, notes)


def _reading(findings: Findings, stage: StageFinding) -> str:
    if stage.group != ORGANISATION and not units_banded(findings):
        return CAUTION
    return stage.label or "cannot tell"


def engaged_section(findings: Findings) -> list[Block]:
    """Say, stay and strive: the facets, and the share of engaged doctors by both rules."""
    found = findings.engaged
    if found is None:
        return []
    facets = listed(_titles(findings, found))
    rules: tuple[tuple[Cell, ...], ...] = (
        (
            f"{facets}: each at {number(found.all_at_least)} or more",
            share_and_n(found.by_all_facets),
        ),
        (f"their mean at {number(found.mean_at_least)} or more", share_and_n(found.by_mean)),
    )
    rows = tuple(
        (scale.title, estimate_and_n(scale.overall), _alpha(scale.reliability))
        for scale in findings.scales
        if scale not in findings.main_scales
    )
    blocks: list[Block] = [
        Heading(facets),
        Text("How many doctors count as engaged depends on the rule, so both are shown."),
        Table("Engaged doctors by two rules", ("Rule", "Doctors"), rules),
    ]
    if rows:
        blocks.append(Table("Facets, 0 to 100", ("Facet", "Score", "Alpha"), rows))
    return blocks


def _titles(findings: Findings, found: EngagedFinding) -> list[str]:
    titles = {scale.id: scale.title for scale in findings.scales}
    return [titles.get(facet, facet) for facet in found.facets]


def _alpha(reliability: object) -> float | None:
    value = getattr(reliability, "alpha", None)
    return value if isinstance(value, float) else None
