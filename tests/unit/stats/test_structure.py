import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from medengage.errors import TooFewResponses
from medengage.stats import structure as module
from medengage.stats.moments import moments
from medengage.stats.structure import (
    bartlett,
    correlations_of,
    minres,
    sampling_adequacy,
    squared_multiple_correlations,
)
from tests.golden_numbers import golden, sim2000


def thirty_items() -> np.ndarray:
    correlation = moments(sim2000()).correlation()
    assert correlation is not None
    return correlation


def discrepancy(psi: np.ndarray, correlation: np.ndarray, factors: int) -> float:
    """The function ``minres`` minimises, straight from its definition."""
    values = np.linalg.eigvalsh(correlation - np.diag(psi))[:-factors]
    return 0.5 * float(values @ values)


def model_correlation(seed: int, items: int, factors: int) -> np.ndarray:
    """Correlations that a factor model fits exactly."""
    rng = np.random.default_rng(seed)
    loadings = rng.uniform(-0.75, 0.75, size=(items, factors)) / np.sqrt(factors)
    loadings[:, 0] = rng.uniform(0.4, 0.8, size=items) / np.sqrt(factors)
    correlation = loadings @ loadings.T
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(correlation)


def six_noisy_items() -> np.ndarray:
    rng = np.random.default_rng(2800)
    rng.integers(4, 16), rng.integers(1, 5), rng.integers(7, 80)
    data = rng.normal(size=(42, 6)) + rng.normal(size=(42, 1)) * rng.uniform(0, 1.5)
    return np.asarray(data.T)


