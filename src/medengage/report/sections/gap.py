"""What managers believe of doctors, and what doctors say."""

from __future__ import annotations

from medengage.findings import Findings, Gap
from medengage.report.blocks import Block, Callout, Cell, Chart, Heading, Table, Text
from medengage.report.decimals import alike
from medengage.report.words import doctors, listed, period

__all__ = ["gap_chart", "gap_section", "gap_sentence"]

HEADS = ("Scale", "Managers believe", "Doctors say", "Doctors", "Difference from", "Difference to")
LIMITS = (
    "Who is right: managers were asked how they think doctors feel, doctors how they feel.",
    "Anything about single divisions: there are too few managers in each.",
    "Whether both read the statements alike. That was not tested.",
)


def gap_section(findings: Findings) -> list[Block]:
    """Sentence, figure and limits; nothing without answers of managers."""
    if not findings.gaps:
        return []
    return [
        Heading("What managers believe, and what doctors say"),
        Text(gap_sentence(findings)),
        gap_chart(findings),
        Callout("What the gap does not say", "", tone="important", items=LIMITS),
    ]


def gap_sentence(findings: Findings) -> str:
    """``Managers rate Medical engagement 13 points higher than doctors do (4 to 22).``"""
    index = findings.index
    gap = next((one for one in findings.gaps if index and one.scale == index.id), findings.gaps[0])
    title = findings.scale(gap.scale).title
    if gap.low <= 0.0 <= gap.high:
        low, high = alike(abs(gap.low), abs(gap.high))
        return (
            f"Whether managers rate {title} higher or lower than doctors do cannot be told: "
            f"anything from {low} points lower to {high} points higher may be true."
        )
    side = "higher" if gap.difference > 0 else "lower"
    ends = sorted((abs(gap.low), abs(gap.high)))
    size, low, high = alike(abs(gap.difference), *ends)
    return f"Managers rate {title} {size} points {side} than doctors do ({low} to {high})."


def gap_chart(findings: Findings) -> Chart:
    """Every scale as both see it."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            findings.scale(one.scale).title,
            one.managers,
            one.doctors,
            one.n,
            one.low,
            one.high,
        )
        for one in findings.gaps
    )
    managers = max(one.managers_n for one in findings.gaps)
    what = f"About {managers} managers and {doctors(max(one.n for one in findings.gaps))}"
    told = "; ".join(
        f"{findings.scale(one.scale).title}: {one.managers:.0f} and {one.doctors:.0f}"
        for one in findings.gaps
    )
    return Chart(
        kind="gap",
        title=_title(findings),
        subtitle=f"{what}, {period(findings)}.",
        description=f"What managers believe, then what doctors say, 0 to 100. {told}.",
        data=Table(
            "Managers and doctors, 0 to 100",
            HEADS,
            rows,
            notes=("Difference: managers less doctors, points, 95 % interval (Welch).",),
        ),
        options={"axis": "score, 0 to 100", "heads": ("managers believe", "doctors say")},
    )


def _title(findings: Findings) -> str:
    higher, lower = _beyond(findings, 1), _beyond(findings, -1)
    told = [
        f"Managers think {word} of {listed(names)}"
        for word, names in (("better", higher), ("worse", lower))
        if names
    ]
    return "; ".join(told) if told else "Managers and doctors may well agree on every scale"


def _beyond(findings: Findings, sign: int) -> list[str]:
    def is_clear(gap: Gap) -> bool:
        return gap.low > 0.0 if sign > 0 else gap.high < 0.0

    return [findings.scale(one.scale).title for one in findings.gaps if is_clear(one)]
