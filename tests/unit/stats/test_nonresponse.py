import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.errors import TooFewResponses
from medengage.stats import nonresponse as module
from medengage.stats.nonresponse import (
    main_effects,
    nonresponse_bias,
    phase_slope,
    r_indicator,
    response_label,
    response_model,
    response_rate,
    standardised_differences,
    tipping_point,
)
from tests.golden_numbers import golden

GOLD = golden("nonresponse")
GLM, PHASE = GOLD["glm"], GOLD["phase"]
FRAME = main_effects(GLM["grade"], GLM["division"])

rosters = st.lists(st.integers(1, 60), min_size=4, max_size=4).flatmap(
    lambda n: st.tuples(st.just(n), st.tuples(*(st.integers(0, size) for size in n)))
)


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(module).failed == 0


class TestRate:
    @pytest.mark.parametrize(
        ("rate", "label"),
        [
            (1.0, "good"),
            (0.6, "good"),
            (0.599, "read with the sensitivity line"),
            (0.4, "read with the sensitivity line"),
            (0.399, "no bands or ranks"),
            (0.0, "no bands or ranks"),
        ],
    )
    def test_label(self, rate, label):
        assert response_label(rate) == label

    def test_refusals(self):
        with pytest.raises(TooFewResponses):
            response_rate(0, 0)
        with pytest.raises(ValueError, match="more answers"):
            response_rate(5, 4)
        with pytest.raises(ValueError, match="between 0 and 1"):
            response_label(60)


class TestSensitivity:
    @pytest.mark.parametrize("case", GOLD["nonresponse_bias"])
    def test_bias(self, case):
        found = nonresponse_bias(case["rr"], case["d"], sd=case["sd"])
        assert found == pytest.approx(case["bias"], rel=1e-9)

    @given(st.floats(0.05, 0.95), st.floats(0.1, 20.0), st.floats(1.0, 30.0))
    def test_at_the_tipping_point_the_bias_is_the_difference(self, rate, difference, sd):
        d = tipping_point(-difference, rate, sd=sd)
        assert d is not None
        assert nonresponse_bias(rate, d, sd=sd) == pytest.approx(difference)

    def test_when_everybody_answered_nothing_can_tip(self):
        assert tipping_point(3.0, 1.0, sd=18) is None
        assert nonresponse_bias(1.0, 0.5, sd=18) == 0.0

    def test_refusals(self):
        with pytest.raises(ValueError, match="between 0 and 1"):
            nonresponse_bias([0.5, 1.2], 0.3, sd=18)
        with pytest.raises(ValueError, match="SD is above 0"):
            tipping_point(3.0, 0.5, sd=0.0)


class TestStandardisedDifferences:
    def test_by_hand(self):
        # 50 of 100 respondents, 45 % of the roster: .05 / sqrt((.25 + .2475)/2).
        found = standardised_differences([50, 50], [450, 550])
        assert found == pytest.approx([0.1002509, -0.1002509], abs=1e-7)

    def test_the_same_shares_do_not_differ(self):
        assert standardised_differences([10, 30, 0], [20, 60, 0]).tolist() == [0.0, 0.0, 0.0]

    def test_one_category_only(self):
        assert standardised_differences([10], [20]).tolist() == [0.0]

    def test_refusals(self):
        with pytest.raises(ValueError, match="at most as many"):
            standardised_differences([5, 1], [4, 9])
        with pytest.raises(TooFewResponses):
            standardised_differences([0, 0], [4, 9])


class TestResponseModel:
    def test_like_glm(self):
        found = response_model(GLM["y"], GLM["n"], frame=FRAME)
        np.testing.assert_allclose(found.coefficients, GLM["coef"], rtol=1e-9)
        np.testing.assert_allclose(found.propensities, GLM["fitted"], rtol=1e-10)
        assert found.deviance == pytest.approx(GLM["deviance"], rel=1e-9)
        assert not found.separated
        indicator = r_indicator(found.propensities, GLM["n"])
        assert indicator == pytest.approx(GLM["r.indicator"], rel=1e-9)

    def test_a_silent_grade_is_flagged_and_its_chance_is_zero(self):
        gold = GLM["separated"]
        found = response_model(gold["y"], GLM["n"], frame=FRAME)
        assert found.separated
        np.testing.assert_allclose(found.propensities, gold["fitted"], atol=1e-8)
        assert found.deviance == pytest.approx(gold["deviance"], abs=1e-8)

    def test_all_answered_or_none(self):
        for y in ([40, 30], [0, 0]):
            found = response_model(y, [40, 30], frame=main_effects([0, 1]))
            np.testing.assert_allclose(found.propensities, np.array(y) / [40, 30], atol=1e-9)
            assert found.separated
            assert found.deviance == pytest.approx(0.0, abs=1e-8)

    def test_steps_that_overshoot_are_shortened(self):
        # Whole Newton steps run away from this table: the deviance jumps from 1,500 to a million.
        grade, division = np.repeat([0, 1, 2], 3), np.tile([0, 1, 2], 3)
        n = np.array([1, 20_000, 20_000, 20_000, 1000, 2, 30, 30, 20_000])
        y = np.array([1, 19_999, 0, 20_000, 1000, 1, 1, 1, 19_999])
        found = response_model(y, n, frame=main_effects(grade, division))
        assert found.deviance == pytest.approx(1353.53775, abs=1e-4)
        for factor in (grade, division):
            modelled = np.bincount(factor, n * found.propensities)
            np.testing.assert_allclose(modelled, np.bincount(factor, y), rtol=1e-9)

    def test_columns_that_repeat_each_other_change_no_propensity(self):
        once = response_model(GLM["y"], GLM["n"], frame=FRAME)
        twice = response_model(GLM["y"], GLM["n"], frame=np.hstack([FRAME, FRAME[:, :2]]))
        np.testing.assert_allclose(twice.propensities, once.propensities, rtol=1e-9)

    def test_cells_without_doctors_are_harmless(self):
        empty = np.vstack([FRAME, [0.0, 0.0, 1.0, 0.0, 1.0]])
        found = response_model([*GLM["y"], 0], [*GLM["n"], 0], frame=empty)
        np.testing.assert_allclose(found.propensities[:-1], GLM["fitted"], rtol=1e-10)

    @given(rosters)
    def test_modelled_answers_add_up_to_the_observed_ones(self, case):
        n, y = case
        grade, division = [0, 0, 1, 1], [0, 1, 0, 1]
        found = response_model(y, n, frame=main_effects(grade, division))
        modelled = np.array(n) * found.propensities
        for factor in (grade, division):
            np.testing.assert_allclose(
                np.bincount(factor, modelled), np.bincount(factor, y), atol=1e-5
            )

    def test_refusals(self):
        with pytest.raises(ValueError, match="at most as many"):
            response_model([5], [4], frame=np.empty((1, 0)))
        with pytest.raises(ValueError, match="row in the frame"):
            response_model([1, 2], [4, 4], frame=np.empty((1, 0)))
        with pytest.raises(TooFewResponses):
            response_model([0], [0], frame=np.empty((1, 0)))

    def test_factors_of_different_length(self):
        with pytest.raises(ValueError, match="same rows"):
            main_effects([1, 2], [1, 2, 3])


