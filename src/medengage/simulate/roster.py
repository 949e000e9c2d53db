"""The roster of one organisation: how many doctors, and each one's characteristics."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medengage.measure.responses import Attribute
from medengage.measure.study import Population
from medengage.simulate.names import (
    ATTRIBUTES,
    DIVISION_OF,
    GRADES,
    SEXES,
    SITES,
    SPECIALTIES,
)
from medengage.simulate.truth import RosterTruth

__all__ = ["Roster", "draw_roster", "eligible_doctors"]

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Roster:
    """All doctors who could answer, (N,) codes each; they stay the same in all waves."""

    specialty: Codes
    grade: Codes
    site: Codes
    sex: Codes

    @property
    def n(self) -> int:
        """Number of eligible doctors."""
        return len(self.specialty)

    @property
    def division(self) -> Codes:
        """(N,) division of each doctor, given by the specialty."""
        return DIVISION_OF[self.specialty]

    def codes(self, attribute: str) -> Codes:
        """(N,) values of one attribute as numbers into ``ATTRIBUTES[attribute]``."""
        columns = {
            "division": self.division,
            "specialty": self.specialty,
            "grade": self.grade,
            "site": self.site,
            "sex": self.sex,
        }
        return columns[attribute]

    def attributes(self, rows: npt.NDArray[np.intp]) -> dict[str, Attribute]:
        """All characteristics of some doctors, as respondents carry them."""
        return {
            name: Attribute(labels, self.codes(name)[rows]) for name, labels in ATTRIBUTES.items()
        }

    def population(self) -> Population:
        """Counts of every combination of characteristics: all that an analysis may know."""
        table = np.column_stack([self.codes(name) for name in ATTRIBUTES])
        combinations, counts = np.unique(table, axis=0, return_counts=True)
        labels = tuple(ATTRIBUTES.values())
        cells = {
            tuple(labels[place][code] for place, code in enumerate(row)): int(count)
            for row, count in zip(combinations, counts, strict=True)
        }
        return Population.of_cells(ATTRIBUTES, cells)


def eligible_doctors(rng: np.random.Generator, truth: RosterTruth) -> int:
    """Lognormal number of doctors with the truth's mean and coefficient of variation, clipped.

    ``sigma^2 = ln(1 + cv^2)``, ``mu = ln(mean) - sigma^2 / 2``.
    """
    variance = math.log1p(truth.eligible_cv**2)
    centre = math.log(truth.eligible_mean) - variance / 2.0
    drawn = round(float(rng.lognormal(centre, math.sqrt(variance))))
    low, high = truth.eligible_range
    return min(max(drawn, low), high)


def draw_roster(rng: np.random.Generator, doctors: int, truth: RosterTruth) -> Roster:
    """Give each doctor a specialty, a grade, a site, and a sex as usual in the specialty."""
    concentration = np.full(len(SPECIALTIES), truth.specialty_concentration)
    specialty = rng.choice(len(SPECIALTIES), size=doctors, p=rng.dirichlet(concentration))
    women = np.array([item.women for item in SPECIALTIES])[specialty]
    return Roster(
        specialty=specialty.astype(np.int32),
        grade=rng.choice(len(GRADES), size=doctors, p=truth.grade_shares).astype(np.int32),
        site=rng.choice(len(SITES), size=doctors, p=truth.site_shares).astype(np.int32),
        sex=np.where(rng.random(doctors) < women, SEXES.index("Woman"), SEXES.index("Man")).astype(
            np.int32
        ),
    )
