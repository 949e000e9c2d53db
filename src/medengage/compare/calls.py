"""What may be said of a difference: the words, and the probabilities they need (methods 3.4).

"Different" asks whether the true level is at least as far away as matters. It is never mixed with
"unusual", which asks whether something lies outside the ordinary spread. Both silence and a small
difference are answers of their own: "similar" needs evidence as well, and without it the answer is
"cannot tell".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from medengage.findings import Estimate
from medengage.stats.intervals import z_quantile

__all__ = [
    "FEWEST_RELIABLE",
    "LEAST_RESPONSE",
    "MATTERS",
    "Call",
    "Called",
    "called",
    "standard_error",
]

MATTERS = 3.0
"""Smallest difference that matters, in points of 0-100."""
SURE, PROBABLE, ALIKE = 0.90, 0.80, 0.80
FEWEST_RELIABLE = 0.60
LEAST_RESPONSE = 40.0
"""Percent of doctors who answered, below which nothing is called different."""
LEAST_SE = 1e-6


class Call(StrEnum):
    """What may be said of a level beside a benchmark."""

    ABOVE = "above"
    PROBABLY_ABOVE = "probably above"
    SIMILAR = "similar"
    PROBABLY_BELOW = "probably below"
    BELOW = "below"
    CANNOT_TELL = "cannot tell"

    @property
    def is_different(self) -> bool:
        """Is it called different, surely or probably?"""
        return self not in (Call.SIMILAR, Call.CANNOT_TELL)


@dataclass(frozen=True, slots=True)
class Called:
    """A call with its reason.

    ``difference, sd`` best guess of the true difference in points, and its uncertainty; ``above,
    below`` probabilities that it is at least ``MATTERS``; ``why`` says in words why nothing can be
    told, "" where something can.
    """

    call: Call
    difference: float
    sd: float
    above: float
    below: float
    why: str = ""

    @property
    def similar(self) -> float:
        """Probability that the difference is too small to matter."""
        return max(0.0, 1.0 - self.above - self.below)

    @property
    def probability(self) -> float:
        """Probability of what is called; of the likelier side where nothing can be told."""
        if self.call is Call.SIMILAR:
            return self.similar
        return max(self.above, self.below)

    @property
    def words(self) -> str:
        """``probably above (85 %)``, ``similar (92 %)``, ``cannot tell: the reason``."""
        if self.call is Call.CANNOT_TELL:
            return f"cannot tell: {self.why}" if self.why else "cannot tell"
        return f"{self.call.value} ({round(100 * self.probability)} %)"


def called(
    difference: float, sd: float, above: float, below: float, *, forbidden: str = ""
) -> Called:
    """The call that probabilities ``above`` and ``below`` allow.

    Above or below from .90, probably from .80, similar where the difference is too small to matter
    with .80, else cannot tell. ``forbidden`` says why no difference may be called at all, such as
    a low response; "similar" may not be called then either.
    """
    call, why = Call.CANNOT_TELL, forbidden or "too much chance in the figure"
    if not forbidden:
        alike = max(0.0, 1.0 - above - below)
        ladder = [
            (above >= SURE, Call.ABOVE),
            (below >= SURE, Call.BELOW),
            (above >= PROBABLE, Call.PROBABLY_ABOVE),
            (below >= PROBABLE, Call.PROBABLY_BELOW),
            (alike >= ALIKE, Call.SIMILAR),
        ]
        call = next((one for holds, one in ladder if holds), Call.CANNOT_TELL)
    told = call is not Call.CANNOT_TELL
    return Called(call, difference, sd, above, below, "" if told else why)


def standard_error(figure: Estimate, confidence: float) -> float:
    """Standard error of a released mean, read back from its interval.

    The wider side counts, because ends are rounded outwards and cut off at 0 and 100. Noise is in
    it. Never 0, because a weight is its inverse.
    """
    half = max(figure.high - figure.value, figure.value - figure.low)
    return max(LEAST_SE, half / z_quantile(confidence))
