"""Do those who answered look like those who were asked? (methods 1.7, frame comparison)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from medengage.disclosure.display import to_step
from medengage.disclosure.plan import merged
from medengage.disclosure.protect import RESPONSE_ELIGIBLE, response_percent
from medengage.findings import RepresentationRow
from medengage.measure.grouping import Grouping
from medengage.measure.scoring import Scores
from medengage.measure.study import Study
from medengage.stats import nonresponse

__all__ = ["frame_quality", "representation"]

UNIT = 1_000
PAIR = 2


def representation(study: Study, scores: Scores) -> tuple[RepresentationRow, ...]:
    """Every attribute that the roster knows, category by category.

    Categories with fewer than 30 doctors on the roster, or fewer respondents than the minimum
    group, are joined. The respondents' share is worked out from the response rate in steps of
    five, so that nobody can count who answered.
    """
    if study.population is None:
        return ()
    rows: list[RepresentationRow] = []
    for name, counts in study.population.margins.items():
        if name in scores.responses.attributes:
            rows += _rows(name, counts, study, scores)
    return tuple(rows)


def frame_quality(study: Study, groups: Grouping) -> float | None:
    """R-indicator of a logistic response model on the frame's attributes (Schouten 2009).

    Needs the roster by combination of attributes; ``None`` without.
    """
    frame = groups.plan.frame
    joint = None if study.population is None else study.population.cross(frame.attributes)
    if not joint or not frame.attributes:
        return None
    place = {atom: int(n) for atom, n in zip(frame.atoms, frame.answered, strict=True)}
    if any(atom not in joint for atom in frame.atoms):
        return None
    cells = [cell for cell, count in joint.items() if count > 0]
    eligible = np.array([joint[cell] for cell in cells], dtype=np.int64)
    answered = np.array([place.get(cell, 0) for cell in cells], dtype=np.int64)
    if (answered > eligible).any():
        return None
    columns = nonresponse.main_effects(*zip(*cells, strict=True))
    model = nonresponse.response_model(answered, eligible, frame=columns)
    return round(nonresponse.r_indicator(model.propensities, eligible), 2)


def _rows(
    name: str, counts: Mapping[str, int], study: Study, scores: Scores
) -> list[RepresentationRow]:
    attribute = scores.responses.attributes[name]
    there = np.bincount(attribute.codes[attribute.codes >= 0], minlength=len(attribute.labels))
    answered = dict(zip(attribute.labels, there.tolist(), strict=True))
    groups = _categories(counts, answered, study.policy.minimum_group)
    if len(groups) < PAIR or int(there.sum()) != scores.n:
        return []
    roster = [sum(counts[value] for value in group) for group in groups]
    respondents = [sum(answered.get(value, 0) for value in group) for group in groups]
    differences = nonresponse.standardised_differences(respondents, roster)
    return [
        RepresentationRow(
            attribute=name,
            category=_named(group, name),
            respondents_percent=_share(respondents[place], roster[place], scores.n),
            roster_percent=to_step(100 * roster[place] / sum(roster), 1),
            difference=to_step(float(differences[place]), 0.1),
            response_percent=response_percent(respondents[place], roster[place]),
        )
        for place, group in enumerate(groups)
    ]


def _categories(
    counts: Mapping[str, int], answered: Mapping[str, int], minimum: int
) -> list[list[str]]:
    """Values of one attribute, joined until each group is large enough on both counts."""
    values = list(counts)
    sizes = [
        int(UNIT * min(counts[v] / RESPONSE_ELIGIBLE, answered.get(v, 0) / minimum))
        for v in values
    ]
    return [[values[place] for place in group] for group in merged(sizes, UNIT)]


def _named(group: list[str], attribute: str) -> str:
    if len(group) <= PAIR:
        return " and ".join(group)
    return f"{len(group)} smaller {attribute} groups"


def _share(respondents: int, roster: int, n: int) -> float:
    """Share of all respondents, as far as the banded response rate tells it."""
    banded = response_percent(respondents, roster)
    return min(100.0, to_step((banded or 0.0) * roster / n, 1))
