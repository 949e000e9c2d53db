"""Derived readings: quadrant, continuum stage, and engaged by say, stay, strive (methods 5, 6)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from medengage.definitions.instrument import Engaged, Instrument
from medengage.disclosure.draft import DraftScale
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
from medengage.measure.participation import total
from medengage.measure.scoring import ASPECTS, Scores
from medengage.measure.study import Study
from medengage.measure.summaries import Masked, masked, share_of
from medengage.stats import normal, quadrants
from medengage.stats.groups import group_summaries
from medengage.stats.multilevel import shrunken_mean
from medengage.stats.random_intercept import random_intercept

__all__ = ["continuum", "engaged", "quadrant"]

Column = npt.NDArray[np.float64]

STAGE_LABEL = 0.80
PAIR = 2
SEED = 20
"""Draws are the same each time, so that the same answers give the same figures."""
X_FIRST = [0, 2, 1, 3]
"""From (low-low, low-high, high-low, high-high) to the findings' order, x varying first."""


def quadrant(
    instrument: Instrument, scores: Scores, groups: Grouping, scales: Sequence[DraftScale]
) -> QuadrantFinding | None:
    """The organisation and its units on the two aspects, with ellipses and probabilities.

    All from the means as they are shown. Units are shrunken towards each other (bivariate
    empirical Bayes); the organisation stands at its mean. Units are left out where they may not be
    told apart on the index. ``None`` for an instrument without aspects.
    """
    if instrument.quadrant is None or not scores.aspect:
        return None
    columns = [masked(scores.aspect[aspect], groups, f"aspect:{aspect}") for aspect in ASPECTS]
    both = columns[0].known & columns[1].known
    if int(both.sum()) < PAIR:
        return None
    x, y = (column.only(both) for column in columns)
    cut, names = instrument.quadrant.cut, _names(instrument)
    points = [_whole(x, y, cut, names)]
    if _units_can_be_told_apart(scales, groups):
        points += _units(x, y, groups, cut, names)
    return QuadrantFinding(
        cut_x=cut, cut_y=cut, cut_source="criterion", names=names, points=tuple(points)
    )


def continuum(
    instrument: Instrument, scores: Scores, groups: Grouping, scales: Sequence[DraftScale]
) -> tuple[StageFinding, ...]:
    """Probability of each stage of the continuum, for the organisation and its units.

    All from the means as they are shown. The organisation: normal around its mean. Units: their
    empirical-Bayes mean, with the variance between units by REML and the noise counted as error.
    """
    if instrument.continuum is None or instrument.index is None:
        return ()
    index = masked(scores.scale[instrument.index.id], groups, instrument.index.id)
    known = index.values[index.known]
    if known.size < PAIR:
        return ()
    shift, sd = index.as_shown(index.known)
    error = math.hypot(float(known.std(ddof=1)) / known.size**0.5, sd)
    mean = float(known.mean()) + shift
    found = [_stages(instrument, ORGANISATION, mean, error, known.size)]
    if _units_can_be_told_apart(scales, groups):
        found += _stages_of_units(instrument, index, groups)
    return tuple(found)


def _stages_of_units(
    instrument: Instrument, index: Masked, groups: Grouping
) -> list[StageFinding]:
    there = (groups.block >= 0) & index.known
    summaries = group_summaries(index.values[there], groups.block[there])
    model = random_intercept(summaries)
    if model is None:
        return []
    shifts, sds = _shifts(index, groups, summaries.labels)
    mean, sd = shrunken_mean(
        summaries.mean + shifts,
        np.sqrt(model.sigma2 / summaries.n + sds**2),
        mu=model.mu,
        tau2=model.tau2,
        mu_variance=model.mu_se**2,
    )
    blocks = [groups.plan.blocks[number] for number in summaries.labels.tolist()]
    return [
        _stages(instrument, block.id, float(mean[k]), float(sd[k]), int(summaries.n[k]))
        for k, block in enumerate(blocks)
    ]


