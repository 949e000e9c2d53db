import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from medengage.errors import TooFewResponses
from medengage.stats.variation import (
    byar_limits,
    clinicians,
    latent_icc,
    median_odds_ratio,
    standardised_ratio,
)
from tests.golden_numbers import golden

GOLD = golden("variation")
STRATA = [one["ref_rate"] for one in GOLD["indirect_standardisation"]["strata"]]


class TestStandardisedRatio:
    @pytest.mark.parametrize(
        "case", GOLD["indirect_standardisation"]["clinicians"], ids=lambda c: c["name"]
    )
    def test_three_clinicians(self, case):
        found = standardised_ratio(case["n"], STRATA, case["O"])
        assert found.expected == pytest.approx(case["E"])
        assert found.ratio == pytest.approx(case["SR"])
        assert (found.low, found.high) == pytest.approx(case["exact95"], abs=1e-10)
        assert byar_limits(case["O"], case["E"]) == pytest.approx(case["byar95"], abs=1e-7)

    def test_where_nothing_was_observed_the_lower_limit_is_0(self):
        found = standardised_ratio([100], [0.05], 0)
        assert (found.ratio, found.low) == (0.0, 0.0)
        assert found.high == pytest.approx(-math.log(0.025) / 5.0)
        assert byar_limits(0, 5.0)[0] == 0.0

    @given(st.integers(10, 400), st.floats(1, 400))
    def test_byar_comes_close_to_the_exact_limits(self, observed, expected):
        exact = standardised_ratio([expected], [1.0], observed)
        low, high = byar_limits(observed, expected)
        assert low == pytest.approx(exact.low, rel=0.01)
        assert high == pytest.approx(exact.high, rel=0.01)

    def test_nothing_expected_is_no_ratio(self):
        with pytest.raises(ValueError, match="nothing was expected"):
            standardised_ratio([0], [0.5], 0)
        with pytest.raises(ValueError, match="between 0 and 1"):
            standardised_ratio([10], [1.5], 0)
        with pytest.raises(ValueError, match="has to be expected"):
            byar_limits(1, 0.0)


class TestMedianOddsRatio:
    @pytest.mark.parametrize("case", GOLD["MOR"], ids=lambda c: c["var"])
    def test_closed_forms(self, case):
        assert median_odds_ratio(case["var"]) == pytest.approx(case["MOR"], abs=1e-12)
        assert latent_icc(case["var"]) == pytest.approx(case["ICC_latent"], abs=1e-12)

    def test_no_variance_is_an_odds_ratio_of_1(self):
        assert median_odds_ratio(0.0) == 1.0
        assert latent_icc(0.0) == 0.0
        for call in (median_odds_ratio, latent_icc):
            with pytest.raises(ValueError, match="not negative"):
                call(-0.1)


def made(seed, k=80, variance=0.36, mu=-1.0):
    rng = np.random.default_rng(seed)
    n = rng.integers(40, 200, k)
    effects = math.sqrt(variance) * rng.standard_normal(k)
    return rng.binomial(n, expit(mu + effects)), n, effects


def by_brute_force(y, n, mu, sd):
    """Log-likelihood on a grid of ten thousand effects."""
    z = np.linspace(-9, 9, 10_001)
    p = expit(mu + sd * z)
    density = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    total = 0.0
    for count, size in zip(y.tolist(), n.tolist(), strict=True):
        inside = count * np.log(p) + (size - count) * np.log1p(-p)
        top = inside.max()
        total += math.log(float(np.trapezoid(np.exp(inside - top) * density, z))) + top
    return total


class TestClinicians:
    def test_the_top_is_that_of_brute_force(self):
        y, n, _ = made(1)
        fit = clinicians(y, n)
        sd = math.sqrt(fit.variance)
        best = by_brute_force(y, n, fit.mu, sd)
        for mu, other in ((0.02, 0), (-0.02, 0), (0, 0.02), (0, -0.02)):
            assert by_brute_force(y, n, fit.mu + mu, sd + other) < best
        ends = [by_brute_force(y, n, fit.mu, math.sqrt(end)) for end in (fit.low, fit.high)]
        assert max(ends) <= best - 3.84 / 2 + 0.02

    @pytest.mark.slow  # twenty fits with their intervals
    def test_the_variance_is_found_and_the_interval_holds_it(self):
        fits = [clinicians(*made(seed)[:2]) for seed in range(20)]
        assert np.median([fit.variance for fit in fits]) == pytest.approx(0.36, rel=0.1)
        held = np.mean([fit.low <= 0.36 <= fit.high for fit in fits])
        assert held >= 0.85

    def test_best_guesses_go_with_the_truth(self):
        y, n, effects = made(4)
        fit = clinicians(y, n)
        off = (fit.effects + fit.mu + 1.0 - effects) / fit.effects_sd
        assert np.mean(np.abs(off) < 1.96) > 0.82
        assert ((fit.reliability > 0.5) & (fit.reliability < 1)).all()

    def test_clinicians_who_do_not_differ_have_no_variance(self):
        fit = clinicians(np.full(30, 20), np.full(30, 100))
        assert fit.variance == fit.low == 0.0
        assert fit.mu == pytest.approx(math.log(0.25), abs=1e-4)
        np.testing.assert_allclose(fit.effects, 0.0)

    def test_too_few_or_nothing_to_compare_is_said(self):
        with pytest.raises(TooFewResponses):
            clinicians([1] * 19, [10] * 19)
        with pytest.raises(ValueError, match="between 0 and its n"):
            clinicians([11] * 20, [10] * 20)
        with pytest.raises(ValueError, match="nothing varies"):
            clinicians([0] * 20, [10] * 20)
