import doctest

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from medengage.errors import TooFewResponses
from medengage.stats import weighting as module
from medengage.stats.intervals import mean_interval
from medengage.stats.weighting import (
    Weights,
    collapse,
    kish_deff,
    poststratify,
    rake,
    weighted_mean,
)
from tests.golden_numbers import golden
from tests.simulated_scores import attribute, scale

GOLD = golden("weighting")["hundred"]
Y = np.array(GOLD["y"], dtype=float)
GRADE, SEX = np.array(GOLD["grade"]), np.array(GOLD["sex"])
ROSTER = [GOLD["roster_grade"], GOLD["roster_sex"]]

cells = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=12, max_size=60)


def margin(codes: np.ndarray, weights: Weights) -> np.ndarray:
    return np.bincount(codes, weights.values)


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(module).failed == 0


class TestPostStratification:
    def test_mean_and_standard_error_like_survey(self):
        weights = poststratify(GRADE, ROSTER[0])
        analytic = weighted_mean(Y, weights)
        descriptive = weighted_mean(Y, weights, population=400)
        assert analytic.value == pytest.approx(GOLD["poststrat_mean"], abs=1e-9)
        assert analytic.se == pytest.approx(GOLD["poststrat_se"], abs=1e-9)
        assert descriptive.value == analytic.value
        assert descriptive.se == pytest.approx(GOLD["poststrat_fpc_se"], abs=1e-9)

    def test_one_stratum_is_no_weighting(self):
        weights = poststratify(np.zeros(100, dtype=int), [400])
        found, plain = weighted_mean(Y, weights), mean_interval(Y)
        assert (found.value, found.se) == pytest.approx((GOLD["unweighted_mean"], plain.se))
        assert found.se == pytest.approx(GOLD["srs_se_nofpc"], abs=1e-9)
        assert (found.low, found.high) == pytest.approx((plain.low, plain.high), rel=1e-12)
        corrected = weighted_mean(Y, weights, population=400)
        assert corrected.se == pytest.approx(GOLD["srs_se_fpc"], abs=1e-9)

    def test_weights_sum_to_the_roster_in_every_stratum(self):
        weights = poststratify(GRADE, ROSTER[0])
        np.testing.assert_allclose(margin(GRADE, weights), ROSTER[0])

    @given(st.lists(st.integers(0, 3), min_size=1, max_size=80), st.integers(0, 50))
    def test_weights_sum_to_the_roster_whatever_is_collapsed(self, strata, silent):
        roster = np.bincount(strata, minlength=4) + silent
        weights = poststratify(strata, roster)
        assert weights.values.sum() == pytest.approx(roster.sum())
        sizes = np.bincount(weights.margins[0])
        assert sizes.min() >= 5 or sizes.size == 1

    @pytest.mark.parametrize("strata", [[0, 3], [-1, 0], [0.0, 1.0]])
    def test_strata_outside_the_frame(self, strata):
        with pytest.raises(ValueError, match="whole numbers"):
            poststratify(strata, [10, 10, 10])

    def test_more_respondents_than_doctors(self):
        with pytest.raises(ValueError, match="at most as many"):
            poststratify([0, 0, 0], [2])

    def test_nobody_answered(self):
        with pytest.raises(TooFewResponses):
            poststratify(np.array([], dtype=int), [10])


class TestCollapsing:
    @pytest.mark.parametrize(
        ("respondents", "blocks"),
        [
            ([9, 8, 7], [0, 1, 2]),
            ([9, 0, 7], [0, 1, 1]),
            ([7, 0, 9], [0, 0, 1]),
            ([7, 0, 7], [0, 0, 1]),
            ([2, 8, 7], [0, 0, 1]),
            ([9, 8, 4], [0, 1, 1]),
            ([4, 4, 9, 9], [0, 0, 1, 2]),
            ([3, 1, 1, 9], [0, 0, 0, 1]),
            ([1, 1, 1], [0, 0, 0]),
            ([0], [0]),
            ([], []),
        ],
    )
    def test_small_strata_join_the_smaller_neighbour(self, respondents, blocks):
        assert collapse(respondents, np.array(respondents) + 5).tolist() == blocks

    def test_the_minimum_is_declared(self):
        assert collapse([4, 9], [10, 10], minimum=4).tolist() == [0, 1]
        assert collapse([1, 9, 0], [10, 10, 10], minimum=1).tolist() == [0, 1, 1]
        with pytest.raises(ValueError, match="at least one"):
            collapse([4, 9], [10, 10], minimum=0)

    @given(st.lists(st.integers(0, 12), min_size=1, max_size=12))
    def test_blocks_are_neighbours_and_large_enough(self, respondents):
        blocks = collapse(respondents, respondents)
        assert set(np.diff(blocks)) <= {0, 1}
        sizes = np.bincount(blocks, respondents)
        assert sizes.min() >= 5 or sizes.size == 1


