import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from medengage.stats.ordinal import parallel_slopes, profile_interval, proportional_odds
from tests.golden_numbers import golden, sim2000_index, sim2000_outcomes

GOLD = golden("ordinal")
WINE = GOLD["wine"]


def wine():
    """72 tastings: is it warm, had it contact, and how bitter it was called."""
    rows = [row for row in WINE["table"] for _ in range(row["n"])]
    x = [[row["temp"] == "warm", row["contact"] == "yes"] for row in rows]
    return np.array(x, dtype=float), np.array([int(row["rating"]) - 1 for row in rows])


def doctors():
    """Index from 1 to 5 and rating of the simulated doctors who have an index."""
    index, rating = sim2000_index(), sim2000_outcomes()[:, 0].astype(int) - 1
    there = np.isfinite(index)
    return index[there], rating[there]


class TestLikeClm:
    def test_wine(self):
        fit, theirs = proportional_odds(*wine()), WINE["clm"]
        names = [*(f"{j}|{j + 1}" for j in range(1, 5)), "tempwarm", "contactyes"]
        ours = [*fit.thresholds, *fit.slopes]
        assert ours == pytest.approx([theirs["coef"][name] for name in names], abs=5e-6)
        errors = [theirs["se"][name] for name in names]
        assert fit.standard_errors == pytest.approx(errors, abs=1e-6)
        assert fit.log_likelihood == pytest.approx(theirs["logLik"], abs=1e-8)
        assert not fit.separated

    def test_simulated_doctors(self):
        fit, theirs = proportional_odds(*doctors()), GOLD["index"]
        columns = np.array(theirs["coef"]["values"])
        assert [*fit.thresholds, *fit.slopes] == pytest.approx(columns[:, 0], abs=1e-6)
        assert fit.standard_errors == pytest.approx(columns[:, 1], abs=1e-6)
        assert fit.log_likelihood == pytest.approx(theirs["logLik"], abs=1e-6)

    @pytest.mark.slow  # twenty fits to two thousand doctors
    def test_profile_interval(self):
        assert profile_interval(*doctors()) == pytest.approx(GOLD["index"]["profile"], abs=1e-5)


class TestProperties:
    @settings(max_examples=25, deadline=None)
    @given(seed=st.integers(0, 2**32 - 1), levels=st.integers(2, 5))
    def test_the_top_is_flat_and_turning_the_scale_turns_the_slope(self, seed, levels):
        x, rating = made(seed, levels)
        fit = proportional_odds(x, rating)
        back = proportional_odds(x, levels - 1 - rating)
        assert back.slopes == pytest.approx(-fit.slopes, abs=1e-6)
        assert back.log_likelihood == pytest.approx(fit.log_likelihood)
        wide = proportional_odds(10 * x + 3, rating)
        assert wide.slopes == pytest.approx(fit.slopes / 10, abs=1e-7)

    @pytest.mark.parametrize("ridge", [0.0, 0.5])
    def test_two_ratings_are_a_logistic_regression(self, ridge):
        """Its equations hold: what was seen less what was expected adds up to the penalty."""
        x, rating = made(3, 2)
        fit = proportional_odds(x, rating, ridge=ridge)
        rest = rating - expit(x @ fit.slopes - fit.thresholds[0])
        assert rest.sum() == pytest.approx(0.0, abs=1e-8)
        assert x.T @ rest == pytest.approx(ridge * fit.slopes, abs=1e-8)

    def test_a_slope_that_is_there_is_found(self):
        x, rating = made(5, 4, n=4000, slopes=(0.8, -0.3))
        fit = proportional_odds(x, rating)
        off = np.abs(fit.slopes - [0.8, -0.3]) / fit.standard_errors[-2:]
        assert (off < 3).all()

    def test_parallel_slopes_are_not_doubted_and_others_are(self):
        x, rating = made(6, 3, n=3000)
        assert parallel_slopes(x, rating)[2] > 0.01
        rng = np.random.default_rng(7)
        z = rng.standard_normal(3000)
        low = rng.random(3000) < expit(-1 - 1.5 * z)
        high = ~low & (rng.random(3000) < expit(-0.5))
        ratio, freedom, p = parallel_slopes(z, np.where(low, 0, np.where(high, 2, 1)))
        assert freedom == 1
        assert ratio > 50
        assert p < 1e-6


def made(seed, levels, n=200, slopes=(0.5, -0.5)):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 2))
    latent = x @ np.array(slopes) + rng.logistic(size=n)
    cuts = np.quantile(latent, np.arange(1, levels) / levels)
    return x, np.searchsorted(cuts, latent)


class TestEdges:
    def test_separated_ratings_are_told_and_a_penalty_holds_them(self):
        x, rating = np.arange(12.0), np.repeat([0, 1], 6)
        assert proportional_odds(x, rating).separated
        held = proportional_odds(x, rating, ridge=0.5)
        assert not held.separated
        assert 0.0 < held.slopes[0] < 5.0

    def test_an_interval_of_separated_ratings_has_one_end(self):
        low, high = profile_interval(np.arange(12.0), np.repeat([0, 1], 6))
        assert math.isfinite(low)
        assert high == math.inf

    @pytest.mark.parametrize(
        ("x", "rating", "words"),
        [
            ([1.0, 2.0, 3.0], [0, 2, 2], "each occurs"),
            ([1.0, 2.0, 3.0], [0, 0, 0], "each occurs"),
            ([1.0, 1.0, 1.0], [0, 1, 1], "constant"),
            ([1.0, np.nan, 1.0], [0, 1, 1], "finite"),
            ([1.0, 2.0], [0, 1, 1], "each rating needs a row"),
        ],
    )
    def test_what_cannot_be_fitted_says_why(self, x, rating, words):
        with pytest.raises(ValueError, match=words):
            proportional_odds(x, rating)
