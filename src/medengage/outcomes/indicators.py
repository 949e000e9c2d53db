"""Outer measures of performance: whose word they are, of what, and from when.

An indicator is either an ordered rating or a number. It says about what kind of place it speaks,
because a rating of one general practice is no rating of the trust it belongs to, and whether what
it measures is made of engagement itself, because then it goes with engagement by definition.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from medengage.errors import Problem, StudyError

__all__ = ["Guarded", "Indicator", "Reading", "Reason", "guarded"]

MONTHS = 12
LISTED = 3


@dataclass(frozen=True)
class Indicator:
    """What is measured.

    ``levels`` of an ordered rating, worst first; () for a number. ``unrated`` are words that mean
    no rating. ``better`` says which end is good. ``circular`` says in words why it contains
    engagement; "" where it does not. ``place`` is the kind of place whose value counts, "" for
    the organisation itself. ``fresh_months`` is how old a value may be when engagement is
    measured.
    """

    id: str
    title: str
    levels: tuple[str, ...] = ()
    unrated: frozenset[str] = frozenset({"", "Not rated"})
    better: Literal["high", "low"] = "high"
    circular: str = ""
    place: str = ""
    fresh_months: int = 48

    def value(self, text: str) -> float | None:
        """A cell as a number, the place of its level from 1; ``None`` for no rating.

        Raises ``ValueError`` for a word that is no level, or no number.
        """
        cell = text.strip()
        if cell in self.unrated:
            return None
        if not self.levels:
            return float(cell)
        if cell not in self.levels:
            raise ValueError(f"no level of {self.title}: use {', '.join(self.levels)}")
        return float(self.levels.index(cell) + 1)


@dataclass(frozen=True)
class Reading:
    """One value of one organisation: from which day, and about which place; ``None`` not known."""

    organisation: str
    value: float
    day: date | None = None
    place: str | None = None


class Reason(StrEnum):
    """Why a value is left out or flagged."""

    WRONG_PLACE = "it is about another kind of place than the organisation"
    STALE = "it is older than may be"
    AFTER = "it was given after engagement was measured"
    UNDATED = "its day is not known"


@dataclass(frozen=True)
class Guarded:
    """Values that may be compared, and what is to be known about them.

    ``left_out`` organisations by reason; ``flagged`` organisations that are kept, by reason.
    """

    indicator: Indicator
    values: dict[str, float]
    left_out: dict[Reason, tuple[str, ...]] = field(default_factory=dict)
    flagged: dict[Reason, tuple[str, ...]] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """The same in words, with a few organisations named."""
        told = [("left out", self.left_out), ("kept, and to be doubted", self.flagged)]
        return tuple(
            Problem(
                f"{len(names)} organisations",
                f"{what}: {reason.value} ({', '.join(names[:LISTED])}"
                f"{' and others' if len(names) > LISTED else ''}).",
            )
            for what, found in told
            for reason, names in found.items()
        )


def guarded(indicator: Indicator, readings: Iterable[Reading], measured: date) -> Guarded:
    """Values that may be compared with engagement that was ``measured`` on a day.

    Refuses an indicator that is made of engagement (``StudyError``), leaves out values about
    another kind of place, and flags those that are stale, undated or later than engagement. Two
    values of one organisation are an error as well.
    """
    if indicator.circular:
        raise StudyError(
            "this measure contains engagement, and goes with it by definition",
            subject=indicator.title,
            hint=indicator.circular,
        )
    values: dict[str, float] = {}
    left_out: dict[Reason, list[str]] = {}
    flagged: dict[Reason, list[str]] = {}
    for one in readings:
        if one.organisation in values:
            raise StudyError("two values of one organisation", subject=one.organisation)
        if indicator.place and one.place != indicator.place:
            left_out.setdefault(Reason.WRONG_PLACE, []).append(one.organisation)
            continue
        values[one.organisation] = one.value
        if (doubt := _doubt(indicator, one, measured)) is not None:
            flagged.setdefault(doubt, []).append(one.organisation)
    return Guarded(indicator, values, _frozen(left_out), _frozen(flagged))


def _doubt(indicator: Indicator, one: Reading, measured: date) -> Reason | None:
    if one.day is None:
        return Reason.UNDATED
    if one.day > measured:
        return Reason.AFTER
    months = (measured.year - one.day.year) * MONTHS + measured.month - one.day.month
    return Reason.STALE if months > indicator.fresh_months else None


def _frozen(found: dict[Reason, list[str]]) -> dict[Reason, tuple[str, ...]]:
    return {reason: tuple(sorted(names)) for reason, names in sorted(found.items())}