class TestRaking:
    def test_weights_mean_and_standard_error_like_survey(self):
        raked = rake([GRADE, SEX], ROSTER)
        assert raked.converged
        for cell in GOLD["raked_cell_weights"]:
            grade = ["consultant", "sas", "trainee"].index(cell["grade"])
            mine = raked.weights.values[(grade == GRADE) & ("FM".index(cell["sex"]) == SEX)]
            # survey stops its cycles a little earlier.
            assert np.unique(mine) == pytest.approx(cell["weight"], abs=1e-7)
        found = weighted_mean(Y, raked.weights)
        assert found.value == pytest.approx(GOLD["raked_mean"], abs=1e-7)
        assert found.se == pytest.approx(GOLD["raked_se_linearised"], abs=1e-8)
        assert raked.weights.deff == pytest.approx(GOLD["kish_deff"], abs=1e-8)
        assert raked.weights.n_eff == pytest.approx(GOLD["n_eff"], abs=1e-6)

    def test_two_thousand_respondents_like_survey(self):
        gold = golden("weighting")["sim2000.rake"]
        index = scale("INDEX")
        there = ~np.isnan(index)
        grade = attribute("grade")[there] - 1
        region = (attribute("hospital")[there] - 1) % 8
        # Twice the roster of the reference, so that no category has more answers than doctors.
        twice = [2 * np.array(gold[name]) for name in ("roster_grade", "roster_region")]
        raked = rake([grade, region], twice)
        assert raked.converged
        by_cell = gold["weights_by_cell"]
        for g, r, weight in zip(by_cell["grade"], by_cell["region"], by_cell["x"], strict=True):
            mine = raked.weights.values[(grade == g - 1) & (region == r - 1)] / 2
            np.testing.assert_allclose(mine, weight, rtol=1e-7)
        found = weighted_mean(index[there], raked.weights)
        assert found.value == pytest.approx(gold["mean"], abs=1e-9)

    def test_one_margin_is_post_stratification(self):
        raked, stratified = rake([GRADE], [ROSTER[0]]), poststratify(GRADE, ROSTER[0])
        np.testing.assert_allclose(raked.weights.values, stratified.values, rtol=1e-12)
        assert raked.cycles == 1

    @settings(max_examples=50)
    @given(cells, st.lists(st.floats(0.6, 3.0), min_size=6, max_size=6))
    def test_margins_are_reproduced(self, respondents, growth):
        grade, sex = np.array(respondents).T
        counts = np.bincount(2 * grade + sex, minlength=6).reshape(3, 2)
        assume((counts > 0).all())
        # A roster that some doctors of every cell belong to, so that weights exist.
        roster = np.ceil(counts * (1 + np.array(growth).reshape(3, 2)))
        raked = rake([grade, sex], [roster.sum(axis=1), roster.sum(axis=0)])
        assert raked.margins_met
        np.testing.assert_allclose(margin(grade, raked.weights), roster.sum(axis=1), rtol=1e-7)
        np.testing.assert_allclose(margin(sex, raked.weights), roster.sum(axis=0), rtol=1e-7)

    @settings(max_examples=25)
    @given(st.permutations(range(100)))
    def test_the_order_of_respondents_does_not_matter(self, order):
        raked, shuffled = rake([GRADE, SEX], ROSTER), rake([GRADE[order], SEX[order]], ROSTER)
        np.testing.assert_allclose(shuffled.weights.values, raked.weights.values[order], rtol=1e-9)

    def test_trimming_pulls_a_far_weight_in_and_meets_the_margins_again(self):
        grade = np.repeat([0, 0, 1, 1], [60, 20, 19, 4])
        sex = np.repeat([0, 1, 0, 1], [60, 20, 19, 4])
        roster = [[160, 140], [160, 140]]
        free = rake([grade, sex], roster, trim=(0.0, np.inf))
        cut = rake([grade, sex], roster)
        mean = 300 / 103
        assert free.weights.values.max() > 4.8 * mean
        assert cut.converged
        assert cut.weights.values.max() <= 3 * mean * 1.01
        np.testing.assert_allclose(margin(grade, cut.weights), roster[0], rtol=1e-7)
        np.testing.assert_allclose(margin(sex, cut.weights), roster[1], rtol=1e-7)
        assert cut.weights.deff < free.weights.deff

    def test_bounds_that_the_margins_forbid_are_reported(self):
        # Three answers speak for half the roster: no weight below ten times the mean will do.
        grade = np.repeat([0, 1], [97, 3])
        raked = rake([grade], [[500, 500]])
        assert raked.margins_met
        assert not raked.bounded
        assert not raked.converged

    def test_margins_that_contradict_each_other_are_reported(self):
        # Grade and sex say the same of every respondent, but not of the roster.
        both = np.repeat([0, 1], 20)
        raked = rake([both, both], [[60, 40], [40, 60]])
        assert not raked.margins_met
        assert not raked.converged
        assert raked.cycles == 200

    def test_a_category_nobody_answered_for_is_reported(self):
        raked = rake([GRADE, SEX], [[180, 60, 160, 20], [215, 205]])
        assert raked.empty
        assert not raked.converged
        np.testing.assert_allclose(raked.weights.values, 4.2)

    def test_a_category_without_doctors_is_no_obstacle(self):
        raked = rake([GRADE, SEX], [[*ROSTER[0], 0], ROSTER[1]])
        assert raked.converged

    @pytest.mark.parametrize(
        ("margins", "targets", "match"),
        [
            ([], [], "needs margins"),
            ([[0, 1], [0]], [[5, 5], [10]], "one category per respondent"),
            ([[0, 1], [0, 1]], [[5, 5], [5, 6]], "same number"),
            ([[0, 0], [0, 1]], [[1, 9], [5, 5]], "at most as many"),
            ([[0, 2]], [[5, 5]], "whole numbers"),
        ],
    )
    def test_impossible_margins(self, margins, targets, match):
        with pytest.raises(ValueError, match=match):
            rake(margins, targets)

    def test_bounds_without_the_mean(self):
        with pytest.raises(ValueError, match="trimming bounds"):
            rake([GRADE], [ROSTER[0]], trim=(1.5, 3.0))

    def test_nobody_answered(self):
        with pytest.raises(TooFewResponses):
            rake([np.array([], dtype=int)], [[10]])


