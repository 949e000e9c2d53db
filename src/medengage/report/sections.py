"""The sections of the full report, each a function from findings to blocks."""

from __future__ import annotations

from medengage.findings import (
    Aggregation,
    Distribution,
    Estimate,
    Findings,
    ItemFinding,
    Nonresponse,
    Reliability,
    ScaleFinding,
    StageFinding,
    Suppressed,
)
from medengage.report.blocks import Block, Callout, Cell, Heading, Table, Text
from medengage.report.charts import (
    items_chart,
    quadrant_chart,
    scales_chart,
    spread_chart,
    units_chart,
)
from medengage.report.words import (
    asked,
    day,
    estimate,
    group_name,
    listed,
    number,
    probability,
    share,
)

__all__ = [
    "engaged_section",
    "items_section",
    "participation_section",
    "profiles_section",
    "provenance_section",
    "quality_section",
    "scales_section",
    "units_section",
]


def participation_section(findings: Findings) -> list[Block]:
    """Who was asked, who answered, and what silence could mean."""
    who = findings.participation
    blocks: list[Block] = [Heading("Who answered"), Text(asked(findings)), _groups(findings)]
    flags = [
        ("left out more than half of the questions", who.mostly_missing_percent),
        ("gave the same answer to everything", who.straight_lined_percent),
    ]
    told = tuple(f"{number(p)} % of doctors {what}." for what, p in flags if p is not None)
    if told:
        blocks.append(Text("How they answered:", items=told))
    if isinstance(who.index_without_straight_liners, Estimate):
        without = estimate(who.index_without_straight_liners)
        blocks.append(Text(f"Without doctors who gave one answer to everything: {without}."))
    if who.nonresponse is not None:
        blocks += _silence(who.nonresponse)
    return blocks


def _groups(findings: Findings) -> Table:
    rows = tuple(
        (group_name(findings, group), group.n, group.eligible, group.response_percent)
        for group in findings.groups
    )
    notes = ("Numbers of groups are in steps of five, response rates too.",)
    return Table(
        "Doctors who answered",
        ("Group", "Answered", "Could answer", "Response (%)"),
        rows,
        notes if findings.blocks else (),
    )


def _silence(silent: Nonresponse) -> list[Block]:
    blocks: list[Block] = [Heading("What the others might have said", 3)]
    blocks.append(Text(f"Response: {silent.label}."))
    if silent.sensitivity:
        rows = tuple((number(line.d), line.bias) for line in silent.sensitivity)
        head = ("If the others score lower by (standard deviations)", "the score is too high by")
        blocks.append(Table("What if those who did not answer think otherwise?", head, rows))
    if silent.representation:
        blocks.append(_representation(silent))
    if silent.r_indicator is not None:
        warning = (
            " Below 0.8 some kinds of doctors are missing." if silent.r_indicator < R_LOW else ""
        )
        blocks.append(
            Text(f"Representativity (R-indicator): {number(silent.r_indicator)} of 1.{warning}")
        )
    if silent.phase is not None:
        late = silent.phase
        blocks.append(
            Text(
                f"Late minus early answers: {number(late.difference)} points "
                f"({number(late.low)} to {number(late.high)}), n {late.n}."
            )
        )
    blocks.append(Text(_weighting(silent)))
    return blocks


R_LOW = 0.8


def _representation(silent: Nonresponse) -> Table:
    rows = tuple(
        (
            f"{row.attribute}: {row.category}",
            row.roster_percent,
            row.respondents_percent,
            row.response_percent,
            row.difference,
        )
        for row in silent.representation
    )
    head = ("Doctors", "Roster (%)", "Answers (%)", "Response (%)", "Difference (SD)")
    note = "Shares of answers follow from response rates in steps of five. Beyond 0.1 is notable."
    return Table("Those who answered beside those who were asked", head, rows, (note,))


def _weighting(silent: Nonresponse) -> str:
    if silent.weighting == "none":
        return silent.weighting_note or "Nothing is weighted."
    by = listed(silent.weighting_strata)
    deff = (
        "" if silent.design_effect is None else f" Design effect {number(silent.design_effect)}."
    )
    return f"Weighted results: {silent.weighting} by {by}.{deff} {silent.weighting_note}".strip()


