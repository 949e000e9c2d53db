"""Sums from which means, variances and reliabilities of many organisations follow exactly.

Scores are put on a grid of whole numbers, ``q = round(100 score)``, so that sums are integers.
Integers add up to the same total in any order and any grouping, and what was added can be taken
out again without a trace: pooled answers and merged sums give the same norm to the last digit.

    mean = S1/n/100,                  M2 = (S2 - S1^2/n)/10^4,
    SSB = sum T_u^2/n_u - S1^2/n,     SSW = S2 - sum T_u^2/n_u
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, PlainSerializer, field_validator, model_validator

from medengage.errors import TooFewResponses
from medengage.findings import Fact

__all__ = ["BINS", "GRID", "WIDTH", "ScaleSums", "gridded", "merged", "scale_sums", "withdrawn"]

GRID = 100
"""Steps of the grid in one point of a score."""
HIGHEST = 100.0
TOP = 100 * GRID
BINS, WIDTH = 51, 2 * GRID
"""Bins of two points; 100 has one of its own."""

Vector = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def _as_text(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


Ratio = Annotated[Fraction, PlainSerializer(_as_text, return_type=str)]


class ScaleSums(Fact):
    """Sums of one scale over ``n`` doctors of one stratum, in one or more organisations.

    ``s1``, ``s2`` sums of q and of q squared; ``histogram`` doctors in each of 51 bins of two
    points; ``units`` how many units they are in, ``unit_squares`` the sum of squared sizes of
    units, ``between`` the sum over units of squared totals over sizes, as a fraction.
    """

    n: int = Field(ge=0)
    s1: int = Field(ge=0)
    s2: int = Field(ge=0)
    histogram: tuple[int, ...] = Field(min_length=BINS, max_length=BINS)
    units: int = Field(ge=0)
    unit_squares: int = Field(ge=0)
    between: Ratio

    @field_validator("between", mode="before")
    @classmethod
    def _as_fraction(cls, value: Any) -> Any:
        return Fraction(value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        """What no set of doctors could have: the reasons to refuse a contribution."""
        if sum(self.histogram) != self.n or min(self.histogram) < 0:
            raise ValueError("the histogram does not count everybody once")
        if self.n * self.s2 < self.s1**2 or self.s1 > TOP * self.n:
            raise ValueError("the sums cannot be those of scores")
        low = sum(count * place * WIDTH for place, count in enumerate(self.histogram))
        high = low + (WIDTH - 1) * (self.n - self.histogram[-1])
        if not low <= self.s1 <= high:
            raise ValueError("the mean does not lie where the histogram is")
        if self.n and not self.s1**2 <= self.n * self.between <= self.n * self.s2:
            raise ValueError("the sums of units do not fit those of doctors")
        if not self.units <= self.n <= self.unit_squares or self.unit_squares > self.n**2:
            raise ValueError("the sizes of units do not fit the number of doctors")
        return self

    @property
    def mean(self) -> float:
        """Mean score, 0 to 100; raises ``TooFewResponses`` where there is nobody."""
        self._need(1)
        return float(Fraction(self.s1, self.n * GRID))

    @property
    def variance(self) -> float:
        """Variance between doctors, with n - 1; raises ``TooFewResponses`` below two."""
        self._need(2)
        return float(self._around_mean / (self.n - 1) / GRID**2)

    @property
    def icc1(self) -> float | None:
        """Share of the variance that lies between units; ``None`` where units are all or one.

        ``(MSB - MSW)/(MSB + (n0 - 1) MSW)`` with ``n0 = (n - sum n_u^2/n)/(U - 1)``.
        """
        if not 1 < self.units < self.n:
            return None
        msb = (self.between - Fraction(self.s1**2, self.n)) / (self.units - 1)
        msw = (self.s2 - self.between) / (self.n - self.units)
        n0 = (self.n - Fraction(self.unit_squares, self.n)) / (self.units - 1)
        whole = msb + (n0 - 1) * msw
        return float((msb - msw) / whole) if whole > 0 else None

    @property
    def within_variance(self) -> float:
        """Variance between doctors of one unit; that of all where each unit has one doctor."""
        self._need(2)
        if self.units >= self.n:
            return self.variance
        return float((self.s2 - self.between) / (self.n - self.units) / GRID**2)

    @property
    def _around_mean(self) -> Fraction:
        return self.s2 - Fraction(self.s1**2, self.n)

    def _need(self, doctors: int) -> None:
        if self.n < doctors:
            raise TooFewResponses("a norm group", n=self.n, needed=doctors)


def gridded(scores: Vector) -> Integers:
    """Scores (n,) as whole numbers of hundredths; ``ValueError`` outside of 0 to 100."""
    if not ((scores >= 0.0) & (scores <= HIGHEST)).all():
        raise ValueError("a score lies between 0 and 100")
    return np.rint(scores * GRID).astype(np.int64)


def scale_sums(scores: Vector, unit: npt.NDArray[Any]) -> ScaleSums:
    """Sums of the scores (n,) of doctors in ``unit`` (n,); without gaps."""
    q = gridded(scores)
    _, place, sizes = np.unique(unit, return_inverse=True, return_counts=True)
    totals = np.zeros(sizes.size, dtype=np.int64)
    np.add.at(totals, place, q)
    between = sum(
        (Fraction(int(t) ** 2, int(n)) for t, n in zip(totals, sizes, strict=True)), Fraction()
    )
    return ScaleSums(
        n=q.size,
        s1=int(q.sum()),
        s2=int((q**2).sum()),
        histogram=tuple(np.bincount(q // WIDTH, minlength=BINS).tolist()),
        units=sizes.size,
        unit_squares=int((sizes.astype(np.int64) ** 2).sum()),
        between=between,
    )


def merged(one: ScaleSums, other: ScaleSums) -> ScaleSums:
    """Sums of both, whose units are different ones."""
    return _combined(one, other, 1)


def withdrawn(whole: ScaleSums, part: ScaleSums) -> ScaleSums:
    """What is left of a whole without a part that is in it; ``ValueError`` for one that is not."""
    return _combined(whole, part, -1)


def _combined(one: ScaleSums, other: ScaleSums, sign: int) -> ScaleSums:
    return ScaleSums(
        n=one.n + sign * other.n,
        s1=one.s1 + sign * other.s1,
        s2=one.s2 + sign * other.s2,
        histogram=tuple(a + sign * b for a, b in zip(one.histogram, other.histogram, strict=True)),
        units=one.units + sign * other.units,
        unit_squares=one.unit_squares + sign * other.unit_squares,
        between=one.between + sign * other.between,
    )
