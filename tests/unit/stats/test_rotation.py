import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.stats.moments import moments
from medengage.stats.rotation import oblimin, varimax
from medengage.stats.structure import minres
from tests.golden_numbers import golden, sim2000

FOUR_BY_TWO = np.array([[0.8, 0.0], [0.7, 0.0], [0.0, 0.6], [0.0, 0.9]])


def matched(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Which of our factors is which of theirs: the order of factors is arbitrary."""
    order = np.abs(ours.T @ theirs).argmax(axis=0)
    assert sorted(order) == list(range(ours.shape[1]))
    return np.asarray(order)


def quartimin(loadings: np.ndarray) -> float:
    """What oblimin minimises, as nested sums."""
    squares = loadings**2
    factors = range(loadings.shape[1])
    both = (squares[:, j] @ squares[:, k] for j in factors for k in factors if j != k)
    return 0.25 * float(sum(both))


def six_factors() -> np.ndarray:
    correlation = moments(sim2000()).correlation()
    assert correlation is not None
    return minres(correlation, 6).loadings


class TestObliminAgainstGPArotation:
    """GPArotation stops at a slope of 1e-5, so its loadings are good to about 1e-4, not better.

    Ours go on to 1e-7 or as far as rounding allows; the slope is tested beside the loadings.
    """

    def test_six_factors_of_thirty_items(self):
        expected = golden("reliability")["fa.minres6.oblimin"]
        theirs = np.array(expected["loadings"])
        found = oblimin(six_factors())
        order = matched(found.loadings, theirs)
        np.testing.assert_allclose(found.loadings[:, order], theirs, atol=1e-4)
        np.testing.assert_allclose(
            found.correlations[np.ix_(order, order)], expected["Phi"], atol=1e-4
        )
        np.testing.assert_allclose(found.communalities, expected["communality"], atol=1e-5)
        assert found.converged
        assert found.gradient < 1e-6
        assert found.criterion <= quartimin(theirs)


class TestOblimin:
    @given(st.floats(0.1, 3.0))
    def test_finds_simple_structure_however_it_was_turned(self, angle: float) -> None:
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        found = oblimin(FOUR_BY_TWO @ turn)
        assert found.criterion == pytest.approx(0.0, abs=1e-12)
        np.testing.assert_allclose(np.sort(found.loadings.max(axis=1)), [0.6, 0.7, 0.8, 0.9])

    @settings(max_examples=30)
    @given(st.integers(0, 2**32 - 1))
    def test_keeps_the_fit_and_the_communalities(self, seed: int) -> None:
        loadings = np.random.default_rng(seed).uniform(-0.6, 0.6, size=(9, 3))
        found = oblimin(loadings)
        fitted = found.loadings @ found.correlations @ found.loadings.T
        np.testing.assert_allclose(fitted, loadings @ loadings.T, atol=1e-8)
        np.testing.assert_allclose(found.communalities, (loadings**2).sum(axis=1), atol=1e-8)
        np.testing.assert_allclose(found.correlations.diagonal(), 1.0)
        assert found.criterion == pytest.approx(quartimin(found.loadings), rel=1e-9)

    @settings(max_examples=30)
    @given(st.integers(0, 2**32 - 1))
    def test_is_no_worse_than_where_it_started(self, seed: int) -> None:
        loadings = np.random.default_rng(seed).uniform(-0.6, 0.6, size=(8, 3))
        assert oblimin(loadings).criterion <= quartimin(varimax(loadings)) + 1e-12

    def test_correlated_factors_are_found_again(self):
        pattern = np.kron(np.eye(3), np.array([[0.8], [0.7], [0.6], [0.5]]))
        phi = np.array([[1.0, 0.5, 0.4], [0.5, 1.0, 0.3], [0.4, 0.3, 1.0]])
        values, vectors = np.linalg.eigh(pattern @ phi @ pattern.T)
        found = oblimin(vectors[:, -3:] * np.sqrt(values[-3:]))
        order = matched(found.loadings, pattern)
        np.testing.assert_allclose(found.loadings[:, order], pattern, atol=1e-6)
        np.testing.assert_allclose(found.correlations[np.ix_(order, order)], phi, atol=1e-6)

    def test_out_of_steps_is_said(self):
        assert not oblimin(six_factors(), most_steps=1).converged


class TestVarimax:
    @given(st.integers(0, 2**32 - 1))
    def test_is_a_rotation(self, seed: int) -> None:
        loadings = np.random.default_rng(seed).uniform(-0.8, 0.8, size=(7, 3))
        turned = varimax(loadings)
        np.testing.assert_allclose(turned @ turned.T, loadings @ loadings.T, atol=1e-10)

    def test_finds_simple_structure(self):
        turn = np.array([[0.6, -0.8], [0.8, 0.6]])
        turned = np.abs(varimax(FOUR_BY_TWO @ turn))
        np.testing.assert_allclose(turned.min(axis=1), 0.0, atol=1e-7)

    def test_one_sweep_is_still_a_rotation(self) -> None:
        once = varimax(six_factors(), most_sweeps=1)
        np.testing.assert_allclose(once @ once.T, six_factors() @ six_factors().T, atol=1e-12)

    def test_an_item_without_loadings_stays_without(self):
        padded = np.vstack([FOUR_BY_TWO, [0.0, 0.0]])
        np.testing.assert_array_equal(varimax(padded)[-1], [0.0, 0.0])