class TestKish:
    def test_equal_weights_cost_nothing(self):
        assert kish_deff([2.5] * 7) == pytest.approx(1.0)

    @given(st.lists(st.floats(0.1, 10.0), min_size=1, max_size=30), st.floats(0.1, 100.0))
    def test_at_least_one_and_free_of_scale(self, weights, factor):
        deff = kish_deff(weights)
        assert deff >= 1.0 - 1e-12
        assert kish_deff(np.array(weights) * factor) == pytest.approx(deff)

    def test_refusals(self):
        with pytest.raises(TooFewResponses):
            kish_deff([])
        with pytest.raises(ValueError, match="above 0"):
            kish_deff([1.0, 0.0])


class TestWeightedMean:
    def test_a_census_has_no_error_left(self):
        weights = Weights(np.ones(100), (np.zeros(100, dtype=int),))
        assert weighted_mean(Y, weights, population=100).se == 0.0

    def test_missing_scores_like_a_jackknife(self):
        # Leave each respondent out in turn, post-stratify anew, and see how the mean moves.
        rng = np.random.default_rng(4)
        strata = rng.integers(0, 3, 300)
        scores = rng.normal(50 + 10 * strata, 12)
        scores[rng.random(300) < 0.15] = np.nan
        roster = [500, 300, 200]
        found = weighted_mean(scores, poststratify(strata, roster))
        means = []
        for out in range(300):
            keep = np.arange(300) != out
            weights = poststratify(strata[keep], roster).values
            there = ~np.isnan(scores[keep])
            means.append(np.average(scores[keep][there], weights=weights[there]))
        jackknife = np.sqrt(299 / 300 * ((np.array(means) - np.mean(means)) ** 2).sum())
        assert found.se == pytest.approx(jackknife, rel=0.02)
        assert found.n == int((~np.isnan(scores)).sum())

    def test_what_the_strata_explain_is_no_error(self):
        strata = np.repeat([0, 1], 10)
        weights = poststratify(strata, [60, 40])
        found = weighted_mean(np.repeat([40.0, 70.0], 10), weights)
        assert found.value == pytest.approx(52.0)
        assert found.se == pytest.approx(0.0, abs=1e-12)

    def test_refusals(self):
        weights = poststratify([0] * 6, [12])
        with pytest.raises(ValueError, match="one weight per respondent"):
            weighted_mean([1.0, 2.0], weights)
        with pytest.raises(TooFewResponses):
            weighted_mean([1.0] + [np.nan] * 5, weights)
        with pytest.raises(ValueError, match="more answers"):
            weighted_mean([1.0] * 6, weights, population=5)
