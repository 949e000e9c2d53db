import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from medengage.stats import scoring
from medengage.stats.scoring import (
    combine,
    item_means,
    min_items_for,
    mirror,
    missing_share,
    mostly_missing,
    percent_favourable,
    rescale,
    scale_scores,
    straight_lined,
)
from tests.golden_numbers import METAS, SUBSCALES, golden, int8_matrix, sim2000
from tests.shared_data import shared

five_point = arrays(
    np.int8,
    st.tuples(st.integers(1, 30), st.just(12)),
    elements=st.integers(0, 5),
)
KEY = np.arange(12) % 3 == 0


def matrix(*rows: list[int]) -> np.ndarray:
    return np.array(rows, dtype=np.int8)


def test_examples_in_the_docstrings():
    assert doctest.testmod(scoring).failed == 0


class TestHandCases:
    @pytest.mark.parametrize("case", golden("item_scores")["scoring"])
    def test_mirror_average_rescale(self, case):
        given_ = matrix([value or 0 for value in case["items"]])
        keyed = mirror(given_, [key < 0 for key in case["key"]], case["lo"], case["hi"])
        scores = scale_scores(
            keyed, [[0, 1, 2, 3]], lo=case["lo"], hi=case["hi"], min_items=[case["min_items"]]
        )
        expected = np.nan if case["score_0_100"] is None else case["score_0_100"]
        np.testing.assert_array_equal(scores, [[expected]])

    @pytest.mark.parametrize(
        ("items", "fewest"), [(1, 1), (2, 2), (3, 2), (4, 2), (5, 3), (6, 3), (7, 4), (30, 15)]
    )
    def test_half_rule(self, items: int, fewest: int) -> None:
        assert min_items_for(items) == fewest

    def test_half_rule_of_nothing(self):
        with pytest.raises(ValueError, match="at least one item"):
            min_items_for(0)

    def test_items_of_different_ranges_count_alike(self):
        answers = matrix([5, 7, 10], [1, 1, 1], [3, 4, 0], [0, 7, 0])
        scores = scale_scores(answers, [[0, 1, 2]], lo=1, hi=[5, 7, 10])
        np.testing.assert_array_equal(scores[:, 0], [100.0, 0.0, 50.0, np.nan])

    def test_ranges_without_a_small_common_denominator_still_reach_both_ends_exactly(self):
        high = np.array([98, 102, 104, 108, 110, 114, 128 - 1])
        answers = np.stack([high, np.ones_like(high)]).astype(np.int8)
        scores = scale_scores(answers, [list(range(7))], lo=1, hi=high)
        np.testing.assert_allclose(scores[:, 0], [100.0, 0.0], rtol=1e-12)


class TestAgainstR:
    """Base R: rowMeans of answered items, half rule, means of means; tolerance 1e-12."""

    means = item_means(sim2000(), list(SUBSCALES.values()))

    def scales(self) -> dict[str, np.ndarray]:
        found = dict(zip(SUBSCALES, self.means.T, strict=True))
        for k, meta in enumerate(METAS):
            found[meta] = combine(self.means[:, 2 * k : 2 * k + 2])
        found["INDEX"] = combine(np.column_stack([found[meta] for meta in METAS]))
        return found

    def test_first_respondents(self):
        expected = golden("reliability")["scores.sim2000"]["first60"]
        for name, scores in self.scales().items():
            wanted = np.array(expected[name], dtype=np.float64)
            np.testing.assert_allclose(scores[:60], wanted, rtol=1e-12, err_msg=name)

    def test_counts_means_and_spreads_of_all(self):
        expected = golden("reliability")["scores.sim2000"]
        for name, scores in self.scales().items():
            there = scores[~np.isnan(scores)]
            assert len(there) == expected["n"][name]
            assert there.mean() == pytest.approx(expected["mean"][name], rel=1e-12)
            assert there.std(ddof=1) == pytest.approx(expected["sd"][name], rel=1e-12)

    def test_rescaled_means_are_the_scores(self):
        scores = scale_scores(sim2000(), list(SUBSCALES.values()), lo=1, hi=5)
        np.testing.assert_allclose(scores, rescale(self.means, 1, 5), rtol=1e-12)

    def test_bfi_with_reversed_items(self):
        """psych::scoreItems(impute = "none") scores whoever answered at least one item."""
        expected = golden("reliability")["bfi.scoreItems"]
        scales = ["agree", "conscientious", "extraversion", "neuroticism", "openness"]
        columns = [f"{letter}{i}" for letter in "ACENO" for i in range(1, 6)]
        turned = {"A1", "C4", "C5", "E1", "E2", "O2", "O5"}
        answers = int8_matrix(shared("data/psych-items/bfi.csv"), columns)
        keyed = mirror(answers, [column in turned for column in columns], 1, 6)
        blocks = [list(range(5 * k, 5 * k + 5)) for k in range(5)]
        means = item_means(keyed, blocks, min_items=[1] * 5)
        for k, scale in enumerate(scales):
            assert np.nanmean(means[:, k]) == pytest.approx(expected["mean"][scale], rel=1e-12)
            sd = np.nanstd(means[:, k], ddof=1)
            assert sd == pytest.approx(expected["sd"][scale], rel=1e-12)


