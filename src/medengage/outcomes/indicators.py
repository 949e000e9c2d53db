"""Values of outer measures that may be compared with engagement, and those that may not.

What a measure is stands in its definition (``definitions/indicator.py``). Here its values meet the
day on which engagement was measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from medengage.definitions.indicator import Indicator
from medengage.errors import Problem, StudyError

__all__ = ["Guarded", "Reading", "Reason", "doubts", "guarded", "refuse_circular"]

MONTHS = 12
LISTED = 3


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
                "1 organisation" if len(names) == 1 else f"{len(names)} organisations",
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
    refuse_circular(indicator)
    values: dict[str, float] = {}
    left_out: dict[Reason, list[str]] = {}
    flagged: dict[Reason, list[str]] = {}
    for one in readings:
        if one.organisation in values:
            raise StudyError("two values of one organisation", subject=one.organisation)
        found = doubts(indicator, one, measured)
        if Reason.WRONG_PLACE in found:
            left_out.setdefault(Reason.WRONG_PLACE, []).append(one.organisation)
            continue
        values[one.organisation] = one.value
        for reason in found:
            flagged.setdefault(reason, []).append(one.organisation)
    return Guarded(indicator, values, _frozen(left_out), _frozen(flagged))


def refuse_circular(indicator: Indicator) -> None:
    """Raises ``StudyError`` for an indicator that is made of engagement, with the reason."""
    if indicator.circular:
        raise StudyError(
            "this measure contains engagement, and goes with it by definition",
            subject=indicator.title,
            hint=indicator.circular,
        )


def doubts(indicator: Indicator, one: Reading, measured: date) -> tuple[Reason, ...]:
    """Every reason to leave a value out or to doubt it; engagement was ``measured`` that day."""
    wrong = bool(indicator.place) and one.place != indicator.place
    found = [Reason.WRONG_PLACE] * wrong
    if one.day is None:
        return (*found, Reason.UNDATED)
    if one.day > measured:
        return (*found, Reason.AFTER)
    months = (measured.year - one.day.year) * MONTHS + measured.month - one.day.month
    return (*found, Reason.STALE) if months > indicator.fresh_months else tuple(found)


def _frozen(found: dict[Reason, list[str]]) -> dict[Reason, tuple[str, ...]]:
    return {reason: tuple(sorted(names)) for reason, names in sorted(found.items())}
