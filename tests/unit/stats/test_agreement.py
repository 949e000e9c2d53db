import doctest

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.stats import agreement as module
from medengage.stats.agreement import (
    SLIGHT_SKEW,
    AnswerCounts,
    ad_m,
    answer_counts,
    awg,
    exceeds_null,
    null_variance,
    rwg,
    rwg_j,
    rwg_j_critical,
    rwg_j_lindell,
    uniform_null_variance,
)
from medengage.stats.groups import group_summaries
from tests.golden_numbers import SUBSCALES, golden, int8_matrix, sim2000
from tests.shared_data import shared
from tests.simulated_scores import attribute

GOLD = golden("agreement")
LEAD = [f"LEAD{i:02d}" for i in range(1, 12)]

some_answers = st.integers(1, 4).flatmap(
    lambda items: st.lists(
        st.tuples(st.integers(0, 3), st.lists(st.integers(0, 5), min_size=items, max_size=items)),
        min_size=1,
        max_size=25,
    )
)


def matrix(rows: list[list[int]]) -> np.ndarray:
    return np.array(rows, dtype=np.int8)


def lq2002() -> AnswerCounts:
    path = shared("data/multilevel/lq2002.csv")
    companies = pl.read_csv(path, columns=["COMPID"])["COMPID"].to_numpy()
    return answer_counts(int8_matrix(path, LEAD), companies, options=5)


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(module).failed == 0


class TestAnswerCounts:
    def test_by_hand(self):
        found = answer_counts(matrix([[1, 3], [3, 3], [2, 1]]), ["b", "b", "a"], options=3)
        assert found.labels.tolist() == ["a", "b"]
        assert found.n.tolist() == [1, 2]
        assert found.counts.tolist() == [[[0, 1, 0], [1, 0, 0]], [[1, 0, 1], [0, 0, 2]]]
        assert found.means.tolist() == [[2.0, 1.0], [2.0, 3.0]]
        assert np.isnan(found.variances[0]).all()
        assert found.variances[1].tolist() == [2.0, 0.0]
        assert np.isnan(found.mean_deviations[0]).all()
        assert found.mean_deviations[1].tolist() == [1.0, 0.0]

    def test_incomplete_rows_are_left_out_and_so_are_units_without_complete_ones(self):
        found = answer_counts(matrix([[1, 0], [0, 2], [4, 5]]), [1, 2, 2], options=5)
        assert found.labels.tolist() == [2]
        assert found.n.tolist() == [1]

    @pytest.mark.parametrize(
        ("rows", "groups", "match"),
        [([[1, 6]], ["a"], "columns"), ([[1, 2]], ["a", "b"], "one entry per row")],
    )
    def test_impossible_input(self, rows, groups, match):
        with pytest.raises(ValueError, match=match):
            answer_counts(matrix(rows), groups, options=5)

    def test_floats_are_no_answers(self):
        with pytest.raises(TypeError):
            answer_counts(np.ones((2, 2), dtype=np.int16), ["a", "b"], options=5)

    @given(some_answers)
    def test_moments_are_those_of_the_complete_rows(self, rows):
        groups = np.array([group for group, _ in rows])
        answers = matrix([answers for _, answers in rows])
        found = answer_counts(answers, groups, options=5)
        complete = (answers > 0).all(axis=1)
        for place, label in enumerate(found.labels):
            mine = answers[complete & (groups == label)].astype(float)
            assert found.n[place] == len(mine)
            np.testing.assert_allclose(found.means[place], mine.mean(axis=0))
            if len(mine) > 1:
                np.testing.assert_allclose(
                    found.variances[place], mine.var(axis=0, ddof=1), atol=1e-12
                )
                deviation = np.abs(mine - mine.mean(axis=0)).mean(axis=0)
                np.testing.assert_allclose(found.mean_deviations[place], deviation, atol=1e-12)

    @settings(max_examples=50)
    @given(some_answers, st.randoms(use_true_random=False))
    def test_the_order_of_rows_does_not_matter(self, rows, shuffle):
        before = answer_counts(matrix([a for _, a in rows]), [g for g, _ in rows], options=5)
        shuffle.shuffle(rows)
        after = answer_counts(matrix([a for _, a in rows]), [g for g, _ in rows], options=5)
        np.testing.assert_array_equal(before.counts, after.counts)


