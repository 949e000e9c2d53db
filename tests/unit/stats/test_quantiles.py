"""Quantiles against the printed tables, and the demand for enough groups."""

from __future__ import annotations

import pytest

from medengage.errors import TooFewResponses
from medengage.stats.groups import group_summaries
from medengage.stats.intervals import t_quantile, z_quantile
from medengage.stats.multilevel import require_groups


@pytest.mark.parametrize(
    ("confidence", "quantile"), [(0.90, 1.644854), (0.95, 1.959964), (0.99, 2.575829)]
)
def test_normal_quantiles_of_the_tables(confidence: float, quantile: float) -> None:
    assert z_quantile(confidence) == pytest.approx(quantile, abs=5e-7)


@pytest.mark.parametrize(
    ("df", "quantile"), [(1, 12.7062), (5, 2.5706), (30, 2.0423), (120, 1.9799)]
)
def test_student_quantiles_of_the_tables(df: int, quantile: float) -> None:
    """Two-sided 95 %, as printed in any table of Student's t."""
    assert float(t_quantile(df, 0.95)) == pytest.approx(quantile, abs=5e-5)


@pytest.mark.parametrize("confidence", [0.0, 1.0, -0.1, 1.1])
def test_a_confidence_is_a_share(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        z_quantile(confidence)
    with pytest.raises(ValueError, match="between 0 and 1"):
        t_quantile(5, confidence)


@pytest.mark.parametrize(
    ("units", "what"),
    [([1, 1, 1], "units to compare"), ([1, 2, 3], "scores within a unit")],
)
def test_groups_are_needed_to_compare(units: list[int], what: str) -> None:
    with pytest.raises(TooFewResponses) as refused:
        require_groups(group_summaries([50.0, 60.0, 70.0], units))
    assert refused.value.subject == what
    assert refused.value.needed == 2


def test_two_groups_are_enough():
    require_groups(group_summaries([50.0, 60.0, 70.0], [1, 1, 2]))
