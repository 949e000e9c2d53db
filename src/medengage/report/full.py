"""The full report: everything the findings hold, with notes on how each figure was made."""

from __future__ import annotations

from medengage.findings import Findings
from medengage.report.blocks import Block, Callout, Heading, PageBreak, Report, Text
from medengage.report.board import board_report, limits
from medengage.report.sections import (
    engaged_section,
    items_section,
    participation_section,
    profiles_section,
    provenance_section,
    quality_section,
    scales_section,
    units_section,
)
from medengage.report.words import foot, period

__all__ = ["METHOD_NOTES", "full_report"]

METHOD_NOTES: tuple[str, ...] = (
    "Score: reverse-keyed answers are turned round. The mean of the answered statements, if "
    "at least half are answered, is put on 0 to 100 (half rule, Ware 1993). Meta-scales are "
    "means of their subscales, the index of the meta-scales; all parts are needed.",
    "Interval of a mean: Student's t. For “these doctors” the finite population correction "
    "sqrt(1 - n/N) applies; comparisons go without it. Groups under 20 share the spread "
    "within all groups.",
    "Interval of a percentage: Wilson's, with the effective n of a finite population.",
    "Reliability: Cronbach's alpha with Feldt's interval; omega from minimum-residual factors "
    "and the Schmid-Leiman solution; SEM = SD sqrt(1 - alpha) (checked against R psych).",
    "Units: ICC(1) and ICC(2) from a one-way analysis of variance, rwg(j) against uniform "
    "answers (checked against R multilevel). Units are shown only if p is under .05, the "
    "median rwg(j) at least .70 and ICC(2) at least .50 (LeBreton and Senter 2008).",
    "Quadrant: each group's two aspects, drawn towards the mean of all groups as far as "
    "chance alone would scatter them (bivariate empirical Bayes). A group gets a name only "
    "with probability .80 or more.",
    "Silence: response model on the roster (R-indicator, Schouten 2009), late against early "
    "answers with division and grade held equal, and the line (1 - response rate) d SD.",
    "Confidentiality: only the whole and one breakdown are shown, in groups of at least the "
    "smallest size that do not overlap. So no sum or difference of figures concerns fewer "
    "doctors. Means of groups under 50 are whole numbers, percentages steps of five.",
)


def full_report(findings: Findings) -> Report:
    """All findings: the board's page, then every section, method notes and provenance."""
    board = board_report(findings)
    blocks: list[Block] = [
        *board.blocks,
        PageBreak(),
        *participation_section(findings),
        *scales_section(findings),
        *units_section(findings),
        *profiles_section(findings),
        *engaged_section(findings),
        *items_section(findings),
        *quality_section(findings),
        Heading("How the figures were made"),
        Text("", items=METHOD_NOTES),
        Callout("What these figures do not say", "", tone="important", items=limits(findings)),
        *provenance_section(findings),
    ]
    return Report(
        title=board.title,
        subtitle=f"Full report. {findings.about.instruments[0].title}, {period(findings)}.",
        blocks=tuple(blocks),
        foot=foot(findings),
    )