class TestNulls:
    @pytest.mark.parametrize(
        ("options", "variance"), [(5, 2.0), (7, 4.0), (6, 35 / 12), (2, 0.25)]
    )
    def test_uniform(self, options, variance):
        assert uniform_null_variance(options) == pytest.approx(variance)
        assert null_variance([1 / options] * options) == pytest.approx(variance)

    def test_slightly_skewed(self):
        assert null_variance() == pytest.approx(1.34, abs=1e-12)
        assert null_variance(SLIGHT_SKEW[::-1]) == pytest.approx(1.34, abs=1e-12)

    def test_one_option_is_no_choice(self):
        with pytest.raises(ValueError, match="two options"):
            uniform_null_variance(1)

    @pytest.mark.parametrize("shares", [[1.0], [0.5, 0.6], [1.5, -0.5]])
    def test_impossible_shares(self, shares):
        with pytest.raises(ValueError, match="sum to 1"):
            null_variance(shares)

    def test_a_null_without_spread(self):
        with pytest.raises(ValueError, match="above 0"):
            rwg([0.5], 0.0)


class TestAgainstR:
    def test_rwg_j_lindell_and_average_deviation_on_lq2002(self):
        found, gold = lq2002(), GOLD["lq2002"]
        assert found.n.tolist() == gold["n"]
        np.testing.assert_allclose(rwg_j(found.variances, 2.0), gold["rwgj"], rtol=1e-12)
        np.testing.assert_allclose(
            rwg_j_lindell(found.variances, 2.0), gold["lindell"], rtol=1e-12
        )
        np.testing.assert_allclose(ad_m(found), gold["adm"], rtol=1e-12)

    def test_awg_on_lq2002(self):
        found, gold = lq2002(), GOLD["lq2002"]
        by_item = awg(found.means, found.variances, n=found.n[:, None], low=1, high=5)
        by_unit = np.nanmean(by_item, axis=1)
        np.testing.assert_allclose(by_unit[:3], gold["awg_first3"], rtol=1e-9)
        assert by_unit.mean() == pytest.approx(gold["awg_mean"], rel=1e-9)

    def test_rwg_of_a_score(self):
        table = pl.read_csv(shared("data/multilevel/lq2002.csv"))
        found = group_summaries(table["LEAD"].to_numpy(), table["COMPID"].to_numpy())
        values = rwg(found.variance, 2.0)
        np.testing.assert_allclose(values[:3], GOLD["lq2002"]["rwg_first3"], rtol=1e-8)
        assert values.mean() == pytest.approx(GOLD["lq2002"]["rwg_mean"], rel=1e-8)

    def test_rwg_on_bh1996(self):
        table = pl.read_csv(shared("data/multilevel/bh1996.csv"), infer_schema_length=None)
        found = group_summaries(table["LEAD"].to_numpy(), table["GRP"].to_numpy())
        gold = GOLD["rwg.bh1996.LEAD"]
        assert found.n.tolist() == gold["n"]
        np.testing.assert_allclose(rwg(found.variance, 2.0), gold["rwg"], rtol=1e-8)

    def test_units_of_two_and_three(self):
        path = shared("data/multilevel/cohesion.csv")
        answers = int8_matrix(path, [f"COH0{i}" for i in range(1, 6)])
        table = pl.read_csv(path, columns=["UNIT", "PLATOON"])
        platoons = (table["UNIT"] + " " + table["PLATOON"]).to_list()
        found, gold = answer_counts(answers, platoons, options=5), GOLD["rwgj.cohesion"]
        assert found.labels.tolist() == gold["grpid"]
        assert found.n.tolist() == gold["gsize"]
        np.testing.assert_allclose(rwg_j(found.variances, 2.0), gold["rwg.j"], rtol=1e-12)

    @pytest.mark.parametrize("scale", ["S1", "S6"])
    def test_our_own_survey_complete_rows(self, scale):
        answers = np.ascontiguousarray(sim2000()[:, SUBSCALES[scale]])
        found = answer_counts(answers, attribute("hospital"), options=5)
        gold = GOLD[f"rwgj.sim2000.{scale}"]
        assert found.n.tolist() == gold["n"]
        np.testing.assert_allclose(rwg_j(found.variances, 2.0), gold["rwgj"], rtol=1e-12)

    def test_published_figures_of_bhr2000(self):
        path = shared("data/multilevel/bhr2000.csv")
        items = pl.read_csv(path).columns[1:12]
        companies = pl.read_csv(path, columns=["GRP"])["GRP"].to_numpy()
        found = answer_counts(int8_matrix(path, items), companies, options=5)
        values, gold = rwg_j(found.variances, 2.0), GOLD["bhr2000"]
        assert round(float(values.mean()), 4) == gold["mean"]
        assert round(float(np.median(values)), 4) == gold["median"]
        assert values[:3].round(4).tolist() == gold["first3"]


