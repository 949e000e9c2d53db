"""Derived readings: quadrant, continuum stage, and engaged by say, stay, strive (methods 5, 6)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from medengage.definitions.instrument import Engaged, Instrument
from medengage.disclosure.protect import DraftScale
from medengage.findings import (
    ORGANISATION,
    EngagedFinding,
    QuadrantFinding,
    QuadrantPoint,
    Share,
    StageFinding,
    Suppressed,
)
from medengage.measure.grouping import Grouping
from medengage.measure.scoring import ASPECTS, Scores
from medengage.measure.study import Study
from medengage.measure.summaries import share_of
from medengage.stats import normal, quadrants
from medengage.stats.groups import group_summaries
from medengage.stats.multilevel import shrunken_mean
from medengage.stats.random_intercept import random_intercept

__all__ = ["continuum", "engaged", "quadrant"]

Column = npt.NDArray[np.float64]

STAGE_LABEL = 0.80
PAIR = 2
X_FIRST = [0, 2, 1, 3]
"""From (low-low, low-high, high-low, high-high) to the findings' order, x varying first."""


def quadrant(
    instrument: Instrument, scores: Scores, groups: Grouping, scales: Sequence[DraftScale]
) -> QuadrantFinding | None:
    """The organisation and its blocks on the two aspects, with ellipses and probabilities.

    Blocks are shrunken towards each other (bivariate empirical Bayes); the organisation stands at
    its mean. Blocks are left out where units may not be told apart on the index. ``None`` for an
    instrument without aspects.
    """
    if instrument.quadrant is None or not scores.aspect:
        return None
    x, y = (scores.aspect[aspect] for aspect in ASPECTS)
    both = ~(np.isnan(x) | np.isnan(y))
    if int(both.sum()) < PAIR:
        return None
    cut, names = instrument.quadrant.cut, _names(instrument)
    points = [_whole(x[both], y[both], cut, names)]
    if groups.plan.blocks and _units_can_be_told_apart(scales):
        points += _blocks(x, y, groups, cut, names)
    return QuadrantFinding(
        cut_x=cut, cut_y=cut, cut_source="criterion", names=names, points=tuple(points)
    )


def continuum(
    instrument: Instrument, scores: Scores, groups: Grouping, scales: Sequence[DraftScale]
) -> tuple[StageFinding, ...]:
    """Probability of each stage of the continuum, for the organisation and its blocks.

    The organisation: normal around its mean. Blocks: their empirical-Bayes mean, with the variance
    between units by REML.
    """
    if instrument.continuum is None or instrument.index is None:
        return ()
    values = scores.scale[instrument.index.id]
    known = values[~np.isnan(values)]
    if known.size < PAIR:
        return ()
    se = float(known.std(ddof=1)) / known.size**0.5
    found = [_stages(instrument, ORGANISATION, float(known.mean()), se, known.size)]
    if not groups.plan.blocks or not _units_can_be_told_apart(scales):
        return tuple(found)
    summaries = group_summaries(values, groups.block)
    model = random_intercept(summaries)
    if model is None:
        return tuple(found)
    error = np.sqrt(model.sigma2 / summaries.n)
    mean, sd = shrunken_mean(
        summaries.mean, error, mu=model.mu, tau2=model.tau2, mu_variance=model.mu_se**2
    )
    for number, block in enumerate(groups.plan.blocks):
        n = int(summaries.n[number])
        found.append(_stages(instrument, block.id, float(mean[number]), float(sd[number]), n))
    return tuple(found)


def engaged(study: Study, scores: Scores) -> EngagedFinding | None:
    """Share of doctors engaged by each of two rules: every facet high enough, or their mean.

    From the first instrument that has such a rule; only doctors with all facets count.
    """
    rule = next((i.engaged for i in study.instruments if i.engaged is not None), None)
    if rule is None:
        return None
    facets = np.column_stack([scores.scale[facet] for facet in rule.facets])
    facets = facets[~np.isnan(facets).any(axis=1)]
    return EngagedFinding(
        facets=rule.facets,
        all_at_least=rule.all_at_least,
        mean_at_least=rule.mean_at_least,
        by_all_facets=_share(facets.min(axis=1, initial=100.0) >= rule.all_at_least, study),
        by_mean=_share(_mean(facets, rule), study),
    )


def _mean(facets: Column, rule: Engaged) -> npt.NDArray[np.bool_]:
    # A mean of 4.5 of 6 options is 70 exactly; rounding must not push it below.
    return np.asarray(facets.mean(axis=1) >= rule.mean_at_least - 1e-9)


def _share(flags: npt.NDArray[np.bool_], study: Study) -> Share:
    total = None if study.population is None else study.population.total
    return share_of(int(flags.sum()), len(flags), total, study.policy.confidence)


def _names(instrument: Instrument) -> tuple[str, str, str, str]:
    names = instrument.quadrant
    if names is None:
        raise ValueError("the instrument has no quadrant")
    return names.low_low, names.high_low, names.low_high, names.high_high


def _units_can_be_told_apart(scales: Sequence[DraftScale]) -> bool:
    index = next((s.finding for s in scales if s.finding.level == "index"), None)
    return index is not None and not any(
        isinstance(figure, Suppressed) for figure in index.groups.values()
    )


def _whole(x: Column, y: Column, cut: float, names: tuple[str, ...]) -> QuadrantPoint:
    mean = np.array([x.mean(), y.mean()])
    return _point(ORGANISATION, mean, np.cov(x, y) / len(x), cut, names, len(x))


def _blocks(
    x: Column, y: Column, groups: Grouping, cut: float, names: tuple[str, ...]
) -> list[QuadrantPoint]:
    points = quadrants.unit_points(quadrants.unit_sums(x, y, groups.block))
    return [
        _point(
            block.id,
            points.mean[number],
            points.covariance[number],
            cut,
            names,
            int(points.n[number]),
        )
        for number, block in enumerate(groups.plan.blocks)
    ]


def _point(
    group: str, mean: Column, covariance: Column, cut: float, names: tuple[str, ...], n: int
) -> QuadrantPoint:
    p = quadrants.quadrant_probabilities(mean, covariance, cut=[cut, cut])
    shown = [float(p[place]) for place in X_FIRST]
    placed = quadrants.placement(p.tolist())
    oval = quadrants.ellipse(covariance)
    likely = sorted(range(4), key=lambda place: -shown[place])
    label = " / ".join(names[place] for place in likely[: len(placed.quadrants)])
    return QuadrantPoint(
        group=group,
        x=float(mean[0]),
        y=float(mean[1]),
        axes=(oval.major, oval.minor),
        angle=oval.angle,
        probabilities=(shown[0], shown[1], shown[2], shown[3]),
        label=label,
        borderline=placed.borderline,
        n=n,
    )


def _stages(instrument: Instrument, group: str, mean: float, sd: float, n: int) -> StageFinding:
    rule = instrument.continuum
    if rule is None:
        raise ValueError("the instrument has no continuum")
    p = normal.stage_probabilities(mean, sd, cuts=list(rule.cuts))
    best = int(p.argmax())
    return StageFinding(
        group=group,
        stages=rule.stages,
        cuts=rule.cuts,
        probabilities=tuple(float(one) for one in p),
        label=rule.stages[best] if p[best] >= STAGE_LABEL else None,
        n=n,
    )
