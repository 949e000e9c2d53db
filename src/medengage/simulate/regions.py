"""``Region``: organisations with known truth, and their true means to hold estimates against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medengage.definitions.instrument import Instrument
from medengage.measure.study import Study
from medengage.simulate.comments import Comment, comments
from medengage.simulate.means import TrueMeans, true_means
from medengage.simulate.organisations import Organisation, organisation
from medengage.simulate.outcomes import Outcomes, outcomes, standard_effects
from medengage.simulate.participation import standardised
from medengage.simulate.seeds import Purpose, stream
from medengage.simulate.studies import organisation_study
from medengage.simulate.truth import Truth

__all__ = ["Region", "region"]


@dataclass(frozen=True, eq=False)
class Region:
    """Organisations counted from 1, each a value of its own."""

    organisations: tuple[Organisation, ...]
    truth: Truth

    def __len__(self) -> int:
        return len(self.organisations)

    def __iter__(self) -> Iterator[Organisation]:
        return iter(self.organisations)

    def organisation(self, number: int) -> Organisation:
        """The organisation with this number, counted from 1."""
        if not 1 <= number <= len(self):
            raise ValueError(f"organisations count from 1 to {len(self)}")
        return self.organisations[number - 1]

    @property
    def effects(self) -> npt.NDArray[np.float64]:
        """(O, 4) each organisation's own deviation from the region in wave 1, in points."""
        return np.array([place.effect for place in self])

    def study(
        self,
        number: int,
        wave: int,
        instrument: Instrument,
        *,
        modules: tuple[Instrument, ...] = (),
        managers: Instrument | None = None,
        whole: Instrument | None = None,
    ) -> Study:
        """One organisation's closed campaign; see ``organisation_study``."""
        place = self.organisation(number)
        return organisation_study(
            place, wave, instrument, modules=modules, managers=managers, whole=whole
        )

    def comments(self, number: int, wave: int) -> tuple[Comment, ...]:
        """What some of those who answered wrote, in random order."""
        place = self.organisation(number)
        doctors = place.doctors(wave)
        engagement = standardised(doctors.index)[doctors.responded]
        return comments(place.stream(Purpose.COMMENTS, wave), engagement)

    def outcomes(self, association: float = 0.57) -> Outcomes:
        """Ratings, deaths and turnover that go with the organisations' true engagement."""
        z = standard_effects(self.effects, self.truth.score.organisation)
        posts = np.array([place.roster.n for place in self], dtype=np.int64)
        rng = stream(self.organisations[0].seed, Purpose.OUTCOMES)
        return outcomes(rng, z, posts=posts, association=association)

    def true_means(
        self,
        wave: int,
        instrument: Instrument,
        *,
        scale: str | None = None,
        whole: Instrument | None = None,
    ) -> TrueMeans:
        """True means of all organisations in one wave; see ``means.true_means``."""
        return true_means(self.organisations, wave, instrument, scale=scale, whole=whole)


def region(
    *, seed: int, organisations: int = 50, waves: int = 1, truth: Truth | None = None
) -> Region:
    """A region with known truth: rosters, levels and doctors; answers are drawn when asked for.

    The same seed gives the same region; a larger one begins with the smaller one's organisations
    and waves. Raises ``ValueError`` for numbers below 1.
    """
    if organisations < 1:
        raise ValueError("a region has at least one organisation")
    chosen = truth or Truth()
    places = tuple(
        organisation(number, seed=seed, waves=waves, truth=chosen)
        for number in range(1, organisations + 1)
    )
    return Region(places, chosen)
