"""May the means of units be shown? Agreement and reliability of unit means (methods 1.4).

Computed once per scale over the blocks of the release, never for a single one. Units that were
joined count as one: mean squares over the units before joining would, beside the means of the
blocks, let the mean of a small unit be solved for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from medengage.definitions.instrument import Instrument
from medengage.disclosure.plan import ReleasePlan
from medengage.findings import Aggregation, Figure, Suppressed
from medengage.measure.grouping import Grouping
from medengage.measure.scoring import Scores
from medengage.stats import agreement, multilevel
from medengage.stats.groups import group_summaries
from medengage.stats.random_intercept import random_intercept

__all__ = ["aggregation", "only_if_comparable"]

CRITICAL_DRAWS = 1_000
CRITICAL_SEED = 20261123
PAIR = 2
SKEW_OPTIONS = len(agreement.SLIGHT_SKEW)
CANNOT_TELL_UNITS_APART = Suppressed(
    reason="cannot tell units apart",
    words="not shown: doctors of one unit differ too much to speak of a unit's mean",
)


def aggregation(
    instrument: Instrument, scores: Scores, grouping: Grouping
) -> dict[str, dict[str, Aggregation]]:
    """ICC, rwg(j) and the decision: scale -> kind of unit -> aggregation.

    Units are the groups of the policy's breakdown and of every attribute that lies within another
    (specialties within divisions). Without two of them there is nothing to tell.
    """
    units = [grouping.plan.policy.breakdown, *grouping.plan.policy.within]
    found: dict[str, dict[str, Aggregation]] = {scale.id: {} for scale in instrument.scales}
    for unit in dict.fromkeys(name for name in units if name is not None):
        groups = grouping.plan.of((unit,))
        block = grouping.numbered(groups)
        for scale in instrument.scales if groups else ():
            decided = _aggregation(instrument, scale.id, scores, block)
            if decided is not None:
                found[scale.id][unit] = decided
    return found


def only_if_comparable(
    figures: dict[str, Figure], decisions: Mapping[str, Aggregation], plan: ReleasePlan
) -> dict[str, Figure]:
    """The figures of the groups, or the reason why only the whole may be shown.

    A group of a unit (its only attribute, or the one that is crossed with others) is shown where
    the doctors of a unit agree enough. Grades, sexes and sites describe doctors, not units.
    """
    barred = {name for name, one in decisions.items() if one.decision == "parent only"}
    wished = {group.id: group.wish.attributes for group in plan.groups}
    return {
        name: figure if barred.isdisjoint(wished[name]) else CANNOT_TELL_UNITS_APART
        for name, figure in figures.items()
    }


def _aggregation(
    instrument: Instrument, scale_id: str, scores: Scores, block: npt.NDArray[np.int64]
) -> Aggregation | None:
    shown = block >= 0
    summaries = group_summaries(scores.scale[scale_id][shown], block[shown])
    if len(summaries.n) < PAIR or summaries.n.max() < PAIR:
        return None
    icc = multilevel.icc_anova(summaries)
    model = random_intercept(summaries)
    options = instrument.options_of(instrument.items_of(scale_id)[0]).highest
    variances, sizes = _item_variances(instrument, scale_id, scores, block)
    uniform = _rwg_j(variances, agreement.uniform_null_variance(options))
    skewed = _rwg_j(variances, agreement.null_variance()) if options == SKEW_OPTIONS else None
    middle = None if uniform is None else float(np.median(uniform))
    decision = multilevel.aggregation_decision(icc.p, middle, icc2=icc.icc2)
    return Aggregation(
        units=icc.groups,
        icc1=icc.icc1,
        icc1_mean_size=icc.icc1_mean_size,
        icc2=icc.icc2,
        icc_reml=None if model is None else model.icc,
        f=icc.f if icc.f is not None and math.isfinite(icc.f) else None,
        p=icc.p,
        rwgj_mean=None if uniform is None else float(np.mean(uniform)),
        rwgj_median=middle,
        rwgj_median_skewed=None if skewed is None else float(np.median(skewed)),
        rwgj_critical=_critical(sizes, variances.shape[1], options),
        decision=decision.value,
        n=icc.n,
    )


def _item_variances(
    instrument: Instrument, scale_id: str, scores: Scores, block: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """(G, J) variance of every item in every block, and the blocks' sizes.

    Rows are complete within each subscale, as the reference does it; asking for complete rows over
    all thirty items would throw half of the doctors away.
    """
    shown = block >= 0
    blocks = np.unique(block[shown])
    parts, sizes = [], np.full(len(blocks), np.iinfo(np.int64).max)
    for leaf in instrument.leaves_of(scale_id):
        answers = np.ascontiguousarray(scores.keyed[:, scores.responses.columns(leaf.items)])
        options = instrument.options_of(leaf.items[0]).highest
        counts = agreement.answer_counts(answers[shown], block[shown], options=options)
        part = np.full((len(blocks), len(leaf.items)), np.nan)
        place = np.searchsorted(blocks, counts.labels)
        part[place] = counts.variances
        parts.append(part)
        known = np.zeros(len(blocks), dtype=np.int64)
        known[place] = counts.n
        sizes = np.minimum(sizes, known)
    return np.concatenate(parts, axis=1), sizes


def _rwg_j(variances: npt.NDArray[np.float64], null: float) -> npt.NDArray[np.float64] | None:
    """rwg(j) of the units where it exists (two complete rows); ``None`` where there is none."""
    values = agreement.rwg_j(variances, null)
    values = values[~np.isnan(values)]
    return values if values.size else None


def _critical(sizes: npt.NDArray[np.int64], items: int, options: int) -> float | None:
    usual = int(np.median(sizes))
    if usual < PAIR:
        return None
    rng = np.random.Generator(np.random.PCG64(CRITICAL_SEED))
    return agreement.rwg_j_critical(usual, items, options=options, rng=rng, draws=CRITICAL_DRAWS)
