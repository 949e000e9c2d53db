"""Words, tables, pictures: findings become a ``Report``, a report becomes a file."""

from collections.abc import Callable, Mapping

from medengage.errors import FormatError
from medengage.findings import Findings
from medengage.report.beside import ALONE, Beside
from medengage.report.blocks import Report
from medengage.report.board import board_report
from medengage.report.certificate import certificate_report
from medengage.report.full import full_report

__all__ = [
    "ALONE",
    "REPORTS",
    "Beside",
    "board_report",
    "certificate_report",
    "compose",
    "full_report",
]

REPORTS: Mapping[str, Callable[[Findings, Beside], Report]] = {
    "board": board_report,
    "certificate": lambda findings, _: certificate_report(findings),
    "full": full_report,
}
"""Kind of report -> the function that composes it."""


def compose(kind: str, findings: Findings, beside: Beside = ALONE) -> Report:
    """A report of this kind, compared with a norm or an earlier wave where there is one.

    Raises ``FormatError`` for a kind that does not exist, ``StudyError`` where what it is to be
    compared with does not fit.
    """
    if kind not in REPORTS:
        known = ", ".join(sorted(REPORTS))
        raise FormatError("there is no such report", subject=kind, hint=f"known: {known}")
    return REPORTS[kind](findings, beside)
