import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.errors import TooFewResponses
from medengage.stats import groups as groups_module
from medengage.stats import intervals as intervals_module
from medengage.stats import planning as planning_module
from medengage.stats.groups import GroupSummaries, group_summaries
from medengage.stats.intervals import (
    PooledSD,
    correction,
    group_intervals,
    mean_interval,
    mean_margin,
    newcombe_difference,
    pooled_sd,
    standard_error,
    wilson_interval,
)
from medengage.stats.planning import margin_of_error, mde, respondents_needed
from tests.golden_numbers import golden

GOLD = golden("intervals")
Y = GOLD["t.test"]["y"]
UNIT = GOLD["pooled"]["unit"]

census = st.integers(1, 500).flatmap(
    lambda population: st.tuples(st.integers(1, population), st.just(population))
)
counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize("module", [groups_module, intervals_module, planning_module])
def test_the_examples_in_the_docstrings_are_true(module):
    assert doctest.testmod(module).failed == 0


class TestGroupSummaries:
    def test_missing_scores_are_left_out_and_labels_sorted(self):
        found = group_summaries([1.0, np.nan, 4.0, 2.0], ["b", "b", "a", "b"])
        assert found.labels.tolist() == ["a", "b"]
        assert found.n.tolist() == [1, 2]
        assert found.mean.tolist() == [4.0, 1.5]
        assert np.isnan(found.variance[0])
        assert found.variance[1] == 0.5
        assert found.sum_squares.tolist() == [0.0, 0.5]

    def test_a_large_common_level_does_not_cancel_the_variance(self):
        found = group_summaries(np.array([1.0, 2.0, 3.0]) + 1e9, [0, 0, 0])
        assert found.variance[0] == pytest.approx(1.0, abs=1e-12)

    def test_no_scores_at_all_make_no_groups(self):
        assert group_summaries([np.nan], ["a"]).n.tolist() == []

    @pytest.mark.parametrize(
        ("n", "mean", "variance", "match"),
        [
            ([3], [1.0, 2.0], [1.0], "one entry"),
            ([0], [1.0], [1.0], "without scores"),
            ([3], [np.nan], [1.0], "finite mean"),
            ([3], [1.0], [-1.0], "needs a variance"),
            ([3], [1.0], [np.nan], "needs a variance"),
        ],
    )
    def test_impossible_summaries_are_refused(self, n, mean, variance, match):
        with pytest.raises(ValueError, match=match):
            GroupSummaries(np.array(["a"]), np.array(n), np.array(mean), np.array(variance))

    def test_lists_of_different_length_are_refused(self):
        with pytest.raises(ValueError, match="same length"):
            group_summaries([1.0, 2.0], ["a"])


class TestMeans:
    def test_like_t_test(self):
        expected = GOLD["t.test"]
        found = mean_interval(Y)
        assert found.n == 12
        assert (found.value, found.se) == pytest.approx((expected["mean"], expected["se"]))
        assert (found.low, found.high) == pytest.approx(tuple(expected["ci95"]), rel=1e-12)
        narrow = mean_interval(Y, confidence=0.90)
        assert (narrow.low, narrow.high) == pytest.approx(tuple(expected["ci90"]), rel=1e-12)

    def test_descriptive_is_analytic_times_the_correction(self):
        analytic, descriptive = mean_interval(Y), mean_interval(Y, population=20)
        assert descriptive.se == pytest.approx(analytic.se * np.sqrt(1 - 12 / 20))
        assert descriptive.value == analytic.value

    def test_a_complete_census_leaves_nothing_to_guess(self):
        found = mean_interval(Y, population=12)
        assert (found.se, found.low, found.high) == (0.0, found.value, found.value)

    def test_missing_scores_are_left_out(self):
        assert mean_interval([*Y, np.nan, np.nan]) == mean_interval(Y)

    def test_more_answers_than_doctors_is_an_error_of_the_roster(self):
        with pytest.raises(ValueError, match="more answers than doctors"):
            mean_interval(Y, population=11)

    @pytest.mark.parametrize("values", [[], [50.0], [np.nan, 50.0]])
    def test_too_few_scores_are_refused(self, values):
        with pytest.raises(TooFewResponses):
            mean_interval(values)

    @given(census, st.floats(0.1, 40.0))
    def test_the_correction_only_narrows(self, case, sd):
        n, population = case
        assert standard_error(sd, n, population=population) <= standard_error(sd, n)

    def test_t_not_z_at_every_n(self):
        # 2.776, 2.045 and 1.972: no n is large enough for 1.960.
        found = mean_margin(1.0, [5, 30, 200]) * np.sqrt([5, 30, 200])
        assert found.tolist() == pytest.approx([2.776445, 2.045230, 1.971957], abs=1e-6)

    def test_no_degree_of_freedom_no_margin(self):
        with pytest.raises(ValueError, match="degree of freedom"):
            mean_margin(1.0, 1)

    def test_no_answer_no_standard_error(self):
        with pytest.raises(ValueError, match="at least one answer"):
            standard_error(1.0, 0)

    @pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0])
    def test_a_confidence_is_a_share(self, confidence):
        with pytest.raises(ValueError, match="between 0 and 1"):
            mean_interval(Y, confidence=confidence)

    def test_correction_broadcasts_over_units(self):
        found = correction([5, 10], [[10, 10], [20, 40]])
        np.testing.assert_allclose(found**2, [[0.5, 0.0], [0.75, 0.75]])


