"""Variation in care: clinicians or teams against what was expected of their patients (methods 9).

Never about survey answers. Whoever differs is asked for reasons before anybody is told, and the
reasons are asked in the order in which they are mostly true: the data first, the individual last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from scipy.special import ndtr

from medengage.errors import StudyError, TooFewResponses
from medengage.stats.comparison import benjamini_hochberg
from medengage.stats.funnels import Funnel, funnel_of_ratios, overdispersion
from medengage.stats.variation import (
    FEWEST,
    Clinicians,
    StandardisedRatio,
    clinicians,
    median_odds_ratio,
    standardised_ratio,
)

__all__ = ["Cause", "Count", "Point", "Reason", "Variation", "for_peer", "variation"]

LARGE_SHARE = 0.10
"""A clinician with more than this share of all patients is no part of its own reference."""
PLOTTED = 5.0
"""Expected numbers below this are pooled, because their ratio says nothing."""
FEEDBACK = 0.70
"""Reliability below which a clinician sees the group's picture only."""
SURE = 0.975
DISCOVERIES = 0.10
POOLED = "others together"
PAIR = 2


@dataclass(frozen=True)
class Count:
    """Patients of one clinician or team in one stratum of case mix, and how many had the event."""

    clinician: str
    events: int
    patients: int
    stratum: str = ""


class Cause(StrEnum):
    """Where a difference may come from, in the order in which to look."""

    DATA = "data"
    PATIENTS = "patients"
    STRUCTURE = "structure"
    PROCESS = "process"
    INDIVIDUAL = "individual"


@dataclass(frozen=True)
class Reason:
    """A reason that was given for a difference, by whom and when; ``justified`` by peers."""

    clinician: str
    cause: Cause
    words: str
    by: str
    day: date
    justified: bool = False


@dataclass(frozen=True)
class Point:
    """One clinician in the funnel.

    ``ratio`` of observed to expected with exact ``low, high``; ``limits`` the outer limits of the
    funnel at this size; ``probability`` that the true ratio lies on the side where it is seen;
    ``look`` where limits, probability and the false discovery rate all say so; ``reliability`` the
    share of a difference that is no chance; ``feedback`` whether that suffices to speak to one, as
    it does with everybody who is looked into.
    """

    clinician: str
    observed: int
    expected: float
    ratio: float
    low: float
    high: float
    limits: tuple[float, float]
    probability: float
    look: bool
    reliability: float
    feedback: bool
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Variation:
    """All clinicians of one measure.

    ``odds_ratio`` the median odds ratio with its interval, ``None`` below twenty clinicians;
    ``phi`` how far they vary beyond chance (1: not at all); ``pooled`` clinicians of whom too
    little was expected; ``notes`` in words.
    """

    points: tuple[Point, ...]
    odds_ratio: tuple[float, float, float] | None
    phi: float
    pooled: tuple[str, ...]
    funnel: Funnel
    notes: tuple[str, ...]

    @property
    def words(self) -> str:
        """The finding in one sentence."""
        told = f"{len(self.points)} were compared"
        far = [point for point in self.points if point.look]
        if not far:
            return f"{told}; none lies where chance would not put it"
        explained = sum(_explained(point) for point in far)
        parts = []
        if left := len(far) - explained:
            parts.append(f"{left} should be looked into")
        if explained:
            differ = "differs" if explained == 1 else "differ"
            parts.append(f"{explained} {differ} for a reason that peers accepted")
        return f"{told}; {', '.join(parts)}"


def variation(counts: Sequence[Count], reasons: Sequence[Reason] = ()) -> Variation:
    """Compare clinicians by observed against expected numbers within strata.

    Expected numbers come from the rates of all (of all others for a clinician with more than a
    tenth of the patients). Raises ``StudyError`` for impossible counts or reasons about nobody,
    ``TooFewResponses`` where fewer than two can be plotted.
    """
    _checked(counts, reasons)
    names = sorted({one.clinician for one in counts})
    ratios = {name: _ratio(name, counts) for name in names}
    small = [name for name in names if (found := ratios[name]) and found.expected < PLOTTED]
    nothing = [name for name in names if ratios[name] is None]
    shown = [name for name in names if name not in {*small, *nothing}]
    points = {name: found for name in shown if (found := ratios[name]) is not None}
    if small:
        pooled = _pool([found for name in small if (found := ratios[name]) is not None])
        if pooled.expected >= PLOTTED:
            points[POOLED] = pooled
    if len(points) < PAIR:
        raise TooFewResponses("clinicians with five expected events", n=len(points), needed=PAIR)
    observed = np.array([one.observed for one in points.values()])
    expected = np.array([one.expected for one in points.values()])
    funnel = funnel_of_ratios(observed, expected)
    fit = _fit(shown, counts)
    return Variation(
        points=_points(points, funnel, reasons),
        odds_ratio=None if fit is None else _odds_ratio(fit),
        phi=funnel.dispersion.phi,
        pooled=tuple(small),
        funnel=funnel,
        notes=tuple(_notes(len(shown), small, nothing)),
    )


def for_peer(found: Variation, clinician: str, rng: np.random.Generator) -> tuple[Point, ...]:
    """What one clinician sees: the own point by name, the others without one and in no order.

    Raises ``StudyError`` where the clinician is not among the points.
    """
    own = [point for point in found.points if point.clinician == clinician]
    if not own:
        raise StudyError("this clinician has no point of its own", subject=clinician)
    others = [point for point in found.points if point.clinician != clinician]
    unnamed = tuple(_unnamed(others[place]) for place in rng.permutation(len(others)).tolist())
    return (own[0] if own[0].feedback else _unnamed(own[0]), *unnamed)


