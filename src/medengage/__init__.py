"""Measure, compare, understand and improve medical engagement.

The way through: ``read_study(folder)`` -> ``analyse(study)`` -> ``board_report(findings)`` ->
``render(report, "html")``. README.md shows it in eight lines.
"""

from importlib.metadata import version

from medengage.definitions.catalogue import find, instrument
from medengage.definitions.instrument import Instrument
from medengage.errors import MedengageError
from medengage.findings import Estimate, Findings, Policy, Suppressed
from medengage.measure.analyse import analyse
from medengage.measure.responses import Responses
from medengage.measure.scoring import score
from medengage.measure.study import Population, Study
from medengage.report import board_report, full_report
from medengage.report.blocks import Report
from medengage.report.formats import render
from medengage.simulate import study as simulated_study
from medengage.stores.folder import (
    check_study,
    read_findings,
    read_study,
    write_findings,
    write_study,
)

__version__ = version("medengage")

__all__ = [
    "Estimate",
    "Findings",
    "Instrument",
    "MedengageError",
    "Policy",
    "Population",
    "Report",
    "Responses",
    "Study",
    "Suppressed",
    "analyse",
    "board_report",
    "check_study",
    "find",
    "full_report",
    "instrument",
    "read_findings",
    "read_study",
    "render",
    "score",
    "simulated_study",
    "write_findings",
    "write_study",
]
