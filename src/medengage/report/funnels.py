"""Organisations' shares in a funnel, as a document."""

from __future__ import annotations

import numpy as np

from medengage.outcomes.shares import Shares
from medengage.report.blocks import Block, Callout, Cell, Chart, Report, Table, Text
from medengage.stats.funnels import DEVIATIONS

__all__ = ["shares_blocks", "shares_report"]

LIMITS = (
    "Which organisation is best: small differences are chance.",
    "Why one is unusual. Ask for its data first, then for its patients and how it is organised.",
    "That organisations inside the limits are alike.",
)
STEPS = 60


def shares_report(found: Shares, measure: str) -> Report:
    """One measure of all organisations."""
    words = f"{found.words[0].upper()}{found.words[1:]}."
    return Report(f"Funnel: {measure}", words, shares_blocks(found, measure), "")


def shares_blocks(found: Shares, measure: str) -> tuple[Block, ...]:
    """Sentence, funnel with its data, and limits."""
    funnel = found.funnel
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            name,
            round(100 * float(value), 1),
            int(size),
            "outside" if name in found.outside else "",
        )
        for name, value, size in zip(found.names, funnel.value, funnel.size, strict=True)
    )
    called = len(found.outside)
    title = (
        "None is unusual" if not called else f"{called} of {len(rows)} outside the outer limits"
    )
    chart = Chart(
        kind="funnel",
        title=title,
        subtitle=f"{measure}, percent. The limits allow for the spread that organisations have "
        "anyway.",
        description=f"{measure} in percent of {len(rows)} organisations against how many each "
        "figure rests on.",
        data=Table(measure, ("Organisation", "Percent", "Of", "Outer limits"), rows),
        options={
            "curve": _curve(found),
            "target": 100 * funnel.target,
            "axis": "answers or patients behind each figure",
            "up": f"{measure}, percent",
        },
    )
    words = f"{found.words[0].upper()}{found.words[1:]}."
    plain = (
        f"By chance alone {found.before} of {len(rows)} would have been called unusual; a rule "
        "that calls so many finds nobody."
    )
    return (
        Text(words, tone="lead"),
        *([Text(plain)] if found.before > called else []),
        chart,
        Callout("What this does not say", "", "important", LIMITS),
    )


def _curve(found: Shares) -> tuple[tuple[float, ...], ...]:
    """Limits over all sizes, in percent, on the arcsine scale and back."""
    funnel = found.funnel
    sizes = np.linspace(funnel.size.min() * 0.8, funnel.size.max() * 1.05, STEPS)
    half = np.sqrt(1.0 / (4.0 * sizes) + funnel.dispersion.tau2)
    middle = np.arcsin(np.sqrt(funnel.target))
    around = [middle + side * z * half for z in DEVIATIONS for side in (-1.0, 1.0)]
    ends = 100 * np.sin(np.clip(np.array(around), 0.0, np.pi / 2)).T ** 2
    return tuple((float(size), *map(float, row)) for size, row in zip(sizes, ends, strict=True))
