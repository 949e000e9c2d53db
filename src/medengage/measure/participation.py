"""Who was asked, who answered, and what the silence of the others could mean (1.5 to 1.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medengage.disclosure.display import FEW
from medengage.disclosure.plan import ALIKE, PHASE
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
from medengage.measure.noising import shifted
from medengage.measure.representation import frame_quality, representation
from medengage.measure.scoring import Scores
from medengage.measure.study import Study
from medengage.measure.summaries import Masked, clipped, descriptive, masked
from medengage.measure.weights import Weighting, weighting
from medengage.stats import nonresponse
from medengage.stats.weighting import DEFF_WARNING, weighted_mean

__all__ = ["Participants", "participation", "total"]

Column = npt.NDArray[np.float64]

SENSITIVITY_D = (0.1, 0.2, 0.3, 0.5)
PAIR = 2
NEARLY_ALL = 95.0
NONE = np.zeros((0, 0))


@dataclass(frozen=True, eq=False)
class Participants:
    """Participation before protection, the roster's counts, and the weights if any are used."""

    finding: Participation
    total: int | None
    eligible: Mapping[str, int]
    weighting: Weighting

    def weighted(self, column: Masked, confidence: float) -> Figure | None:
        """The mean weighted to the roster; ``None`` where response was even enough without.

        Its noise is larger than that of a plain mean by the largest weight, measured in mean
        weights: no doctor's answer is hidden less.
        """
        weights = self.weighting.weights
        if weights is None:
            return None
        found = weighted_mean(column.values, weights, population=self.total, confidence=confidence)
        heaviest = weights.values[column.known].max() / weights.values[column.known].mean()
        shift, sd = column.noise.shift(column.keys, column.known)
        noisy = shifted(found, shift * heaviest, sd * heaviest, confidence)
        return clipped(noisy, "weighted", self.total)


def participation(study: Study, scores: Scores, groups: Grouping) -> Participants:
    """Participation of a study; everything about the roster is absent without a population."""
    weights = weighting(study, groups)
    asked = total(study, scores.n)
    nearly_all = asked is None and study.population is not None
    finding = Participation(
        eligible=asked,
        answered=scores.n,
        response_percent=NEARLY_ALL if nearly_all else None,
        mostly_missing_percent=_percent(scores.mostly_missing),
        straight_lined_percent=_percent(scores.straight_lined),
        index_without_straight_liners=_without_straight_liners(study, scores, groups),
        nonresponse=_nonresponse(study, scores, groups, weights),
    )
    return Participants(finding, asked, _eligible(study, groups, asked), weights)


def total(study: Study, n: int) -> int | None:
    """Doctors who could have answered; ``None`` where that is not known, or not to be shown.

    Where fewer than three of them did not answer, the number would tell of each of the others that
    he did. Then it stands in no figure: results are for the process (no finite population
    correction), and the rate is told as "at least 95 %".
    """
    if study.population is None or study.population.total - n < FEW:
        return None
    return study.population.total


def _percent(flags: npt.NDArray[np.bool_]) -> float:
    return 100 * float(flags.mean())


def _without_straight_liners(study: Study, scores: Scores, groups: Grouping) -> Figure | None:
    """The index without doctors who gave one answer to everything.

    Shown beside the index it tells the mean of those left out, and beside the groups perhaps that
    of a few of them: so it is shown only where the plan certified it as a group.
    """
    index = study.instrument.index
    if index is None or not _is_certified(groups, ALIKE):
        return None
    column = masked(scores.scale[index.id], groups, index.id).only(~scores.straight_lined)
    return descriptive(column, None, study.policy.confidence)


def _is_certified(groups: Grouping, name: str) -> bool:
    """Did the plan certify every value of a silent attribute as a group of its own?"""
    blocks = groups.plan.lattice.blocks.get(name, ())
    return bool(blocks) and len(blocks[0]) == 1 and groups.plan.complete((name,))


def _nonresponse(
    study: Study, scores: Scores, groups: Grouping, weights: Weighting
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
        phase=_phase(study, scores, groups),
        sensitivity=_sensitivity(study, scores, rate) if total(study, scores.n) else (),
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


def _phase(study: Study, scores: Scores, groups: Grouping) -> PhaseDifference | None:
    """Late minus early on the headline, like with like; only from certified figures.

    The slope, adjusted for the main effects of some attributes, is a sum over the phases' totals
    and over the totals of those attributes' groups. So it may be shown where all of these are
    certified; an attribute that is not is left out of the adjustment.
    """
    phase, values = scores.responses.phase, _headline(study, scores)
    if phase is None or not _is_certified(groups, PHASE):
        return None
    known = (phase > 0) & ~np.isnan(values)
    adjust = nonresponse.main_effects(*_alike(groups, known)) if (phase > 0).all() else NONE
    columns = adjust if len(adjust) else np.zeros((int(known.sum()), 0))
    try:
        found = nonresponse.phase_slope(
            values[known], phase[known], adjust=columns, confidence=study.policy.confidence
        )
    except TooFewResponses:
        return None
    keys = groups.noise.keys("phase")
    shift, sd = groups.noise.shift(keys, known)
    heaviest = _heaviest(phase[known].astype(np.float64), columns)
    noisy = shifted(found, shift * heaviest, sd * heaviest, study.policy.confidence, bounded=False)
    return PhaseDifference(difference=noisy.value, low=noisy.low, high=noisy.high, n=noisy.n)


def _alike(groups: Grouping, known: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.int64]]:
    """The groups of each attribute that late and early doctors are compared within."""
    policy = groups.plan.policy
    return [
        groups.values(name)[known]
        for name in dict.fromkeys((policy.breakdown, policy.weighting))
        if name is not None and groups.plan.complete((name,))
    ]


def _heaviest(phase: Column, columns: Column) -> float:
    """Largest share of one doctor in the difference, in shares of a plain mean of them."""
    base = np.column_stack([np.ones(len(phase)), columns])
    free = phase - base @ np.linalg.lstsq(base, phase)[0]
    return float(np.ptp(phase) * np.abs(free).max() / (free @ free) * len(phase))


def _eligible(study: Study, groups: Grouping, asked: int | None) -> dict[str, int]:
    """Doctors who could have answered, of the organisation and of the groups of one attribute."""
    if study.population is None:
        return {}
    found = {} if asked is None else {ORGANISATION: asked}
    for group in groups.plan.groups[1:]:
        name, values = group.where[0]
        counts = study.population.counts(name)
        if len(group.where) == 1 and counts and all(value in counts for value in values):
            found[group.id] = sum(counts[value] for value in values)
    return found
