"""The full report: everything the findings hold, with notes on how each figure was made."""

from __future__ import annotations

from medengage.findings import Findings
from medengage.report.beside import ALONE, Beside
from medengage.report.blocks import Actions, Block, Callout, Heading, PageBreak, Report
from medengage.report.board import key_figures, lead, title
from medengage.report.limits import limits, next_steps
from medengage.report.notices import notices
from medengage.report.sections.change import change_section
from medengage.report.sections.differences import differences_section
from medengage.report.sections.drivers import drivers_section
from medengage.report.sections.gap import gap_section
from medengage.report.sections.groups import groups_section
from medengage.report.sections.methods import methods_section
from medengage.report.sections.norm import norm_section
from medengage.report.sections.participation import participation_section
from medengage.report.sections.profiles import engaged_section, profiles_section
from medengage.report.sections.provenance import provenance_section, words_section
from medengage.report.sections.quality import quality_section
from medengage.report.sections.scales import overview_section, scale_sections
from medengage.report.sections.withheld import withheld_section
from medengage.report.words import foot, listed, period

__all__ = ["full_report"]


def full_report(findings: Findings, beside: Beside = ALONE) -> Report:
    """All findings, section by section, with method notes and provenance.

    ``beside`` is what they are compared with. Raises ``StudyError`` where that does not fit.
    """
    blocks: list[Block] = [
        *notices(findings),
        lead(findings),
        key_figures(findings),
        Callout(
            "What these figures do not say", "", tone="important", items=limits(findings, beside)
        ),
        *participation_section(findings),
        *overview_section(findings),
        *norm_section(findings, beside.norm),
        *change_section(findings, beside.before),
        *profiles_section(findings),
        *differences_section(findings),
        *groups_section(findings),
        *scale_sections(findings),
        *engaged_section(findings),
        *drivers_section(findings, beside.norm),
        *gap_section(findings),
        *quality_section(findings),
        Heading("What to do next"),
        Actions("Steps, and for whom", next_steps(findings)),
        PageBreak(),
        *withheld_section(findings),
        *methods_section(findings),
        *words_section(),
        *provenance_section(findings),
    ]
    asked = listed([used.title for used in findings.about.instruments])
    return Report(
        title=title(findings),
        subtitle=f"Full report. {asked}, {period(findings)}.",
        blocks=tuple(blocks),
        foot=foot(findings),
    )
