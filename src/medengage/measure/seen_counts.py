"""What somebody can see of who answered: counts and rates, read backwards.

A rounded count stands for all counts that would be rounded to it. Several figures about the same
doctors narrow the count down together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import groupby

import numpy as np

from medengage.disclosure.attacks import ShownCount
from medengage.disclosure.display import response_percent, rounded_n
from medengage.disclosure.frame import Frame
from medengage.disclosure.plan import SILENT
from medengage.errors import StudyError
from medengage.findings import ORGANISATION, Estimate, Findings, Group
from medengage.measure.grouping import Grouping
from medengage.measure.representation import categories
from medengage.measure.scoring import Scores
from medengage.measure.study import Study

__all__ = ["rosters", "shown_counts"]

STEP = 5
AROUND = 6.0
"""A rate in steps of five is right to half a step; look a little further."""


def rosters(study: Study, groups: Grouping) -> Iterator[Frame]:
    """The roster by all attributes at once, or by each alone where it is known no finer.

    Early and late, and answers alike, are nothing that a roster knows.
    """
    frame, population = groups.plan.frame, study.population
    names = tuple(name for name in frame.attributes if name not in SILENT)
    if population is None or not names:
        return
    joint = population.cross(names)
    if joint:
        yield _roster(frame, names, joint)
        return
    for name in names:
        counts = population.counts(name)
        if counts:
            yield _roster(frame, (name,), {(value,): n for value, n in counts.items()})


def _roster(frame: Frame, names: tuple[str, ...], doctors: Mapping[tuple[str, ...], int]) -> Frame:
    """Everybody who was asked, by these attributes; somebody not on the roster is added to it."""
    places = [frame.attributes.index(name) for name in names]
    answered = dict.fromkeys(doctors, 0)
    for atom, n in zip(frame.atoms, frame.answered.tolist(), strict=True):
        cell = tuple(atom[place] for place in places)
        answered[cell] = answered.get(cell, 0) + n
    counts = np.array(list(answered.values()), dtype=np.int64)
    eligible = np.array([max(doctors.get(cell, 0), n) for cell, n in answered.items()])
    return Frame(names, tuple(answered), counts, counts, eligible.astype(np.int64))


def shown_counts(
    study: Study, findings: Findings, scores: Scores, frame: Frame
) -> Iterator[ShownCount]:
    """How many doctors answered, of every group that this frame can tell."""
    least = _least_scored(findings)
    for group in findings.groups:
        if set(group.where) <= set(frame.attributes):
            mask = np.asarray(frame.mask(group.where))
            low, high = _of_group(findings, group)
            yield ShownCount(group.title, mask, max(low, least.get(group.id, 0)), high)
    yield from _represented(study, findings, scores, frame)


def _of_group(findings: Findings, group: Group) -> tuple[int, int]:
    """Fewest and most answers behind a group's n and its response rate."""
    minimum = findings.policy.minimum_group
    exact = group.id == ORGANISATION and findings.participation.exact
    low, high = (group.n, group.n) if exact else _behind_n(group.n, minimum)
    if group.eligible is None or group.response_percent is None:
        return low, high
    fewest, most = _behind_rate(group.response_percent, group.eligible, exact=exact)
    return max(low, fewest), min(high, most)


def _behind_n(shown: int, minimum: int) -> tuple[int, int]:
    """Counts in steps of five, never shown below the minimum; another count is an exact one."""
    near = range(max(minimum, shown - STEP), shown + STEP + 1)
    behind = [n for n in near if rounded_n(n, minimum) == shown]
    return (behind[0], behind[-1]) if behind else (shown, shown)


def _behind_rate(percent: float | None, eligible: int, *, exact: bool = False) -> tuple[int, int]:
    """Counts that would be shown as this rate; a rate that is none of ours is an exact one."""
    if percent is None:
        return 0, eligible
    first = 0 if percent <= STEP else math.floor(eligible * (percent - AROUND) / 100)
    last = eligible if percent >= 100 - STEP else math.ceil(eligible * (percent + AROUND) / 100)
    near = range(max(0, first), min(eligible, last) + 1)
    behind = [n for n in near if response_percent(n, eligible, exact=exact) == percent]
    number = round(eligible * percent / 100)
    return (behind[0], behind[-1]) if behind else (number, number)


def _least_scored(findings: Findings) -> dict[str, int]:
    """At least as many of a group answered as stand behind any figure of it."""
    shown = [
        (name, figure.n)
        for scale in findings.scales
        for name, figure in scale.groups.items()
        if isinstance(figure, Estimate)
    ]
    points = findings.quadrant.points if findings.quadrant else ()
    shown += [(point.group, point.n) for point in points]
    shown += [(stages.group, stages.n) for stages in findings.continuum]
    least: dict[str, int] = {}
    for name, n in shown:
        low, _ = _behind_n(n, findings.policy.minimum_group)
        least[name] = max(least.get(name, 0), low)
    return least


def _represented(
    study: Study, findings: Findings, scores: Scores, frame: Frame
) -> Iterator[ShownCount]:
    """Response rates of every category of every attribute."""
    silent, population = findings.participation.nonresponse, study.population
    rows = silent.representation if silent else ()
    for name, some in groupby(rows, key=lambda row: row.attribute):
        shown, groups = tuple(some), categories(name, study, scores)
        counts = None if population is None else population.counts(name)
        if counts is None or len(shown) != len(groups):
            raise StudyError(
                "the findings compare other categories with the roster than the answers have",
                subject=name,
                hint="analyse the answers again",
            )
        for row, group in zip(shown, groups, strict=True) if name in frame.attributes else ():
            eligible = sum(counts[value] for value in group)
            bounds = _behind_rate(row.response_percent, eligible)
            yield ShownCount(row.category, np.asarray(frame.mask({name: group})), *bounds)
