import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from medengage.errors import TooFewResponses
from medengage.stats import moments as module
from medengage.stats.moments import Moments, moments
from tests.golden_numbers import golden, sim2000

some_answers = arrays(
    np.int8, st.tuples(st.integers(0, 40), st.just(4)), elements=st.integers(0, 7)
)


def tables(found: Moments) -> np.ndarray:
    return np.stack([found.pairs, found.sums, found.squares, found.products])


def test_examples_in_the_docstrings():
    assert doctest.testmod(module).failed == 0


@given(some_answers)
def test_tables_are_the_plain_sums(answers):
    x, there = answers.astype(np.int64), (answers != 0).astype(np.int64)
    expected = [there.T @ there, x.T @ there, (x * x).T @ there, x.T @ x]
    np.testing.assert_array_equal(tables(moments(answers)), expected)


@settings(max_examples=40)
@given(some_answers, some_answers, some_answers)
def test_moments_of_parts_add_up_in_any_order(one, two, three):
    whole = moments(np.concatenate([one, two, three]))
    left = (moments(one) + moments(two)) + moments(three)
    right = moments(three) + (moments(two) + moments(one))
    assert left.rows == right.rows == whole.rows
    np.testing.assert_array_equal(tables(left), tables(whole))
    np.testing.assert_array_equal(tables(right), tables(whole))


def test_sums_are_exact_where_32_bit_floats_would_round():
    """127 squared times 4,096 rows exceeds 2**24: the chunks must be shorter."""
    rng = np.random.default_rng(7)
    answers = rng.integers(100, 128, size=(20_000, 3), dtype=np.int8)
    x = answers.astype(np.int64)
    np.testing.assert_array_equal(moments(answers).products, x.T @ x)


class TestAgainstPairwiseRows:
    """What R's use = "pairwise" does, written as two loops."""

    found = moments(sim2000()).select(range(6))

    @pytest.mark.parametrize(("j", "k"), [(0, 1), (3, 5), (4, 0), (2, 2)])
    def test_covariance_and_correlation_use_the_rows_of_their_own_pair(
        self, j: int, k: int
    ) -> None:
        x = sim2000()[:, [j, k]].astype(np.float64)
        both = x[(x > 0).all(axis=1)]
        covariance = np.asarray(np.cov(both.T))[0, 1]
        plain = np.asarray(np.corrcoef(both.T))[0, 1]
        correlation = self.found.correlation()
        assert correlation is not None
        assert self.found.covariance()[j, k] == pytest.approx(covariance, rel=1e-13)
        assert correlation[j, k] == pytest.approx(plain, rel=1e-13)

    def test_item_counts_means_and_spreads_of_r(self):
        expected = golden("reliability")["alpha.pairwise.S1"]["item"]
        five = self.found.select(range(5))
        np.testing.assert_array_equal(five.answered, expected["n"])
        np.testing.assert_allclose(five.means, expected["mean"], rtol=1e-13)
        sd = np.sqrt(five.covariance().diagonal())
        np.testing.assert_allclose(sd, expected["sd"], rtol=1e-13)


def test_selecting_items_is_the_same_as_never_having_had_the_others():
    columns = [7, 2, 29]
    np.testing.assert_array_equal(
        tables(moments(sim2000()).select(columns)),
        tables(moments(np.ascontiguousarray(sim2000()[:, columns]))),
    )


@given(some_answers)
def test_correlations_lie_between_minus_one_and_one_or_are_refused(answers):
    found = moments(answers)
    if found.pairs.min() < 2:
        with pytest.raises(TooFewResponses, match="2 are needed"):
            found.correlation()
        return
    correlation = found.correlation()
    if correlation is not None:
        assert np.abs(correlation).max() <= 1.0 + 1e-12
        np.testing.assert_allclose(correlation.diagonal(), 1.0)


def test_an_item_that_never_varies_has_a_covariance_but_no_correlation():
    found = moments(np.array([[1, 3], [2, 3], [4, 3]], dtype=np.int8))
    np.testing.assert_allclose(found.covariance()[:, 1], 0.0)
    assert found.correlation() is None


def test_too_few_answers_are_named():
    lonely = moments(np.array([[1, 2], [3, 0]], dtype=np.int8))
    with pytest.raises(TooFewResponses) as caught:
        lonely.covariance()
    assert (caught.value.n, caught.value.needed) == (1, 2)
    with pytest.raises(TooFewResponses, match="mean of an item"):
        _ = moments(np.zeros((3, 2), dtype=np.int8)).means


def test_mistakes():
    with pytest.raises(TypeError, match="8-bit"):
        moments(np.ones((2, 2), dtype=np.int16))
    with pytest.raises(ValueError, match="missing"):
        moments(np.array([[-1, 2]], dtype=np.int8))
    with pytest.raises(ValueError, match="same items"):
        _ = moments(sim2000()) + moments(sim2000()).select([0, 1])
