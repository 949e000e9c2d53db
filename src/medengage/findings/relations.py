"""Parts of findings that relate measures: what goes with engagement, and what managers believe."""

from __future__ import annotations

from pydantic import Field

from medengage.findings.facts import Fact, Probability, Score

__all__ = ["Driver", "Drivers", "Gap"]


class Driver(Fact):
    """How much of what goes with the outcome goes with one scale.

    ``share`` is its percentage of R-squared by LMG, ``low, high`` by drawing units. Probabilities:
    ``first`` and ``top_three`` of its rank, ``important`` that its share is above an equal one,
    ``above_noise`` that it is above that of a variable made of chance. ``scales`` are more than
    one where doctors hardly told them apart.
    """

    title: str
    scales: tuple[str, ...] = Field(min_length=1)
    share: Score
    low: Score
    high: Score
    first: Probability
    top_three: Probability
    important: Probability
    above_noise: Probability


class Drivers(Fact):
    """What goes with saying, staying and striving, among doctors of the same unit.

    ``r2_percent`` of the outcome's variance within units goes with all scales together.
    ``distinguishable`` is false where that is under five percent. ``units`` were drawn anew, or
    doctors where there are too few units (``units`` is ``None`` then).
    """

    outcome: str
    facets: tuple[str, ...]
    r2_percent: Score
    drivers: tuple[Driver, ...] = Field(min_length=1)
    distinguishable: bool
    units: int | None
    notes: tuple[str, ...] = ()
    n: int


class Gap(Fact):
    """Managers' estimates of how doctors feel, less what doctors say, on one scale.

    Means on 0-100; ``difference`` is positive where managers think better of it, ``low, high``
    Welch's interval, ``hedges_g`` in standard deviations. ``managers_n`` and ``n`` are managers
    and doctors, each at least the smallest group that is shown.
    """

    scale: str
    managers: Score
    doctors: Score
    difference: float
    low: float
    high: float
    hedges_g: float | None
    managers_n: int
    n: int
