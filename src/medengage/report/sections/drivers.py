"""What goes with saying, staying and striving, and where to look first."""

from __future__ import annotations

import math
from dataclasses import dataclass

from medengage.compare.calls import standard_error
from medengage.findings import Driver, Drivers, Estimate, Findings
from medengage.norms.release import NormRelease
from medengage.report.blocks import Block, Callout, Cell, Chart, Heading, Table, Text
from medengage.report.words import doctors, listed, period, probability
from medengage.stats.normal import stage_probabilities

__all__ = ["drivers_section", "importance_chart", "map_chart"]

HEADS = ("Scale", "Importance (%)", "From", "To", "Doctors")
SURE = 0.80
ABOVE_CHANCE = 0.95
MIDDLE, TOP, WIDE = 50.0, 100.0, 25.0
LITTLE = 20
LIMITS = (
    "What makes doctors say, stay or strive: doctors who rate one thing higher also rate others.",
    "That a change of the first scale would change the others.",
    "Anything about differences between units: only doctors of the same unit are compared.",
)


def drivers_section(findings: Findings, norm: NormRelease | None) -> list[Block]:
    """Importance, its table, the map and limits; nothing where it could not be worked out."""
    found = findings.drivers
    if found is None:
        return []
    blocks: list[Block] = [
        Heading(f"What goes with doctors who {found.outcome}"),
        Text(_sentence(found)),
    ]
    if found.distinguishable:
        chart = map_chart(findings, norm)
        blocks += [importance_chart(findings, found), _table(found)]
        blocks += [chart] if chart is not None else []
    return [*blocks, Callout("What this does not say", "", tone="important", items=_limits(found))]


def _sentence(found: Drivers) -> str:
    if not found.distinguishable:
        return (
            f"All scales together go with {found.r2_percent:.0f} % of the differences between "
            "doctors. That is too little to tell the scales apart."
        )
    sure = [one.title for one in found.drivers if one.first >= SURE]
    likely = [one.title for one in found.drivers if one.top_three >= SURE]
    told = (
        f"{sure[0]} goes with it most."
        if sure
        else f"Among the first three: {listed(likely)}."
        if likely
        else "Which scale goes with it most cannot be told."
    )
    return (
        f"All scales together go with {found.r2_percent:.0f} % of the differences between doctors "
        f"of the same unit. {told}"
    )


def importance_chart(findings: Findings, found: Drivers) -> Chart:
    """Shares with their intervals, the largest first."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (one.title, one.share, one.low, one.high, found.n) for one in found.drivers
    )
    what = f"Importance of scales for doctors who {found.outcome}"
    told = ", ".join(f"{one.title} {one.share:.0f} %" for one in found.drivers)
    return Chart(
        kind="dots",
        title=_title(found),
        subtitle=f"Share of what goes with it, {doctors(found.n)}, {period(findings)}. "
        "Each line is a 95 % interval.",
        description=f"{what}: {told}.",
        data=Table(what, HEADS, rows),
        options={"axis": "percent of what all scales explain", "accent": True, "counts": False},
    )


def _title(found: Drivers) -> str:
    first = found.drivers[0]
    if first.first >= SURE:
        return f"{first.title} is most closely associated with it"
    return "Several scales are about as closely associated with it"


def _table(found: Drivers) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.title,
            one.share,
            probability(one.first),
            probability(one.top_three),
            "yes" if one.above_noise >= ABOVE_CHANCE else "cannot tell",
        )
        for one in found.drivers
    )
    drawn = f"{found.units} units" if found.units is not None else "doctors"
    notes = (
        "Importance: mean gain of R-squared over all orders in which scales could enter (LMG).",
        f"Intervals and probabilities: {drawn} drawn anew 2,000 times, by relative weights.",
        "Above chance: more than a variable made of chance, in 95 of 100 draws.",
        *found.notes,
    )
    head = ("Scale", "Importance (%)", "First", "Among three", "Above chance")
    return Table("Which scale comes first, and how sure that is", head, rows, notes)


def map_chart(findings: Findings, norm: NormRelease | None) -> Chart | None:
    """Level across, importance upwards; ``None`` where fewer than two scales have a level.

    The level is the difference from the norm where there is one, else the score, with 50 between
    low and high.
    """
    found = findings.drivers
    if found is None:
        return None
    known = [(one, level) for one in found.drivers if (level := _level(findings, one, norm))]
    if len(known) <= 1:
        return None
    first = [one.title for one, level in known if one.important * level.low >= SURE]
    what = "Level and importance of each scale"
    head = "Above or below the norm (points)" if norm else "Score (0 to 100)"
    return Chart(
        kind="importance",
        title=f"Look first at {listed(first)}: low, and closely associated"
        if first
        else "No scale is surely both low and closely associated",
        subtitle=f"{what}, {doctors(found.n)}, {period(findings)}.",
        description=f"{what}. "
        + "; ".join(f"{one.title}: {level.value:.0f}, {one.share:.0f} %" for one, level in known)
        + ".",
        data=Table(
            what,
            ("Scale", head, "Importance (%)", "From", "To", "Probably low", "Probably important"),
            tuple(_mapped(one, level) for one, level in known),
            notes=(
                "Low and important together from 80 % on: there it may pay to look first.",
                "Low: below the norm." if norm else "Low: below 50.",
            ),
        ),
        options={
            "cut": 0.0 if norm else MIDDLE,
            "range": (-WIDE, WIDE) if norm else (0.0, TOP),
            "equal": TOP / len(found.drivers),
            "axis": "points above or below the norm" if norm else "score, 0 to 100",
            "up": "importance, percent",
            "corners": ("look here first", "keep", "later", "enough for now"),
        },
    )


@dataclass(frozen=True)
class _Level:
    """A level, and the probability that it is truly low."""

    value: float
    low: float


def _mapped(one: Driver, level: _Level) -> tuple[Cell, ...]:
    likely = probability(level.low), probability(one.important)
    return (one.title, round(level.value, 1), one.share, one.low, one.high, *likely)


def _level(findings: Findings, one: Driver, norm: NormRelease | None) -> _Level | None:
    """Mean of the scales that count as one, against the norm or 50."""
    parts = []
    for name in one.scales:
        figure = findings.scale(name).analytic
        there = norm.scales.get(name) if norm else None
        if not isinstance(figure, Estimate) or (norm and there is None):
            return None
        cut, error = (MIDDLE, 0.0) if there is None else (there.mu, there.se)
        parts.append(
            (figure.value - cut, standard_error(figure, findings.policy.confidence), error)
        )
    away = sum(part[0] for part in parts) / len(parts)
    sd = max(math.hypot(part[1], part[2]) for part in parts)
    low = float(stage_probabilities(away, sd, cuts=[0.0])[0])
    return _Level(away if norm else away + MIDDLE, low)


def _limits(found: Drivers) -> tuple[str, ...]:
    weak = "All scales together go with little of it: most of it is something else."
    return (*LIMITS, *([weak] if found.r2_percent < LITTLE else []))
