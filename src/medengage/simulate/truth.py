"""The truth of a simulated region: every number that an analysis may later try to recover.

All scores are latent scores on the 0-100 metric with a standard deviation of about 18 between
doctors. They are normal, so a few lie outside 0-100; only the answers made from them are bounded.
Values without a source are planning values of this simulator: plausible, round, and ours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

__all__ = [
    "AnswerTruth",
    "ExtraTruth",
    "Programme",
    "ResponseTruth",
    "RosterTruth",
    "ScoreTruth",
    "SuddenDrop",
    "TimeTruth",
    "Truth",
]


@dataclass(frozen=True, slots=True)
class RosterTruth:
    """Who works where.

    ``eligible_mean``, ``eligible_cv``  doctors of an organisation: lognormal, rounded;
    ``eligible_range``                  and clipped to this range;
    ``specialty_concentration``         Dirichlet parameter of the specialties' shares;
    ``grade_shares``                    consultant, SAS doctor, senior trainee, junior doctor;
    ``site_shares``                     the two sites of each organisation.
    """

    eligible_mean: float = 400.0
    eligible_cv: float = 0.35
    eligible_range: tuple[int, int] = (120, 1200)
    specialty_concentration: float = 2.0
    grade_shares: tuple[float, float, float, float] = (0.45, 0.15, 0.25, 0.15)
    site_shares: tuple[float, float] = (0.65, 0.35)

    def __post_init__(self) -> None:
        if not 1 <= self.eligible_range[0] <= self.eligible_range[1]:
            raise ValueError("the range of eligible doctors runs from at least 1 upwards")
        for shares in (self.grade_shares, self.site_shares):
            if not math.isclose(sum(shares), 1.0) or min(shares) < 0.0:
                raise ValueError("shares add up to 1")


@dataclass(frozen=True, slots=True)
class ScoreTruth:
    """How engagement is spread: variances of the index in square points, then what shapes it.

    ``organisation``, ``unit``, ``person``  variance between organisations, between the
                       specialties of one organisation, and between the doctors of one specialty
                       and grade (total 324 = 18 squared; ICC of organisations .05);
    ``division_share`` share of the unit variance that specialties of one division have in common;
    ``between``, ``within``  correlation of the three meta-scales between and within organisations;
    ``aspects``        correlation of the individual and the organisation aspect at every level;
    ``grade``          fixed effect of each grade, in points;
    ``specialty_group``  planned specialties are this far above zero, acute ones as far below;
    ``stability``      correlation of one doctor's own part from one wave to any other.

    The ICC of .05 is in the range that Bliese (2000) reports for group climate.
    """

    mean: float = 58.0
    organisation: float = 16.2
    unit: float = 19.44
    person: float = 288.36
    division_share: float = 0.5
    between: float = 0.7
    within: float = 0.55
    aspects: float = 0.4
    grade: tuple[float, float, float, float] = (2.0, -1.0, 0.0, -3.0)
    specialty_group: float = 2.0
    stability: float = 0.7

    def __post_init__(self) -> None:
        if min(self.organisation, self.unit, self.person) < 0.0:
            raise ValueError("a variance is not negative")
        if not 0.0 <= min(shares := (self.division_share, self.stability)) <= max(shares) <= 1.0:
            raise ValueError("shares lie between 0 and 1")

    @property
    def total(self) -> float:
        """Variance of the index over all doctors of one grade and specialty group."""
        return self.organisation + self.unit + self.person


@dataclass(frozen=True, slots=True)
class AnswerTruth:
    """How scores become answers: a graded response model (Samejima 1969, normal ogive).

    ``loadings``          range of the items' correlations with their subscale;
    ``threshold_centre``, ``threshold_range``  where an average item's thresholds lie, in SD of
                          the latent answer: middle, and distance from the first to the last;
    ``threshold_spread``  items are harder or easier than average by up to this much;
    ``dif``, ``dif_shift``  two items of long questionnaires mean something else to junior
                          doctors: one is harder, one is easier by this much;
    ``straight_liners``   share of doctors who repeat their first answer throughout;
    ``missing``           share of single answers left out at random;
    ``missing_late``, ``missing_by_grade``  further share left out at the last item, falling to
                          none at the first, times a factor of the grade;
    ``drop_out``          share of doctors who stop somewhere after a fifth of the items.

    The range of thresholds is the narrowest at which answers do not pile up at both ends. With it
    the scored index of a questionnaire of 30 five-point items has a mean near 58 and an SD near
    16.6, and its mean moves .86 points for every latent point. An SD of 18 would need answers
    that are mostly the lowest or the highest.
    """

    loadings: tuple[float, float] = (0.5, 0.85)
    threshold_centre: float = -0.243
    threshold_range: float = 1.6
    threshold_spread: float = 0.4
    dif: bool = True
    dif_shift: float = 0.5
    straight_liners: float = 0.02
    missing: float = 0.02
    missing_late: float = 0.02
    missing_by_grade: tuple[float, float, float, float] = (1.5, 1.0, 0.75, 0.75)
    drop_out: float = 0.01

    def __post_init__(self) -> None:
        if not 0.0 < self.loadings[0] <= self.loadings[1] < 1.0:
            raise ValueError("loadings lie between 0 and 1")
        shares = (self.straight_liners, self.missing, self.missing_late, self.drop_out)
        if not 0.0 <= min(shares) <= max(shares) <= 1.0:
            raise ValueError("shares lie between 0 and 1")


@dataclass(frozen=True, slots=True)
class ResponseTruth:
    """Who answers: ``logit P = a_o + grade + bias * z``, z the doctor's engagement in SD.

    ``rate``    share of the eligible who answer; ``a_o`` is solved for it in every organisation;
    ``bias``    the more engaged answer more readily; 0 means that silence tells nothing;
    ``grade``   how much more or less readily each grade answers, on the logit scale;
    ``phases``  share of those who answer that has done so before the first reminder, before the
                last one, and in the end. Who answers earlier is more engaged (Lin and Schaeffer
                1995, the continuum of resistance), as far as ``bias`` is not 0.
    """

    rate: float = 0.6
    bias: float = 0.3
    grade: tuple[float, float, float, float] = (0.15, 0.0, -0.05, -0.25)
    phases: tuple[float, float, float] = (0.5, 0.8, 1.0)

    def __post_init__(self) -> None:
        if not 0.0 < self.rate <= 1.0:
            raise ValueError("a response rate is above 0 and at most 1")
        if not 0.0 < self.phases[0] < self.phases[1] < self.phases[2] == 1.0:
            raise ValueError("the shares of the phases rise to 1")


@dataclass(frozen=True, slots=True)
class SuddenDrop:
    """Two divisions of one organisation lose heart between two waves, and half recover.

    ``organisation`` and ``wave`` count from 1. ``points`` is the drop, ``response`` what is left
    of the response rate; ``recovered`` of both is back after ``recovery_waves``.
    """

    organisation: int = 17
    wave: int = 9
    divisions: tuple[str, ...] = ("Acute and critical care", "Medicine")
    points: float = 12.0
    response: float = 0.7
    recovered: float = 0.5
    recovery_waves: int = 4


@dataclass(frozen=True, slots=True)
class Programme:
    """One organisation improves: by ``points`` in all, in equal steps over ``ramp`` waves.

    ``wave`` is the first in which the change shows; numbers count from 1.
    """

    organisation: int = 30
    wave: int = 5
    points: float = 6.0
    ramp: int = 4


@dataclass(frozen=True, slots=True)
class TimeTruth:
    """What moves from one quarterly wave to the next, in points.

    ``organisation_step``, ``unit_step``  SD of the random walk of organisations and of units
                 (local level model, Harvey 1989);
    ``season``   amplitude of the yearly wave that all share, highest in the second quarter;
    ``declining``, ``decline``  organisations (counted from 1) that lose so much every wave;
    ``sudden``, ``programme``   the two events, ``None`` for a region without.
    """

    organisation_step: float = 1.0
    unit_step: float = 0.7
    season: float = 0.8
    declining: tuple[int, ...] = (8, 23, 41)
    decline: float = 0.5
    sudden: SuddenDrop | None = field(default_factory=SuddenDrop)
    programme: Programme | None = field(default_factory=Programme)


@dataclass(frozen=True, slots=True)
class ExtraTruth:
    """Managers and further questionnaires.

    ``managers``      mean number of managers who fill in the parallel form;
    ``manager_gap``   how far they overrate their doctors on average, in latent points (about 8.3
                      scored ones);
    ``manager_sd``    SD between managers, and of one manager between subscales, in points;
    ``module``        correlation of a further questionnaire's facets with engagement;
    ``module_common`` share of the rest that its facets have in common.
    """

    managers: float = 15.0
    manager_gap: float = 8.0
    manager_sd: tuple[float, float] = (10.0, 8.0)
    module: float = 0.7
    module_common: float = 0.3


@dataclass(frozen=True, slots=True)
class Truth:
    """All of it. Change a part with ``dataclasses.replace`` or by naming it.

    >>> Truth(response=ResponseTruth(rate=0.45)).response.rate
    0.45
    """

    roster: RosterTruth = RosterTruth()
    score: ScoreTruth = ScoreTruth()
    answers: AnswerTruth = AnswerTruth()
    response: ResponseTruth = ResponseTruth()
    time: TimeTruth = TimeTruth()
    extra: ExtraTruth = ExtraTruth()
