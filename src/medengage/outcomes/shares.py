"""Shares of organisations in a funnel: which of them differ more than organisations do anyway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from medengage.errors import StudyError, TooFewResponses
from medengage.stats.funnels import Funnel, funnel_of_proportions

__all__ = ["Shares", "shares"]

FEWEST = 10
"""Organisations below which nobody can say how far organisations differ anyway."""
OUTER = 3.09
HUNDRED = 100.0


@dataclass(frozen=True)
class Shares:
    """Organisations ``names`` (N,) and their ``funnel``.

    ``before`` of them lie outside the 99.8 % limits that chance alone would draw, ``outside``
    outside those that allow for the spread they have anyway.
    """

    names: tuple[str, ...]
    funnel: Funnel
    before: int
    outside: tuple[str, ...]

    @property
    def words(self) -> str:
        """The finding in one sentence."""
        spread = f"organisations vary {self.funnel.dispersion.phi:.2f} times as much as by chance"
        unusual = "none is" if not self.outside else f"{len(self.outside)} of them"
        if self.outside:
            unusual += " is" if len(self.outside) == 1 else " are"
        return f"{len(self.names)} were compared; {spread}; {unusual} unusual"


def shares(percent: Mapping[str, float], of: Mapping[str, float]) -> Shares:
    """Percentages of organisations, and of how many answers or patients each is (by code).

    Raises ``StudyError`` for a percentage outside 0 to 100 or a base that is not above 0,
    ``TooFewResponses`` below ten organisations that have both.
    """
    names = tuple(sorted(set(percent) & set(of)))
    for name in names:
        if not 0.0 <= percent[name] <= HUNDRED or of[name] <= 0.0:
            raise StudyError("a percentage lies between 0 and 100, its base above 0", subject=name)
    if len(names) < FEWEST:
        raise TooFewResponses("organisations in a funnel", n=len(names), needed=FEWEST)
    n = np.array([of[name] for name in names])
    count = np.array([percent[name] for name in names]) / HUNDRED * n
    found = funnel_of_proportions(count, n)
    outside = found.outside()
    return Shares(
        names,
        found,
        int((np.abs(found.dispersion.z) > OUTER).sum()),
        tuple(name for name, out in zip(names, outside, strict=True) if out),
    )
