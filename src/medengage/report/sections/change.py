"""Since the last wave: what changed by more than chance and noise."""

from __future__ import annotations

from medengage.compare.calls import MATTERS
from medengage.compare.waves import Change, changes, units_changed
from medengage.findings import Findings
from medengage.report.blocks import Block, Callout, Cell, Chart, Heading, Table, Text
from medengage.report.decimals import alike, number
from medengage.report.words import breakdown, listed, period, plural

__all__ = ["change_chart", "change_section", "change_sentence"]

HEADS = ("Scale", "Before", "Now", "Doctors", "Difference from", "Difference to")
MINUS = "\N{MINUS SIGN}"


def change_section(findings: Findings, before: Findings | None) -> list[Block]:
    """Sentence, figure, table of units and limits; nothing without an earlier wave."""
    if before is None:
        return []
    found = changes(findings, before)
    if not found:
        return []
    return [
        Heading(f"Since {before.about.wave}"),
        Text(change_sentence(findings, before)),
        change_chart(findings, before),
        *_units(findings, before),
        Callout("What a change does not say", "", tone="important", items=LIMITS),
    ]


LIMITS = (
    "Why it changed: much happens in a hospital between two surveys.",
    "Whether the same doctors feel otherwise: other doctors may have answered.",
    "A change within the interval may be chance, and so may its absence.",
)


def change_sentence(findings: Findings, before: Findings) -> str:
    """``Medical engagement rose by 4 points (1 to 7).`` or that it cannot be told."""
    index = next((one for one in changes(findings, before) if one.scale.level == "index"), None)
    if index is None:
        return "Each scale is compared with the same scale then."
    title = index.scale.title
    if not index.is_clear:
        least = number(round(index.beyond, 1))
        return (
            f"{title} cannot be said to have changed: a change has to exceed {least} points to be "
            "more than chance."
        )
    word = "rose" if index.difference > 0 else "fell"
    ends = sorted((abs(index.low), abs(index.high)))
    size, low, high = alike(*(round(part, 1) for part in (abs(index.difference), *ends)))
    return f"{title} {word} by {size} points ({low} to {high})."


def change_chart(findings: Findings, before: Findings) -> Chart:
    """Every scale then and now."""
    found = changes(findings, before)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (one.scale.title, one.before.value, one.now.value, one.now.n, *_interval(one))
        for one in found
    )
    clear = [one.scale.title for one in found if one.is_clear]
    told = f"{listed(clear)} changed" if clear else "No scale changed by more than chance"
    what = f"Scores in {before.about.wave} and {findings.about.wave}"
    return Chart(
        kind="change",
        title=told,
        subtitle=f"{what}; now: {period(findings)}. In brackets the interval of the difference.",
        description=f"{what}. "
        + "; ".join(f"{one.scale.title} {_told(one)}" for one in found)
        + ".",
        data=Table(what, HEADS, rows),
        options={
            "axis": "score, 0 to 100",
            "heads": (before.about.wave, findings.about.wave),
        },
    )


def _interval(one: Change) -> tuple[float, float]:
    return round(one.low, 1), round(one.high, 1)


def _told(one: Change) -> str:
    before, now = alike(one.before.value, one.now.value)
    return f"{before} and {now}"


def _units(findings: Findings, before: Findings) -> list[Block]:
    """Units that are made of the same places, on the index."""
    found = [one for one in units_changed(findings, before) if one.scale.level == "index"]
    if not found:
        return []
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (one.title, one.before.value, one.now.value, *_interval(one), _reading(one), one.now.n)
        for one in found
    )
    unit = breakdown(findings)
    heads = (unit.capitalize(), "Before", "Now", "Difference from", "To", "Reading", "Doctors")
    notes = (
        f"Only {plural(unit)} that consisted of the same places then are compared.",
        f"A difference matters from {number(MATTERS)} points on.",
    )
    return [Table(f"{found[0].scale.title} by {unit}, then and now", heads, rows, notes)]


def _reading(one: Change) -> str:
    if not one.is_clear:
        return f"cannot tell: less than {number(round(one.beyond, 1))} points"
    return "higher than before" if one.difference > 0 else "lower than before"
