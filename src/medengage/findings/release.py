"""What the findings say about their own release: what was proven, withheld and tried."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from medengage.findings.facts import Fact

__all__ = ["AttackTried", "Certificate", "WithheldGroup"]


class WithheldGroup(Fact):
    """A group that is not shown, and why. ``words`` never say how many doctors a group has.

    Reasons: the group itself is small; its difference from another, or a longer combination of
    figures, would give a small group away; its safety could not be proven within the effort
    allowed; with its figure the shown means would pin down the mean of a small group (``range``).
    """

    title: str
    breakdown: str
    reason: Literal["small group", "difference", "combination", "unproven", "range"]
    words: str


class AttackTried(Fact):
    """One attack of the suite on these very findings: how much was tried and what was found."""

    attack: str
    tried: int
    found: int
    words: str


class Certificate(Fact):
    """The proof that goes with a release, in numbers and words that can be filed.

    ``attributes`` are those by which doctors can be told apart, ``combinations`` how many of their
    combinations occur. ``figures`` counts the groups that are shown, ``statistics`` the different
    ones among them, ``measures`` what is shown of each. ``silent`` names what was certified beside
    them because a weighted or compared figure is made of it. ``earlier`` figures of the same
    answers were out already and were certified together with these. ``merged`` tells in words
    which groups were joined.
    """

    attributes: tuple[str, ...]
    combinations: int = Field(ge=1)
    figures: int = Field(ge=1)
    statistics: int = Field(ge=1)
    measures: int = Field(ge=1)
    earlier: int = Field(default=0, ge=0)
    silent: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    withheld: tuple[WithheldGroup, ...] = ()
    attacks: tuple[AttackTried, ...] = ()
