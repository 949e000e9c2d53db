"""What changes from wave to wave: walks, seasons, slow declines, a sudden drop, a recovery.

Waves are quarterly and count from 1. Everything here belongs to groups; a doctor's own part is
in ``organisation``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from medengage.simulate.names import DIVISION_OF, DIVISIONS, SPECIALTIES
from medengage.simulate.seeds import Purpose, stream
from medengage.simulate.traits import TRAITS, effects
from medengage.simulate.truth import ScoreTruth, SuddenDrop, TimeTruth, Truth

__all__ = [
    "LevelParts",
    "drop_severity",
    "held_back",
    "level_parts",
    "opened",
    "season",
    "shifts",
    "wave_name",
]

Array = npt.NDArray[np.float64]

FIRST_OPENING = date(2024, 3, 4)
QUARTER = timedelta(weeks=13)
YEAR = 4
GROUPS = 1 + len(DIVISIONS) + len(SPECIALTIES)


@dataclass(frozen=True, eq=False)
class LevelParts:
    """Effects of one organisation's groups (waves, 1 + 5 + 20, 4) in points.

    First the organisation itself, then its divisions, then its specialties.
    """

    groups: Array

    @property
    def organisation(self) -> Array:
        """(waves, 1, 4)."""
        return self.groups[:, :1]

    @property
    def division(self) -> Array:
        """(waves, divisions, 4), beyond the organisation's."""
        return self.groups[:, 1 : 1 + len(DIVISIONS)]

    @property
    def specialty(self) -> Array:
        """(waves, specialties, 4), beyond the division's."""
        return self.groups[:, 1 + len(DIVISIONS) :]

    def by_specialty(self) -> Array:
        """(waves, specialties, 4): the three levels added up for each specialty."""
        return np.asarray(self.organisation + self.division[:, DIVISION_OF] + self.specialty)


def level_parts(seed: int, number: int, waves: int, truth: Truth) -> LevelParts:
    """Start and random walk of the organisation, its divisions and its specialties.

    Local level model: ``level_t = level_(t-1) + N(0, step^2)`` (Harvey 1989). Early waves do not
    depend on how many follow.
    """
    start = stream(seed, Purpose.LEVELS, number).standard_normal((1, GROUPS, TRAITS))
    steps = stream(seed, Purpose.STEPS, number).standard_normal((waves - 1, GROUPS, TRAITS))
    score, time = truth.score, truth.time
    first = _by_level(start, score, organisation=score.organisation, unit=score.unit)
    walk = _by_level(steps, score, organisation=time.organisation_step**2, unit=time.unit_step**2)
    return LevelParts(np.cumsum(np.concatenate([first, walk]), axis=0))


def _by_level(normal: Array, score: ScoreTruth, *, organisation: float, unit: float) -> Array:
    """Give every group the variance of its level; divisions and specialties share the unit's."""
    parts = LevelParts(normal)
    shared = unit * score.division_share
    levels = (
        (parts.organisation, organisation, score.between),
        (parts.division, shared, score.within),
        (parts.specialty, unit - shared, score.within),
    )
    return np.concatenate(
        [effects(z, variance, metas=r, aspects=score.aspects) for z, variance, r in levels], axis=1
    )


def season(waves: int, amplitude: float) -> Array:
    """(waves,) common seasonal part: 0, +, 0, - over the four quarters of a year."""
    pattern = np.array([0.0, 1.0, 0.0, -1.0])
    return amplitude * pattern[np.arange(waves) % YEAR]


def shifts(number: int, waves: int, truth: TimeTruth) -> Array:
    """(waves, specialties) planned changes of the index of one organisation, in points."""
    wave = np.arange(1, waves + 1)
    common = season(waves, truth.season)
    if number in truth.declining:
        common = common - truth.decline * (wave - 1)
    if truth.programme is not None and truth.programme.organisation == number:
        done = (wave - truth.programme.wave + 1) / truth.programme.ramp
        common = common + truth.programme.points * np.clip(done, 0.0, 1.0)
    lost = truth.sudden.points if truth.sudden else 0.0
    return np.asarray(common[:, None] - lost * drop_severity(number, waves, truth.sudden))


def drop_severity(number: int, waves: int, sudden: SuddenDrop | None) -> Array:
    """(waves, specialties) how much of the sudden drop is felt: 0 none, 1 all of it."""
    severity = np.zeros((waves, len(SPECIALTIES)))
    if sudden is None or sudden.organisation != number:
        return severity
    since = np.arange(1, waves + 1) - sudden.wave
    healed = sudden.recovered * np.clip(since / sudden.recovery_waves, 0.0, 1.0)
    affected = np.isin(DIVISION_OF, [DIVISIONS.index(name) for name in sudden.divisions])
    severity[:] = np.where(since >= 0, 1.0 - healed, 0.0)[:, None] * affected
    return severity


def held_back(number: int, waves: int, sudden: SuddenDrop | None) -> Array:
    """(waves, specialties) factor on the chance to answer; 1 but for the sudden drop."""
    lost = 1.0 - sudden.response if sudden else 0.0
    return np.asarray(1.0 - lost * drop_severity(number, waves, sudden))


def opened(wave: int) -> date:
    """First day of a wave, counted from 1."""
    return FIRST_OPENING + (wave - 1) * QUARTER


def wave_name(wave: int) -> str:
    """Name of a wave: the year and the quarter in which it opens.

    >>> wave_name(1), wave_name(9)
    ('2024 quarter 1', '2026 quarter 1')
    """
    year, quarter = divmod(wave - 1, YEAR)
    return f"{FIRST_OPENING.year + year} quarter {quarter + 1}"
