"""Words, tables, pictures: findings become a ``Report``, a report becomes a file."""

from collections.abc import Callable, Mapping

from medengage.errors import FormatError
from medengage.findings import Findings
from medengage.report.blocks import Report
from medengage.report.board import board_report
from medengage.report.certificate import certificate_report
from medengage.report.full import full_report

__all__ = ["REPORTS", "board_report", "certificate_report", "compose", "full_report"]

REPORTS: Mapping[str, Callable[[Findings], Report]] = {
    "board": board_report,
    "certificate": certificate_report,
    "full": full_report,
}
"""Kind of report -> the function that composes it."""


def compose(kind: str, findings: Findings) -> Report:
    """A report of this kind; raises ``FormatError`` for a kind that does not exist."""
    if kind not in REPORTS:
        known = ", ".join(sorted(REPORTS))
        raise FormatError("there is no such report", subject=kind, hint=f"known: {known}")
    return REPORTS[kind](findings)
