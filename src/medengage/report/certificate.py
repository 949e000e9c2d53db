"""The release certificate: one page on why no doctor can be recognised, for the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from medengage.findings import AttackTried, Certificate, Findings, WithheldGroup
from medengage.report.attacks import attack_words, got_through, stopped
from medengage.report.blocks import (
    Block,
    Callout,
    Cell,
    Heading,
    Report,
    Table,
    Text,
)
from medengage.report.notices import notices
from medengage.report.safeguards import NOT_PROMISED, checksum, intruders, proof, rules
from medengage.report.words import day, doctors, foot, listed, number, period, shortened

__all__ = ["certificate_report", "checksum"]

MOST_BREAKDOWNS, MOST_MERGED = 9, 1
"""Rows and names that one page has room for; the full report lists all."""
LONGEST_NOTE, LONGEST_NAME = 160, 60

Reason = Literal["small group", "difference", "combination", "unproven", "range"]


REASONS: Mapping[Reason, tuple[str, str]] = {
    "small group": ("Too small", ""),
    "difference": ("By a difference", "a subtraction would tell of too few doctors"),
    "combination": ("By a combination", "several figures would tell of too few doctors"),
    "unproven": ("Not proven", "safety could not be shown within the effort allowed"),
    "range": ("Narrow range", "a smaller group's mean would be nearly known"),
}
"""Why a group is withheld: the head of a column, and what it means."""


def certificate_report(findings: Findings) -> Report:
    """What was released, withheld, proven and tried, and what is not promised, on one page."""
    about = findings.about
    return Report(
        title=f"Release certificate: {about.organisation}, {about.wave}",
        subtitle=f"For the data-protection officer. Doctors were asked {_when(findings)}.",
        blocks=tuple(_blocks(findings)),
        foot=foot(findings),
        one_page=True,
    )


def _blocks(findings: Findings) -> list[Block]:
    return [
        *notices(findings),
        Text(_lead(findings), tone="lead"),
        _released(findings),
        *_joined_or_withheld(findings),
        Heading(_proof_heading(findings)),
        Text(proof(findings)),
        Table("How figures are protected", ("Rule", "Here"), rules(findings.policy), width="half"),
        _attacks(findings),
        Callout("Who might try", "", items=intruders(findings.policy), width="half"),
        Callout("What is not promised", "", "important", NOT_PROMISED, width="half"),
        _identity(findings),
    ]


def _proof_heading(findings: Findings) -> str:
    """An attack that got through contradicts the proof, whatever the file says."""
    if got_through(findings.certificate):
        return "What should hold, and does not"
    return "What was proven"


def _when(findings: Findings) -> str:
    one_day = findings.about.opened == findings.about.closed
    return f"{'on' if one_day else 'from'} {period(findings)}"


def _lead(findings: Findings) -> str:
    """Is this release safe, in a few sentences."""
    certificate, policy = findings.certificate, findings.policy
    if got_through(certificate):
        return "These figures are not safe: an attack on them got through."
    groups = "1 group is" if certificate.figures == 1 else f"{certificate.figures:,} groups are"
    told = (
        f"{groups} shown. Nothing that can be computed from their figures rests on fewer than "
        f"{doctors(policy.limit)}."
    )
    tried = _tried(certificate)
    if not tried:
        return f"{told} No attack was tried on the finished figures: let that be done first."
    kinds = "1 kind" if len(tried) == 1 else f"{len(tried)} kinds"
    early = sum(map(stopped, tried))
    return f"{told} {kinds} of attack on them found nothing." + (
        f" {early} of them stopped before the end, which shows nothing." if early else ""
    )


def _tried(certificate: Certificate) -> tuple[AttackTried, ...]:
    """The attacks for which there was something to try."""
    return tuple(one for one in certificate.attacks if one.tried)


def _released(findings: Findings) -> Table:
    """How many groups of each breakdown are shown, and why how many are not."""
    withheld = findings.certificate.withheld
    reasons = _reasons(withheld)
    named = list(_wished(findings))
    shown, folded = named[:MOST_BREAKDOWNS], named[MOST_BREAKDOWNS:]
    rows: list[tuple[Cell, ...]] = [("the whole organisation", 1, *([0] * len(reasons)))]
    rows += [_counts(findings, (name,), name, reasons) for name in shown]
    if folded:
        rows.append(_counts(findings, folded, f"{len(folded)} more breakdowns", reasons))
    head = ("Breakdown", "Groups shown", *(REASONS[reason][0] for reason in reasons))
    caption = "What was released, and how many groups were not" if reasons else "What was released"
    notes = [f"{name}: {meaning}." for name, meaning in (REASONS[r] for r in reasons) if meaning]
    return Table(caption, head, tuple(rows), (" ".join(notes),) if notes else ())


def _wished(findings: Findings) -> dict[str, None]:
    """The names of all breakdowns that were asked for, whatever came of them."""
    margins = [" by ".join(names) for names in findings.policy.margins]
    held = [one.breakdown for one in findings.certificate.withheld]
    return dict.fromkeys([*margins, *findings.breakdowns, *held])


def _counts(
    findings: Findings, names: Sequence[str], label: str, reasons: Sequence[Reason]
) -> tuple[Cell, ...]:
    held = Counter(
        str(one.reason) for one in findings.certificate.withheld if one.breakdown in names
    )
    shown = sum(len(findings.of_breakdown(name)) for name in names)
    return (shortened(label, LONGEST_NAME), shown, *(held[reason] for reason in reasons))


def _joined_or_withheld(findings: Findings) -> tuple[Text, ...]:
    """The first few in words; all of them stand in the full report."""
    certificate = findings.certificate
    items = [shortened(note, LONGEST_NOTE) for note in certificate.merged[:MOST_MERGED]]
    more = len(certificate.merged) - MOST_MERGED
    if more > 0:
        items[-1] += f" And {more:,} more like this."
    items += [f"Not shown: {_named(certificate.withheld)}."] if certificate.withheld else []
    told = "The full report lists all groups that were joined or are not shown:"
    return (Text(told, items=tuple(items)),) if items else ()


def _named(withheld: Sequence[WithheldGroup]) -> str:
    """One group a reason, then how many more there are; the first by name, not by size."""
    first = {one.reason: one for one in sorted(withheld, key=lambda one: one.title, reverse=True)}
    names = [
        f"{shortened(first[reason].title, LONGEST_NAME)} ({REASONS[reason][0].lower()})"
        for reason in _reasons(withheld)
    ]
    more = len(withheld) - len(names)
    return "; ".join([*names, *([f"and {more:,} more"] if more else [])])


def _reasons(withheld: Sequence[WithheldGroup]) -> tuple[Reason, ...]:
    """The reasons that occur, in a fixed order."""
    found = {one.reason: one.reason for one in withheld}
    return tuple(found[reason] for reason in REASONS if reason in found)


def _attacks(findings: Findings) -> Table:
    """What was tried on the finished figures; never whom an attack found."""
    attacks = findings.certificate.attacks
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{attack_words(one)}{' (stopped early)' * stopped(one)}", one.tried, one.found)
        for one in attacks
    )
    notes = []
    if any(not one.tried for one in attacks):
        notes.append("0 tried: there is nothing of this kind here.")
    if attacks and {"A9", "A11"}.isdisjoint(one.attack for one in attacks):
        notes.append("Two kinds more need comments or copies of addresses.")
    head = ("Attack", "Tried", "Found")
    told = (" ".join(notes),) if notes else ()
    return Table("What was tried against them", head, rows, told, width="half")


def _identity(findings: Findings) -> Table:
    about, certificate = findings.about, findings.certificate
    attributes = listed(certificate.attributes) or "nothing"
    rows = (
        ("SHA-256 of findings.json", checksum(findings)),
        (
            "Study and program",
            f"{about.study}, wave {about.wave}, closed {day(about.closed)}; medengage "
            f"{about.package_version}",
        ),
        (
            "Doctors are told apart by",
            f"{attributes}; {number(certificate.combinations)} combinations occur",
        ),
    )
    note = (
        "This page repeats what the findings say of themselves. Whoever holds the answers can "
        "check it: medengage release attack FOLDER."
    )
    return Table("Which release this is", ("What", "Which"), rows, (note,))
