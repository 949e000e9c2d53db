"""The figures that findings are made of, and what they say about their study.

All scores are on 0-100, higher is better. ``n`` is the number of doctors a figure rests on.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "ORGANISATION",
    "About",
    "Distribution",
    "DistributionFigure",
    "Estimate",
    "Fact",
    "Figure",
    "Group",
    "InstrumentUsed",
    "Policy",
    "Probability",
    "Score",
    "Share",
    "ShareFigure",
    "Suppressed",
]

ORGANISATION = "organisation"
"""Id of the group of all respondents."""

Score = Annotated[float, Field(ge=0, le=100)]
Probability = Annotated[float, Field(ge=0, le=1)]


class Fact(BaseModel):
    """A frozen part of the findings."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        revalidate_instances="always",
        hide_input_in_errors=True,
    )


class Policy(Fact):
    """The release rules of a campaign; defaults are those of docs/explanation/privacy.md.

    ``minimum_group`` is the fewest doctors behind any figure, ``distribution_group`` behind any
    distribution or spread, ``breakdown`` the one attribute by which results are broken down,
    ``breakdown_order`` the order in which small blocks look for a neighbour to be merged with,
    ``weighting`` the attribute that results are weighted by where response was uneven.
    """

    minimum_group: int = Field(default=10, ge=5)
    distribution_group: int = Field(default=20, ge=10)
    breakdown: str | None = None
    breakdown_order: tuple[str, ...] = ()
    weighting: str | None = "grade"
    confidence: float = Field(default=0.95, gt=0.5, lt=1)


class Suppressed(Fact):
    """A figure that is withheld, and why, in words for the reader."""

    kind: Literal["suppressed"] = "suppressed"
    reason: Literal["small group", "cannot tell units apart", "too few answers"]
    words: str


class Estimate(Fact):
    """A group's mean with its interval (0-100) and the n it rests on.

    ``population`` is the N used for the finite population correction, ``None`` for an analytic
    interval (method ``analytic``: the process, not this roster).
    """

    kind: Literal["estimate"] = "estimate"
    value: Score
    low: Score
    high: Score
    n: int
    population: int | None = None
    method: Literal["descriptive", "analytic", "weighted"] = "descriptive"

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError("an interval holds its value")
        if self.population is not None and self.n > self.population:
            raise ValueError("more answers than doctors")
        return self


class Share(Fact):
    """A percentage of doctors with its interval (0-100) and n.

    ``bound`` says that the value is a cap: fewer than three doctors stand on the other side.
    """

    kind: Literal["share"] = "share"
    value: Score
    low: Score
    high: Score
    n: int
    bound: Literal["at most", "at least"] | None = None


class Distribution(Fact):
    """Share of doctors (percent) in each ordered category."""

    kind: Literal["distribution"] = "distribution"
    labels: tuple[str, ...]
    percent: tuple[Score, ...]
    n: int


Figure = Annotated[Estimate | Suppressed, Field(discriminator="kind")]
ShareFigure = Annotated[Share | Suppressed, Field(discriminator="kind")]
DistributionFigure = Annotated[Distribution | Suppressed, Field(discriminator="kind")]


class InstrumentUsed(Fact):
    """Which instrument was answered: enough to find the very same file again."""

    id: str
    version: str
    title: str
    checksum: str
    licence: str


class About(Fact):
    """What was asked, of whom and when, and which program counted."""

    study: str
    organisation: str
    wave: str
    opened: date
    closed: date
    instruments: tuple[InstrumentUsed, ...] = Field(min_length=1)
    words: dict[str, str] = Field(default_factory=dict)
    package_version: str
    synthetic: bool = False


class Group(Fact):
    """A group of doctors with results of its own: the organisation, or a block of units.

    ``members`` are the units of the block; a block of several was merged to be large enough.
    ``response_percent`` is shown in steps of five and only for 30 or more eligible doctors.
    """

    id: str
    title: str
    breakdown: str
    members: tuple[str, ...]
    n: int
    eligible: int | None = None
    response_percent: Score | None = None