def scales_section(findings: Findings) -> list[Block]:
    """Every scale of the whole organisation."""
    blocks: list[Block] = [Heading("Scores"), scales_chart(findings, findings.main_scales)]
    rows = tuple(
        (
            scale.title,
            scale.level,
            estimate(scale.overall),
            estimate(scale.analytic),
            "" if scale.weighted is None else estimate(scale.weighted),
            scale.spread,
            scale.overall.n if isinstance(scale.overall, Estimate) else None,
        )
        for scale in findings.main_scales
    )
    head = ("Scale", "Level", "These doctors", "The process", "Weighted", "Spread (SD)", "Doctors")
    notes = (
        "Scores from 0 to 100 with 95 % intervals.",
        "“These doctors”: finite population correction; “the process”: without, for comparisons.",
    )
    blocks.append(Table("Scores of all scales", head, rows, notes))
    for scale in findings.main_scales:
        if scale.level != "subscale" and (chart := spread_chart(scale)) is not None:
            blocks.append(chart)
    return blocks


def units_section(findings: Findings) -> list[Block]:
    """Every scale by block, or why it is not shown by block."""
    if not findings.blocks:
        return []
    breakdown = findings.policy.breakdown or "group"
    blocks: list[Block] = [Heading(f"Results by {breakdown}")]
    if findings.release_notes:
        blocks.append(Text("Groups that were joined:", items=findings.release_notes))
    apart = [scale for scale in findings.main_scales if units_chart(findings, scale) is not None]
    for scale in apart:
        chart = units_chart(findings, scale)
        blocks += [chart] if chart else []
    whole = [scale for scale in findings.main_scales if scale not in apart]
    if whole:
        reason = next(
            (f.words for s in whole for f in s.groups.values() if isinstance(f, Suppressed)), ""
        )
        blocks.append(Callout(listed([s.title for s in whole]), reason))
    return blocks


def profiles_section(findings: Findings) -> list[Block]:
    """Quadrant and continuum with their probabilities."""
    blocks: list[Block] = []
    if findings.quadrant is not None and (chart := quadrant_chart(findings)) is not None:
        blocks += [Heading("What doctors bring and what the organisation offers"), chart]
        head = ("Group", *findings.quadrant.names)
        rows = tuple(
            (group_name(findings, p.group), *(probability(one) for one in p.probabilities))
            for p in findings.quadrant.points
        )
        blocks.append(Table("Probability of each quadrant", head, rows))
    if findings.continuum:
        blocks += [Heading("Stage on the continuum"), _stages(findings, findings.continuum)]
    return blocks


def _stages(findings: Findings, stages: tuple[StageFinding, ...]) -> Table:
    rows = tuple(
        (
            group_name(findings, stage.group),
            *(probability(p) for p in stage.probabilities),
            stage.label or "cannot tell",
        )
        for stage in stages
    )
    cuts = listed([number(cut) for cut in stages[0].cuts])
    note = f"Stages are ours, a platform default with cuts at {cuts} of the index."
    head = ("Group", *stages[0].stages, "Stage")
    return Table("Probability of each stage", head, rows, (note,))


def engaged_section(findings: Findings) -> list[Block]:
    """Say, stay and strive by both rules, named."""
    found = findings.engaged
    if found is None:
        return []
    modules = [scale for scale in findings.scales if scale not in findings.main_scales]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (scale.title, estimate(scale.overall), _alpha(scale.reliability)) for scale in modules
    )
    return [
        Heading("Say, stay, strive"),
        Table("Facets", ("Facet", "Score (0 to 100)", "alpha"), rows),
        Text(
            "Doctors who are engaged, by two rules:",
            items=(
                f"all of {listed(found.facets)} at {number(found.all_at_least)} or more: "
                f"{share(found.by_all_facets)}",
                f"their mean at {number(found.mean_at_least)} or more: {share(found.by_mean)}",
            ),
        ),
    ]


