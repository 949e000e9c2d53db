import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.errors import TooFewResponses
from medengage.stats.importance import (
    Correlations,
    bootstrap_weights,
    condition_number,
    correlations,
    inflation,
    lmg,
    relative_weights,
    standardised_slopes,
    unit_products,
)
from tests.golden_numbers import golden, sim2000_index, sim2000_outcomes

GOLD = golden("drivers")
LIKE = GOLD["engagement_like"]
seeds = st.integers(0, 2**32 - 1)


def of(case):
    return Correlations(np.array(case["corr_x"]), np.array(case["corr_y"]))


def doctors(count):
    """Correlations of the index of the simulated doctors with their first drivers."""
    index, drivers = sim2000_index(), sim2000_outcomes()[:, 1 : count + 1]
    there = np.isfinite(index)
    return together(drivers[there], index[there])


def together(x, y):
    """Correlations of doctors of one unit."""
    return correlations(unit_products(x, y, np.zeros(len(y)))[0])


def made(seed, p=5, n=60):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, p)) + 0.7 * rng.standard_normal((n, 1))
    y = x @ rng.uniform(-0.2, 1.0, p) + rng.standard_normal(n)
    return x, y


class TestLikeOthers:
    @pytest.mark.parametrize("name", ["mtcars", "swiss", "engagement_like"])
    def test_both_ways_and_their_sum(self, name):
        case = GOLD[name]
        found = of(case)
        np.testing.assert_allclose(lmg(found), case["lmg"], atol=1e-9)
        np.testing.assert_allclose(relative_weights(found), case["johnson"], atol=1e-9)
        assert float(found.r2) == pytest.approx(case["R2"], abs=1e-12)

    def test_the_published_example_of_rwa(self):
        published = GOLD["mtcars"]["published_johnson_rwa_docs"]
        np.testing.assert_allclose(relative_weights(of(GOLD["mtcars"])), published, atol=1e-7)

    def test_relaimpo_and_johnson_on_two_thousand_doctors(self):
        theirs = GOLD["sim2000"]
        found = doctors(12)
        np.testing.assert_allclose(
            relative_weights(found), list(theirs["johnson"].values()), atol=1e-9
        )
        assert float(found.r2) == pytest.approx(theirs["r2"], abs=1e-10)
        general = lmg(doctors(6))
        np.testing.assert_allclose(general, list(theirs["general6"].values()), atol=1e-9)

    @pytest.mark.parametrize("case", GOLD["two_predictor"])
    def test_two_predictors_have_a_closed_form(self, case):
        x = np.array([[1.0, case["r12"]], [case["r12"], 1.0]])
        found = Correlations(x, np.array(case["ry"]))
        np.testing.assert_allclose(lmg(found), case["lmg"], atol=1e-12)
        np.testing.assert_allclose(relative_weights(found), case["johnson"], atol=1e-12)

    def test_slopes_and_inflation(self):
        np.testing.assert_allclose(standardised_slopes(of(LIKE)), LIKE["beta"], atol=1e-9)
        np.testing.assert_allclose(inflation(of(LIKE)), LIKE["vif"], atol=1e-9)
        assert condition_number(of(LIKE)) < 5


class TestProperties:
    @given(seeds)
    def test_shares_add_up_to_r_squared_and_are_never_negative(self, seed):
        x, y = made(seed)
        found = together(x, y)
        for shares in (lmg(found), relative_weights(found)):
            assert shares.sum() == pytest.approx(float(found.r2))
            assert (shares > -1e-12).all()

    @given(seeds)
    def test_another_order_of_predictors_is_another_order_of_shares(self, seed):
        x, y = made(seed)
        turned = np.random.default_rng(seed).permutation(x.shape[1])
        one = together(x, y)
        other = together(x[:, turned], y)
        np.testing.assert_allclose(lmg(other), lmg(one)[turned], atol=1e-9)
        np.testing.assert_allclose(
            relative_weights(other), relative_weights(one)[turned], atol=1e-9
        )

    def test_predictors_that_have_nothing_in_common_share_nothing(self):
        r = np.array([0.5, 0.3, 0.1])
        found = Correlations(np.eye(3), r)
        np.testing.assert_allclose(lmg(found), r**2)
        np.testing.assert_allclose(relative_weights(found), r**2)
        assert condition_number(found) == pytest.approx(1.0)

    @settings(max_examples=20)
    @given(seeds)
    def test_levels_of_units_do_not_count(self, seed):
        x, y = made(seed)
        unit = np.random.default_rng(seed).integers(0, 6, len(y))
        level = np.random.default_rng(seed + 1).normal(0, 50, (6, x.shape[1] + 1))
        one = unit_products(x, y, unit)
        other = unit_products(x + level[unit, :-1], y + level[unit, -1], unit)
        np.testing.assert_allclose(other.sum(axis=0), one.sum(axis=0), rtol=1e-6, atol=1e-6)


class TestDraws:
    def test_draws_of_units_hold_the_shares_and_know_noise(self):
        x, y = made(3, p=4, n=600)
        noise = np.random.default_rng(9).standard_normal(600)
        products = unit_products(np.column_stack([x, noise]), y, np.arange(600) % 30)
        draws = bootstrap_weights(products, np.random.default_rng(1), draws=500)
        found = correlations(products.sum(axis=0))
        shares = relative_weights(found) / float(found.r2)
        low, high = draws.interval().T
        assert ((low <= shares) & (shares <= high)).all()
        np.testing.assert_allclose(draws.weights.sum(axis=1), 1.0)
        np.testing.assert_allclose(draws.rank_probability.sum(axis=1), 1.0)
        strong = shares > 0.1
        assert (draws.above(4)[strong] > 0.95).all()
        assert draws.above(4)[4] == 0.0

    @pytest.mark.slow  # three hundred samples of doctors
    @pytest.mark.parametrize(("n", "first"), [(120, 0.57), (240, 0.66), (500, 0.74)])
    def test_how_often_the_first_of_six_is_found(self, n, first):
        """Two drivers differ by .02 only: a sample seldom knows which is first."""
        rng, found = np.random.default_rng(n), of(LIKE)
        whole = np.block([[found.x, found.y[:, None]], [found.y[None], np.ones((1, 1))]])
        root = np.linalg.cholesky(whole)
        hits = 0
        for _ in range(600):
            values = rng.standard_normal((n, 7)) @ root.T
            sample = together(values[:, :6], values[:, 6])
            hits += int(np.argmax(relative_weights(sample)) == 1)
        assert hits / 600 == pytest.approx(first, abs=0.07)

    def test_one_unit_cannot_be_drawn(self):
        x, y = made(1)
        with pytest.raises(TooFewResponses):
            bootstrap_weights(unit_products(x, y, np.zeros(60)), np.random.default_rng(1))


class TestEdges:
    def test_combinations_constants_and_crowds_are_refused(self):
        x, y = made(2)
        twice = unit_products(np.column_stack([x, x[:, 0]]), y, np.zeros(60))
        for call in (lmg, relative_weights):
            with pytest.raises(ValueError, match="combination of others"):
                call(correlations(twice.sum(axis=0)))
        with pytest.raises(ValueError, match="constant within units"):
            correlations(unit_products(np.ones((60, 1)), y, np.zeros(60))[0])
        with pytest.raises(ValueError, match="at most 10"):
            lmg(Correlations(np.eye(11), np.full(11, 0.1)))
        with pytest.raises(ValueError, match="no gaps"):
            unit_products([[1.0], [np.nan]], [1.0, 2.0], [0, 0])
