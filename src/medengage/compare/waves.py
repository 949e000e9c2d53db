"""The same organisation at two times: what changed by more than chance and noise would change it.

The doctors of two waves overlap in part, and nobody knows who answered twice. Both waves count as
independent, which makes intervals too wide rather than too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from medengage.compare.calls import MATTERS, Called, called, standard_error
from medengage.errors import StudyError
from medengage.findings import ORGANISATION, Estimate, Findings, ScaleFinding
from medengage.stats.intervals import z_quantile
from medengage.stats.normal import stage_probabilities

__all__ = ["Change", "changes", "units_changed"]


@dataclass(frozen=True)
class Change:
    """One scale of the whole or of a unit, before and now.

    ``low, high`` are the interval of the difference; ``beyond`` what it has to be to exceed chance
    and noise. ``is_clear`` says whether it does: without that no arrow is drawn.
    """

    title: str
    scale: ScaleFinding
    before: Estimate
    now: Estimate
    low: float
    high: float
    beyond: float
    called: Called

    @property
    def difference(self) -> float:
        """Now less before, in points."""
        return self.now.value - self.before.value

    @property
    def is_clear(self) -> bool:
        """Is it more than chance and noise?"""
        return abs(self.difference) > self.beyond


def changes(findings: Findings, before: Findings) -> tuple[Change, ...]:
    """Every scale of the main instrument for the whole organisation.

    Raises ``StudyError`` for another organisation, another instrument, or a wave that is not
    earlier.
    """
    _refuse(findings, before)
    return tuple(_changes(findings, before, ORGANISATION, ORGANISATION))


def units_changed(findings: Findings, before: Findings) -> tuple[Change, ...]:
    """The same for every unit that consisted of the same places in both waves."""
    _refuse(findings, before)
    then = {tuple(sorted(group.where.items())): group.id for group in before.blocks}
    found: list[Change] = []
    for unit in findings.blocks:
        earlier = then.get(tuple(sorted(unit.where.items())))
        if earlier is not None:
            found += _changes(findings, before, unit.id, earlier)
    return tuple(found)


def _refuse(findings: Findings, before: Findings) -> None:
    now, then = findings.about, before.about
    if now.organisation != then.organisation:
        raise StudyError("the earlier wave is of another organisation", subject=then.organisation)
    if now.instruments[0].checksum != then.instruments[0].checksum:
        raise StudyError(
            "the earlier wave asked other questions", subject=then.instruments[0].title
        )
    if then.closed >= now.closed:
        raise StudyError("the wave to compare with is not earlier", subject=then.wave)


def _changes(findings: Findings, before: Findings, group: str, then: str) -> Iterator[Change]:
    earlier = {scale.id: scale for scale in before.main_scales}
    for scale in findings.main_scales:
        if scale.id not in earlier:
            continue
        old, new = _figure(earlier[scale.id], then), _figure(scale, group)
        if isinstance(old, Estimate) and isinstance(new, Estimate):
            yield _change(findings, before, (group, scale), (old, new))


def _figure(scale: ScaleFinding, group: str) -> object:
    return scale.analytic if group == ORGANISATION else scale.groups.get(group)


def _change(
    findings: Findings,
    before: Findings,
    what: tuple[str, ScaleFinding],
    both: tuple[Estimate, Estimate],
) -> Change:
    (group, scale), (old, new) = what, both
    confidence = findings.policy.confidence
    sd = math.hypot(standard_error(old, before.policy.confidence), standard_error(new, confidence))
    difference, beyond = new.value - old.value, z_quantile(confidence) * sd
    below, _, above = stage_probabilities(difference, sd, cuts=[-MATTERS, MATTERS]).tolist()
    return Change(
        title=findings.group(group).title,
        scale=scale,
        before=old,
        now=new,
        low=difference - beyond,
        high=difference + beyond,
        beyond=beyond,
        called=called(difference, sd, above, below),
    )