def items_section(findings: Findings) -> list[Block]:
    """Every item of the main instrument, subscale by subscale."""
    blocks: list[Block] = [Heading("Answers to the statements")]
    for scale in findings.main_scales:
        items = [item for item in findings.items if item.scale == scale.id]
        if not items:
            continue
        blocks.append(Heading(scale.title, 3))
        chart = items_chart(scale, items)
        blocks += [chart] if chart else []
        blocks.append(_items_table(scale, items))
    return blocks


def _items_table(scale: ScaleFinding, items: list[ItemFinding]) -> Table:
    rows = tuple(
        (
            (item.text or item.id) + (" (R)" if item.reversed else ""),
            item.mean,
            share(item.favourable),
            item.favourable.n if not isinstance(item.favourable, Suppressed) else None,
            item.missing_percent,
            item.item_rest,
            item.alpha_if_dropped,
        )
        for item in items
    )
    head = (
        "Statement",
        "Mean",
        "Favourable",
        "Doctors",
        "Missing (%)",
        "Item-rest r",
        "alpha without",
    )
    merged = [i for i in items if isinstance(i.distribution, Distribution)]
    few = any(
        len(i.distribution.labels) < i.options
        for i in merged
        if isinstance(i.distribution, Distribution)
    )
    notes = ["Means and shares after turning reverse-keyed statements (R) round."]
    notes += [
        "Where an answer was chosen by one or two doctors, answers are not shown singly."
    ] * few
    return Table(f"Statements of {scale.title}", head, rows, tuple(notes))


def quality_section(findings: Findings) -> list[Block]:
    """Reliability and aggregation of every scale."""
    known = [scale for scale in findings.scales if scale.reliability is not None]
    blocks: list[Block] = [Heading("Quality of the measurement")]
    if known:
        head = (
            "Scale",
            "alpha",
            "95 % interval",
            "omega total",
            "omega h",
            "SEM",
            "Smallest change",
        )
        rows = tuple((scale.title, *_reliability(scale.reliability)) for scale in known)
        note = "SEM and smallest reliable change concern one doctor's score, never a group's mean."
        blocks.append(Table("Reliability", head, rows, (note,)))
    together = [scale for scale in findings.scales if scale.aggregation is not None]
    if together:
        columns = ("Scale", "Units", "ICC(1)", "ICC(2)", "p", "rwg(j) median", "rwg(j) by chance")
        rows = tuple((scale.title, *_aggregation(scale.aggregation)) for scale in together)
        note = "Compare: ICC(2) at least .70; caution: .50 to .69; else the whole only."
        blocks.append(Table("May units be compared?", (*columns, "Decision"), rows, (note,)))
    return blocks


def _alpha(found: Reliability | None) -> float | None:
    return None if found is None else found.alpha


def _reliability(found: Reliability | None) -> tuple[Cell, ...]:
    if found is None:
        return (None,) * 6
    return (
        found.alpha,
        f"{number(found.alpha_low)} to {number(found.alpha_high)}",
        found.omega_total,
        found.omega_hierarchical,
        round(found.standard_error, 1),
        round(found.smallest_reliable_change, 1),
    )


def _aggregation(found: Aggregation | None) -> tuple[Cell, ...]:
    if found is None:
        return (None,) * 7
    small = found.p is not None and found.p < SMALL_P
    return (
        found.units,
        _three(found.icc1),
        _three(found.icc2),
        "under .001" if small else _three(found.p),
        _three(found.rwgj_median),
        _three(found.rwgj_critical),
        found.decision,
    )


SMALL_P = 0.001


def _three(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def provenance_section(findings: Findings) -> list[Block]:
    """Which files and which program made these figures."""
    about, policy = findings.about, findings.policy
    rows: list[tuple[Cell, ...]] = [
        ("Study", about.study),
        ("Asked", f"{day(about.opened)} to {day(about.closed)}"),
        ("Program", f"medengage {about.package_version}"),
        ("Smallest group", f"{policy.minimum_group} doctors"),
        ("Smallest group with a distribution", f"{policy.distribution_group} doctors"),
    ]
    for used in about.instruments:
        rows.append(("Instrument", f"{used.title}, {used.id} {used.version}, {used.licence}"))
        rows.append(("Its checksum", used.checksum))
    return [
        Heading("Where these figures come from"),
        Table("Provenance", ("What", "Value"), tuple(rows)),
    ]
