import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.errors import TooFewResponses
from medengage.stats import effects as module
from medengage.stats.effects import Sample, perception_gap, sample, welch_difference
from tests.golden_numbers import golden

GOLD = golden("effects")

samples = st.builds(
    Sample, mean=st.floats(0.0, 100.0), sd=st.floats(0.5, 40.0), n=st.integers(2, 300)
)


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(module).failed == 0


class TestWelch:
    def test_like_t_test(self):
        gold = GOLD["welch"]
        found = welch_difference(sample(gold["a"]), sample(gold["b"]))
        numbers = (found.low, found.high, found.df, found.p, found.se)
        expected = (*gold["ci"], gold["df"], gold["p"], gold["se"])
        assert numbers == pytest.approx(expected, rel=1e-10)
        assert (found.n_first, found.n_second) == (7, 10)

    @given(samples, samples)
    def test_turned_round(self, a, b):
        there, back = welch_difference(a, b), welch_difference(b, a)
        assert (there.value, there.low, there.high) == pytest.approx(
            (-back.value, -back.high, -back.low)
        )
        assert there.p == pytest.approx(back.p)
        assert there.hedges_g == pytest.approx(-(back.hedges_g or 0.0))

    @given(samples, samples)
    def test_degrees_of_freedom_lie_between_the_smaller_side_and_both(self, a, b):
        found = welch_difference(a, b)
        assert min(a.n, b.n) - 1 - 1e-9 <= found.df <= a.n + b.n - 2 + 1e-9

    @given(samples, samples)
    def test_the_interval_excludes_zero_exactly_if_p_is_small(self, a, b):
        found = welch_difference(a, b)
        if abs(found.p - 0.05) > 1e-9:
            assert (found.low > 0.0 or found.high < 0.0) == (found.p < 0.05)

    @pytest.mark.parametrize(("first", "second", "p"), [(60.0, 50.0, 0.0), (50.0, 50.0, 1.0)])
    def test_nobody_differs_within_either_group(self, first, second, p):
        found = welch_difference(Sample(first, 0.0, 5), Sample(second, 0.0, 5))
        assert (found.low, found.high) == (first - second, first - second)
        assert (found.p, found.hedges_g) == (p, None)

    def test_missing_scores_are_left_out(self):
        assert sample([1.0, np.nan, 3.0]) == sample([1.0, 3.0])

    def test_refusals(self):
        with pytest.raises(TooFewResponses):
            sample([1.0, np.nan])
        with pytest.raises(TooFewResponses):
            welch_difference(Sample(1.0, 1.0, 1), Sample(1.0, 1.0, 5))
        with pytest.raises(ValueError, match="not negative"):
            Sample(1.0, -1.0, 5)
        with pytest.raises(ValueError, match="not negative"):
            Sample(1.0, float("nan"), 5)


class TestPerceptionGap:
    @pytest.mark.parametrize("case", GOLD["perception_gap"])
    def test_managers_minus_doctors(self, case):
        managers, doctors = (
            Sample(side["m"], side["s"], side["n"]) for side in (case["managers"], case["doctors"])
        )
        found = perception_gap(managers, doctors)
        numbers = (found.value, found.se, found.df, found.low, found.high, found.p, found.hedges_g)
        expected = (case["gap"], case["se"], case["df"], *case["ci"], case["p"], case["hedges_g"])
        assert numbers == pytest.approx(expected, rel=1e-9)

    @pytest.mark.parametrize(("managers", "doctors"), [(9, 200), (200, 9)])
    def test_too_few_on_either_side(self, managers, doctors):
        with pytest.raises(TooFewResponses) as refused:
            perception_gap(Sample(70.0, 15.0, managers), Sample(58.0, 18.0, doctors))
        assert (refused.value.n, refused.value.needed) == (9, 10)
