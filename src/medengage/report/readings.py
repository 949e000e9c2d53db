"""What may be read from figures with intervals: which is highest, which lies apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from medengage.findings import Aggregation, Estimate, Figure, Findings, ScaleFinding
from medengage.report.words import estimate, listed

__all__ = [
    "Extremes",
    "apart",
    "bands_allowed",
    "by_score",
    "extremes",
    "headline_scales",
    "unit_figures",
    "units_banded",
]

PAIR = 2
MOST_NAMED = 3

Named = tuple[str, Figure]
Shown = tuple[str, Estimate]


@dataclass(frozen=True)
class Extremes:
    """Those of some figures that may be the highest, and those that may be the lowest.

    One name means that it can be told; several, that their intervals meet; none, that all do.
    """

    highest: tuple[Shown, ...]
    lowest: tuple[Shown, ...]

    def sentences(self) -> tuple[str, ...]:
        """``Highest: Commitment 67.2 (65.7 to 68.7).`` and the same for the lowest."""
        if not self.highest and not self.lowest:
            return ("Which is highest or lowest cannot be told: all intervals overlap.",)
        both = (("Highest", self.highest), ("Lowest", self.lowest))
        return tuple(_sentence(word, chosen) for word, chosen in both)

    def headline(self) -> str:
        """``Commitment is highest, Appraisal is lowest``, as far as that can be told."""
        told = [
            f"{listed([name for name, _ in chosen])} {'is' if len(chosen) == 1 else 'are'} {word}"
            for word, chosen in (("highest", self.highest), ("lowest", self.lowest))
            if 0 < len(chosen) <= MOST_NAMED
        ]
        return ", ".join(told)


def extremes(figures: Sequence[Named]) -> Extremes:
    """The highest is alone if its interval lies above all others, and so for the lowest.

    Otherwise all whose intervals meet the outermost one's are named with it.
    """
    shown = [(name, figure) for name, figure in figures if isinstance(figure, Estimate)]
    if len(shown) < PAIR:
        return Extremes((), ())
    top = max(shown, key=lambda pair: pair[1].value)[1]
    bottom = min(shown, key=lambda pair: pair[1].value)[1]
    highest = tuple(pair for pair in by_score(shown) if pair[1].high >= top.low)
    lowest = tuple(pair for pair in by_score(shown)[::-1] if pair[1].low <= bottom.high)
    everybody = len(shown)
    return Extremes(
        highest if len(highest) < everybody else (), lowest if len(lowest) < everybody else ()
    )


def by_score(shown: Sequence[Shown]) -> list[Shown]:
    """Highest first; equal scores keep their order."""
    return sorted(shown, key=lambda pair: -pair[1].value)


def apart(figures: Sequence[Estimate], whole: Estimate) -> int:
    """How many intervals do not hold the value of the whole."""
    return sum(not figure.low <= whole.value <= figure.high for figure in figures)


def bands_allowed(findings: Findings) -> bool:
    """May results be put in order or in named groups? Not if fewer than 40 % answered."""
    silent = findings.participation.nonresponse
    return silent is None or silent.label != "no bands or ranks"


def units_banded(findings: Findings, name: str = "") -> bool:
    """May groups be put in order or in named groups? Only if the means of units are reliable.

    ICC(2) of the index at least .70 (LeBreton and Senter 2008); below it they are shown with
    caution, and nothing is said of one against another. ``name`` is another breakdown than that
    of the units; attributes that make no units, like grades, ask for nothing but answers.
    """
    together = [_aggregation(findings, attribute) for attribute in _attributes(findings, name)]
    decided = [one.decision for one in together if one is not None]
    return bands_allowed(findings) and all(decision == "compare" for decision in decided)


def unit_figures(findings: Findings, scale: ScaleFinding) -> tuple[Figure, ...]:
    """What a scale shows of the units that are compared."""
    return tuple(scale.groups[unit.id] for unit in findings.blocks if unit.id in scale.groups)


def _attributes(findings: Findings, name: str) -> tuple[str, ...]:
    """The attributes of a breakdown, by default of that whose units are compared."""
    groups = findings.of_breakdown(name) if name else ()
    return tuple(groups[0].where) if groups else (findings.policy.breakdown or "",)


def _aggregation(findings: Findings, attribute: str) -> Aggregation | None:
    index = findings.index
    if index is None:
        return None
    if attribute == (findings.policy.breakdown or ""):
        return index.aggregation
    return index.aggregation_within.get(attribute)


def headline_scales(scales: Sequence[ScaleFinding]) -> tuple[ScaleFinding, ...]:
    """Index and meta-scales; where there is no index, the scales that are part of no other."""
    index = [scale for scale in scales if scale.level == "index"]
    if not index:
        return tuple(scale for scale in scales if scale.part_of is None)
    return (*index, *(scale for scale in scales if scale.level == "meta-scale"))


def _sentence(word: str, chosen: Sequence[Shown]) -> str:
    if not chosen:
        return f"{word}: cannot be told, all intervals overlap."
    named = listed([f"{name} {estimate(figure)}" for name, figure in chosen[:MOST_NAMED]])
    more = len(chosen) - MOST_NAMED
    others = f" and {more} more" if more > 0 else ""
    order = "; which of them comes first cannot be told" if len(chosen) > 1 else ""
    return f"{word}: {named}{others}{order}."
