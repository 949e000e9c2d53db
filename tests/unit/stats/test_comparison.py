import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from medengage.stats.comparison import benjamini_hochberg, differences, ranks, standardised_mean
from medengage.stats.random_effects import random_effects, shrunken
from tests.golden_numbers import golden

MEANS, RANKS = golden("random_effects")["means"], golden("ranks")
RULE = golden("random_effects")["rule"]["results"]
SWD = 3.0
p_values = arrays(np.float64, st.integers(1, 30), elements=st.floats(0, 1))


def hospitals():
    return np.array(MEANS["mean"]), np.array(MEANS["v"])


class TestFamilies:
    def test_the_example_of_1995(self):
        case = RANKS["BH1995"]
        adjusted = benjamini_hochberg(case["p"])
        np.testing.assert_allclose(adjusted, case["adjusted"], atol=1e-12)
        assert (adjusted <= case["q"]).sum() == case["rejected"]

    def test_hospitals_left_out(self):
        theirs = MEANS["leave_one_out"]
        np.testing.assert_allclose(
            benjamini_hochberg(theirs["p"]), theirs["bh_adjusted"], atol=1e-9
        )

    @given(p_values)
    def test_adjusted_values_keep_the_order_and_are_never_smaller(self, p):
        adjusted = benjamini_hochberg(p)
        assert (adjusted >= p - 1e-15).all()
        assert (adjusted <= 1.0).all()
        assert (np.diff(adjusted[np.argsort(p)]) >= -1e-15).all()

    def test_no_probability_is_refused(self):
        with pytest.raises(ValueError, match="between 0 and 1"):
            benjamini_hochberg([0.5, 1.1])


class TestRanks:
    def test_ten_hospitals(self):
        y, v = hospitals()
        guess, theirs = shrunken(y, v, random_effects(y, v)), MEANS["rank"]
        ours = ranks(guess.mean, guess.sd, np.random.default_rng(1))
        np.testing.assert_allclose(ours.mean, theirs["mean_rank"], atol=0.03)
        assert np.abs(ours.low - theirs["q05"]).max() <= 1
        assert np.abs(ours.high - theirs["q95"]).max() <= 1

    def test_two_units(self):
        case = RANKS["rank_two_units"]
        ours = ranks(case["m"], case["sd"], np.random.default_rng(2))
        np.testing.assert_allclose(ours.mean, case["expected_rank"], atol=0.01)

    def test_fifty_alike_could_stand_anywhere(self):
        ours = ranks(np.zeros(50), np.ones(50), np.random.default_rng(3), draws=20_000)
        assert (ours.low <= 4).all()
        assert (ours.high >= 47).all()
        np.testing.assert_allclose(ours.top, 0.2, atol=0.015)
        np.testing.assert_allclose(ours.bottom, 0.2, atol=0.015)

    def test_without_spread_a_rank_is_a_place(self):
        ours = ranks([3.0, 9.0, 1.0], np.zeros(3), np.random.default_rng(4), draws=100)
        assert ours.mean.tolist() == ours.low.tolist() == ours.high.tolist() == [2.0, 1.0, 3.0]


class TestDifferences:
    def test_probabilities_of_a_difference_add_up(self):
        y, v = hospitals()
        found = differences(y, v, random_effects(y, v), matters=SWD)
        np.testing.assert_allclose(found.above + found.below + found.similar, 1.0)
        called = [("above" if a > 0.9 else "below" if b > 0.9 else "") for a, b in pairs(found)]
        assert called == ["", "", "", "below", "", "", "", "", "", ""]

    @pytest.mark.slow  # eight hundred regions are fitted
    @pytest.mark.parametrize("tau2", [0, 4, 16.2])
    def test_calls_and_false_calls_are_those_of_the_simulation(self, tau2):
        """The shares that the design was decided by, within three of their standard errors."""
        rng, regions, k = np.random.default_rng(8), 800, 50
        calls = wrong = 0
        claimed = 0.0
        for _ in range(regions):
            n = np.clip(np.round(240 * np.exp(0.34 * rng.standard_normal(k) - 0.058)), 30, None)
            v = 17.5**2 / n
            theta = np.sqrt(tau2) * rng.standard_normal(k)
            y = theta + np.sqrt(v) * rng.standard_normal(k)
            found = differences(y, v, random_effects(y, v, method="pm"), matters=SWD)
            above, below = found.above >= 0.9, found.below >= 0.9
            calls += int((above | below).sum())
            wrong += int((above & (theta < SWD)).sum() + (below & (theta > -SWD)).sum())
            claimed += float((1 - found.above[above]).sum() + (1 - found.below[below]).sum())
        theirs = RULE[f"tau2={tau2},thr=0.9"]
        assert calls / regions == pytest.approx(theirs["calls"], rel=0.12, abs=0.02)
        if calls:
            assert wrong / calls == pytest.approx(theirs["FDR_vs_swd"], abs=0.02)
            assert wrong / calls == pytest.approx(claimed / calls, abs=0.02)

    def test_where_levels_do_not_vary_nobody_differs(self):
        y, v = np.full(8, 60.0), np.full(8, 2.0)
        found = differences(y, v, random_effects(y, v), matters=SWD)
        assert not found.above.any()
        assert not found.below.any()

    def test_every_difference_may_matter_is_refused(self):
        y, v = hospitals()
        with pytest.raises(ValueError, match="too small to matter"):
            differences(y, v, random_effects(y, v), matters=0.0)


def pairs(found):
    return zip(found.above, found.below, strict=True)


class TestStandardMix:
    def test_the_worked_example(self):
        case = MEANS["direct_standardisation"]
        grades = list(case["standard"])
        n, mean = zip(*(case["unit"][grade] for grade in grades), strict=True)
        p = [case["standard"][grade] for grade in grades]
        found, error = standardised_mean(n, mean, p, variance=18.0**2)
        assert found == pytest.approx(case["standardised"])
        assert error == pytest.approx(case["se_if_sd18"])

    def test_a_stratum_without_anybody_is_refused(self):
        with pytest.raises(ValueError, match="has nobody"):
            standardised_mean([10, 0], [50.0, 60.0], [0.5, 0.5], variance=1.0)
        with pytest.raises(ValueError, match="add up"):
            standardised_mean([10, 10], [50.0, 60.0], [0.5, 0.6], variance=1.0)
