import doctest
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.errors import TooFewResponses
from medengage.stats import reliability as module
from medengage.stats.moments import moments
from medengage.stats.reliability import (
    Reliability,
    alpha,
    alpha_if_dropped,
    alpha_standard_error,
    feldt_interval,
    guttman_lambda6,
    item_rest_correlations,
    reliability,
)
from medengage.stats.scoring import mirror
from tests.golden_numbers import SCALES, golden, int8_matrix, sim2000
from tests.shared_data import shared

BFI_SCALES = ["agree", "conscientious", "extraversion", "neuroticism", "openness"]


def of(answers: np.ndarray, columns: list[int]) -> Reliability:
    found = moments(answers).select(columns)
    result = reliability(found.covariance(), found.rows)
    assert result is not None
    return result


def complete(answers: np.ndarray, columns: list[int]) -> np.ndarray:
    part = answers[:, columns]
    return np.ascontiguousarray(part[(part > 0).all(axis=1)])


def bfi() -> np.ndarray:
    columns = [f"{letter}{i}" for letter in "ACENO" for i in range(1, 6)]
    turned = {"A1", "C4", "C5", "E1", "E2", "O2", "O5"}
    answers = int8_matrix(shared("data/psych-items/bfi.csv"), columns)
    return mirror(answers, [column in turned for column in columns], 1, 6)


def assert_like_psych(found: Reliability, expected: dict[str, Any]) -> None:
    """Every field against ``psych::alpha``; closed forms, so to 1e-12."""
    by_item, dropped = found.by_item, found.if_dropped
    assert dropped is not None
    pairs: list[tuple[Any, Any]] = [
        (found.alpha, expected["total"]["raw_alpha"]),
        (found.standardised_alpha, expected["total"]["std.alpha"]),
        (found.lambda6, expected["total"]["G6(smc)"]),
        (found.mean_correlation, expected["total"]["average_r"]),
        (found.median_correlation, expected["total"]["median_r"]),
        (found.signal_to_noise, expected["total"]["S/N"]),
        (found.alpha_standard_error, expected["total"]["ase"]),
        ((found.alpha_low, found.alpha_high), expected["feldt"]),
        (by_item.sd, expected["item"]["sd"]),
        (by_item.item_rest, expected["item"]["r.drop"]),
        (by_item.item_total, expected["item"]["std.r"]),
        (by_item.item_total_corrected, expected["item"]["r.cor"]),
        (dropped.alpha, expected["dropped"]["raw_alpha"]),
        (dropped.standardised_alpha, expected["dropped"]["std.alpha"]),
        (dropped.lambda6, expected["dropped"]["G6(smc)"]),
        (dropped.mean_correlation, expected["dropped"]["average_r"]),
        (dropped.signal_to_noise, expected["dropped"]["S/N"]),
        (dropped.alpha_standard_error, expected["dropped"]["alpha se"]),
    ]
    for place, (ours, theirs) in enumerate(pairs):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, err_msg=f"row {place}")


def test_examples_in_the_docstrings():
    assert doctest.testmod(module).failed == 0


class TestAgainstPsych:
    @pytest.mark.parametrize("scale", SCALES)
    def test_ten_scales_pairwise(self, scale: str) -> None:
        expected = golden("reliability")[f"alpha.pairwise.{scale}"]
        assert_like_psych(of(sim2000(), SCALES[scale]), expected)

    @pytest.mark.parametrize("scale", ["S1", "M2", "INDEX"])
    def test_complete_rows_only_with_their_own_number_of_rows(self, scale: str) -> None:
        """Feldt's interval must use the rows left, not the rows before deletion."""
        rows = complete(sim2000(), SCALES[scale])
        expected = golden("reliability")[f"alpha.listwise.{scale}"]
        assert_like_psych(of(rows, list(range(rows.shape[1]))), expected)

    @pytest.mark.parametrize(("block", "scale"), list(enumerate(BFI_SCALES)))
    def test_bfi(self, block: int, scale: str) -> None:
        found = of(bfi(), list(range(5 * block, 5 * block + 5)))
        assert_like_psych(found, golden("reliability")[f"bfi.alpha.{scale}"])

    @pytest.mark.parametrize(("block", "scale"), list(enumerate(BFI_SCALES)))
    def test_bfi_figures_published_to_four_digits(self, block: int, scale: str) -> None:
        expected = golden("item_scores")["bfi"][scale]
        columns = list(range(5 * block, 5 * block + 5))
        found, rows = of(bfi(), columns), complete(bfi(), columns)
        assert (found.n, len(rows)) == (expected["n"], expected["n_complete"])
        assert round(found.alpha, 4) == expected["alpha_raw"]
        assert round(found.standardised_alpha, 4) == expected["alpha_std"]
        assert round(of(rows, list(range(5))).alpha, 4) == expected["alpha_complete"]
        assert found.by_item.item_rest.round(3).tolist() == expected["item_rest_r"]

    def test_leadership_of_bhr2000(self):
        expected = golden("item_scores")["bhr2000"]
        answers = int8_matrix(shared("data/multilevel/bhr2000.csv"), expected["items"])
        found = of(answers, list(range(len(expected["items"]))))
        assert round(found.alpha, 4) == expected["alpha"]


