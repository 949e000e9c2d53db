from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.errors import TooFewResponses
from medengage.stats.association import (
    attenuation,
    bootstrap_interval,
    detectable,
    jonckheere,
    kendall_tau_b,
    leave_one_out,
    partial_spearman,
    permutation_p,
    rank_interval,
    rank_power,
    ranked,
    somers_d,
    spearman,
)
from tests.golden_numbers import golden, sim2000

GOLD = golden("association")
LEVEL, RATING = GOLD["data"]["engagement"], GOLD["data"]["rating"]
TIED = GOLD["tied_data"]
seeds = st.integers(0, 2**32 - 1)


def rng(seed=1):
    return np.random.default_rng(seed)


class TestTwelveHospitals:
    def test_rank_correlations(self):
        assert spearman(LEVEL, RATING) == pytest.approx(GOLD["spearman"], abs=1e-12)
        assert kendall_tau_b(LEVEL, RATING) == pytest.approx(GOLD["kendall_tau_b"], abs=1e-12)
        assert spearman(TIED["engagement"], RATING) == pytest.approx(TIED["spearman"], abs=1e-12)
        assert kendall_tau_b(TIED["engagement"], RATING) == pytest.approx(
            TIED["kendall_tau_b"], abs=1e-12
        )

    def test_exact_permutation(self):
        p = permutation_p(LEVEL, RATING, rng())
        assert p == pytest.approx(GOLD["spearman_exact_perm_p_two_sided"], abs=1e-12)

    def test_drawn_permutations_come_close(self):
        """Thirteen more hospitals make too many ways to try them all."""
        x, y = [*LEVEL, *np.linspace(50, 66, 13)], [*RATING, *(i % 4 + 1 for i in range(13))]
        one, other = (permutation_p(x, y, rng(seed)) for seed in (1, 2))
        assert one is not None
        assert other == pytest.approx(one, abs=0.015)

    @pytest.mark.parametrize(
        ("level", "theirs"), [(LEVEL, GOLD["JT"]), (TIED["engagement"], TIED["JT"])]
    )
    def test_trend(self, level, theirs):
        found = jonckheere(level, RATING)
        assert (found.j, found.expected) == (theirs["J"], theirs["mean"])
        assert found.variance == pytest.approx(theirs["var"], abs=1e-10)
        if "z" in theirs:
            assert found.z == pytest.approx(theirs["z"], abs=1e-12)
            assert found.p == pytest.approx(theirs["p_normal_one_sided"], abs=1e-12)

    def test_each_left_out(self):
        np.testing.assert_allclose(
            leave_one_out(LEVEL, RATING), GOLD["leave_one_out_spearman"], atol=1e-12
        )


class TestIntervals:
    @pytest.mark.parametrize("case", GOLD["spearman_ci_bonett_wright"])
    def test_bonett_and_wright(self, case):
        assert rank_interval(case["r"], case["n"]) == pytest.approx(case["ci"], abs=1e-6)

    def test_bootstrap_like_boot(self):
        """R's boot gave .3116 to .3859 for the same kind of data; here against its formula."""
        answers = sim2000().astype(float)
        x, y = answers[:, :15].sum(axis=1), answers[:, 15:].sum(axis=1)
        r = spearman(x, y)
        assert r is not None
        low, high = bootstrap_interval(x, y, rng(), draws=500)
        formula = rank_interval(r, len(x))
        assert (low, high) == pytest.approx(formula, abs=0.01)

    def test_perfect_order_has_no_width(self):
        assert rank_interval(1.0, 10) == (1.0, 1.0)

    def test_three_pairs_have_no_interval(self):
        with pytest.raises(TooFewResponses):
            rank_interval(0.5, 3)
        with pytest.raises(TooFewResponses):
            bootstrap_interval([1, 2, 3], [1, 2, 3], rng())


class TestAttenuation:
    @pytest.mark.parametrize("case", GOLD["attenuation"])
    def test_worked_cases(self, case):
        found = attenuation(case["r_xy"], case["r_xx"], case["r_yy"])
        expected = case["corrected"] if case["corrected"] <= 1 else None
        assert found == (None if expected is None else pytest.approx(expected))

    def test_no_reliability_is_refused(self):
        with pytest.raises(ValueError, match="reliability"):
            attenuation(0.4, 0.0, 0.9)


