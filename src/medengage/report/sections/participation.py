"""Who was asked, who answered, and what the silence of the others could mean."""

from __future__ import annotations

from medengage.findings import Estimate, Findings, Nonresponse, Participation, PhaseDifference
from medengage.report.blocks import Block, Cell, Heading, Table, Text
from medengage.report.decimals import alike
from medengage.report.readings import headline_scales
from medengage.report.words import (
    asked,
    breakdown,
    doctors,
    estimate,
    group_name,
    listed,
    number,
)

__all__ = ["participation_section"]

R_WARNING = 0.8
"""An R-indicator below this gets a warning (Schouten 2009; methods 1.7)."""

LABELS = {
    "good": "Response is good: 60 % or more of all doctors answered.",
    "read with the sensitivity line": (
        "Between 40 % and 60 % of all doctors answered: read each score with the table below."
    ),
    "no bands or ranks": (
        "Fewer than 40 % of all doctors answered: do not band, rank or compare with others."
    ),
}


def participation_section(findings: Findings) -> list[Block]:
    """Counts, representation, weighting and how the answers were given."""
    who = findings.participation
    blocks: list[Block] = [Heading("Who answered"), Text(_opening(findings))]
    if findings.blocks:
        blocks.append(_groups(findings))
    if who.nonresponse is not None:
        blocks += _silence(findings, who.nonresponse)
    return [*blocks, *_weighting(findings), *_quality(findings, who)]


def _opening(findings: Findings) -> str:
    silent = findings.participation.nonresponse
    return f"{asked(findings)} {LABELS[silent.label]}" if silent else asked(findings)


def _groups(findings: Findings) -> Table:
    rows = tuple(
        (
            group_name(findings, group),
            group.n,
            group.eligible,
            group.response_percent,
        )
        for group in (findings.organisation, *findings.blocks)
    )
    notes = (
        "Numbers of a group are shown in steps of five, and so are its response rates.",
        "A response rate is shown from 30 doctors asked.",
    )
    head = (breakdown(findings).capitalize(), "Answered", "Asked", "Response (%)")
    return Table(f"Doctors who answered, by {breakdown(findings)}", head, rows, notes)


def _silence(findings: Findings, silent: Nonresponse) -> list[Block]:
    blocks: list[Block] = [Heading("What the others might have said", 3)]
    if silent.representation:
        blocks.append(_representation(silent))
    if silent.r_indicator is not None:
        blocks.append(Text(_r_indicator(silent.r_indicator)))
    if silent.sensitivity:
        blocks.append(_sensitivity(findings, silent))
    if silent.phase is not None:
        blocks.append(Text(_late(silent.phase)))
    return blocks


def _late(found: PhaseDifference) -> str:
    """How late answers differ from early ones, and whether that can be told."""
    difference, low, high = alike(found.difference, found.low, found.high)
    how = "lower" if found.difference < 0 else "higher"
    sure = "that may be chance" if found.low <= 0 <= found.high else "that is more than chance"
    return (
        f"Doctors who answered late scored {difference.lstrip('-')} points {how} than those who "
        f"answered early: {sure} (interval {low} to {high}, {doctors(found.n)})."
    )


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
    head = ("Doctors", "Of all doctors (%)", "Of answers (%)", "Response (%)", "Difference")
    notes = (
        "Shares of answers follow from response rates in steps of five.",
        "Difference: of the two shares, in standard deviations; beyond 0.1 deserves a look.",
    )
    return Table("Those who answered beside all doctors", head, rows, notes)


def _r_indicator(value: float) -> str:
    told = f"Likeness of those who answered to all doctors (R-indicator): {number(value)} of 1."
    if value < R_WARNING:
        return f"{told} Below {number(R_WARNING)} some kinds of doctors are clearly missing."
    return f"{told} From {number(R_WARNING)} on there is little reason for worry."


def _sensitivity(findings: Findings, silent: Nonresponse) -> Table:
    main = headline_scales(findings.main_scales)
    figure = main[0].overall if main else None
    rows: list[tuple[Cell, ...]] = []
    for line in silent.sensitivity:
        true = round(figure.value - line.bias, 1) if isinstance(figure, Estimate) else None
        rows.append((f"{number(line.d)} standard deviations lower", line.bias, true))
    head = ("If the others score", "Score too high by (points)", "Score of all doctors")
    name = main[0].title if main else "the score"
    caption = f"What if those who did not answer think otherwise? {name}, 0 to 100"
    return Table(caption, head, tuple(rows))


def _weighting(findings: Findings) -> list[Block]:
    silent = findings.participation.nonresponse
    if silent is None:
        return []
    blocks: list[Block] = [Heading("Weighting", 3)]
    if silent.weighting == "none":
        blocks.append(Text(silent.weighting_note or "Nothing is weighted."))
        return blocks
    by = listed(silent.weighting_strata)
    price = ""
    if silent.design_effect is not None:
        price = f" It widens intervals as if {_price(silent.design_effect)} fewer had answered."
    told = (
        f"Some groups answered more than others, so results are also {silent.weighting} by {by}."
    )
    blocks.append(Text(f"{told}{price} {silent.weighting_note}".strip()))
    rows = tuple(
        (scale.title, estimate(scale.overall), estimate(scale.weighted))
        for scale in headline_scales(findings.main_scales)
        if scale.weighted is not None
    )
    if rows:
        head = ("Scale", "As answered", "Weighted to all doctors")
        note = "Weighting mends uneven response between groups, not silence within them."
        blocks.append(Table("Scores with and without weights, 0 to 100", head, rows, (note,)))
    return blocks


def _price(design_effect: float) -> str:
    return f"{100 * (1 - 1 / design_effect):.0f} %"


def _quality(findings: Findings, who: Participation) -> list[Block]:
    """Flags on how the answers were given; nobody is left out because of them in silence."""
    flags = (
        (
            "left out more than half of the statements and have no index",
            who.mostly_missing_percent,
        ),
        ("gave one and the same answer to all statements", who.straight_lined_percent),
    )
    told = [
        f"{number(percent)} % of {doctors(who.answered)} {what}."
        for what, percent in flags
        if percent is not None
    ]
    told += [
        f"Not shown, because it is one or two doctors: the share that {what}."
        for what, percent in flags
        if percent is None
    ]
    without = who.index_without_straight_liners
    if without is not None and findings.index is not None:
        told.append(
            f"Without doctors who gave one and the same answer, {findings.index.title} is "
            f"{estimate(without)} instead of {estimate(findings.index.overall)}."
        )
    return [Heading("How the answers were given", 3), Text("", items=tuple(told))]
