"""Units beside their organisation, scale by scale: where a difference can be told or cannot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from medengage.compare.calls import (
    FEWEST_RELIABLE,
    LEAST_RESPONSE,
    MATTERS,
    Call,
    Called,
    called,
    standard_error,
)
from medengage.findings import Estimate, Findings, Group, ScaleFinding, Suppressed
from medengage.stats.comparison import differences
from medengage.stats.normal import stage_probabilities
from medengage.stats.random_effects import FEWEST, random_effects

__all__ = ["Cell", "HeatMap", "beside_organisation"]

HIDDEN = Suppressed(reason="too few answers", words="not shown")
"""For a unit that a scale has no figure for."""


@dataclass(frozen=True)
class Cell:
    """One unit on one scale: its figure and what may be said of it, or why it is withheld."""

    unit: str
    scale: str
    figure: Estimate | Suppressed
    called: Called | None

    @property
    def words(self) -> str:
        """What a reader is told."""
        if isinstance(self.figure, Suppressed) or self.called is None:
            return self.figure.words if isinstance(self.figure, Suppressed) else "cannot tell"
        return self.called.words

    @property
    def call(self) -> Call:
        """What may be said; a withheld figure is no call of its own."""
        return Call.CANNOT_TELL if self.called is None else self.called.call


@dataclass(frozen=True)
class HeatMap:
    """Units by scales; ``cells`` row by row, ``false_share`` how many of the called may be wrong.

    ``false_share`` is the mean probability that a called difference does not matter after all;
    ``None`` where none is called.
    """

    units: tuple[Group, ...]
    scales: tuple[ScaleFinding, ...]
    cells: tuple[tuple[Cell, ...], ...]

    @property
    def different(self) -> tuple[Cell, ...]:
        """Cells that are called different."""
        return tuple(cell for row in self.cells for cell in row if cell.call.is_different)

    @property
    def false_share(self) -> float | None:
        """Expected share of wrong calls among those that are made."""
        found = [1.0 - c.called.probability for c in self.different if c.called is not None]
        return sum(found) / len(found) if found else None


def beside_organisation(
    findings: Findings, scales: Sequence[ScaleFinding] = (), breakdown: str = ""
) -> HeatMap:
    """Every unit on every scale against all doctors of the organisation.

    From five units on, units are shrunken towards the organisation's mean (methods 3.1, 3.4) and
    judged by the posterior rule; with fewer, each is compared by itself. ``scales`` are the main
    ones unless given, ``breakdown`` that of the policy.
    """
    units = findings.of_breakdown(breakdown) if breakdown else findings.blocks
    chosen = tuple(scales) or findings.main_scales
    columns = [_column(findings, units, scale) for scale in chosen]
    rows = tuple(zip(*columns, strict=True)) if units else ()
    return HeatMap(tuple(units), chosen, rows)


def _column(findings: Findings, units: Sequence[Group], scale: ScaleFinding) -> list[Cell]:
    figures = [scale.groups.get(unit.id, HIDDEN) for unit in units]
    shown = [place for place, one in enumerate(figures) if isinstance(one, Estimate)]
    known = [one for one in figures if isinstance(one, Estimate)]
    judged: dict[int, Called] = {}
    if known and isinstance(scale.overall, Estimate):
        calls = _judged(findings, known, [units[place] for place in shown], scale.overall)
        judged = dict(zip(shown, calls, strict=True))
    return [
        Cell(unit.id, scale.id, figure, judged.get(place))
        for place, (unit, figure) in enumerate(zip(units, figures, strict=True))
    ]


def _judged(
    findings: Findings, figures: Sequence[Estimate], units: Sequence[Group], whole: Estimate
) -> list[Called]:
    confidence = findings.policy.confidence
    y = np.array([figure.value for figure in figures])
    v = np.array([standard_error(figure, confidence) ** 2 for figure in figures])
    if len(figures) < FEWEST:
        return [
            _alone(one, whole, confidence, _forbidden(unit))
            for one, unit in zip(figures, units, strict=True)
        ]
    # The organisation is the benchmark: its own mean is known far better than that of few units.
    fit = replace(random_effects(y, v), mu=whole.value, se_wald=standard_error(whole, confidence))
    found = differences(y, v, fit, matters=MATTERS)
    reliability = fit.tau2 / (fit.tau2 + v)
    why = "units hardly differ beyond chance"
    return [
        called(
            float(found.mean[k]),
            float(found.sd[k]),
            float(found.above[k]),
            float(found.below[k]),
            forbidden=_forbidden(unit) or (why if reliability[k] < FEWEST_RELIABLE else ""),
        )
        for k, unit in enumerate(units)
    ]


def _alone(one: Estimate, whole: Estimate, confidence: float, forbidden: str) -> Called:
    """A unit against all doctors, whose mean holds a part of its own: that part is allowed for."""
    share = min(1.0, one.n / max(one.n, whole.n))
    difference = one.value - whole.value
    errors = standard_error(one, confidence) ** 2 * (1.0 - 2.0 * share)
    sd = math.sqrt(max(0.0, errors + standard_error(whole, confidence) ** 2)) or MATTERS
    below, _, above = stage_probabilities(difference, sd, cuts=[-MATTERS, MATTERS]).tolist()
    return called(difference, sd, above, below, forbidden=forbidden)


def _forbidden(unit: Group) -> str:
    """A unit in which few answered is called nothing."""
    rate = unit.response_percent
    low = rate is not None and rate < LEAST_RESPONSE
    return f"only {rate:.0f} % answered" if low else ""