def test_hand_case():
    case = golden("item_scores")["alpha"]
    assert alpha(np.cov(np.array(case["X"]).T)) == pytest.approx(case["alpha"], rel=1e-12)


class TestClosedForms:
    """What is taken out of totals must equal starting again without the item."""

    @settings(max_examples=40)
    @given(st.integers(0, 2**32 - 1), st.integers(3, 8))
    def test_dropping_an_item_equals_never_having_had_it(self, seed: int, items: int) -> None:
        rng = np.random.default_rng(seed)
        data = rng.normal(size=(40, items)) + rng.normal(size=(40, 1))
        whole = reliability(np.cov(data.T), 40)
        assert whole is not None
        assert whole.if_dropped is not None
        for item in range(items):
            rest = reliability(np.cov(np.delete(data, item, axis=1).T), 40)
            if rest is None:
                assert np.isnan(whole.if_dropped.alpha[item])
                continue
            for field in type(whole.if_dropped).__dataclass_fields__:
                left = getattr(whole.if_dropped, field)[item]
                assert left == pytest.approx(getattr(rest, field), rel=1e-9), field

    @given(st.integers(0, 2**32 - 1))
    def test_item_rest_is_the_correlation_with_the_sum_of_the_others(self, seed: int) -> None:
        data = np.random.default_rng(seed).normal(size=(30, 5))
        expected = [
            np.corrcoef(data[:, j], np.delete(data, j, axis=1).sum(axis=1))[0, 1] for j in range(5)
        ]
        np.testing.assert_allclose(item_rest_correlations(np.cov(data.T)), expected, rtol=1e-10)

    @given(st.integers(0, 2**32 - 1), st.floats(0.1, 50.0))
    def test_units_of_measurement_do_not_matter(self, seed: int, factor: float) -> None:
        covariance = np.cov(np.random.default_rng(seed).normal(size=(4, 25)))
        if covariance.sum() > 0.1:
            assert alpha(factor * covariance) == pytest.approx(alpha(covariance), rel=1e-9)

    def test_parallel_items_follow_spearman_brown(self):
        for items in (2, 5, 30):
            correlation = np.full((items, items), 0.3) + 0.7 * np.eye(items)
            assert alpha(correlation) == pytest.approx(items * 0.3 / (1 + (items - 1) * 0.3))


class TestInterval:
    def test_is_not_cut_short_for_a_million_rows(self):
        """R's qf turns to a chi-square beyond 4e5 df; the F quantile itself is 0.99718."""
        low, high = feldt_interval(0.9, 1_000_000, items=30)
        assert low == pytest.approx(0.1 * (1 - 1.0028212875224982) + 0.9, rel=1e-9)
        assert high == pytest.approx(0.1 * (1 - 0.9971829003082476) + 0.9, rel=1e-9)

    def test_holds_what_it_promises(self):
        """Coverage of 95 % over 400 samples of 5 parallel normal items, within 3 sd (3.3 %)."""
        rng = np.random.default_rng(20261123)
        truth, hits = 5 * 0.4 / (1 + 4 * 0.4), 0
        for _ in range(400):
            common = rng.normal(size=(60, 1)) * np.sqrt(0.4)
            data = common + rng.normal(size=(60, 5)) * np.sqrt(0.6)
            low, high = feldt_interval(alpha(np.cov(data.T)), 60, items=5)
            hits += low <= truth <= high
        assert abs(hits / 400 - 0.95) < 0.033

    @given(st.floats(-0.5, 0.99), st.integers(2, 10**6), st.integers(2, 50))
    def test_encloses_alpha_and_widens_with_confidence(self, value, n, items):
        low, high = feldt_interval(value, n, items=items, confidence=0.9)
        wide = feldt_interval(value, n, items=items, confidence=0.99)
        assert wide[0] <= low <= high <= wide[1]
        assert low < high


