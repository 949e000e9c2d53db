"""What the figures do not say, and what to do next: the two lists that every report ends with."""

from __future__ import annotations

from collections.abc import Sequence

from medengage.findings import (
    ORGANISATION,
    Estimate,
    Findings,
    Nonresponse,
    QuadrantPoint,
    RepresentationRow,
    ScaleFinding,
)
from medengage.report.beside import ALONE, Beside
from medengage.report.readings import extremes, headline_scales, unit_figures, units_banded
from medengage.report.words import breakdown, estimate, group_name, listed, number, plural

__all__ = ["least_heard", "limits", "next_steps"]

USUAL_D = 0.3
"""How far silent doctors are supposed to differ, in standard deviations (methods 1.7)."""
UNEVEN = 10
"""Points of response rate between two groups that are worth a word."""
MOST_QUESTIONS, MOST_GROUPS = 2, 3

HIGH_LOW, LOW_HIGH, LOW_LOW = 1, 2, 0
ADVICE = {
    HIGH_LOW: "Doctors here bring more than they are offered. Ask what stands in their way.",
    LOW_HIGH: "Doctors here are offered more than they take up. Ask what would help them join in.",
    LOW_LOW: "Doctors here bring and are offered little. Listen first, then change one thing.",
}


def limits(findings: Findings, beside: Beside = ALONE) -> tuple[str, ...]:
    """What may not be concluded, as far as these findings go."""
    told = [
        ""
        if beside.norm
        else "Whether a score is high or low for an organisation like this: no norm is used.",
        _silence(findings),
        _groups(findings),
        "What causes what: a survey shows what goes together at one time.",
        "How well anybody works: doctors spoke of their own experience, nobody rated them.",
    ]
    return tuple(line for line in told if line)


def next_steps(findings: Findings) -> tuple[tuple[str, str], ...]:
    """Each step with who it is for: questions first, then what every survey owes its doctors."""
    return (
        *_questions(findings),
        *_places(findings),
        *_silent_groups(findings),
        ("Medical director", "Tell every doctor who was asked what came out and what follows."),
        ("Board", "With doctors, choose two or three actions, each with a lead and a date."),
    )


def least_heard(findings: Findings) -> RepresentationRow | None:
    """The group that answered least, where it is clearly below the group that answered most."""
    silent = findings.participation.nonresponse
    rows = [row for row in silent.representation if row.response_percent] if silent else []
    if not rows:
        return None
    lowest = min(rows, key=lambda row: row.response_percent or 0)
    highest = max(row.response_percent or 0 for row in rows)
    return lowest if highest - (lowest.response_percent or 0) > UNEVEN else None


def _silence(findings: Findings) -> str:
    who = findings.participation
    if who.nonresponse is None:
        return "What doctors who did not answer think: how many were asked is not known."
    line = next((line for line in who.nonresponse.sensitivity if line.d == USUAL_D), None)
    told = _label(who.nonresponse)
    if line is None:
        return told
    headline = headline_scales(findings.main_scales)
    name = headline[0].title if headline else "the score"
    return (
        f"{told} If they score {number(USUAL_D)} standard deviations lower, {name} is "
        f"{number(line.bias)} points too high."
    )


def _label(silent: Nonresponse) -> str:
    return {
        "good": "What the others think.",
        "read with the sensitivity line": "What the others think; many did not answer.",
        "no bands or ranks": "What most doctors think: fewer than 40 % answered.",
    }[silent.label]


def _groups(findings: Findings) -> str:
    if not findings.blocks:
        return ""
    units, main = plural(breakdown(findings)), headline_scales(findings.main_scales)
    if not any(isinstance(f, Estimate) for s in main for f in unit_figures(findings, s)):
        return f"How {units} differ: their doctors' scores differ too much within each of them."
    if not units_banded(findings):
        return f"Which of the {units} is best or worst: too little is sure. Do not band or rank."
    return f"Which of the {units} is best or worst: small differences may be chance. Do not rank."


def _questions(findings: Findings) -> list[tuple[str, str]]:
    """The questions of the lowest scales that have one."""
    known = [
        (scale, scale.overall.value)
        for scale in findings.at_level("subscale")
        if isinstance(scale.overall, Estimate) and scale.discuss
    ]
    rising = [scale for scale, _ in sorted(known, key=lambda pair: pair[1])]
    figures = [(scale.title, scale.overall) for scale in findings.at_level("subscale")]
    lowest = [name for name, _ in extremes(figures).lowest]
    return [
        ("Clinical directors, with their doctors", _question(scale, lowest))
        for scale in rising[:MOST_QUESTIONS]
    ]


def _question(scale: ScaleFinding, lowest: Sequence[str]) -> str:
    """A scale is called lowest only as far as intervals tell."""
    how = f"scores {estimate(scale.overall)}"
    if scale.title in lowest:
        how = "is lowest" if len(lowest) == 1 else "is among the lowest"
    return f"{scale.title} {how}. Ask: {scale.discuss}"


def _places(findings: Findings) -> list[tuple[str, str]]:
    """One step for each quadrant but the last in which groups stand for certain."""
    found = findings.quadrant
    if not units_banded(findings):
        return []
    if found is None:
        return _differences(findings)
    steps = []
    for place, words in ADVICE.items():
        there = [point for point in found.points if _stands_in(point, found.names[place])]
        if there:
            steps.append((_leads(findings, there), words))
    return steps


def _differences(findings: Findings) -> list[tuple[str, str]]:
    """One step where groups are shown, but in no quadrant."""
    index = findings.index
    if index is None or not any(isinstance(f, Estimate) for f in unit_figures(findings, index)):
        return []
    units = plural(breakdown(findings))
    return [
        (
            "Medical director, with clinical directors",
            f"Ask doctors in {units} far from the mean what is done otherwise there.",
        )
    ]


def _stands_in(point: QuadrantPoint, name: str) -> bool:
    return point.group != ORGANISATION and not point.borderline and point.label == name


def _leads(findings: Findings, points: Sequence[QuadrantPoint]) -> str:
    names = [group_name(findings, point.group) for point in points]
    if len(names) > MOST_GROUPS:
        return f"Clinical directors of {len(names)} {plural(breakdown(findings))}"
    return f"Clinical directors of {listed(names)}"


def _silent_groups(findings: Findings) -> list[tuple[str, str]]:
    row = least_heard(findings)
    rate = findings.participation.response_percent
    if row is None or rate is None:
        return []
    return [
        (
            "Survey lead",
            f"Find out why fewer doctors answered here: {row.category} "
            f"({number(row.response_percent or 0)} %).",
        )
    ]