class TestRIndicator:
    def test_all_alike_is_one_and_half_silent_is_zero(self):
        assert r_indicator([0.4, 0.4], [10, 30]) == pytest.approx(1.0)
        assert r_indicator([0.0, 1.0], [10_000, 10_000]) == pytest.approx(0.0, abs=1e-4)

    @given(rosters)
    def test_counts_stand_for_doctors(self, case):
        n, y = case
        rho = (np.array(y) + 0.5) / (np.array(n) + 1)
        one_by_one = 1 - 2 * np.repeat(rho, n).std(ddof=1)
        assert r_indicator(rho, n) == pytest.approx(one_by_one)

    def test_one_doctor(self):
        with pytest.raises(TooFewResponses):
            r_indicator([0.5], [1])


class TestPhase:
    def test_like_lm(self):
        grade = main_effects(PHASE["grade"], PHASE["division"])
        for adjust, gold in ((grade, PHASE["adjusted"]), (np.empty((40, 0)), PHASE["plain"])):
            found = phase_slope(PHASE["score"], PHASE["phase"], adjust=adjust)
            # From phase 1 to phase 3 are two steps.
            expected = 2 * np.array([gold["slope"], gold["se"], *gold["ci"]])
            numbers = [found.value, found.se, found.low, found.high]
            np.testing.assert_allclose(numbers, expected, rtol=1e-9)
            assert found.n == 40

    def test_missing_scores_are_left_out(self):
        adjust = np.empty((41, 0))
        found = phase_slope([*PHASE["score"], np.nan], [*PHASE["phase"], 2], adjust=adjust)
        assert found.n == 40
        assert found.value == pytest.approx(2 * PHASE["plain"]["slope"])

    def test_two_phases_are_the_difference_of_two_means(self):
        found = phase_slope([50.0, 60.0, 40.0, 46.0], [1, 1, 3, 3], adjust=np.empty((4, 0)))
        assert found.value == pytest.approx(-12.0)

    def test_late_answers_of_another_grade_are_not_mistaken_for_late_answers(self):
        rng = np.random.default_rng(2)
        grade = rng.integers(0, 2, 4000)
        phase = 1 + rng.binomial(2, np.where(grade == 1, 0.7, 0.2))
        scores = 60 - 8.0 * grade + rng.normal(0, 5, 4000)
        crude = phase_slope(scores, phase, adjust=np.empty((4000, 0)))
        fair = phase_slope(scores, phase, adjust=main_effects(grade))
        assert crude.high < -5.0
        assert fair.low < 0.0 < fair.high

    @pytest.mark.parametrize(
        ("scores", "phases", "adjust"),
        [
            ([1.0, 2.0, 3.0], [2, 2, 2], np.empty((3, 0))),
            ([1.0, 2.0], [1, 3], np.empty((2, 0))),
            ([1.0, 2.0, 3.0, 5.0], [1, 1, 3, 3], np.array([[0.0], [0.0], [1.0], [1.0]])),
            ([np.nan] * 3, [1, 2, 3], np.empty((3, 0))),
            ([], [], np.empty((0, 0))),
        ],
    )
    def test_too_little_to_tell(self, scores, phases, adjust):
        with pytest.raises(TooFewResponses):
            phase_slope(scores, phases, adjust=adjust)

    def test_lists_of_different_length(self):
        with pytest.raises(ValueError, match="one row per respondent"):
            phase_slope([1.0, 2.0], [1, 2, 3], adjust=np.empty((2, 0)))