class TestFormulas:
    @pytest.mark.parametrize("case", GOLD["rwgj_hand"])
    def test_rwg_j_by_hand(self, case):
        found = rwg_j([case["s2bar"]] * case["J"], case["sigma2"])
        assert found == pytest.approx(case["expected"], abs=1e-10)

    def test_perfect_and_no_agreement(self):
        assert rwg_j([[0.0, 0.0], [2.0, 2.0], [9.0, 9.0]], 2.0).tolist() == [1.0, 0.0, 0.0]
        assert rwg([0.0, 2.0, 9.0], 2.0).tolist() == [1.0, 0.0, 0.0]
        assert rwg_j_lindell([[0.0, 0.0], [4.0, 4.0]], 2.0).tolist() == [1.0, -1.0]

    def test_opposed_camps_are_flagged(self):
        assert exceeds_null([[0.0, 4.0], [2.0, 2.1], [4.0, 4.0]], 2.0).tolist() == [
            False,
            True,
            True,
        ]

    def test_one_item_is_rwg(self):
        assert rwg_j([[0.7]], 2.0) == pytest.approx(rwg([0.7], 2.0))

    def test_a_unit_of_one_has_no_agreement(self):
        lonely = np.array([[np.nan, np.nan]])
        assert np.isnan(rwg_j(lonely, 2.0)).all()
        assert np.isnan(rwg_j_lindell(lonely, 2.0)).all()
        assert exceeds_null(lonely, 2.0).tolist() == [False]

    @given(st.floats(0.0, 1.9), st.integers(1, 30))
    def test_more_items_make_rwg_j_larger_but_not_lindells(self, variance, items):
        few, many = [variance] * items, [variance] * (items + 1)
        assert rwg_j(many, 2.0) >= rwg_j(few, 2.0) - 1e-12
        assert rwg_j_lindell(many, 2.0) == pytest.approx(float(rwg_j_lindell(few, 2.0)))

    @pytest.mark.parametrize(
        ("mean", "n", "usable"),
        [
            (1.0, 10, False),
            (1.3, 10, False),
            (1.4, 10, True),
            (4.6, 10, True),
            (4.7, 10, False),
            (3.0, 1, False),
            (3.0, 2, True),
        ],
    )
    def test_awg_only_where_the_largest_spread_can_be_reached(self, mean, n, usable):
        assert np.isnan(awg(mean, 0.5, n=n, low=1, high=5)) != usable

    def test_awg_at_its_ends(self):
        # Half at 1 and half at 5 is the largest spread there is: 4 k/(k-1) around a mean of 3.
        assert awg(3.0, 4 * 10 / 9, n=10, low=1, high=5) == pytest.approx(-1.0)
        assert awg(3.0, 0.0, n=10, low=1, high=5) == 1.0

    def test_awg_needs_a_scale(self):
        with pytest.raises(ValueError, match="below"):
            awg(3.0, 1.0, n=5, low=5, high=1)


class TestCriticalValue:
    @pytest.mark.parametrize("case", GOLD["rwg.j.sim"])
    def test_like_multilevel(self, case):
        rng = np.random.default_rng(5)
        found = rwg_j_critical(
            case["n"], case["items"], options=case["options"], rng=rng, draws=20_000
        )
        # Small units have few possible values: the quantile moves in steps of a hundredth.
        assert found == pytest.approx(case["q95"], abs=0.012)

    def test_same_seed_same_number(self):
        first, second = (
            rwg_j_critical(10, 5, options=5, rng=np.random.default_rng(7), draws=500)
            for _ in range(2)
        )
        assert first == second

    def test_large_units_agree_less_by_chance(self):
        rng = np.random.default_rng(11)
        values = [rwg_j_critical(n, 5, options=5, rng=rng, draws=2_000) for n in (5, 20, 80)]
        assert values == sorted(values, reverse=True)

    @pytest.mark.parametrize(("n", "items", "draws"), [(1, 5, 10), (5, 0, 10), (5, 5, 0)])
    def test_nothing_to_simulate(self, n, items, draws):
        with pytest.raises(ValueError, match="simulated unit"):
            rwg_j_critical(n, items, options=5, rng=np.random.default_rng(1), draws=draws)
