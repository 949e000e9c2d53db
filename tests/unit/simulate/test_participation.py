"""Who answers: rates at their target, bias as integrated, late ones in between."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, ndtri

from medengage.simulate import ResponseTruth, Truth, region
from medengage.simulate.names import JUNIOR
from medengage.simulate.participation import intercept, participate, propensity, standardised
from tests.golden_numbers import golden

GRID = ndtri((np.arange(200_000) + 0.5) / 200_000)
"""Two hundred thousand doctors who are normal without any chance in it."""

ORACLE = golden("simulator_truth")["nonresponse"]
EQUAL = (0.0, 0.0, 0.0, 0.0)


def name(row):
    return f"beta {row['beta']}, rate {row['rr']}"


@pytest.mark.parametrize("row", ORACLE, ids=name)
def test_intercept_and_bias_are_those_of_the_integral(row):
    a = intercept(row["beta"] * GRID, row["rr"])
    assert a == pytest.approx(row["intercept"], abs=1e-5)
    chance = expit(a + row["beta"] * GRID)
    assert np.average(GRID, weights=chance) == pytest.approx(row["bias_sd_units"], abs=1e-4)


@pytest.mark.parametrize("row", [r for r in ORACLE if r["beta"] in (0, 0.3)], ids=name)
def test_bias_of_a_region_is_the_expected_one(row):
    """Mean engagement of respondents minus that of the roster, in SD of the roster."""
    response = ResponseTruth(rate=row["rr"], bias=row["beta"], grade=EQUAL)
    simulated = region(seed=2, truth=Truth(response=response))
    gaps, sizes = [], []
    for place in simulated:
        doctors = place.doctors(1)
        z = standardised(doctors.index)
        gaps.append(z[doctors.responded].mean())
        sizes.append(doctors.responded.sum())
    se = np.sqrt(np.mean((1 - row["rr"]) * row["sd_ratio"] ** 2 / np.array(sizes)) / len(gaps))
    assert np.mean(gaps) == pytest.approx(row["bias_sd_units"], abs=3 * se)


@pytest.mark.parametrize("rate", [0.3, 0.45, 0.6])
def test_response_rate_is_at_its_target(rate):
    simulated = region(seed=5, truth=Truth(response=ResponseTruth(rate=rate)))
    responded = np.concatenate([place.doctors(1).responded for place in simulated])
    margin = 3 * np.sqrt(rate * (1 - rate) / len(responded))
    assert responded.mean() == pytest.approx(rate, abs=margin)


def test_everybody_can_answer():
    simulated = region(seed=5, organisations=2, truth=Truth(response=ResponseTruth(rate=1.0)))
    assert all(place.doctors(1).responded.all() for place in simulated)


def test_grades_answer_more_or_less_readily():
    response = ResponseTruth(bias=0.0)
    grade = np.tile(np.arange(4, dtype=np.int32), 50_000)
    eta = propensity(np.zeros(len(grade)), grade, response)
    responded = participate(np.random.default_rng(1), eta, truth=response) > 0
    rates = [responded[grade == code].mean() for code in range(4)]
    odds = np.log(np.array(rates) / (1 - np.array(rates)))
    assert odds - odds[1] == pytest.approx(response.grade, abs=0.06)
    assert np.argmin(rates) == JUNIOR


class TestPhases:
    def phases(self, bias):
        response = ResponseTruth(bias=bias, grade=EQUAL)
        eta = propensity(GRID, np.zeros(len(GRID), dtype=np.int32), response)
        return participate(np.random.default_rng(1), eta, truth=response)

    def test_shares_are_the_planned_ones(self):
        shares = np.bincount(self.phases(0.3)) / len(GRID)
        assert shares == pytest.approx([0.4, 0.3, 0.18, 0.12], abs=3 * 0.5 / np.sqrt(len(GRID)))

    def test_the_later_the_less_engaged_and_the_silent_least(self):
        phase = self.phases(0.3)
        early, between, late, silent = (GRID[phase == k].mean() for k in (1, 2, 3, 0))
        assert early > between + 0.05
        assert between > late + 0.05
        assert late > silent + 0.05

    def test_without_bias_phases_tell_nothing(self):
        phase = self.phases(0.0)
        for k in range(4):
            there = GRID[phase == k]
            assert there.mean() == pytest.approx(0, abs=4 / np.sqrt(len(there)))


def test_holding_back_multiplies_the_chance():
    response = ResponseTruth(bias=0.0, grade=EQUAL)
    held = np.where(np.arange(200_000) % 2, 1.0, 0.7)
    phase = participate(
        np.random.default_rng(1), np.zeros(200_000), truth=response, held_back=held
    )
    assert (phase[held < 1] > 0).mean() == pytest.approx(0.42, abs=0.006)
    assert (phase[held == 1] > 0).mean() == pytest.approx(0.6, abs=0.006)


def test_intercept_finds_its_rate_even_where_all_are_alike():
    assert intercept(np.full(3, 1.7), 0.25) == pytest.approx(np.log(1 / 3) - 1.7)
    assert intercept(np.zeros(3), 1.0) == np.inf


def test_engagement_in_standard_deviations_of_doctors_who_are_all_alike_is_zero():
    assert standardised(np.full(4, 61.0)).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("seed", range(3))
def test_sign_of_the_phase_difference_is_seen_in_a_region(seed):
    truth = Truth(response=replace(ResponseTruth(), rate=0.45, bias=0.3))
    doctors = [place.doctors(1) for place in region(seed=seed, truth=truth)]
    z = np.concatenate([standardised(group.index) for group in doctors])
    phase = np.concatenate([group.phase for group in doctors])
    assert z[phase == 1].mean() > z[phase == 3].mean()