class TestPooledSD:
    def test_like_the_residual_sd_of_lm(self):
        found = group_summaries(Y, UNIT)
        pooled = pooled_sd(np.sqrt(found.variance), found.n)
        assert (pooled.value, pooled.df) == pytest.approx((GOLD["pooled"]["sd"], 9), rel=1e-12)

    def test_small_units_share_it(self):
        found = group_intervals(group_summaries(Y, UNIT))
        rows = [[i.value, i.low, i.high] for i in found]
        np.testing.assert_allclose(rows, GOLD["pooled"]["fit"], rtol=1e-12)
        np.testing.assert_allclose([i.se for i in found], GOLD["pooled"]["se"], rtol=1e-12)

    def test_large_units_keep_their_own(self):
        rng = np.random.default_rng(1)
        scores = [*rng.normal(50, 3, 20), *rng.normal(50, 20, 5)]
        units = ["large"] * 20 + ["small"] * 5
        small, large = group_intervals(group_summaries(scores, units))[::-1]
        own = mean_interval(scores[:20])
        assert (large.low, large.high) == pytest.approx((own.low, own.high), rel=1e-12)
        assert small.se < mean_interval(scores[20:]).se / 2

    def test_on_request_every_unit_keeps_its_own(self):
        found = group_intervals(group_summaries(Y, UNIT), pool_below=0, populations=[3, 10, 10])
        expected = [mean_interval(Y[:3], population=3), mean_interval(Y[3:7], population=10)]
        for interval, one in zip(found, expected, strict=False):
            assert (interval.low, interval.high) == pytest.approx((one.low, one.high), rel=1e-12)

    def test_a_single_score_gets_an_interval_from_its_neighbours(self):
        pooled = PooledSD(18.0, 100)
        found = mean_interval([40.0], pooled=pooled)
        assert found.high - found.value == pytest.approx(18.0 * 1.98397, abs=1e-3)
        assert group_intervals(group_summaries([1.0, 2.0, 3.0], list("aab")))[1].n == 1

    def test_from_twenty_scores_on_the_pooled_sd_is_not_used(self):
        scores = np.linspace(0.0, 100.0, 20)
        assert mean_interval(scores, pooled=PooledSD(1.0, 99)) == mean_interval(scores)
        assert mean_interval(scores[:19], pooled=PooledSD(1.0, 99)) != mean_interval(scores[:19])

    def test_units_of_one_score_alone_are_refused(self):
        with pytest.raises(TooFewResponses):
            pooled_sd([np.nan, np.nan], [1, 1])
        with pytest.raises(TooFewResponses):
            group_intervals(group_summaries([1.0, 2.0, 3.0], list("aab")), pool_below=0)