class TestProperties:
    @given(five_point)
    def test_mirroring_twice_gives_the_answers_back(self, answers):
        np.testing.assert_array_equal(mirror(mirror(answers, KEY, 1, 5), KEY, 1, 5), answers)

    @given(five_point)
    def test_mirroring_everything_mirrors_every_score(self, answers):
        blocks = [[0, 1, 2], [3, 4, 5, 6, 7], [8]]
        turned = mirror(answers, [True] * 12, 1, 5)
        there = scale_scores(answers, blocks, lo=1, hi=5)
        back = scale_scores(turned, blocks, lo=1, hi=5)
        np.testing.assert_allclose(back, 100.0 - there, atol=1e-12)

    @given(five_point)
    def test_scores_agree_with_nanmean_and_stay_within_0_and_100(self, answers):
        scores = scale_scores(answers, [list(range(12))], lo=1, hi=5)[:, 0]
        for row, score in zip(answers, scores, strict=True):
            there = row[row > 0]
            if len(there) < 6:
                assert np.isnan(score)
            else:
                assert score == pytest.approx(25.0 * (there.mean() - 1.0), abs=1e-12)
                assert 0.0 <= score <= 100.0

    @given(five_point, st.randoms(use_true_random=False))
    def test_order_of_respondents_does_not_matter(self, answers, shuffle):
        order = list(range(len(answers)))
        shuffle.shuffle(order)
        blocks = [[0, 1, 2, 3], [4, 5]]
        np.testing.assert_array_equal(
            item_means(answers[order], blocks), item_means(answers, blocks)[order]
        )

    def test_long_matrices_are_scored_like_short_ones(self):
        many = np.tile(sim2000(), (5, 1))
        blocks = list(SUBSCALES.values())
        once = item_means(sim2000(), blocks)
        np.testing.assert_array_equal(item_means(many, blocks), np.tile(once, (5, 1)))


class TestMirror:
    def test_turns_only_reversed_items_and_keeps_missing(self):
        answers = matrix([1, 2, 0], [5, 5, 5])
        np.testing.assert_array_equal(
            mirror(answers, [False, True, True], 1, 5), matrix([1, 4, 0], [5, 1, 1])
        )
        np.testing.assert_array_equal(answers, matrix([1, 2, 0], [5, 5, 5]))

    def test_ranges_up_to_the_end_of_a_byte(self):
        np.testing.assert_array_equal(
            mirror(matrix([1, 127, 100]), [True] * 3, [1, 1, 90], 127), matrix([127, 1, 117])
        )

    def test_refuses_answers_out_of_range(self):
        with pytest.raises(ValueError, match=r"columns \[0\]"):
            mirror(matrix([6]), [True], 1, 5)

    def test_wants_one_key_per_item(self):
        with pytest.raises(ValueError, match="key direction"):
            mirror(matrix([1, 2]), [True], 1, 5)


