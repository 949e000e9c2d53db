"""The parts of findings: scales, items, participation, profiles."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from medengage.findings.facts import (
    DistributionFigure,
    Fact,
    Figure,
    Probability,
    Score,
    ShareFigure,
)

__all__ = [
    "Aggregation",
    "EngagedFinding",
    "ItemFinding",
    "Nonresponse",
    "Participation",
    "PhaseDifference",
    "QuadrantFinding",
    "QuadrantPoint",
    "Reliability",
    "RepresentationRow",
    "ScaleFinding",
    "SensitivityLine",
    "StageFinding",
]


class Reliability(Fact):
    """How well the items of a scale hang together, over all respondents of the organisation.

    alpha with Feldt's 95 % interval, omega total and hierarchical, the standard error of
    measurement of one doctor's score and the smallest reliable change (0-100 points).
    """

    alpha: float
    alpha_low: float
    alpha_high: float
    omega_total: float | None
    omega_hierarchical: float | None
    standard_error: float
    smallest_reliable_change: float
    items: int
    n: int


class Aggregation(Fact):
    """May the means of units be shown and compared? (ICC, rwg(j); LeBreton and Senter 2008).

    ``icc1`` with n0, ``icc1_mean_size`` with the plain mean size of a unit; ``icc2`` is the
    reliability of unit means. ``rwgj_critical`` is what a group of the median size would reach in
    95 of 100 cases if everybody answered at random. ``None`` where a figure cannot be computed.
    """

    units: int
    icc1: float | None
    icc1_mean_size: float | None
    icc2: float | None
    icc_reml: float | None
    f: float | None
    p: float | None
    rwgj_mean: float | None
    rwgj_median: float | None
    rwgj_median_skewed: float | None
    rwgj_critical: float | None
    decision: Literal["compare", "caution", "parent only"]
    n: int


class ScaleFinding(Fact):
    """One scale: the organisation's estimate, each block's, reliability and aggregation.

    ``overall`` describes this roster (finite population correction), ``analytic`` the process
    behind it. ``weighted`` is post-stratified to the roster where response was uneven.
    ``groups`` maps group id -> figure for every breakdown. ``aggregation`` is about the units of
    the policy's breakdown, ``aggregation_within`` about those of attributes inside it.
    """

    id: str
    title: str
    level: Literal["index", "meta-scale", "subscale"]
    part_of: str | None
    aspect: Literal["organisation", "individual"] | None
    meaning: str = ""
    discuss: str = ""
    instrument: str = ""
    overall: Figure
    analytic: Figure
    weighted: Figure | None = None
    spread: float | None = None
    distribution: DistributionFigure
    groups: dict[str, Figure] = Field(default_factory=dict)
    reliability: Reliability | None = None
    aggregation: Aggregation | None = None
    aggregation_within: dict[str, Aggregation] = Field(default_factory=dict)


class ItemFinding(Fact):
    """One item over the whole organisation; ``text`` only where the licence allows it.

    The mean is on the item's own options after mirroring; ``missing_percent`` is of respondents.
    """

    id: str
    scale: str
    text: str | None
    reversed: bool
    options: int
    mean: float | None
    favourable: ShareFigure
    distribution: DistributionFigure
    missing_percent: Score
    item_rest: float | None
    alpha_if_dropped: float | None


class RepresentationRow(Fact):
    """Respondents against the roster in one category of one attribute.

    ``response_percent`` is in steps of five, and the respondents' share is worked out from it, so
    that nobody can count who answered. ``difference`` is the standardised difference of the two
    shares, in standard deviations (Austin 2009): beyond 0.1 in size it deserves a look.
    """

    attribute: str
    category: str
    respondents_percent: Score
    roster_percent: Score
    difference: float
    response_percent: Score | None = None


class PhaseDifference(Fact):
    """Late minus early respondents on the index (points), with interval."""

    difference: float
    low: float
    high: float
    n: int


class SensitivityLine(Fact):
    """If non-respondents differ by ``d`` standard deviations, the index is off by this much."""

    d: float
    bias: float


class Nonresponse(Fact):
    """What the silence of some doctors could do to the result."""

    label: Literal["good", "read with the sensitivity line", "no bands or ranks"]
    representation: tuple[RepresentationRow, ...] = ()
    r_indicator: float | None = None
    phase: PhaseDifference | None = None
    sensitivity: tuple[SensitivityLine, ...] = ()
    weighting: Literal["none", "post-stratified", "raked"] = "none"
    weighting_strata: tuple[str, ...] = ()
    design_effect: float | None = None
    weighting_note: str = ""


class Participation(Fact):
    """Who was asked and who answered, and flags about how they answered.

    Percentages are of all who returned a form; ``None`` where a count would be disclosive. Where
    nearly all answered, ``eligible`` is ``None`` and ``response_percent`` 95: "at least". Where
    numbers of doctors are not ``exact``, they and the response rate are in steps of five and no
    group has a rate, because that would tell, beside the roster, of somebody that he answered.
    """

    eligible: int | None
    answered: int
    response_percent: Score | None
    exact: bool = True
    mostly_missing_percent: Score | None
    straight_lined_percent: Score | None
    index_without_straight_liners: Figure | None = None
    nonresponse: Nonresponse | None = None


class QuadrantPoint(Fact):
    """Where a group stands on the two aspects, with its 95 % ellipse and probabilities.

    x is the individual aspect, y the organisation aspect (0-100). ``axes`` are the semi-axes of
    the ellipse in points, ``angle`` the direction of the first in degrees from x.
    Probabilities in the order low-low, high-low, low-high, high-high.
    """

    group: str
    x: float
    y: float
    axes: tuple[float, float]
    angle: float
    probabilities: tuple[Probability, Probability, Probability, Probability]
    label: str
    borderline: bool
    n: int


class QuadrantFinding(Fact):
    """All points of the quadrant with the cuts they were read against."""

    cut_x: float
    cut_y: float
    cut_source: Literal["criterion", "norm median"]
    names: tuple[str, str, str, str]
    points: tuple[QuadrantPoint, ...]


class StageFinding(Fact):
    """Probability of each ordered stage for a group's index."""

    group: str
    stages: tuple[str, ...]
    cuts: tuple[float, ...]
    probabilities: tuple[Probability, ...]
    label: str | None
    n: int


class EngagedFinding(Fact):
    """Say, stay, strive: share of doctors engaged by each of two rules, named."""

    facets: tuple[str, ...]
    all_at_least: float
    mean_at_least: float
    by_all_facets: ShareFigure
    by_mean: ShareFigure
