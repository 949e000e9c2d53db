"""Where one doctor's score stands among all doctors of a norm: for that doctor's own feedback.

Below four hundred doctors the distribution is smoothed, so that a rank does not hang on who
happened to answer. How sure a rank is follows from as how many independent doctors a norm counts,
because doctors of one hospital are alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from medengage.errors import TooFewResponses
from medengage.norms.contribution import ALL
from medengage.norms.release import NormScale
from medengage.norms.sums import BINS, GRID, WIDTH
from medengage.stats.intervals import wilson_interval
from medengage.stats.norm_scores import norm_scores, smoothed

__all__ = ["PersonNorm", "person_norm"]

SMOOTHED_BELOW = 400
FEWEST = 30
HUNDRED = 100.0


@dataclass(frozen=True)
class PersonNorm:
    """One score among the doctors of a stratum.

    ``rank`` its percentile rank with ``low, high`` by Wilson on the effective number of doctors;
    ``t``, ``sten`` and ``stanine`` are derived from it; ``doctors`` of the stratum; ``smooth``
    whether the distribution was smoothed.
    """

    rank: float
    low: float
    high: float
    t: float
    sten: int
    stanine: int
    doctors: int
    smooth: bool


def person_norm(norm: NormScale, score: float, stratum: str = ALL) -> PersonNorm:
    """Place a score from 0 to 100 among the doctors of a stratum, such as a grade.

    Raises ``ValueError`` for a score outside of the scale or a stratum that the norm does not
    have, ``TooFewResponses`` below thirty doctors.
    """
    if not 0.0 <= score <= HUNDRED:
        raise ValueError("a score lies between 0 and 100")
    if stratum not in norm.strata:
        raise ValueError(f"no such stratum; known: {', '.join(norm.strata)}")
    counts = np.array(norm.strata[stratum], dtype=np.float64)
    doctors = int(counts.sum())
    if doctors < FEWEST:
        raise TooFewResponses("a norm group", n=doctors, needed=FEWEST)
    smooth = doctors < SMOOTHED_BELOW
    found = norm_scores(smoothed(counts) if smooth else counts)
    place = min(BINS - 1, round(GRID * score) // WIDTH)
    rank = float(found.rank[place])
    count = max(1, round(norm.effective_n * doctors / max(1, norm.doctors)))
    around = wilson_interval(round(rank / HUNDRED * count), count)
    return PersonNorm(
        rank=rank,
        low=HUNDRED * around.low,
        high=HUNDRED * around.high,
        t=float(found.t[place]),
        sten=int(found.sten[place]),
        stanine=int(found.stanine[place]),
        doctors=doctors,
        smooth=smooth,
    )