class TestEdges:
    def test_items_that_never_vary_are_left_out_and_named(self):
        covariance = np.cov(np.random.default_rng(3).normal(size=(4, 30))) + 0.5
        padded = np.zeros((5, 5))
        kept = [0, 1, 3, 4]
        padded[np.ix_(kept, kept)] = covariance
        with_constant, without = reliability(padded, 30), reliability(covariance, 30)
        assert with_constant is not None
        assert without is not None
        assert with_constant.items == (0, 1, 3, 4)
        assert with_constant.alpha == without.alpha

    def test_nothing_to_agree_about(self):
        assert reliability(np.zeros((3, 3)), 10) is None
        assert reliability(np.diag([1.0, 0.0, 0.0]), 10) is None
        assert reliability(np.array([[1.0, -1.0], [-1.0, 1.0]]), 10) is None

    def test_two_items_cannot_spare_one(self):
        found = reliability(np.array([[1.0, 0.5], [0.5, 2.0]]), 10)
        assert found is not None
        assert found.if_dropped is None
        assert found.lambda6 is not None

    def test_items_answered_alike_leave_lambda6_open(self):
        data = np.random.default_rng(5).normal(size=(30, 3))
        found = reliability(np.cov(data[:, [0, 1, 2, 2]].T), 30)
        assert found is not None
        assert found.if_dropped is not None
        assert found.lambda6 is None
        assert found.if_dropped.lambda6 is None
        assert found.by_item.item_total_corrected is None

    def test_a_rest_without_spread_has_no_alpha_and_no_correlation(self):
        opposite = np.array([[2.0, 0.5, 0.5], [0.5, 1.0, -1.0], [0.5, -1.0, 1.0]])
        assert np.isnan(alpha_if_dropped(opposite)).tolist() == [True, False, False]
        assert np.isnan(item_rest_correlations(opposite)).tolist() == [True, False, False]

    def test_items_answered_exactly_alike_agree_perfectly(self) -> None:
        found = reliability(np.full((4, 4), 2.0), 50)
        assert found is not None
        assert (found.alpha, found.alpha_low, found.alpha_high) == (1.0, 1.0, 1.0)
        assert found.alpha_standard_error == pytest.approx(0.0, abs=1e-7)
        assert found.signal_to_noise == np.inf

    def test_items_that_share_nothing_have_no_corrected_correlations(self) -> None:
        against = np.array([[1.0, -0.4, 0.1], [-0.4, 1.0, 0.1], [0.1, 0.1, 1.0]])
        found = reliability(against, 50)
        assert found is not None
        assert found.alpha < 0.0
        assert found.by_item.item_total_corrected is None

    @given(st.integers(0, 2**32 - 1), st.integers(2, 6))
    def test_never_warns_whatever_the_items_do(self, seed: int, items: int) -> None:
        data = np.random.default_rng(seed).normal(size=(items + 2, items)).round()
        found = reliability(np.cov(data.T), items + 2)
        assert found is None or found.alpha <= 1.0

    def test_too_few_respondents(self):
        for refused in (
            lambda: reliability(np.eye(3), 1),
            lambda: feldt_interval(0.8, 1, items=3),
        ):
            with pytest.raises(TooFewResponses, match="2 are needed"):
                refused()

    def test_mistakes(self):
        with pytest.raises(ValueError, match="square"):
            alpha(np.ones((2, 3)))
        with pytest.raises(ValueError, match="two items"):
            alpha(np.ones((1, 1)))
        with pytest.raises(ValueError, match="at least three"):
            alpha_if_dropped(np.eye(2))

    def test_single_statistics_agree_with_the_block(self):
        found = moments(sim2000()).select(SCALES["S1"])
        block = reliability(found.covariance(), found.rows)
        correlation = found.correlation()
        assert block is not None
        assert correlation is not None
        assert alpha_standard_error(found.covariance(), 2000) == block.alpha_standard_error
        # Pairwise standard deviations here, overall ones in the block: close, not the same.
        assert guttman_lambda6(correlation) == pytest.approx(block.lambda6, abs=1e-3)
