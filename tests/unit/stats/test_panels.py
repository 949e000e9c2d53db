"""Two measures of the same organisations over time: between them and within them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.errors import TooFewResponses
from medengage.stats.association import bootstrap_interval, spearman
from medengage.stats.panels import cluster_interval, means_by, within


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def grid(units: int, periods: int) -> tuple[np.ndarray, np.ndarray]:
    return np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)


def test_in_a_complete_panel_nothing_is_left_of_units_and_periods() -> None:
    """The residuals of a regression on both: every row and every column has the mean 0."""
    unit, period = grid(9, 5)
    values = rng().normal(50, 8, 45)
    left = within(values, unit, period)
    design = np.concatenate(
        [(unit[:, None] == np.arange(9)), (period[:, None] == np.arange(1, 5))], axis=1
    ).astype(float)
    fitted = design @ np.linalg.lstsq(design, values, rcond=None)[0]
    assert left == pytest.approx(values - fitted, abs=1e-8)
    assert means_by(left, unit) == pytest.approx(np.zeros(9), abs=1e-8)


def test_organisations_that_differ_for_good_differ_between_and_not_within() -> None:
    unit, period = grid(40, 6)
    gen = rng()
    for_good = gen.normal(0, 5, 40)[unit]
    x, y = for_good + gen.normal(0, 1, 240), for_good + gen.normal(0, 1, 240)
    assert (spearman(means_by(x, unit), means_by(y, unit)) or 0) > 0.9
    inside = cluster_interval(within(x, unit, period), within(y, unit, period), unit, rng())
    assert inside.low < 0 < inside.high


def test_means_that_are_equal_by_rights_share_their_rank() -> None:
    """0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 are the same, whatever their last digit."""
    values = [0.1, 0.2, 0.3, 0.3, 0.2, 0.1, 0.7, 0.7, 0.7]
    means = means_by(values, [1, 1, 1, 2, 2, 2, 3, 3, 3])
    assert means[0] == means[1]


def test_drawing_rows_would_make_too_narrow_an_interval() -> None:
    unit, _ = grid(20, 12)
    gen = rng()
    for_good = gen.normal(0, 5, (2, 20))[:, unit]
    x, y = for_good + gen.normal(0, 0.5, (2, 240))
    whole = cluster_interval(x, y, unit, rng())
    low, high = bootstrap_interval(x, y, rng())
    assert whole.high - whole.low > 2 * (high - low)
    assert (whole.n, whole.clusters) == (240, 20)


def test_with_one_row_each_it_is_the_usual_interval() -> None:
    x, y = rng().normal(size=(2, 60))
    one = cluster_interval(x, y, np.arange(60), rng())
    assert one.rho == spearman(x, y)
    assert (one.low, one.high) == pytest.approx(bootstrap_interval(x, y, rng()), abs=0.05)


def test_three_organisations_are_too_few() -> None:
    with pytest.raises(TooFewResponses):
        cluster_interval([1, 2, 3], [1, 2, 3], [1, 2, 3], rng())


def test_a_constant_has_no_correlation_and_breaks_nothing() -> None:
    found = cluster_interval([1, 2, 3, 4, 5], [1, 1, 1, 1, 2], range(5), rng())
    assert found.rho is not None
    assert found.low <= found.high


def test_where_nothing_varies_within_everything_may_be_true() -> None:
    unit, period = grid(6, 3)
    flat = within(unit + 0.0, unit, period)
    found = cluster_interval(flat, rng().normal(size=18), unit, rng())
    assert (found.rho, found.low, found.high) == (None, -1.0, 1.0)


@given(st.lists(st.floats(-1e6, 1e6), min_size=6, max_size=6), st.floats(-1e6, 1e6))
def test_what_is_left_does_not_depend_on_where_zero_is(values: list[float], shift: float) -> None:
    unit, period = grid(3, 2)
    moved = within(np.array(values) + shift, unit, period)
    assert moved == pytest.approx(within(values, unit, period), abs=1e-3)
