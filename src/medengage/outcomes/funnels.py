"""Organisations in a funnel: which of them differ more than organisations do anyway.

Three kinds of figures have three kinds of chance: percentages of so many answers or patients,
ratios of observed to expected numbers, and means of so many doctors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from medengage.errors import StudyError, TooFewResponses
from medengage.stats.funnels import (
    Funnel,
    Variant,
    funnel_of_means,
    funnel_of_proportions,
    funnel_of_ratios,
)

__all__ = ["InFunnel", "Kind", "means", "ratios", "shares"]

Kind = Literal["percent", "ratio", "mean"]
Values = Mapping[str, float]

FEWEST = 10
"""Organisations below which nobody can say how far organisations differ anyway."""
OUTER = 3.09
HUNDRED = 100.0


@dataclass(frozen=True)
class InFunnel:
    """Organisations ``names`` (N,) and their ``funnel``; percentages are shares there, 0 to 1.

    ``before`` of them lie outside the 99.8 % limits that chance alone would draw, ``outside``
    outside those that allow for the spread they have anyway. ``sd`` between doctors, for means.
    """

    kind: Kind
    names: tuple[str, ...]
    funnel: Funnel
    before: int
    outside: tuple[str, ...]
    variant: Variant = "cqc"
    sd: float = 0.0

    @property
    def words(self) -> str:
        """The finding in one sentence."""
        spread = f"their variance is {self.funnel.dispersion.phi:.2f} times that of chance"
        unusual = "none is" if not self.outside else f"{len(self.outside)} of them"
        if self.outside:
            unusual += " is" if len(self.outside) == 1 else " are"
        return f"{len(self.names)} were compared; {spread}; {unusual} unusual"


def shares(percent: Values, of: Values) -> InFunnel:
    """Percentages of organisations, and of how many answers or patients each is (by code).

    Raises ``StudyError`` for a percentage outside 0 to 100 or a base that is not above 0,
    ``TooFewResponses`` below ten organisations that have both.
    """
    names = _both(percent, of)
    for name in names:
        if not 0.0 <= percent[name] <= HUNDRED or of[name] <= 0.0:
            raise StudyError("a percentage lies between 0 and 100, its base above 0", subject=name)
    n = _column(names, of)
    return _found(
        "percent", names, funnel_of_proportions(_column(names, percent) / HUNDRED * n, n)
    )


def ratios(observed: Values, expected: Values, *, variant: Variant = "cqc") -> InFunnel:
    """Observed and expected numbers, such as deaths, by either established variant.

    Raises ``StudyError`` for a number below 0 or nothing expected (with "shmi" also nothing
    observed), ``TooFewResponses`` as above.
    """
    names = _both(observed, expected)
    least = 0.0 if variant == "cqc" else np.finfo(float).tiny
    for name in names:
        if observed[name] < least or expected[name] <= 0.0:
            raise StudyError("numbers are not below 0, and something is expected", subject=name)
    pair = _column(names, observed), _column(names, expected)
    return _found("ratio", names, funnel_of_ratios(*pair, variant=variant), variant=variant)


def means(mean: Values, of: Values, sd: float) -> InFunnel:
    """Means of so many doctors each, with the standard deviation ``sd`` between doctors.

    Raises ``StudyError`` for a number that is not above 0, ``TooFewResponses`` as above.
    """
    names = _both(mean, of)
    wrong = [name for name in names if of[name] <= 0.0]
    if wrong or sd <= 0.0:
        raise StudyError(
            "a mean rests on somebody, and doctors differ", subject="".join(wrong[:1])
        )
    n, values = _column(names, of), _column(names, mean)
    target = float(n @ values / n.sum())
    return _found("mean", names, funnel_of_means(values, n, sd=sd, target=target), sd=sd)


def _both(one: Values, other: Values) -> tuple[str, ...]:
    names = tuple(sorted(set(one) & set(other)))
    if len(names) < FEWEST:
        raise TooFewResponses("organisations in a funnel", n=len(names), needed=FEWEST)
    return names


def _column(names: tuple[str, ...], values: Values) -> np.ndarray:
    return np.array([values[name] for name in names], dtype=np.float64)


def _found(
    kind: Kind,
    names: tuple[str, ...],
    funnel: Funnel,
    *,
    variant: Variant = "cqc",
    sd: float = 0.0,
) -> InFunnel:
    outside = funnel.outside()
    return InFunnel(
        kind,
        names,
        funnel,
        int((np.abs(funnel.dispersion.z) > OUTER).sum()),
        tuple(name for name, out in zip(names, outside, strict=True) if out),
        variant,
        sd,
    )
