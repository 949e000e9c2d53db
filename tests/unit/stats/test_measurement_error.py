import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.stats import measurement_error as module
from medengage.stats.measurement_error import (
    reliable_change,
    standard_error_of_estimate,
    standard_error_of_measurement,
    true_score,
)
from tests.golden_numbers import golden

scores = st.floats(0.0, 100.0)
spreads = st.floats(0.1, 40.0)
reliabilities = st.floats(0.0, 0.999)


def test_examples_in_the_docstrings():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("case", golden("item_scores")["rci"], ids=lambda case: case["source"])
def test_hand_cases(case):
    sd, r = case["sd"], case["rel"]
    found = reliable_change(case["x1"], case["x2"], sd=sd, r=r)
    assert standard_error_of_measurement(sd, r) == pytest.approx(case["SEM"], rel=1e-12)
    assert found.standard_error == pytest.approx(case["Sdiff"], rel=1e-12)
    assert found.index == pytest.approx(case["RCI"], rel=1e-12)
    assert found.smallest == pytest.approx(case["critical_change_95"], rel=1e-12)
    assert found.reliable is (abs(case["RCI"]) > 1.96)


@given(scores, scores, spreads, reliabilities)
def test_a_change_back_is_as_reliable_as_the_change(before, after, sd, r):
    there = reliable_change(before, after, sd=sd, r=r)
    back = reliable_change(after, before, sd=sd, r=r)
    assert there.index == -back.index
    assert there.reliable is back.reliable


@given(scores, scores, reliabilities)
def test_the_true_score_lies_between_the_score_and_the_mean(score, mean, r):
    guess = true_score(score, mean=mean, r=r)
    assert min(score, mean) - 1e-9 <= guess <= max(score, mean) + 1e-9


@given(spreads, reliabilities)
def test_knowing_the_group_makes_the_estimate_surer(sd, r):
    assert standard_error_of_estimate(sd, r) <= standard_error_of_measurement(sd, r) + 1e-12


def test_perfect_and_useless_scales():
    assert standard_error_of_measurement(18.0, 1.0) == 0.0
    assert standard_error_of_measurement(18.0, 0.0) == 18.0
    assert true_score(90.0, mean=60.0, r=0.0) == 60.0


@pytest.mark.parametrize(("sd", "r"), [(-1.0, 0.5), (1.0, 1.1), (1.0, -0.1), (1.0, float("nan"))])
def test_impossible_spread_or_reliability(sd: float, r: float) -> None:
    with pytest.raises(ValueError, match="reliability lies between"):
        standard_error_of_measurement(sd, r)


def test_without_error_the_index_has_no_meaning():
    with pytest.raises(ValueError, match="every change"):
        reliable_change(50.0, 51.0, sd=18.0, r=1.0)