class TestShares:
    @pytest.mark.parametrize("case", GOLD["wilson_fpc"])
    def test_wilson_with_and_without_population(self, case):
        count = round(case["p"] * case["n"])
        found = wilson_interval(count, case["n"], population=case["N"])
        assert (found.low, found.high) == pytest.approx((case["lo"], case["hi"]), abs=1e-9)

    def test_wilson_like_prop_test(self):
        gold = GOLD["wilson"]
        found = [wilson_interval(x, n) for x, n in zip(gold["count"], gold["n"], strict=True)]
        np.testing.assert_allclose([i.low for i in found], gold["ci"][0], atol=1e-12)
        np.testing.assert_allclose([i.high for i in found], gold["ci"][1], atol=1e-12)

    @pytest.mark.parametrize(("count", "n"), [(12, 20), (20, 20), (0, 20), (1, 1), (0, 1)])
    def test_a_complete_census_has_zero_width(self, count, n):
        found = wilson_interval(count, n, population=n)
        assert (found.low, found.high, found.se) == (count / n, count / n, 0.0)

    @given(counts, st.floats(0.5, 0.999))
    def test_ends_stay_in_order_between_0_and_1(self, case, confidence):
        count, n = case
        found = wilson_interval(count, n, confidence=confidence)
        assert 0.0 <= found.low <= found.value <= found.high <= 1.0

    @given(counts, st.integers(0, 1000))
    def test_the_correction_narrows(self, case, silent):
        count, n = case
        wide, narrow = wilson_interval(count, n), wilson_interval(count, n, population=n + silent)
        assert wide.low <= narrow.low + 1e-12
        assert narrow.high <= wide.high + 1e-12

    @given(counts)
    def test_unfavourable_is_favourable_turned_round(self, case):
        count, n = case
        found, turned = wilson_interval(count, n), wilson_interval(n - count, n)
        assert (found.low, found.high) == pytest.approx((1 - turned.high, 1 - turned.low))

    @pytest.mark.parametrize(
        ("count", "n", "population"), [(5, 4, None), (-1, 4, None), (2, 4, 3)]
    )
    def test_impossible_counts_are_refused(self, count, n, population):
        with pytest.raises(ValueError, match=r"count|more answers"):
            wilson_interval(count, n, population=population)

    def test_nobody_answered(self):
        with pytest.raises(TooFewResponses):
            wilson_interval(0, 0)

    @pytest.mark.parametrize("case", GOLD["newcombe"])
    def test_newcombe_as_printed(self, case):
        x1, n1, x2, n2, low, high = case
        found = newcombe_difference(wilson_interval(x1, n1), wilson_interval(x2, n2))
        assert (found.low, found.high) == pytest.approx((low, high), abs=5.1e-5)
        assert found.n == n1 + n2

    @given(counts, counts)
    def test_newcombe_turned_round(self, first, second):
        a, b = wilson_interval(*first), wilson_interval(*second)
        there, back = newcombe_difference(a, b), newcombe_difference(b, a)
        assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
        assert -1.0 - 1e-12 <= there.low <= there.value <= there.high <= 1.0 + 1e-12


class TestPlanning:
    @pytest.mark.parametrize("case", GOLD["margin_of_error"])
    def test_margins(self, case):
        n, population = case["n"], case["N"]
        found = [
            100 * margin_of_error(0.5, n, population=population),
            100 * margin_of_error(0.5, n),
            margin_of_error(18, n, population=population),
            margin_of_error(18, n),
        ]
        expected = [
            case["moe_pct_p50_fpc"],
            case["moe_pct_p50_nofpc"],
            case["moe_mean_sd18_fpc"],
            case["moe_mean_sd18_nofpc"],
        ]
        # The table was made with z = 1.96 to 8 digits.
        assert found == pytest.approx(expected, rel=2e-8)

    @pytest.mark.parametrize("case", GOLD["mdc_table"])
    def test_detectable_change(self, case):
        n = case["n"]
        assert mde(n, 18.0, 0.5) == pytest.approx(case["MDC95_two_waves"], rel=2e-8)
        assert mde(n, 18.0) == pytest.approx(case["MDE80_two_waves"], rel=2e-8)
        # At a response rate of 60 % the population is n / .6.
        corrected = mde(n, 18.0, population=n / 0.6)
        assert corrected == pytest.approx(case["MDE80_fpc_rr60"], rel=2e-8)

    @given(st.floats(0.5, 20.0), st.floats(1.0, 30.0), st.none() | st.integers(2, 2000))
    def test_respondents_needed_reach_the_margin_and_one_fewer_does_not(
        self, margin, sd, population
    ):
        n = respondents_needed(margin, sd, population=population)
        assert margin_of_error(sd, n, population=population) <= margin * (1 + 1e-9)
        if n > 1:
            assert margin_of_error(sd, n - 1, population=population) > margin * (1 - 1e-9)

    @pytest.mark.parametrize("power", [0.0, 1.0])
    def test_a_power_is_a_share(self, power):
        with pytest.raises(ValueError, match="between 0 and 1"):
            mde(10, 18.0, power)

    @pytest.mark.parametrize(("margin", "sd", "population"), [(0, 18, 10), (2, 0, 10), (2, 18, 0)])
    def test_nothing_to_plan(self, margin, sd, population):
        with pytest.raises(ValueError, match="positive"):
            respondents_needed(margin, sd, population=population)