class TestCombine:
    def test_needs_every_child(self):
        scores = np.array([[10.0, 20.0, 60.0], [10.0, np.nan, 60.0]])
        np.testing.assert_array_equal(combine(scores), [30.0, np.nan])

    def test_of_no_scales(self):
        with pytest.raises(ValueError, match="at least one"):
            combine(np.empty((3, 0)))


class TestFavourable:
    def test_counts_only_those_who_answered(self):
        answers = matrix([4, 1], [5, 0], [3, 0], [0, 0])
        found = percent_favourable(answers, 4)
        np.testing.assert_array_equal(found.count, [2, 0])
        np.testing.assert_array_equal(found.answered, [3, 1])
        np.testing.assert_allclose(found.percent, [200.0 / 3.0, 0.0])

    def test_unanswered_item_has_no_percentage(self):
        assert np.isnan(percent_favourable(matrix([0]), 4).percent).all()

    def test_cuts_by_item(self):
        np.testing.assert_array_equal(
            percent_favourable(matrix([4, 4], [5, 6]), [4, 6]).count, [2, 1]
        )

    def test_agrees_with_a_plain_count_over_many_rows(self):
        many = np.tile(sim2000(), (3, 1))
        np.testing.assert_array_equal(percent_favourable(many, 4).count, (many >= 4).sum(axis=0))

    @pytest.mark.parametrize("cut", [0, 128])
    def test_impossible_cut(self, cut: int) -> None:
        with pytest.raises(ValueError, match="cut"):
            percent_favourable(matrix([1]), cut)


class TestFlags:
    reversed_ = np.arange(12) % 4 == 0

    @pytest.mark.parametrize(
        ("what", "answers", "flagged"),
        [
            ("all alike", [3] * 12, True),
            ("alike, two missing", [3] * 10 + [0, 0], True),
            ("alike, three missing", [3] * 9 + [0] * 3, False),
            ("one differs", [3] * 11 + [4], False),
            ("lowest answers differ", [2] * 11 + [1], False),
            ("nothing answered", [0] * 12, False),
        ],
    )
    def test_straight_lining(self, what, answers, flagged):
        assert straight_lined(matrix(answers), self.reversed_).tolist() == [flagged], what

    def test_straight_lining_needs_both_key_directions_among_the_answers(self):
        turned = np.array([True, True] + [False] * 12)
        answers = matrix([3] * 14, [0, 0] + [3] * 12)
        assert straight_lined(answers, turned).tolist() == [True, False]
        assert straight_lined(answers, [False] * 14).tolist() == [False, False]

    def test_more_than_half_missing(self):
        answers = matrix([1, 1, 0, 0], [1, 0, 0, 0], [0] * 4, [1] * 4)
        assert mostly_missing(answers).tolist() == [False, True, True, False]
        assert mostly_missing(answers, share=0.75).tolist() == [False, False, True, False]

    def test_missing_share_by_item(self):
        answers = matrix([1, 0], [1, 1], [1, 0], [0, 0])
        np.testing.assert_allclose(missing_share(answers), [0.25, 0.75])
        with pytest.raises(ValueError, match="nobody"):
            missing_share(answers[:0])


class TestMistakes:
    @pytest.mark.parametrize("columns", [[], [0, 0], [0, 2], [-1, 0]])
    def test_scales_name_existing_columns_once(self, columns: list[int]) -> None:
        with pytest.raises(ValueError, match="scale 0"):
            item_means(matrix([1, 2]), [columns])

    @pytest.mark.parametrize("needed", [[0], [3], [1, 1]])
    def test_min_items_fit_the_scales(self, needed: list[int]) -> None:
        with pytest.raises(ValueError, match="min_items"):
            item_means(matrix([1, 2]), [[0, 1]], needed)

    def test_rescale_wants_a_range_and_means_within_it(self):
        with pytest.raises(ValueError, match="below"):
            rescale([1.0], 5, 5)
        with pytest.raises(ValueError, match="outside"):
            rescale([0.5], 1, 5)

    def test_nobody_and_nothing_give_empty_scores(self):
        assert item_means(np.empty((0, 2), np.int8), [[0, 1]]).shape == (0, 1)