class TestProperties:
    @given(st.lists(st.integers(0, 5), min_size=1, max_size=20))
    def test_ranks_add_up_and_ties_share(self, values):
        ranks = ranked(values)
        assert ranks.sum() == len(values) * (len(values) + 1) / 2
        for value in set(values):
            assert len({rank for rank, v in zip(ranks, values, strict=True) if v == value}) == 1

    @settings(max_examples=30)
    @given(st.lists(st.integers(0, 3), min_size=4, max_size=6), seeds)
    def test_the_exact_p_is_that_of_every_order(self, ratings, seed):
        x = rng(seed).integers(0, 6, len(ratings)).astype(float)
        p = permutation_p(x, ratings, rng())
        if p is None:
            assert len(set(ratings)) == 1 or len(set(x)) == 1
            return
        seen = spearman(x, ratings)
        every = [spearman(x, order) for order in permutations(ratings)]
        beyond = np.mean([abs(one or 0.0) >= abs(seen or 0.0) - 1e-12 for one in every])
        assert p == pytest.approx(beyond)

    @given(seeds)
    def test_what_keeps_the_order_changes_nothing(self, seed):
        x, y = rng(seed).standard_normal((2, 12))
        assert spearman(np.exp(x), y**3) == pytest.approx(spearman(x, y))
        assert kendall_tau_b(np.exp(x), y) == pytest.approx(kendall_tau_b(x, y))
        assert spearman(-x, y) == pytest.approx(-(spearman(x, y) or 0.0))

    @given(seeds)
    def test_somers_d_is_the_trend_on_a_scale_of_its_own(self, seed):
        """Pairs in order less pairs out of it: twice J less all pairs of different ratings."""
        x = rng(seed).integers(0, 9, 15).astype(float)
        y = rng(seed + 1).integers(0, 4, 15).astype(float)
        pairs = 2 * jonckheere(x, y).expected
        assert somers_d(x, y) == pytest.approx((2 * jonckheere(x, y).j - pairs) / pairs)

    @pytest.mark.slow  # two thousand permutation tests
    def test_an_error_of_five_percent_is_one(self):
        x = rng(5).standard_normal((2000, 9))
        y = rng(6).integers(0, 4, (2000, 9))
        p = [permutation_p(a, b, rng()) for a, b in zip(x, y, strict=True)]
        assert np.mean([one is not None and one <= 0.05 for one in p]) == pytest.approx(
            0.05, abs=0.015
        )


class TestConstants:
    def test_nothing_goes_with_what_never_changes(self):
        assert spearman([1, 2, 3], [4, 4, 4]) is None
        assert kendall_tau_b([1, 2, 3], [4, 4, 4]) is None
        assert somers_d([1, 2, 3], [4, 4, 4]) is None
        assert permutation_p([1, 2, 3], [4, 4, 4], rng()) is None
        with pytest.raises(ValueError, match="two different ratings"):
            jonckheere([1, 2, 3], [4, 4, 4])

    @pytest.mark.parametrize("pair", [([1, 2], [1]), ([1, np.nan], [1, 2]), ([[1]], [[2]])])
    def test_what_is_no_pair_of_columns_is_refused(self, pair):
        with pytest.raises(ValueError, match="equally long"):
            spearman(*pair)


@pytest.mark.parametrize("case", GOLD["power"], ids=lambda c: f"{c['n']}-{c['latent_rho']}")
def test_power_is_that_of_the_simulated_hospitals(case):
    """4,000 simulated regions each; the mean Spearman correlation stands for the true one.

    With 20 or 30 hospitals the formula promises up to a tenth less than there is.
    """
    found = rank_power(case["mean_spearman"], case["n"])
    assert found == pytest.approx(case["power_spearman_2s"], abs=0.10 if case["n"] < 40 else 0.06)
    assert found < case["power_spearman_2s"] + 0.03


@pytest.mark.parametrize("n", [10, 20, 50, 118, 1_000])
def test_what_can_be_seen_is_seen_with_eighty_percent(n):
    assert rank_power(detectable(n), n) == pytest.approx(0.80, abs=1e-6)
    assert detectable(n) > detectable(2 * n)


def test_nothing_true_is_called_in_one_of_twenty():
    assert rank_power(0.0, 50) == pytest.approx(0.05)
    assert rank_power(1.0, 5) == 1.0
    with pytest.raises(TooFewResponses):
        rank_power(0.5, 3)


class TestAtEqualOthers:
    def test_one_covariate_has_a_closed_form(self):
        gen = np.random.default_rng(3)
        x, y, z = gen.normal(size=(3, 80))
        y, x = y + z, x + z
        r = [spearman(a, b) or 0.0 for a, b in ((x, y), (x, z), (y, z))]
        expected = (r[0] - r[1] * r[2]) / np.sqrt((1 - r[1] ** 2) * (1 - r[2] ** 2))
        assert partial_spearman(x, y, z[:, None]) == pytest.approx(expected)
        assert abs(expected) < abs(r[0])

    def test_nothing_is_left_where_the_covariate_says_it_all(self):
        x = np.arange(30.0)
        assert partial_spearman(x, x[::-1], x[:, None]) is None

    def test_each_covariate_needs_ten_pairs(self):
        x = np.arange(19.0)
        with pytest.raises(TooFewResponses):
            partial_spearman(x, x, np.ones((19, 2)))
        with pytest.raises(ValueError, match="one row of covariates"):
            partial_spearman(x, x, np.ones(19))
