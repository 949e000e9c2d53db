"""Weights to the roster, where response was uneven and where they give nobody away (1.6)."""

from __future__ import annotations

from collections.abc import Mapping
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

    Strata lie inside the blocks of the release and hold at least the minimum group, so that the
    weighted mean adds nothing to what the blocks tell. Nothing is weighted where the response rate
    of every stratum is within ten points of the total.
    """
    attributes = groups.plan.frame.attributes
    if study.population is None or not attributes:
        return Weighting(None, note="The roster is not known by group, so nothing is weighted.")
    joint = study.population.cross(attributes)
    if joint is not None:
        return _poststratified(joint, groups, attributes)
    return _raked(study, groups, attributes)


def _poststratified(
    joint: Mapping[tuple[str, ...], int], groups: Grouping, attributes: tuple[str, ...]
) -> Weighting:
    doctors = _roster(joint, groups)
    answered = np.bincount(groups.stratum, minlength=len(doctors)).astype(np.float64)
    if doctors is None or (answered > doctors).any():
        return Weighting(None, note="Some answers belong to no group of the roster.")
    if not _uneven(answered, doctors):
        return Weighting(None, note=EVEN)
    weights = poststratify(groups.stratum, doctors, minimum=1)
    return Weighting(weights, "post-stratified", attributes)


def _uneven(answered: Counts, doctors: Counts) -> bool:
    rate = np.divide(answered, doctors, out=np.zeros_like(answered), where=doctors > 0)
    total = answered.sum() / doctors.sum()
    return bool((np.abs(rate - total)[doctors > 0] > UNEVEN).any())


def _roster(joint: Mapping[tuple[str, ...], int], groups: Grouping) -> Counts:
    """Doctors of every stratum. A cell in which nobody answered goes where its likes are.

    That is the smallest stratum of the same unit; a unit in which nobody answered at all cannot be
    spoken for and stays out.
    """
    frame, strata = groups.plan.frame, groups.plan.strata
    place = {atom: number for number, atom in enumerate(frame.atoms)}
    doctors = np.zeros(int(strata.max(initial=0)) + 1)
    silent = []
    for cell, count in joint.items():
        if cell in place:
            doctors[strata[place[cell]]] += count
        else:
            silent.append((cell[0], count))
    for unit, count in silent:
        near = [int(strata[n]) for atom, n in place.items() if atom[0] == unit]
        if near:
            doctors[min(near, key=lambda stratum: (doctors[stratum], stratum))] += count
    return doctors


def _raked(study: Study, groups: Grouping, attributes: tuple[str, ...]) -> Weighting:
    frame, population = groups.plan.frame, study.population
    known = [] if population is None else [population.counts(name) for name in attributes]
    if not known or None in known or (frame.scored < study.policy.minimum_group).any():
        return Weighting(None, note=TOO_FINE)
    codes, targets = [], []
    for number, counts in enumerate(known):
        values = list(counts or {})
        if any(atom[number] not in values for atom in frame.atoms):
            return Weighting(None, note="Some answers belong to no group of the roster.")
        atom_codes = np.array([values.index(atom[number]) for atom in frame.atoms])
        codes.append(atom_codes[groups.atom])
        targets.append(np.array([float((counts or {})[value]) for value in values]))
    answered = [
        np.bincount(c, minlength=len(t)).astype(np.float64)
        for c, t in zip(codes, targets, strict=True)
    ]
    if any((a > t).any() for a, t in zip(answered, targets, strict=True)):
        return Weighting(None, note="Some answers belong to no group of the roster.")
    if not any(_uneven(a, t) for a, t in zip(answered, targets, strict=True)):
        return Weighting(None, note=EVEN)
    found = rake(codes, targets)
    if not found.converged:
        return Weighting(None, note="No weights meet all margins of the roster.")
    return Weighting(found.weights, "raked", attributes)
