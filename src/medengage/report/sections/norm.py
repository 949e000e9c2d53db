"""Compared with a norm: which fifth of hospitals, and whether the difference matters."""

from __future__ import annotations

from medengage.compare.calls import MATTERS, Call
from medengage.compare.norm import BesideNorm, beside_norm
from medengage.findings import Findings
from medengage.norms.release import NormRelease
from medengage.report.blocks import Block, Callout, Cell, Chart, Heading, Table, Text
from medengage.report.decimals import number
from medengage.report.words import confidence, day, doctors, estimate, period, probability, whole

__all__ = ["norm_chart", "norm_section", "norm_sentence"]

BANDS = ("Lowest", "Low", "Medium", "High", "Highest")
HEADS = (
    "Scale",
    "Score (0 to 100)",
    "From",
    "To",
    "Doctors",
    "Norm",
    "Typical from",
    "Typical to",
)


def norm_section(findings: Findings, norm: NormRelease | None) -> list[Block]:
    """Sentence, figure, table of bands and limits; nothing without a norm."""
    if norm is None:
        return []
    found = beside_norm(findings, norm)
    if not found:
        return []
    return [
        Heading("Compared with other hospitals"),
        Text(norm_sentence(findings, norm)),
        *_provisional(norm),
        norm_chart(findings, norm),
        _bands(found),
        Callout("What the comparison does not say", "", tone="important", items=_limits(norm)),
    ]


def norm_sentence(findings: Findings, norm: NormRelease) -> str:
    """``Medical engagement is above that of other hospitals (97 %).`` or why nobody can tell."""
    found = beside_norm(findings, norm)
    index = next((one for one in found if one.scale.level == "index"), None)
    if index is None:
        return f"The norm is that of {norm.organisations} hospitals."
    low, high = (whole(end) for end in index.typical)
    told = f"{index.scale.title} is {_called(index)}."
    return f"{told} Three in five hospitals of the norm lie between {low} and {high}."


def norm_chart(findings: Findings, norm: NormRelease) -> Chart:
    """Every scale with its interval, on the band of typical hospitals."""
    found = beside_norm(findings, norm)
    rows = tuple(_row(one) for one in found)
    what = f"Scores beside {norm.organisations} hospitals"
    return Chart(
        kind="dots",
        title=_title(found),
        subtitle=f"{what}, {period(findings)}. Each line is the {confidence(findings)}; grey: "
        "three in five hospitals, with their mean.",
        description=_description(found),
        data=Table(what, HEADS, rows, notes=(_source(norm),)),
        options={
            "axis": "score, 0 to 100",
            "accent": True,
            "bands": {one.scale.title: (one.mu, *one.typical) for one in found},
        },
    )


def _row(one: BesideNorm) -> tuple[Cell, ...]:
    figure = one.figure
    norm = (round(one.mu, 1), *(round(end, 1) for end in one.typical))
    return (one.scale.title, figure.value, figure.low, figure.high, figure.n, *norm)


def _called(one: BesideNorm) -> str:
    """``above the norm (97 %)``."""
    if one.called.call is Call.CANNOT_TELL:
        return f"neither above nor below the norm as far as can be told: {one.called.why}"
    if one.called.call is Call.SIMILAR:
        return f"similar to the norm ({probability(one.called.probability)})"
    return f"{one.called.call.value} the norm ({probability(one.called.probability)})"


def _title(found: tuple[BesideNorm, ...]) -> str:
    different = [one for one in found if one.called.call.is_different]
    if not different:
        return "No scale can be called different from the norm"
    above = sum(one.called.difference > 0 for one in different)
    below = len(different) - above
    sides = ((above, "above"), (below, "below"))
    parts = [f"{n} {'is' if n == 1 else 'are'} {word}" for n, word in sides if n]
    return f"Of {len(found)} scales, {' and '.join(parts)} the norm"


def _description(found: tuple[BesideNorm, ...]) -> str:
    told = "; ".join(
        f"{one.scale.title} {estimate(one.figure)}, norm {number(round(one.mu, 1))}"
        for one in found
    )
    return f"Scores on 0 to 100 beside the norm. {told}."


def _bands(found: tuple[BesideNorm, ...]) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.scale.title,
            one.called.words,
            one.band,
            *(_probability(one, p) for p in one.placed.probabilities),
        )
        for one in found
    )
    notes = (
        f"Different means: by {number(MATTERS)} points or more, with a probability of 90 %; "
        "probably: 80 %.",
        "A band is a fifth of the true levels of hospitals. It is named from 70 % on, two "
        "neighbours from 90 % together.",
    )
    return Table("Against the norm", ("Scale", "Level", "Band", *BANDS), rows, notes)


def _probability(one: BesideNorm, p: float) -> Cell:
    return probability(p) if one.bands_allowed else None


def _provisional(norm: NormRelease) -> list[Block]:
    if norm.status == "valid":
        return []
    return [Callout("This norm is provisional", "", tone="note", items=tuple(norm.reasons))]


def _source(norm: NormRelease) -> str:
    span = f"{day(norm.first)} to {day(norm.last)}"
    return f"Norm {norm.id[:12]}: {norm.organisations} hospitals, {doctors(norm.doctors)}, {span}."


def _limits(norm: NormRelease) -> tuple[str, ...]:
    return (
        f"The {norm.organisations} hospitals of the norm gave their figures freely. Others may "
        "differ.",
        "Above the norm is not good enough by itself, and below it is nobody's failure.",
        "No hospital has a rank here: chance alone would move most of them by many places.",
    )
