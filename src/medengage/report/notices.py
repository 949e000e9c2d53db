"""What every report says before anything else: that nobody may see it, or that it is simulated."""

from __future__ import annotations

from medengage.findings import Findings
from medengage.report.attacks import attack_words, got_through
from medengage.report.blocks import Callout

__all__ = ["notices"]


def notices(findings: Findings) -> tuple[Callout, ...]:
    """A warning where an attack found something, and a remark where a program made the answers."""
    return (*_leak(findings), *_synthetic(findings))


def _leak(findings: Findings) -> tuple[Callout, ...]:
    """The library gives out no findings of this kind, but a file may come from somebody else."""
    attacks = got_through(findings.certificate)
    if not attacks:
        return ()
    told = "Attacks on these figures found results of small groups. Show the figures to nobody. "
    what_to_do = "Analyse the answers again with this program, and tell whoever made the file."
    items = tuple(f"{attack_words(one)}: {one.found:,} found." for one in attacks)
    return (Callout("Do not publish", told + what_to_do, tone="danger", items=items),)


def _synthetic(findings: Findings) -> tuple[Callout, ...]:
    """Nobody may take simulated answers for real."""
    if not findings.about.synthetic:
        return ()
    return (Callout("Simulated answers", "A program made these answers. No doctor gave them."),)
