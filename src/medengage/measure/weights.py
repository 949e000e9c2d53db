"""Weights to the roster, where response was uneven and where they give nobody away (1.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from medengage.measure.grouping import Grouping
from medengage.measure.study import Study
from medengage.stats.weighting import Weights, poststratify, rake

__all__ = ["Weighting", "weighting"]

Counts = npt.NDArray[np.float64]

UNEVEN = 0.10
"""A stratum's response rate this far from the total's makes weighting worth its price."""

EVEN = "Response was even across the roster, so nothing is weighted."
TOO_FINE = "Weighting would single out groups that are too small, so nothing is weighted."


@dataclass(frozen=True, eq=False)
class Weighting:
    """The weights of the respondents, or ``None`` with the reason in ``note``."""

    weights: Weights | None
    method: Literal["none", "post-stratified", "raked"] = "none"
    attributes: tuple[str, ...] = ()
    note: str = ""


def weighting(study: Study, groups: Grouping) -> Weighting:
    """Post-stratification to the roster's strata, or raking where only margins are known.

    Strata are certified groups (``ReleasePlan.strata``), so that a weighted mean follows from
    certified figures. Nothing is weighted where the response rate of every stratum is within ten
    points of the total.
    """
    frame = groups.plan.frame
    names = tuple(
        name
        for name in dict.fromkeys((study.policy.breakdown, study.policy.weighting))
        if name is not None and name in frame.attributes
    )
    if study.population is None or not names:
        return Weighting(None, note="The roster is not known by group, so nothing is weighted.")
    joint = study.population.cross(names)
    if joint is not None:
        return _poststratified(joint, groups, names)
    return _raked(study, groups, names)


def _poststratified(
    joint: Mapping[tuple[str, ...], int], groups: Grouping, names: tuple[str, ...]
) -> Weighting:
    doctors = _roster(joint, groups, names)
    answered = np.bincount(groups.stratum, minlength=len(doctors)).astype(np.float64)
    if (answered > doctors).any():
        return Weighting(None, note="Some answers belong to no group of the roster.")
    if not _uneven(answered, doctors):
        return Weighting(None, note=EVEN)
    weights = poststratify(groups.stratum, doctors, minimum=1)
    return Weighting(weights, "post-stratified", names)


def _uneven(answered: Counts, doctors: Counts) -> bool:
    rate = np.divide(answered, doctors, out=np.zeros_like(answered), where=doctors > 0)
    total = answered.sum() / doctors.sum()
    return bool((np.abs(rate - total)[doctors > 0] > UNEVEN).any())


def _roster(
    joint: Mapping[tuple[str, ...], int], groups: Grouping, names: tuple[str, ...]
) -> Counts:
    """Doctors of every stratum. A cell in which nobody answered goes where its likes are.

    That is the smallest stratum of the same unit; a unit in which nobody answered at all cannot be
    spoken for and stays out. Doctors of a cell that lies in several strata, because those are made
    of finer groups, are divided as those who answered.
    """
    plan = groups.plan
    columns = [plan.frame.column(name) for name in names]
    cells = list(zip(*columns, strict=True))
    doctors = np.zeros(int(plan.strata.max(initial=0)) + 1)
    for cell, count in joint.items():
        here = np.array([one == cell for one in cells], dtype=bool)
        answered = np.bincount(plan.strata[here], plan.frame.answered[here], len(doctors))
        if answered.any():
            doctors += count * answered / answered.sum()
            continue
        near = {int(s) for s, one in zip(plan.strata, cells, strict=True) if one[0] == cell[0]}
        if near:
            doctors[min(near, key=lambda stratum: (doctors[stratum], stratum))] += count
    return doctors


def _raked(study: Study, groups: Grouping, names: tuple[str, ...]) -> Weighting:
    population = study.population
    known = [] if population is None else [population.counts(name) for name in names]
    codes = [_blocks_of(groups, name) for name in names]
    if not known or None in known or any(code is None for code in codes):
        return Weighting(None, note=TOO_FINE)
    targets = [
        _doctors(counts or {}, groups.plan.lattice.blocks[name])
        for name, counts in zip(names, known, strict=True)
    ]
    if any(target is None for target in targets):
        return Weighting(None, note="Some answers belong to no group of the roster.")
    rows = [code[groups.atom] for code in codes if code is not None]
    doctors = [target for target in targets if target is not None]
    answered = [
        np.bincount(c, minlength=len(t)).astype(np.float64)
        for c, t in zip(rows, doctors, strict=True)
    ]
    if any((a > t).any() for a, t in zip(answered, doctors, strict=True)):
        return Weighting(None, note="Some answers belong to no group of the roster.")
    if not any(_uneven(a, t) for a, t in zip(answered, doctors, strict=True)):
        return Weighting(None, note=EVEN)
    found = rake(rows, doctors)
    if not found.converged:
        return Weighting(None, note="No weights meet all margins of the roster.")
    return Weighting(found.weights, "raked", names)


def _blocks_of(groups: Grouping, name: str) -> npt.NDArray[np.int64] | None:
    """(A,) the block of each atom under one attribute; ``None`` where a stratum holds several."""
    plan = groups.plan
    if name not in plan.lattice.blocks:
        return None
    number = {
        value: place for place, block in enumerate(plan.lattice.blocks[name]) for value in block
    }
    codes = np.array([number[value] for value in plan.frame.column(name)], dtype=np.int64)
    pairs = np.unique(np.column_stack([plan.strata, codes]), axis=0)
    return codes if len(pairs) == len(np.unique(plan.strata)) else None


def _doctors(counts: Mapping[str, int], blocks: Sequence[tuple[str, ...]]) -> Counts | None:
    """Doctors of every block; values in which nobody answered go to the first block.

    ``None`` where somebody answered with a value that the roster does not have.
    """
    if any(value not in counts for block in blocks for value in block):
        return None
    doctors = np.array([float(sum(counts[value] for value in block)) for block in blocks])
    doctors[0] += sum(counts.values()) - doctors.sum()
    return doctors
