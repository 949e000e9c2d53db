"""One organisation with its roster, its levels over time, and its doctors in one wave."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from medengage.definitions.instrument import Instrument
from medengage.simulate.answers import draw_answers
from medengage.simulate.items import ItemModel, item_model
from medengage.simulate.names import SPECIALTIES, organisation_name
from medengage.simulate.over_time import held_back, level_parts, shifts
from medengage.simulate.participation import participate, propensity, standardised
from medengage.simulate.roster import Roster, draw_roster, eligible_doctors
from medengage.simulate.seeds import Purpose, stream
from medengage.simulate.traits import INDEX, SHIFT, TRAITS, effects, subscales
from medengage.simulate.truth import ScoreTruth, Truth

__all__ = ["Doctors", "Organisation", "organisation"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Doctors:
    """All eligible doctors of one organisation in one wave: the private truth.

    ``traits`` (N, 4) latent scores in points (see ``traits``); ``phase`` (N,) when each answered,
    0 for those who did not; ``grade`` (N,) as on the roster.
    """

    traits: Array
    phase: npt.NDArray[np.int8]
    grade: npt.NDArray[np.int32]

    @property
    def index(self) -> Array:
        """(N,) true latent index in points."""
        return np.asarray(self.traits @ INDEX)

    @property
    def responded(self) -> npt.NDArray[np.bool_]:
        """(N,) who answered."""
        return self.phase > 0


@dataclass(frozen=True, eq=False)
class Organisation:
    """One organisation of a region; ``number`` and waves count from 1.

    ``effect`` (4,) its own deviation from the region in wave 1; ``levels`` (waves, specialties,
    4) mean traits of a doctor of each specialty, before the effect of the grade; ``persons``
    (N, 4) each doctor's lasting part; ``held_back`` (waves, specialties) factor on the chance to
    answer.
    """

    number: int
    seed: int
    truth: Truth
    roster: Roster
    effect: Array
    levels: Array
    persons: Array
    held_back: Array

    @property
    def name(self) -> str:
        """An invented name."""
        return organisation_name(self.number)

    @property
    def waves(self) -> int:
        """Number of waves."""
        return len(self.levels)

    def stream(self, purpose: Purpose, wave: int, *further: int) -> np.random.Generator:
        """Random numbers for one purpose in one wave; raises ``ValueError`` for no such wave."""
        self._require(wave)
        return stream(self.seed, purpose, self.number, wave, *further)

    def _require(self, wave: int) -> None:
        if not 1 <= wave <= self.waves:
            raise ValueError(f"waves count from 1 to {self.waves}")

    def expected_traits(self, wave: int) -> Array:
        """(N, 4) mean traits of a doctor in each post: what the place makes of its doctors."""
        self._require(wave)
        grades = np.array(self.truth.score.grade)[self.roster.grade]
        return np.asarray(self.levels[wave - 1][self.roster.specialty] + grades[:, None] * SHIFT)

    def doctors(self, wave: int) -> Doctors:
        """The latent scores of all eligible doctors in one wave, and who answered."""
        return _doctors(self, wave)

    def answers(
        self, wave: int, instrument: Instrument, whole: Instrument | None = None
    ) -> npt.NDArray[np.int8]:
        """(N, J) what every eligible doctor would tick, those who stay silent included.

        ``whole`` names the survey of which the instrument is a pulse.
        """
        z = subscales(whole or instrument, self.truth.score).standard(self.doctors(wave).traits)
        model = item_model(instrument, self.truth.answers, whole)
        return self.tick(wave, instrument, model=model, z=z)

    def tick(
        self, wave: int, instrument: Instrument, *, model: ItemModel, z: Array
    ) -> npt.NDArray[np.int8]:
        """(N, J) answers to an instrument whose subscales stand at ``z`` (N, L) in SD."""
        rng = self.stream(Purpose.ANSWERS, wave, crc32(instrument.reference.encode()))
        return draw_answers(rng, model, z=z, grade=self.roster.grade, truth=self.truth.answers)


def organisation(
    number: int, *, seed: int, waves: int, truth: Truth, eligible: int | None = None
) -> Organisation:
    """One organisation, the same whether drawn alone or in a region.

    ``eligible`` fixes the number of doctors. Raises ``ValueError`` for numbers below 1.
    """
    if min(number, waves, 1 if eligible is None else eligible) < 1:
        raise ValueError("organisations, waves and doctors count from 1")
    rng = stream(seed, Purpose.ROSTER, number)
    drawn = eligible_doctors(rng, truth.roster)
    roster = draw_roster(rng, eligible or drawn, truth.roster)
    parts = level_parts(seed, number, waves, truth)
    index = _fixed_effects(truth) + shifts(number, waves, truth.time)
    normal = stream(seed, Purpose.PERSONS, number).standard_normal((roster.n, TRAITS))
    return Organisation(
        number=number,
        seed=seed,
        truth=truth,
        roster=roster,
        effect=parts.organisation[0, 0],
        levels=parts.by_specialty() + index[:, :, None] * SHIFT,
        persons=_persons(normal, truth.score, truth.score.stability),
        held_back=held_back(number, waves, truth.time.sudden),
    )


def _doctors(place: Organisation, wave: int) -> Doctors:
    """The doctors of one wave: place, lasting part, passing part; then who answers."""
    truth, grade = place.truth, place.roster.grade
    normal = place.stream(Purpose.MOODS, wave).standard_normal((place.roster.n, TRAITS))
    passing = _persons(normal, truth.score, 1.0 - truth.score.stability)
    traits = place.expected_traits(wave) + place.persons + passing
    eta = propensity(standardised(traits @ INDEX), grade, truth.response)
    held = place.held_back[wave - 1][place.roster.specialty]
    phase = participate(
        place.stream(Purpose.RESPONSE, wave), eta, truth=truth.response, held_back=held
    )
    return Doctors(traits, phase, grade)


def _fixed_effects(truth: Truth) -> Array:
    """(specialties,) mean index of each specialty, before the effect of the grade.

    Centred so that a region with the usual grades has the mean of the truth.
    """
    score = truth.score
    grades = float(np.dot(truth.roster.grade_shares, score.grade))
    groups = [-1.0 if specialty.acute else 1.0 for specialty in SPECIALTIES]
    return score.mean - grades + score.specialty_group * np.array(groups)


def _persons(normal: Array, score: ScoreTruth, share: float) -> Array:
    """(N, 4) doctors' own parts with a share of the variance between persons."""
    return effects(normal, score.person * share, metas=score.within, aspects=score.aspects)
