"""What organisations would score with the same mix of doctors.

A hospital with many junior doctors may differ from others for that alone. Direct standardisation
weighs the means of each grade as they stand in its findings by how common the grade is among all.
It answers another question than weighting to one's own roster, and the two are never mixed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from medengage.findings import Estimate, Findings
from medengage.stats.comparison import standardised_mean

__all__ = ["at_the_same_mix"]

Means = Mapping[str, tuple[float, int]]


def at_the_same_mix(
    every: Sequence[Findings], scale: str = "index", attribute: str = "grade"
) -> dict[str, float]:
    """Means of organisations at the common mix of an attribute, by organisation.

    The mix is that of all organisations together, each doctor counting once. Only for
    organisations that show a mean for every value that the others show; empty where fewer than two
    do, or where nobody shows the attribute. Values that were joined count as one.
    """
    means = {one.about.organisation: _means(one, scale, attribute) for one in every}
    shown = [frozenset(found) for found in means.values() if found]
    if not shown:
        return {}
    usual = max(shown, key=lambda values: (shown.count(values), len(values), sorted(values)))
    whole = {name: found for name, found in means.items() if frozenset(found) == usual}
    if len(whole) <= 1:
        return {}
    values = sorted(usual)
    counts = {value: sum(found[value][1] for found in whole.values()) for value in values}
    mix = np.array([counts[value] for value in values], dtype=np.float64)
    return {
        name: standardised_mean(
            [found[value][1] for value in values],
            [found[value][0] for value in values],
            mix / mix.sum(),
            variance=1.0,
        )[0]
        for name, found in whole.items()
    }


def _means(found: Findings, scale: str, attribute: str) -> Means:
    """Mean and number of doctors of each group of the attribute; none where one is withheld."""
    figures = found.scale(scale).groups
    groups = [group for group in found.groups if group.breakdown == attribute]
    told: dict[str, tuple[float, int]] = {}
    for group in groups:
        figure = figures.get(group.id)
        if not isinstance(figure, Estimate):
            return {}
        told[" and ".join(sorted(group.members))] = figure.value, figure.n
    return told
