"""How well the instrument measured here: reliability, and whether groups may be compared."""

from __future__ import annotations

from medengage.findings import Aggregation, Findings, Reliability
from medengage.report.blocks import Block, Cell, Heading, Table
from medengage.report.words import number

__all__ = ["decision_words", "quality_section", "reliability_words"]

SMALL_P = 0.001
DIGITS = 3
GOOD, FAIR = 0.80, 0.70

DECISIONS = {
    "compare": "Groups may be compared by their intervals.",
    "caution": "Groups are shown with caution: their means are only fairly reliable.",
    "parent only": "Groups are not shown: doctors of one group differ too much from each other.",
}


def quality_section(findings: Findings) -> list[Block]:
    """Reliability and aggregation of every scale in two tables; nothing where neither is known."""
    blocks: list[Block] = []
    measured = [(s.title, s.reliability) for s in findings.scales if s.reliability]
    if measured:
        blocks.append(_reliability_table(measured))
    together = [(s.title, s.aggregation) for s in findings.scales if s.aggregation]
    if together:
        blocks.append(_aggregation_table(together))
    return [Heading("Quality of the measurement"), *blocks] if blocks else []


def reliability_words(found: Reliability | None) -> str:
    """``Its 5 statements hang together well (alpha 0.81, 0.77 to 0.85).``"""
    if found is None:
        return ""
    how = (
        "well" if found.alpha >= GOOD else "fairly well" if found.alpha >= FAIR else "only weakly"
    )
    return (
        f"Its {found.items} statements hang together {how} (alpha {found.alpha:.2f}, "
        f"{found.alpha_low:.2f} to {found.alpha_high:.2f})."
    )


def decision_words(found: Aggregation | None) -> str:
    """Whether groups may be compared on this scale."""
    if found is None:
        return ""
    icc = "" if found.icc2 is None else f" (ICC(2) {found.icc2:.2f}, {found.units} units)"
    return f"{DECISIONS[found.decision][:-1]}{icc}."


def _reliability_table(measured: list[tuple[str, Reliability]]) -> Table:
    rows = tuple(
        (
            title,
            found.items,
            found.alpha,
            f"{number(found.alpha_low)} to {number(found.alpha_high)}",
            found.omega_total,
            found.omega_hierarchical,
            round(found.standard_error, 1),
            round(found.smallest_reliable_change, 1),
            found.n,
        )
        for title, found in measured
    )
    head = ("Scale", "Items", "Alpha", "Interval", "Omega total", "Omega hierarchical")
    more = ("Standard error", "Smallest change", "Doctors")
    note = (
        "Standard error and smallest reliable change, in points, concern the score of one doctor, "
        "never the mean of a group."
    )
    return Table("Reliability of each scale", (*head, *more), rows, (note,))


def _aggregation_table(together: list[tuple[str, Aggregation]]) -> Table:
    rows = tuple((title, *_aggregation(found)) for title, found in together)
    head = ("Scale", "Units", "ICC(1)", "ICC(2)", "p", "rwg(j) median", "rwg(j) by chance")
    notes = (
        "Compare: p below .05, median rwg(j) at least .70 and ICC(2) at least .70. "
        "Caution: ICC(2) .50 to .69. Parent only: less.",
    )
    return Table("May groups be compared?", (*head, "Decision", "Doctors"), rows, notes)


def _aggregation(found: Aggregation) -> tuple[Cell, ...]:
    small = found.p is not None and found.p < SMALL_P
    return (
        found.units,
        _rounded(found.icc1),
        _rounded(found.icc2),
        "under .001" if small else _rounded(found.p),
        _rounded(found.rwgj_median),
        _rounded(found.rwgj_critical),
        found.decision,
        found.n,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
