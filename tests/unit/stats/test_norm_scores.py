import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from medengage.errors import TooFewResponses
from medengage.stats.norm_scores import (
    effective_n,
    norm_scores,
    percentile_ranks,
    smoothed,
    stability,
)
from tests.golden_numbers import golden

TABLE = golden("norms")["norm_table"]
histograms = st.lists(st.integers(0, 40), min_size=2, max_size=30).filter(any)


class TestNormTable:
    def test_percentile_ranks(self):
        ranks = percentile_ranks(list(TABLE["freq"].values()))
        np.testing.assert_allclose(ranks, list(TABLE["mid_percentile_rank"].values()))

    @pytest.mark.parametrize("name", ["z", "t", "sten", "stanine"])
    def test_derived_scores(self, name):
        theirs = [case["T" if name == "t" else name] for case in TABLE["derived"].values()]
        found = getattr(norm_scores(list(TABLE["freq"].values())), name)
        np.testing.assert_allclose(found, theirs, atol=1e-12)

    @given(histograms)
    def test_scores_rise_with_the_score_and_mirror(self, counts):
        found, mirrored = norm_scores(counts), norm_scores(counts[::-1])
        for name in ("rank", "z", "t", "sten", "stanine"):
            assert (np.diff(getattr(found, name)) >= 0).all()
        np.testing.assert_allclose(found.rank, 100 - mirrored.rank[::-1])
        assert np.isfinite(found.z).all()

    def test_a_norm_of_nobody_is_none(self):
        with pytest.raises(TooFewResponses):
            percentile_ranks([0, 0])
        with pytest.raises(ValueError, match="not negative"):
            percentile_ranks([1, -1])


class TestEffectiveSize:
    def test_fifty_hospitals_of_240(self):
        assert effective_n([240] * 50, 0.05) == pytest.approx(12_000 / 12.95)

    @given(st.lists(st.integers(1, 500), min_size=1, max_size=20), st.floats(0, 1))
    def test_between_the_number_of_hospitals_and_of_doctors(self, sizes, icc):
        found = effective_n(sizes, icc)
        assert found <= sum(sizes) + 1e-9
        assert effective_n(sizes, 0.0) == pytest.approx(sum(sizes))
        assert found >= 1.0 - 1e-9

    def test_edges(self):
        with pytest.raises(ValueError, match="between 0 and 1"):
            effective_n([10], 1.5)
        with pytest.raises(TooFewResponses):
            effective_n([], 0.1)


class TestStability:
    def test_a_case_by_hand(self):
        expected = (0.5 - 0.25) * np.log(0.5 / 0.25) + (0.5 - 0.75) * np.log(0.5 / 0.75)
        assert stability([2, 2], [1, 3]) == pytest.approx(expected)

    @given(histograms)
    def test_the_same_twice_is_stable(self, counts):
        assert stability(counts, counts) == 0.0
        assert stability(counts, [3 * c for c in counts]) < 1.5

    def test_empty_bins_count_half(self):
        assert 0.0 < stability([10, 0], [0, 10]) < 10.0
        with pytest.raises(TooFewResponses):
            stability([0, 0], [1, 1])
        with pytest.raises(ValueError, match="same bins"):
            stability([1], [1, 1])


class TestSmoothing:
    CASE = golden("norms")["loglinear"]

    @pytest.mark.parametrize("degree", [2, 3, 4])
    def test_it_is_the_fit_of_r(self, degree):
        found = smoothed(self.CASE["counts"], degree=degree)
        np.testing.assert_allclose(found, self.CASE["fitted"][str(degree)], atol=1e-7)

    @given(
        st.lists(st.integers(0, 30), min_size=8, max_size=40).filter(
            lambda c: sum(map(bool, c)) > 5
        )
    )
    def test_the_first_moments_stay(self, counts):
        assume(sum(map(bool, counts)) > 5)
        found, x = smoothed(counts), np.linspace(-1, 1, len(counts))
        for power in range(5):
            moment = float(np.dot(counts, x**power))
            assert float(found @ x**power) == pytest.approx(moment, rel=1e-5, abs=1e-5)
        assert (found > 0).all()

    def test_two_values_keep_their_number_and_mean(self):
        found = smoothed([0, 12, 0, 8, 0])
        assert found.sum() == pytest.approx(20)
        assert found @ np.arange(5) == pytest.approx(12 * 1 + 8 * 3)
        with pytest.raises(ValueError, match="degree 1"):
            smoothed([1, 2, 3], degree=0)
        with pytest.raises(TooFewResponses):
            smoothed([0, 0, 0])
