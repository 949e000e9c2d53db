"""Who was asked, who answered, and what the silence of the others could mean (1.5 to 1.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medengage.disclosure.combination import smallest_support
from medengage.errors import TooFewResponses
from medengage.findings import (
    ORGANISATION,
    Figure,
    Nonresponse,
    Participation,
    PhaseDifference,
    SensitivityLine,
)
from medengage.measure.grouping import Grouping
from medengage.measure.representation import frame_quality, representation
from medengage.measure.scoring import Scores
from medengage.measure.study import Study
from medengage.measure.summaries import clipped, descriptive
from medengage.measure.weights import Weighting, weighting
from medengage.stats import nonresponse
from medengage.stats.weighting import DEFF_WARNING, weighted_mean

__all__ = ["Participants", "participation", "total"]

Column = npt.NDArray[np.float64]

SENSITIVITY_D = (0.1, 0.2, 0.3, 0.5)
EARLY, LATE = 1, 3
PAIR = 2


@dataclass(frozen=True, eq=False)
class Participants:
    """Participation before protection, the roster's counts, and the weights if any are used."""

    finding: Participation
    total: int | None
    eligible: Mapping[str, int]
    weighting: Weighting

    def weighted(self, values: Column, confidence: float) -> Figure | None:
        """The mean weighted to the roster; ``None`` where response was even enough without."""
        if self.weighting.weights is None:
            return None
        found = weighted_mean(
            values, self.weighting.weights, population=self.total, confidence=confidence
        )
        return clipped(found, "weighted", self.total)


def participation(study: Study, scores: Scores, groups: Grouping) -> Participants:
    """Participation of a study; everything about the roster is absent without a population."""
    weights = weighting(study, groups)
    without = _without_straight_liners(study, scores, groups, weights)
    finding = Participation(
        eligible=total(study),
        answered=scores.n,
        response_percent=None,
        mostly_missing_percent=_percent(scores.mostly_missing),
        straight_lined_percent=_percent(scores.straight_lined),
        index_without_straight_liners=without,
        nonresponse=_nonresponse(study, scores, groups, weights, with_phase=without is None),
    )
    return Participants(finding, total(study), _eligible(study, groups), weights)


def total(study: Study) -> int | None:
    """Doctors who could have answered."""
    return None if study.population is None else study.population.total


def _percent(flags: npt.NDArray[np.bool_]) -> float:
    return 100 * float(flags.mean())


def _without_straight_liners(
    study: Study, scores: Scores, groups: Grouping, weights: Weighting
) -> Figure | None:
    """The index without doctors who gave one answer to everything.

    Shown beside the index it tells the mean of those left out, and beside the blocks perhaps that
    of a few of them: so it is shown only where no combination rests on too few doctors.
    """
    index, few = study.instrument.index, study.policy.minimum_group
    if index is None:
        return None
    values = scores.scale[index.id]
    scored = ~np.isnan(values)
    left_out, kept = scores.straight_lined & scored, ~scores.straight_lined & scored
    if min(left_out.sum(), kept.sum()) < few:
        return None
    if not _is_safe(groups, kept.astype(np.float64), weights, few):
        return None
    return descriptive(values[kept], None, study.policy.confidence)


def _nonresponse(
    study: Study, scores: Scores, groups: Grouping, weights: Weighting, *, with_phase: bool
) -> Nonresponse | None:
    if study.population is None:
        return None
    rate = nonresponse.response_rate(scores.n, study.population.total)
    deff = None if weights.weights is None else weights.weights.deff
    return Nonresponse(
        # The rate as it is shown decides, so that words and number agree.
        label=nonresponse.response_label(round(rate, 2)).value,
        representation=representation(study, scores),
        r_indicator=frame_quality(study, groups),
        # Two statistics beside the blocks can be judged together, a third cannot yet.
        phase=_phase(study, scores, groups, weights) if with_phase else None,
        sensitivity=_sensitivity(study, scores, rate),
        weighting=weights.method,
        weighting_strata=weights.attributes,
        design_effect=deff,
        weighting_note=_note(weights, deff),
    )


def _note(weights: Weighting, deff: float | None) -> str:
    if deff is not None and deff > DEFF_WARNING:
        return f"{weights.note} The weights cost much precision: read both results.".strip()
    return weights.note


def _sensitivity(study: Study, scores: Scores, rate: float) -> tuple[SensitivityLine, ...]:
    values = _headline(study, scores)
    values = values[~np.isnan(values)]
    if len(values) < PAIR:
        return ()
    sd = float(values.std(ddof=1))
    bias = nonresponse.nonresponse_bias(rate, SENSITIVITY_D, sd=sd)
    return tuple(
        SensitivityLine(d=d, bias=float(b)) for d, b in zip(SENSITIVITY_D, bias, strict=True)
    )


def _headline(study: Study, scores: Scores) -> Column:
    """The index, or the first scale of an instrument without one."""
    scale = study.instrument.index or study.instrument.roots[0]
    return scores.scale[scale.id]


def _phase(
    study: Study, scores: Scores, groups: Grouping, weights: Weighting
) -> PhaseDifference | None:
    """Late minus early on the headline, where it gives nobody away."""
    phase, values = scores.responses.phase, _headline(study, scores)
    if phase is None:
        return None
    known = (phase > 0) & ~np.isnan(values)
    few = study.policy.minimum_group
    sizes = [int((phase[known] == which).sum()) for which in (EARLY, LATE)]
    adjust = nonresponse.main_effects(groups.atom[known])
    if min(sizes) < few or not _is_safe(groups, _slope(groups, phase, known), weights, few):
        return None
    try:
        found = nonresponse.phase_slope(
            values[known], phase[known], adjust=adjust, confidence=study.policy.confidence
        )
    except TooFewResponses:
        return None
    return PhaseDifference(difference=found.value, low=found.low, high=found.high, n=found.n)


def _slope(groups: Grouping, phase: npt.NDArray[np.int8], known: npt.NDArray[np.bool_]) -> Column:
    """(N,) how much each doctor counts in the slope over phases, up to a factor.

    A slope adjusted for atoms weighs each doctor by the distance from the atom's mean phase.
    """
    atom = groups.atom[known]
    mean = np.bincount(atom, phase[known]) / np.maximum(np.bincount(atom), 1)
    coefficients = np.zeros(len(phase))
    coefficients[known] = phase[known] - mean[atom]
    return coefficients


def _is_safe(groups: Grouping, coefficients: Column, weights: Weighting, minimum: int) -> bool:
    """Nobody can combine this statistic, weights and blocks into one for too few doctors."""
    columns = [coefficients]
    if weights.weights is not None:
        columns.append(weights.weights.values)
    support = smallest_support(groups.block, np.column_stack(columns))
    return support is None or support >= minimum


def _eligible(study: Study, groups: Grouping) -> dict[str, int]:
    """Doctors who could have answered, of the organisation and of every block."""
    if study.population is None:
        return {}
    found = {ORGANISATION: study.population.total}
    counts = study.population.counts(study.policy.breakdown or "")
    for block in groups.plan.blocks if counts else ():
        if counts and all(member in counts for member in block.members):
            found[block.id] = sum(counts[member] for member in block.members)
    return found
