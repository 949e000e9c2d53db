"""Do those who answered look like those who were asked? (methods 1.7, frame comparison)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from medengage.disclosure.blocks import merged_by_size
from medengage.disclosure.display import RESPONSE_ELIGIBLE, response_percent, to_step
from medengage.findings import RepresentationRow
from medengage.measure.grouping import Grouping
from medengage.measure.scoring import Scores
from medengage.measure.study import Study
from medengage.stats import nonresponse

__all__ = ["categories", "frame_quality", "representation"]

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
    """R-indicator of a logistic response model on unit and weighting attribute (Schouten 2009).

    Needs the roster by combination of attributes; ``None`` without.
    """
    frame, policy = groups.plan.frame, study.policy
    names = tuple(
        name
        for name in dict.fromkeys((policy.breakdown, policy.weighting))
        if name is not None and name in frame.attributes
    )
    joint = None if study.population is None else study.population.cross(names)
    if not joint or not names:
        return None
    place = Counter[tuple[str, ...]]()
    for cell, n in zip(zip(*map(frame.column, names), strict=True), frame.answered, strict=True):
        place[cell] += int(n)
    if any(cell not in joint for cell in place):
        return None
    cells = [cell for cell, count in joint.items() if count > 0]
    eligible = np.array([joint[cell] for cell in cells], dtype=np.int64)
    answered = np.array([place[cell] for cell in cells], dtype=np.int64)
    if (answered > eligible).any():
        return None
    columns = nonresponse.main_effects(*zip(*cells, strict=True))
    model = nonresponse.response_model(answered, eligible, frame=columns)
    return round(nonresponse.r_indicator(model.propensities, eligible), 2)


def categories(name: str, study: Study, scores: Scores) -> tuple[tuple[str, ...], ...]:
    """The values of an attribute, joined until each group is large enough on both counts.

    In the order in which ``representation`` shows them. Empty where nobody knows the roster.
    """
    counts = None if study.population is None else study.population.counts(name)
    if counts is None:
        return ()
    answered, minimum = _answered(name, scores), study.policy.minimum_group
    sizes = {
        value: int(UNIT * min(count / RESPONSE_ELIGIBLE, answered.get(value, 0) / minimum))
        for value, count in counts.items()
    }
    return tuple(merged_by_size(sizes, UNIT))


def _answered(name: str, scores: Scores) -> dict[str, int]:
    """Respondents of every value."""
    attribute = scores.responses.attributes[name]
    there = np.bincount(attribute.codes[attribute.codes >= 0], minlength=len(attribute.labels))
    return dict(zip(attribute.labels, there.tolist(), strict=True))


def _rows(
    name: str, counts: Mapping[str, int], study: Study, scores: Scores
) -> list[RepresentationRow]:
    answered, groups = _answered(name, scores), categories(name, study, scores)
    if len(groups) < PAIR or sum(answered.values()) != scores.n:
        return []
    roster = [sum(counts[value] for value in group) for group in groups]
    respondents = [sum(answered.get(value, 0) for value in group) for group in groups]
    rates = [response_percent(n, asked) for n, asked in zip(respondents, roster, strict=True)]
    # From exact counts the differences would narrow down a rate that is shown as "95 % or more".
    banded = [(rate or 0.0) * asked / 100 for rate, asked in zip(rates, roster, strict=True)]
    differences = nonresponse.standardised_differences(banded, roster)
    return [
        RepresentationRow(
            attribute=name,
            category=_named(group, name),
            respondents_percent=_share(rates[place], roster[place], scores.n),
            roster_percent=to_step(100 * roster[place] / sum(roster), 1),
            difference=to_step(float(differences[place]), 0.1),
            response_percent=rates[place],
        )
        for place, group in enumerate(groups)
    ]


def _named(group: Sequence[str], attribute: str) -> str:
    if len(group) <= PAIR:
        return " and ".join(group)
    return f"{len(group)} smaller {attribute} groups"


def _share(rate: float | None, roster: int, n: int) -> float:
    """Share of all respondents, as far as the banded response rate tells it."""
    return min(100.0, to_step((rate or 0.0) * roster / n, 1))
