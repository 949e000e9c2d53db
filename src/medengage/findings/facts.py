"""The figures that findings are made of, and what they say about their study.

All scores are on 0-100, higher is better. ``n`` is the number of doctors a figure rests on.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

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


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Crossing = Annotated[tuple[str, ...], BeforeValidator(_one_or_more), Field(min_length=1)]
"""The attributes of a breakdown: one, or several for a cross-table."""


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

    ``minimum_group`` is the fewest doctors behind any figure and behind anything that can be
    computed from figures, ``colluders`` how many doctors more that is because some may pool their
    own answers. ``distribution_group`` is the fewest behind a distribution or spread.
    ``breakdown`` is the attribute whose groups are compared as units, ``further`` are breakdowns
    and cross-tables beside it, the most wanted first. ``within`` maps an attribute to the one
    inside whose groups its small groups are merged (specialties inside a division), ``order``
    gives the values of an attribute in the order in which small ones look for a neighbour.
    ``sensitive`` attributes are shown for the whole organisation only, never crossed, and for
    ``sensitive_group`` doctors or more. ``noise`` is the noise of a sum as a share of the whole
    range of scores (0 for none), ``weighting`` the attribute that results are weighted by where
    response was uneven.
    """

    minimum_group: int = Field(default=10, ge=5)
    distribution_group: int = Field(default=20, ge=10)
    breakdown: str | None = None
    further: tuple[Crossing, ...] = ()
    within: dict[str, str] = Field(default_factory=dict)
    order: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    sensitive: tuple[str, ...] = ()
    sensitive_group: int = Field(default=20, ge=10)
    colluders: int = Field(default=0, ge=0, le=2)
    noise: float = Field(default=0.25, ge=0, le=1)
    weighting: str | None = "grade"
    confidence: float = Field(default=0.95, gt=0.5, lt=1)

    @property
    def limit(self) -> int:
        """Fewest doctors on whom anything computable may rest: minimum group and colluders."""
        return self.minimum_group + self.colluders

    @property
    def margins(self) -> tuple[tuple[str, ...], ...]:
        """All breakdowns in order of priority, each once: the sensitive ones last."""
        first = () if self.breakdown is None else ((self.breakdown,),)
        every = tuple(dict.fromkeys((*first, *self.further)))
        return tuple(sorted(every, key=lambda names: not set(names).isdisjoint(self.sensitive)))

    @property
    def attributes(self) -> tuple[str, ...]:
        """Every attribute that results are reported by, each once, in order of priority."""
        return tuple(dict.fromkeys(name for names in self.margins for name in names))

    @model_validator(mode="after")
    def _breakdowns_make_sense(self) -> Self:
        for names in self.further:
            if len(set(names)) < len(names):
                raise ValueError("a breakdown names an attribute twice")
            if len(names) > 1 and not set(names).isdisjoint(self.sensitive):
                raise ValueError("a sensitive attribute is never crossed with another")
        if self.breakdown in self.sensitive:
            raise ValueError("units are not compared by a sensitive attribute")
        return self


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
    """A group of doctors with results of its own: the organisation, a block of units, a cell.

    ``where`` gives for each attribute of the breakdown the values that belong to the group; a
    block of several values was merged to be large enough. ``breakdown`` names the attributes:
    ``division``, ``division by grade``, or ``organisation`` for everybody.
    ``response_percent`` is shown in steps of five and only for 30 or more eligible doctors.
    """

    id: str
    title: str
    breakdown: str
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    n: int
    eligible: int | None = None
    response_percent: Score | None = None

    @property
    def members(self) -> tuple[str, ...]:
        """The units of the block: the values of its last attribute."""
        return next(reversed(self.where.values()), ())