def sample_correlation(seed: int, items: int, rows: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    data = rng.normal(size=(rows, items)) + rng.normal(size=(rows, 1))
    return np.asarray(np.corrcoef(data.T))


def test_examples_in_the_docstrings():
    assert doctest.testmod(module).failed == 0


class TestMinresAgainstPsych:
    """psych stops L-BFGS-B early: its uniquenesses are good to about 1e-5, ours to 1e-12.

    So the tolerance is 1e-5, and our own slope is tested beside it.
    """

    def test_two_factors_unrotated(self):
        expected = golden("reliability")["fa.minres2.none.M1"]
        found = minres(thirty_items()[:10, :10], 2)
        np.testing.assert_allclose(found.uniquenesses, expected["uniquenesses"], atol=1e-5)
        np.testing.assert_allclose(np.abs(found.loadings), np.abs(expected["loadings"]), atol=1e-5)
        assert found.gradient < 1e-10

    def test_six_factors(self):
        expected = golden("reliability")["fa.minres6.oblimin"]
        found = minres(thirty_items(), 6)
        np.testing.assert_allclose(found.communalities, expected["communality"], atol=1e-5)
        assert found.converged
        assert found.gradient < 1e-10

    def test_psych_is_not_lower(self):
        """Where the answers differ in the sixth digit, ours fits at least as well."""
        correlation = thirty_items()[:10, :10]
        theirs = np.array(golden("reliability")["fa.minres2.none.M1"]["uniquenesses"])
        assert minres(correlation, 2).discrepancy <= discrepancy(theirs, correlation, 2)


class TestMinres:
    @given(st.integers(0, 2**32 - 1), st.sampled_from([(6, 1), (8, 2), (12, 3)]))
    def test_finds_a_model_that_fits_exactly(self, seed: int, size: tuple[int, int]) -> None:
        correlation = model_correlation(seed, *size)
        found = minres(correlation, size[1])
        assert found.discrepancy < 1e-12

    @given(st.integers(0, 2**32 - 1))
    def test_the_slope_at_the_minimum_vanishes_inside_the_bounds(self, seed: int) -> None:
        correlation = sample_correlation(seed, 9, 60)
        found = minres(correlation, 2)
        assert found.converged
        inside = (found.uniquenesses > 0.0051) & (found.uniquenesses < 0.9999)
        step = 1e-5
        for item in np.flatnonzero(inside):
            ends = [found.uniquenesses.copy() for _ in range(2)]
            ends[0][item] += step
            ends[1][item] -= step
            rise = [discrepancy(end, correlation, 2) for end in ends]
            assert abs(rise[0] - rise[1]) / (2 * step) < 1e-7

    @pytest.mark.parametrize("seed", range(5))
    def test_a_general_optimiser_finds_nothing_lower(self, seed: int) -> None:
        correlation = sample_correlation(seed, 8, 40)
        other = minimize(
            discrepancy,
            x0=np.full(8, 0.5),
            args=(correlation, 2),
            method="L-BFGS-B",
            bounds=[(0.005, 1.0)] * 8,
        )
        assert minres(correlation, 2).discrepancy <= other.fun + 1e-9

    def test_residual_correlations_make_the_discrepancy(self):
        correlation = sample_correlation(11, 9, 200)
        found = minres(correlation, 2)
        residual = correlation - found.loadings @ found.loadings.T
        np.fill_diagonal(residual, 0.0)
        assert found.discrepancy == pytest.approx(0.5 * np.square(residual).sum(), rel=1e-9)
        np.testing.assert_allclose(found.communalities, 1.0 - found.uniquenesses, atol=1e-9)

    def test_an_item_that_is_the_factor_stops_at_the_bound(self):
        """A Heywood case: r12 r13 / r23 = 1.2 would need a communality above 1."""
        correlation = np.array([[1.0, 0.8, 0.6], [0.8, 1.0, 0.4], [0.6, 0.4, 1.0]])
        found = minres(correlation, 1)
        assert found.uniquenesses[0] == 0.005
        assert found.converged

    def test_independent_items_have_no_factor(self):
        found = minres(np.eye(5), 1)
        assert found.converged
        np.testing.assert_allclose(found.loadings, 0.0, atol=1e-9)

    def test_singular_correlations_start_elsewhere(self):
        correlation = sample_correlation(2, 6, 100)[np.ix_([0, 1, 2, 3, 4, 5, 5], range(6))]
        doubled = np.column_stack([correlation, correlation[:, 5]])
        doubled[-1, -1] = doubled[-2, -1] = doubled[-1, -2] = 1.0
        assert np.isfinite(minres(doubled, 1).loadings).all()

    def test_out_of_steps_is_said(self) -> None:
        assert not minres(sample_correlation(1, 8, 40), 2, most_steps=1).converged

    def test_a_search_that_gets_stuck_says_so(self) -> None:
        """Three factors of six noisy items: as many parameters as correlations, and a kink."""
        correlation = np.asarray(np.corrcoef(six_noisy_items()))
        found = minres(correlation, 3)
        assert found.converged is (found.gradient < 1e-8)
        assert found.discrepancy < 0.01

    def test_a_discrepancy_of_noise_is_still_driven_to_its_minimum(self) -> None:
        """Hardly more rows than items: the last digits of the discrepancy are rounding."""
        for seed in range(40):
            data = np.random.default_rng(seed).normal(size=(13, 16))
            found = minres(np.asarray(np.corrcoef(data)), 1)
            assert found.discrepancy > 0.5
            assert found.gradient < 1e-9, seed

    def test_reversing_an_item_reverses_its_loading(self):
        correlation = model_correlation(4, 6, 1)
        sign = np.array([1.0, -1.0, 1.0, 1.0, 1.0, 1.0])
        turned = minres(correlation * np.outer(sign, sign), 1)
        np.testing.assert_allclose(
            turned.loadings[:, 0], minres(correlation, 1).loadings[:, 0] * sign, atol=1e-8
        )

    @pytest.mark.parametrize(("items", "factors"), [(2, 1), (4, 2), (5, 0), (5, 3)])
    def test_too_many_factors_for_the_items(self, items: int, factors: int) -> None:
        with pytest.raises(ValueError, match="cannot be found"):
            minres(np.eye(items), factors)


class TestFactorability:
    def test_kaiser_meyer_olkin_against_psych(self):
        expected = golden("reliability")["kmo"]
        found = sampling_adequacy(thirty_items())
        assert found is not None
        assert found.overall == pytest.approx(expected["MSA"], rel=1e-12)
        np.testing.assert_allclose(found.by_item, expected["MSAi"], rtol=1e-12)

    def test_bartlett_against_psych(self):
        expected = golden("reliability")["bartlett"]
        found = bartlett(thirty_items(), 2000)
        assert found is not None
        assert found.chi_square == pytest.approx(expected["chisq"], rel=1e-12)
        assert (found.df, found.p) == (expected["df"], expected["p.value"])

    def test_bartlett_of_independent_items(self):
        found = bartlett(np.eye(4), 50)
        assert found is not None
        assert (found.chi_square, found.df, found.p) == (0.0, 6, 1.0)

    def test_bartlett_rejects_at_its_rate(self):
        """5 % of 600 samples of independent items, within three standard errors (2.7 %)."""
        rng = np.random.default_rng(99)
        p = [found.p for _ in range(600) if (found := self.sphericity(rng)) is not None]
        assert abs(np.mean(np.array(p) < 0.05) - 0.05) < 0.027

    @staticmethod
    def sphericity(rng: np.random.Generator) -> module.Bartlett | None:
        return bartlett(np.asarray(np.corrcoef(rng.normal(size=(5, 80)))), 80)

    def test_bartlett_needs_more_respondents_than_items(self):
        with pytest.raises(TooFewResponses, match="31 are needed"):
            bartlett(thirty_items(), 30)

    def test_singular_correlations_are_refused_by_none(self):
        ones = np.ones((3, 3))
        assert squared_multiple_correlations(ones) is None
        assert sampling_adequacy(ones) is None
        assert bartlett(ones, 100) is None

    def test_squared_multiple_correlation_is_the_r_squared_of_a_regression(self):
        data = np.random.default_rng(8).normal(size=(50, 4)) @ np.triu(np.ones((4, 4)))
        centred = data - data.mean(axis=0)
        weights, *_ = np.linalg.lstsq(centred[:, 1:], centred[:, 0])
        explained = np.var(centred[:, 1:] @ weights) / np.var(centred[:, 0])
        found = squared_multiple_correlations(np.asarray(np.corrcoef(data.T)))
        assert found is not None
        assert found[0] == pytest.approx(explained, rel=1e-10)

    def test_correlations_need_spread(self):
        with pytest.raises(ValueError, match="spread"):
            correlations_of(np.diag([1.0, 0.0]))
        np.testing.assert_allclose(
            correlations_of(np.array([[4.0, 3.0], [3.0, 9.0]])), [[1.0, 0.5], [0.5, 1.0]]
        )
