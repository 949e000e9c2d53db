"""Organisations in a funnel, as a document: percentages, ratios or means."""

from __future__ import annotations

import numpy as np

from medengage.outcomes.funnels import InFunnel
from medengage.report.blocks import Block, Callout, Cell, Chart, Report, Table, Text
from medengage.stats.funnels import DEVIATIONS

__all__ = ["funnel_blocks", "funnel_report"]

LIMITS = (
    "Which organisation is best: small differences are chance.",
    "Why one is unusual. Ask for its data first, then for its patients and how it is organised.",
    "That organisations inside the limits are alike.",
)
STEPS = 60
WORDS = {
    "percent": ("percent", "Percent", "Of", "answers or patients behind each figure"),
    "ratio": (
        "observed divided by expected",
        "Observed / expected",
        "Expected",
        "expected number",
    ),
    "mean": ("mean", "Mean", "Doctors", "doctors behind each mean"),
}
"""Kind -> words after the measure, head of the value, head of the size, words of the axis."""


def funnel_report(found: InFunnel, measure: str) -> Report:
    """One measure of all organisations."""
    return Report(f"Funnel: {measure}", _sentence(found), funnel_blocks(found, measure), "")


def funnel_blocks(found: InFunnel, measure: str) -> tuple[Block, ...]:
    """Sentence, funnel with its data, and limits."""
    funnel, called = found.funnel, len(found.outside)
    kind, value_head, size_head, axis = WORDS[found.kind]
    scale = 100.0 if found.kind == "percent" else 1.0
    digits = 3 if found.kind == "ratio" else 1
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            name,
            round(scale * float(value), digits),
            round(float(size)),
            "outside" if name in found.outside else "",
        )
        for name, value, size in zip(found.names, funnel.value, funnel.size, strict=True)
    )
    title = f"{called} of {len(rows)} outside the outer limits" if called else "None is unusual"
    chart = Chart(
        kind="funnel",
        title=title,
        subtitle=f"{measure}, {kind}. The limits allow for the spread that organisations have "
        "anyway.",
        description=f"{measure}, {kind}, of {len(rows)} organisations against how much each "
        "figure rests on.",
        data=Table(measure, ("Organisation", value_head, size_head, "Outer limits"), rows),
        options={
            "curve": _curve(found, scale),
            "target": scale * funnel.target,
            "axis": axis,
            "up": f"{measure}, {kind}",
        },
    )
    plain = (
        f"Limits made for chance alone would call {found.before} of {len(rows)} unusual; a rule "
        "that calls so many finds nobody."
    )
    return (
        Text(_sentence(found), tone="lead"),
        *([Text(plain)] if found.before > called else []),
        chart,
        Callout("What this does not say", "", "important", LIMITS),
    )


def _sentence(found: InFunnel) -> str:
    return f"{found.words[0].upper()}{found.words[1:]}."


def _curve(found: InFunnel, scale: float) -> tuple[tuple[float, ...], ...]:
    """Limits over all sizes, on the scale on which chance is alike everywhere, and back."""
    funnel = found.funnel
    sizes = np.linspace(funnel.size.min() * 0.8, funnel.size.max() * 1.05, STEPS)
    chance = {
        "percent": 1.0 / (4.0 * sizes),
        "ratio": (1.0 if found.variant == "shmi" else 0.25) / sizes,
        "mean": found.sd**2 / sizes,
    }[found.kind]
    half = np.sqrt(chance + funnel.dispersion.tau2)
    around = np.array([side * z * half for z in DEVIATIONS for side in (-1.0, 1.0)])
    if found.kind == "percent":
        middle = np.arcsin(np.sqrt(funnel.target))
        ends = np.sin(np.clip(middle + around, 0.0, np.pi / 2)) ** 2
    elif found.kind == "mean":
        ends = funnel.target + around
    elif found.variant == "shmi":
        ends = funnel.target * np.exp(around)
    else:
        ends = np.clip(np.sqrt(funnel.target) + around, 0.0, None) ** 2
    return tuple(
        (float(size), *map(float, row)) for size, row in zip(sizes, scale * ends.T, strict=True)
    )
