"""Variation in care as a funnel: who should be looked into, and how to speak about it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from medengage.outcomes.variation import Cause, Point, Variation
from medengage.report.blocks import Actions, Block, Callout, Cell, Chart, Report, Table, Text
from medengage.report.words import probability
from medengage.stats.funnels import DEVIATIONS, Funnel, poisson_limits

__all__ = ["peer_report", "variation_blocks", "variation_report"]

LIMITS = (
    "How well anybody works: most differences come from data, patients and how care is organised.",
    "Who is best. Places in a row would mostly be chance.",
    "Anything to be used in an appraisal, unless those concerned have agreed to it.",
)
ASK = {
    Cause.DATA: "Are these their patients, and is the event recorded alike?",
    Cause.PATIENTS: "Are their patients others than the strata can tell?",
    Cause.STRUCTURE: "Do they have the same team, beds, theatres and times?",
    Cause.PROCESS: "Is care given in another way, and is that agreed?",
    Cause.INDIVIDUAL: "Only then: what would they themselves want to change?",
}
OUTSIDE = "outside"
STEPS = 60


def variation_report(found: Variation, measure: str) -> Report:
    """One measure with all names, for those who lead the work."""
    foot = (
        "Observed against expected numbers, indirectly standardised. Never about survey answers."
    )
    return Report(
        f"Variation: {measure}",
        found.words[0].upper() + found.words[1:] + ".",
        variation_blocks(found, measure),
        foot,
    )


def peer_report(points: Sequence[Point], found: Variation, measure: str) -> Report:
    """What one clinician sees before anybody else: the own dot by name, the others without."""
    own = points[0]
    told = (
        f"Your dot is {own.ratio:.2f}: {own.observed} observed, {own.expected:.1f} expected."
        if own.clinician
        else "Too little is known of single clinicians to show yours: chance makes the difference."
    )
    blocks: tuple[Block, ...] = (
        Text(told, tone="lead"),
        _chart(points, found.funnel, measure),
        Callout(
            "Before anybody else sees it",
            "Say what is wrong with it.",
            "note",
            tuple(f"{cause.value}: {question}" for cause, question in ASK.items()),
        ),
        Callout("What this does not say", "", "important", LIMITS),
    )
    return Report(f"Variation: {measure}", "For you alone.", blocks, "")


def variation_blocks(found: Variation, measure: str) -> tuple[Block, ...]:
    """Sentence, funnel, table, the questions to ask in their order, and limits."""
    look = [point for point in found.points if point.look]
    return (
        Text(f"{found.words[0].upper()}{found.words[1:]}.", tone="lead"),
        *_odds(found),
        _chart(found.points, found.funnel, measure),
        _table(found.points),
        *([_reasons(look)] if any(point.reasons for point in look) else []),
        Actions(
            "Ask in this order",
            tuple((cause.value.capitalize(), text) for cause, text in ASK.items()),
        ),
        *([Callout("How it was compared", "", "note", found.notes)] if found.notes else []),
        Callout("What this does not say", "", "important", LIMITS),
    )


def _odds(found: Variation) -> list[Block]:
    if found.odds_ratio is None:
        return []
    middle, low, high = found.odds_ratio
    return [
        Text(
            f"Of two clinicians taken at random, the odds of the same patient are {middle:.2f} "
            f"times as high with one as with the other, half of the time ({low:.2f} to "
            f"{high:.2f}; 1 would be no variation)."
        )
    ]


def _chart(points: Sequence[Point], funnel: Funnel, measure: str) -> Chart:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            point.clinician or "another",
            round(point.ratio, 3),
            round(point.expected, 1),
            OUTSIDE if point.look else "",
        )
        for point in points
    )
    called = sum(point.look for point in points)
    title = (
        "None lies where chance would not put it"
        if not called
        else f"{called} of {len(points)} beyond the outer limits"
    )
    return Chart(
        kind="funnel",
        title=title,
        subtitle=f"{measure}: observed divided by expected. The limits allow for the spread that "
        "clinicians have anyway.",
        description=f"Ratios of {len(points)} clinicians against the number expected of each.",
        data=Table(
            f"{measure}, observed against expected",
            ("Clinician or team", "Observed / expected", "Expected", "Outer limits"),
            rows,
        ),
        options={
            "curve": _curve(funnel),
            "target": funnel.target,
            "axis": "expected events",
            "up": "observed / expected",
        },
    )


def _curve(funnel: Funnel) -> tuple[tuple[float, ...], ...]:
    """Limits over all sizes between the smallest and the largest group."""
    sizes = np.linspace(max(1.0, funnel.size.min() * 0.8), funnel.size.max() * 1.05, STEPS)
    tau2 = funnel.dispersion.tau2
    if tau2:
        half = np.sqrt(1.0 / (4.0 * sizes) + tau2)
        around = [
            np.sqrt(funnel.target) + side * z * half for z in DEVIATIONS for side in (-1.0, 1.0)
        ]
        ends = np.clip(np.array(around), 0.0, None).T ** 2
    else:
        ends = poisson_limits(sizes).reshape(-1, 4) * funnel.target
    return tuple((float(size), *map(float, row)) for size, row in zip(sizes, ends, strict=True))


def _table(points: Sequence[Point]) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            point.clinician,
            point.observed,
            round(point.expected, 1),
            round(point.ratio, 2),
            round(point.low, 2),
            round(point.high, 2),
            probability(point.probability),
            "look into it" if point.look else "usual",
            "yes" if point.feedback else "no",
        )
        for point in points
    )
    heads = (
        "Clinician or team",
        "Observed",
        "Expected",
        "Ratio",
        "From",
        "To",
        "Truly on this side",
        "Call",
        "May be told alone",
    )
    notes = (
        "Looked into: outside the 99.8 % limits, on its side with 97.5 %, and called at a false "
        "discovery rate of 0.10.",
        "Told alone: seven tenths of the difference are no chance.",
    )
    return Table("What can be said of each", heads, rows, notes)


def _reasons(points: Sequence[Point]) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            point.clinician,
            reason.cause.value,
            reason.words,
            reason.by,
            reason.day.isoformat(),
            "yes" if reason.justified else "open",
        )
        for point in points
        for reason in point.reasons
    )
    heads = ("Clinician or team", "Where", "Reason", "Given by", "Day", "Accepted by peers")
    return Table("Reasons that were given", heads, rows)
