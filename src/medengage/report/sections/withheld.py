"""What is not shown, and why: the rules, then every group and figure that they withheld here."""

from __future__ import annotations

from collections import Counter

from medengage.findings import Distribution, Estimate, Findings, Share, Suppressed
from medengage.report.blocks import Block, Heading, Table, Text

__all__ = ["withheld_section"]


def withheld_section(findings: Findings) -> list[Block]:
    """Rules of confidentiality, groups that were joined or withheld, and single figures."""
    blocks: list[Block] = [
        Heading("What is not shown, and why"),
        Text("", items=(*_rules(findings), *_figures(findings))),
    ]
    merged = findings.certificate.merged
    if merged:
        blocks.append(Text("Groups that were joined:", items=merged))
    if findings.certificate.withheld:
        blocks.append(_groups(findings))
    return blocks


def _rules(findings: Findings) -> tuple[str, ...]:
    policy = findings.policy
    return (
        f"Nothing is shown that rests on fewer than {policy.minimum_group} doctors, and no "
        f"distribution of fewer than {policy.distribution_group}.",
        "However shown figures are added or subtracted, what comes out rests on at least "
        f"{policy.limit} doctors. The release certificate tells more.",
        "Below 50 doctors scores are whole points and percentages steps of five.",
        "An answer that only one or two doctors chose is shown together with a neighbour.",
    )


def _figures(findings: Findings) -> list[str]:
    """Each reason of single figures once, with how often it was used."""
    figures: list[Estimate | Share | Distribution | Suppressed] = []
    for scale in findings.scales:
        figures += [scale.overall, scale.distribution, *scale.groups.values()]
    for item in findings.items:
        figures += [item.favourable, item.distribution]
    words = Counter(figure.words for figure in figures if isinstance(figure, Suppressed))
    return [
        f"{count:,} {'figure' if count == 1 else 'figures'} {one}."
        for one, count in sorted(words.items())
    ]


def _groups(findings: Findings) -> Table:
    """All of them: also a group of which nobody answered, so that this is told of none.

    In the order of their names, because the order in which groups were judged tells of their size.
    """
    margins = [" by ".join(names) for names in findings.policy.margins]
    rank = {name: place for place, name in enumerate(margins)}
    rows = sorted(
        ((one.title, one.breakdown, one.words) for one in findings.certificate.withheld),
        key=lambda row: (rank.get(row[1], len(rank)), row[1], row[0]),
    )
    notes = (
        "Groups in which nobody answered are listed like those in which few did.",
        "Some of these doctors are shown together with others of their row.",
    )
    head = ("Group", "Breakdown", "Why it is not shown")
    return Table("Groups that are not shown", head, tuple(rows), notes)