def _shifts(column: Masked, groups: Grouping, units: Column) -> tuple[Column, Column]:
    """From each unit's mean to the one that is shown, and the sd of its noise."""
    block = groups.block
    pairs = [column.as_shown((block == unit) & column.known) for unit in units.tolist()]
    return np.array([shift for shift, _ in pairs]), np.array([sd for _, sd in pairs])


def engaged(study: Study, scores: Scores) -> EngagedFinding | None:
    """Share of doctors engaged by each of two rules: every facet high enough, or their mean.

    From the first instrument that has such a rule; only doctors with all facets count.
    """
    rule = next((i.engaged for i in study.instruments if i.engaged is not None), None)
    if rule is None:
        return None
    asked = total(study, scores.n)
    facets = np.column_stack([scores.scale[facet] for facet in rule.facets])
    facets = facets[~np.isnan(facets).any(axis=1)]
    return EngagedFinding(
        facets=rule.facets,
        all_at_least=rule.all_at_least,
        mean_at_least=rule.mean_at_least,
        by_all_facets=_share(facets.min(axis=1, initial=100.0) >= rule.all_at_least, study, asked),
        by_mean=_share(_mean(facets, rule), study, asked),
    )


def _mean(facets: Column, rule: Engaged) -> npt.NDArray[np.bool_]:
    # A mean of 4.5 of 6 options is 70 exactly; rounding must not push it below.
    return np.asarray(facets.mean(axis=1) >= rule.mean_at_least - 1e-9)


def _share(flags: npt.NDArray[np.bool_], study: Study, asked: int | None) -> Share:
    return share_of(int(flags.sum()), len(flags), asked, study.policy.confidence)


def _names(instrument: Instrument) -> tuple[str, str, str, str]:
    names = instrument.quadrant
    if names is None:
        raise ValueError("the instrument has no quadrant")
    return names.low_low, names.high_low, names.low_high, names.high_high


def _units_can_be_told_apart(scales: Sequence[DraftScale], groups: Grouping) -> bool:
    index = next((s.finding for s in scales if s.finding.level == "index"), None)
    units = [unit.id for unit in groups.plan.blocks]
    if index is None or not units:
        return False
    return not any(isinstance(index.groups[unit], Suppressed) for unit in units)


def _whole(x: Masked, y: Masked, cut: float, names: tuple[str, ...]) -> QuadrantPoint:
    points = np.array([x.values[x.known], y.values[y.known]])
    shifts, sds = np.transpose([one.as_shown(one.known) for one in (x, y)])
    n = points.shape[1]
    covariance = np.cov(points) / n + np.diag(sds**2)
    mean = points.mean(axis=1) + shifts
    p = quadrants.quadrant_probabilities(mean, covariance, cut=[cut, cut])
    return _point(ORGANISATION, (mean, covariance, p), names, n)


def _units(
    x: Masked, y: Masked, groups: Grouping, cut: float, names: tuple[str, ...]
) -> list[QuadrantPoint]:
    there = (groups.block >= 0) & x.known
    sums = quadrants.unit_sums(x.values[there], y.values[there], groups.block[there])
    (across, sd), (up, _) = (_shifts(one, groups, sums.labels) for one in (x, y))
    noisy = quadrants.moved(sums, np.column_stack([across, up]))
    rng = np.random.default_rng(SEED)
    points = quadrants.uncertain_points(noisy, rng, cut=[cut, cut], added=sd**2)
    blocks = [groups.plan.blocks[number] for number in sums.labels.tolist()]
    return [
        _point(
            block.id,
            (points.mean[k], points.covariance[k], points.probabilities[k]),
            names,
            int(points.n[k]),
        )
        for k, block in enumerate(blocks)
    ]


def _point(
    group: str, place: tuple[Column, Column, Column], names: tuple[str, ...], n: int
) -> QuadrantPoint:
    """A finding from a point, its covariance and its four probabilities."""
    mean, covariance, p = place
    shown = [float(p[corner]) for corner in X_FIRST]
    placed = quadrants.placement(p.tolist())
    oval = quadrants.ellipse(covariance)
    likely = sorted(range(4), key=lambda corner: -shown[corner])
    label = " / ".join(names[corner] for corner in likely[: len(placed.quadrants)])
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
