"""Ratings, deaths, turnover, drivers and clinicians have the associations they were given."""

import numpy as np
import pytest

from medengage.simulate import clinicians, drivers, outcomes, ratings, region, standard_effects
from medengage.simulate.outcomes import DRIVER_CORRELATIONS, DRIVER_VALIDITIES

N = 100_000


@pytest.fixture
def rng():
    return np.random.Generator(np.random.PCG64(3))


@pytest.fixture(scope="module")
def z():
    return np.random.Generator(np.random.PCG64(4)).standard_normal(N)


def test_four_levels_have_their_shares(rng, z):
    shares = np.bincount(ratings(rng, z, association=0.57)) / N
    assert shares == pytest.approx([0, 0.05, 0.30, 0.57, 0.08], abs=0.006)


@pytest.mark.parametrize(("association", "expected"), [(0.0, 0.0), (0.3, 0.27), (0.57, 0.51)])
def test_ratings_go_with_engagement_as_far_as_coarse_levels_show(rng, z, association, expected):
    found = np.corrcoef(z, ratings(rng, z, association=association))[0, 1]
    assert found == pytest.approx(expected, abs=0.015)


def test_an_impossible_association_is_refused(rng, z):
    with pytest.raises(ValueError, match="between -1 and 1"):
        ratings(rng, z, association=1.1)


def test_deaths_are_overdispersed_and_fewer_where_engagement_is_high(rng, z):
    found = outcomes(rng, z, posts=np.full(N, 400), association=0.57)
    ratio = np.log(found.observed / found.expected)
    assert ratio.var() - (1 / found.observed).mean() == pytest.approx(0.01, rel=0.05)
    assert np.corrcoef(z, ratio)[0, 1] == pytest.approx(-0.57 * 0.95, abs=0.02)


def test_about_a_tenth_leaves_and_fewer_where_engagement_is_high(rng, z):
    found = outcomes(rng, z, posts=np.full(N, 400), association=0.57)
    share = found.left / found.posts
    assert share.mean() == pytest.approx(0.10, abs=0.01)
    assert np.corrcoef(z, share)[0, 1] < -0.3


def test_a_region_has_outcomes(rng):
    simulated = region(seed=6)
    z = standard_effects(simulated.effects, simulated.truth.score.organisation)
    assert z.std() == pytest.approx(1, abs=0.3)
    found = simulated.outcomes()
    assert found.posts.tolist() == [place.roster.n for place in simulated]
    assert set(found.rating) <= {1, 2, 3, 4}
    assert np.array_equal(found.left, region(seed=6).outcomes().left)


def test_drivers_have_their_correlations_and_validities(rng, z):
    found = np.corrcoef(np.column_stack([drivers(rng, z), z]).T)
    assert found[:6, :6] == pytest.approx(DRIVER_CORRELATIONS, abs=3.5 / np.sqrt(N))
    assert found[6, :6] == pytest.approx(DRIVER_VALIDITIES, abs=3.5 / np.sqrt(N))


class TestClinicians:
    def test_effects_have_their_variance(self, rng):
        found = clinicians(rng, number=20_000, outliers=0)
        assert found.effect.var() == pytest.approx(0.36, abs=3 * 0.36 * np.sqrt(2 / 20_000))
        assert not found.outlier.any()

    def test_three_true_outliers_lie_on_both_sides(self, rng):
        found = clinicians(rng)
        assert len(found.cases) == 300
        assert found.outlier.sum() == 3
        assert found.effect[found.outlier] == pytest.approx([1.8, -1.8, 1.8])

    def test_cases_are_in_range_and_events_among_them(self, rng):
        found = clinicians(rng)
        assert found.cases.min() >= 40
        assert found.cases.max() <= 200
        assert (found.events <= found.cases).all()
        assert (found.events >= 0).all()

    def test_without_effects_events_are_as_expected(self, rng):
        found = clinicians(rng, number=5000, variance=0.0, outliers=0)
        total = found.expected.sum()
        assert found.events.sum() == pytest.approx(total, abs=3 * np.sqrt(total))

    @pytest.mark.parametrize(
        "wrong", [{"outliers": 400}, {"variance": -1.0}, {"cases": (0, 10)}, {"cases": (9, 8)}]
    )
    def test_impossible_numbers_are_refused(self, rng, wrong):
        with pytest.raises(ValueError, match="possible numbers"):
            clinicians(rng, **wrong)