def _unnamed(point: Point) -> Point:
    """The same dot without a name, a mark or a reason."""
    return Point(
        "",
        point.observed,
        point.expected,
        point.ratio,
        point.low,
        point.high,
        point.limits,
        point.probability,
        look=False,
        reliability=point.reliability,
        feedback=False,
    )


def _checked(counts: Sequence[Count], reasons: Sequence[Reason]) -> None:
    for one in counts:
        if not 0 <= one.events <= one.patients or one.patients == 0:
            raise StudyError(
                "events lie between 0 and the number of patients, which is above 0",
                subject=one.clinician,
            )
    if not 0 < sum(one.events for one in counts) < sum(one.patients for one in counts):
        raise StudyError("all patients or none had the event: nothing varies")
    if strange := {one.clinician for one in reasons} - {one.clinician for one in counts}:
        raise StudyError("a reason is given for nobody", subject=sorted(strange)[0])


def _ratio(name: str, counts: Sequence[Count]) -> StandardisedRatio | None:
    """Observed over expected of one clinician; ``None`` where nothing was expected."""
    own = [one for one in counts if one.clinician == name]
    total = sum(one.patients for one in counts)
    apart = sum(one.patients for one in own) > LARGE_SHARE * total
    rates = _rates([one for one in counts if one.clinician != name] if apart else counts)
    if any(one.stratum not in rates for one in own):
        raise StudyError(
            "nobody else has patients of this kind",
            subject=f"{name}, {next(one.stratum for one in own if one.stratum not in rates)}",
            hint="join strata until each has patients of two clinicians",
        )
    n, p = [one.patients for one in own], [rates[one.stratum] for one in own]
    if float(np.dot(n, p)) <= 0.0:
        return None
    return standardised_ratio(n, p, sum(one.events for one in own))


def _rates(counts: Sequence[Count]) -> Mapping[str, float]:
    events: dict[str, int] = {}
    patients: dict[str, int] = {}
    for one in counts:
        events[one.stratum] = events.get(one.stratum, 0) + one.events
        patients[one.stratum] = patients.get(one.stratum, 0) + one.patients
    return {stratum: events[stratum] / n for stratum, n in patients.items()}


def _pool(ratios: Sequence[StandardisedRatio]) -> StandardisedRatio:
    observed = sum(one.observed for one in ratios)
    return standardised_ratio([sum(one.expected for one in ratios)], [1.0], observed)


def _fit(names: Sequence[str], counts: Sequence[Count]) -> Clinicians | None:
    """The variance between clinicians; ``None`` below twenty."""
    if len(names) < FEWEST:
        return None
    events = [sum(one.events for one in counts if one.clinician == name) for name in names]
    patients = [sum(one.patients for one in counts if one.clinician == name) for name in names]
    return clinicians(events, patients)


def _odds_ratio(fit: Clinicians) -> tuple[float, float, float]:
    """The median odds ratio and its interval."""
    low, high = median_odds_ratio(fit.low), median_odds_ratio(fit.high)
    return median_odds_ratio(fit.variance), low, high


def _points(
    ratios: Mapping[str, StandardisedRatio], funnel: Funnel, reasons: Sequence[Reason]
) -> tuple[Point, ...]:
    found = funnel.dispersion
    p = 2.0 * ndtr(-np.abs(found.z_adjusted))
    discovered = benjamini_hochberg(p) <= DISCOVERIES
    # On the scale of sqrt(O/E) chance has the variance 1/(4 E), whatever clinicians do. How far
    # they truly differ counts the far ones as well, whom the limits of the funnel leave aside.
    chance = 1.0 / (4.0 * funnel.size)
    away = np.sqrt(funnel.value) - np.sqrt(funnel.target)
    truly = overdispersion(away, np.sqrt(chance), 0.0, trim=0.0).tau2
    reliable = truly / (truly + chance)
    middle = reliable * away
    spread = np.sqrt(reliable * chance)
    sure = np.where(spread > 0.0, ndtr(np.abs(middle) / np.where(spread > 0.0, spread, 1.0)), 0.5)
    look = funnel.outside() & (sure > SURE) & discovered
    return tuple(
        Point(
            clinician=name,
            observed=one.observed,
            expected=one.expected,
            ratio=one.ratio,
            low=one.low,
            high=one.high,
            limits=(float(funnel.limits[k, 1, 0]), float(funnel.limits[k, 1, 1])),
            probability=float(sure[k]),
            look=bool(look[k]),
            reliability=float(reliable[k]),
            feedback=bool(reliable[k] >= FEEDBACK or look[k]) and name != POOLED,
            reasons=tuple(reason for reason in reasons if reason.clinician == name),
        )
        for k, (name, one) in enumerate(ratios.items())
    )


def _explained(point: Point) -> bool:
    return any(reason.justified for reason in point.reasons)


def _notes(shown: int, small: Sequence[str], nothing: Sequence[str]) -> list[str]:
    told = []
    if small:
        told.append(f"{len(small)} with fewer than five expected events stand together.")
    if nothing:
        told.append(f"{len(nothing)} are left out: nothing was expected of their patients.")
    if shown < FEWEST:
        told.append(f"The median odds ratio needs {FEWEST} clinicians; there are {shown}.")
    return told
