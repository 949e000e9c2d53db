"""What the words mean, and which files and which program made the figures."""

from __future__ import annotations

from medengage.findings import Findings
from medengage.report.blocks import Block, Cell, Heading, Table, Text
from medengage.report.safeguards import checksum
from medengage.report.words import day

__all__ = ["provenance_section", "words_section"]

WORDS = (
    "Medical engagement: the active and positive contribution of doctors to their organisation, "
    "within their normal role, which it recognises.",
    "Scale: statements that measure one thing. Several make a meta-scale, all the index.",
    "Score: 0 is the least favourable, 100 the most favourable.",
    "Interval: where the score may lie. “58 (56 to 60)” means 58, and perhaps 56 or 60.",
    "Favourable: an answer that speaks for engagement.",
    "Roster: all doctors who could have answered.",
)


def words_section() -> list[Block]:
    """A short glossary."""
    return [Heading("Words"), Text("", items=WORDS)]


def provenance_section(findings: Findings) -> list[Block]:
    """Enough to find the very same instrument and to count again."""
    about = findings.about
    rows: list[tuple[Cell, ...]] = [
        ("Study", about.study),
        ("Wave", about.wave),
        ("Asked", f"{day(about.opened)} to {day(about.closed)}"),
        ("Program", f"medengage {about.package_version}"),
        ("Layout of the findings", f"version {findings.schema_version}"),
        ("Findings, SHA-256", checksum(findings)),
    ]
    for used in about.instruments:
        rows.append((used.title, f"{used.id} {used.version}, licence {used.licence}"))
        rows.append((f"{used.title}, checksum", used.checksum))
    return [
        Heading("Where the figures come from"),
        Table("Study, instruments and program", ("What", "Which"), tuple(rows)),
    ]
