import doctest
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from medengage.errors import TooFewResponses
from medengage.stats import multilevel as multilevel_module
from medengage.stats.groups import GroupSummaries, group_summaries
from medengage.stats.multilevel import (
    AnovaICC,
    aggregation_decision,
    icc_anova,
    respondents_for_reliability,
    shrunken_mean,
    unit_reliability,
)
from medengage.stats.random_intercept import RandomIntercept, random_intercept
from tests.golden_numbers import golden
from tests.shared_data import shared
from tests.simulated_scores import attribute, scale

GOLD = golden("multilevel")

BH_COLUMNS = ["HRS", "LEAD", "WBEING"]

some_units = st.lists(
    st.lists(st.integers(0, 100), min_size=1, max_size=6), min_size=2, max_size=6
).filter(lambda units: max(map(len, units)) > 1 and len({v for u in units for v in u}) > 1)


def companies(column: str) -> GroupSummaries:
    """bh1996 from the 99 stored rows of n, mean and variance; the soldiers are not needed."""
    stored = GOLD["bh1996.groups"]
    rows = np.array(stored["rows"])
    at = stored["columns"].index
    return GroupSummaries(
        rows[:, 0],
        rows[:, 1].astype(int),
        rows[:, at(f"{column}_mean")],
        rows[:, at(f"{column}_var")],
    )


def from_rows(units: list[list[int]]) -> GroupSummaries:
    codes = np.repeat(np.arange(len(units)), [len(unit) for unit in units])
    return group_summaries(np.concatenate(units), codes)


def multilevel_data(name: str, column: str, group: str) -> GroupSummaries:
    table = pl.read_csv(shared(f"data/multilevel/{name}.csv"), infer_schema_length=None)
    return group_summaries(table[column].to_numpy(), table[group].to_numpy())


def fitted(groups: GroupSummaries, *, reml: bool = True) -> RandomIntercept:
    model = random_intercept(groups, reml=reml)
    assert model is not None
    return model


def assert_like_aov(found: AnovaICC, expected: dict[str, float]) -> None:
    pairs = {
        "ICC1": found.icc1_mean_size,
        "ICC2": found.icc2,
        "F": found.f,
        "MSB": found.ms_between,
        "MSW": found.ms_within,
    }
    assert pairs == pytest.approx({name: expected[name] for name in pairs}, rel=1e-12)
    assert (found.df_between, found.df_within) == (expected["df1"], expected["df2"])
    assert found.p == pytest.approx(expected["p"], rel=1e-9)


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(multilevel_module).failed == 0


class TestICC:
    @pytest.mark.parametrize("name", ["S1", "S4", "M2", "INDEX"])
    def test_like_multilevel_on_our_own_survey(self, name):
        found = icc_anova(group_summaries(scale(name), attribute("hospital")))
        assert_like_aov(found, GOLD[f"sim2000.{name}"])

    @pytest.mark.parametrize("column", ["HRS", "LEAD", "WBEING", "COHES"])
    def test_like_multilevel_on_bh1996(self, column):
        found = icc_anova(multilevel_data("bh1996", column, "GRP"))
        assert_like_aov(found, GOLD[f"bh1996.{column}"])
        assert found.icc1 == pytest.approx(GOLD["icc1_n0"][column], rel=1e-9)
        assert (found.mean_size, found.n0) == pytest.approx((74.5656565657, 74.3134873023))

    @pytest.mark.parametrize("column", ["LEAD", "TSIG", "HOSTILE"])
    def test_like_multilevel_on_lq2002(self, column):
        found = icc_anova(multilevel_data("lq2002", column, "COMPID"))
        # The file holds the scale means with ten digits.
        assert found.icc1_mean_size == pytest.approx(GOLD[f"lq2002.{column}"]["ICC1"], rel=1e-8)
        assert found.icc2 == pytest.approx(GOLD[f"lq2002.{column}"]["ICC2"], rel=1e-8)

    def test_like_multilevel_on_bhr2000(self):
        table = pl.read_csv(shared("data/multilevel/bhr2000.csv"))
        lead = table.select(pl.mean_horizontal(pl.nth(range(1, 12)))).to_series()
        for scores, name in [(lead, "LEAD"), (table["HRS"], "HRS")]:
            found = icc_anova(group_summaries(scores.to_numpy(), table["GRP"].to_numpy()))
            assert round(found.icc1_mean_size or 0, 4) == GOLD["bhr2000"][name]["ICC1"]
            assert round(found.icc2 or 0, 4) == GOLD["bhr2000"][name]["ICC2"]

    @pytest.mark.parametrize("column", BH_COLUMNS)
    def test_from_group_rows_alone(self, column):
        found = icc_anova(companies(column))
        expected = GOLD[f"bh1996.{column}"]
        assert found.icc1_mean_size == pytest.approx(expected["ICC1"], rel=1e-7)
        assert found.icc2 == pytest.approx(expected["ICC2"], rel=1e-7)
        assert found.icc1 == pytest.approx(GOLD["icc1_n0"][column], rel=1e-7)

    def test_by_hand(self):
        data = GOLD["tiny"]["data"]
        found = icc_anova(group_summaries(data["x"], data["grp"]))
        assert (found.icc1, found.ms_between, found.ms_within) == pytest.approx((0.4, 3.0, 1.0))
        assert found.icc1_mean_size == found.icc1

    def test_more_mixed_than_chance_is_kept_negative(self):
        found = icc_anova(group_summaries([1.0, 9.0, 2.0, 8.0], [1, 1, 2, 2]))
        assert found.icc1 == -1.0
        assert found.icc2 is None

    def test_no_score_differs(self):
        found = icc_anova(group_summaries([5.0] * 4, [1, 1, 2, 2]))
        assert (found.icc1, found.icc2, found.f, found.p) == (None, None, None, None)

    def test_no_doctor_differs_within_a_unit(self):
        found = icc_anova(group_summaries([4.0, 4.0, 6.0, 6.0], [1, 1, 2, 2]))
        assert (found.icc1, found.icc2, found.f, found.p) == (1.0, 1.0, math.inf, 0.0)

    @pytest.mark.parametrize("units", [[], [1, 1, 1], [1, 2, 3]])
    def test_too_few_to_tell(self, units):
        with pytest.raises(TooFewResponses):
            icc_anova(group_summaries(np.arange(len(units), dtype=float), units))

    @given(some_units)
    def test_rows_and_sufficient_statistics_agree(self, units):
        rows = np.concatenate(units).astype(float)
        n = np.array([len(unit) for unit in units])
        mean = np.array([np.mean(unit) for unit in units])
        variance = np.array([np.var(u, ddof=1) if len(u) > 1 else np.nan for u in units])
        found = icc_anova(GroupSummaries(np.arange(len(units)), n, mean, variance))
        total = found.df_between * found.ms_between + found.df_within * found.ms_within
        assert total == pytest.approx(((rows - rows.mean()) ** 2).sum())
        again = icc_anova(from_rows(units))
        assert (found.ms_within, found.ms_between) == pytest.approx(
            (again.ms_within, again.ms_between)
        )

    @settings(max_examples=50)
    @given(some_units, st.randoms(use_true_random=False))
    def test_the_order_of_rows_and_the_names_of_units_do_not_matter(self, units, shuffle):
        rows = [(value, code) for code, unit in enumerate(units) for value in unit]
        shuffle.shuffle(rows)
        renamed = [f"unit {code * 7 % 11}" for _, code in rows]
        found = icc_anova(group_summaries([value for value, _ in rows], renamed))
        expected = icc_anova(from_rows(units))
        assert found.icc1 == pytest.approx(expected.icc1, rel=1e-9, abs=1e-9)
        assert found.p == pytest.approx(expected.p, rel=1e-6, abs=1e-12)

    @given(some_units, st.floats(0.1, 50.0), st.floats(-100.0, 100.0))
    def test_the_scale_of_the_scores_does_not_matter(self, units, factor, shift):
        before = from_rows(units)
        after = GroupSummaries(
            before.labels, before.n, before.mean * factor + shift, before.variance * factor**2
        )
        assert icc_anova(after).icc1 == pytest.approx(icc_anova(before).icc1, abs=1e-7)


class TestRandomIntercept:
    @pytest.mark.parametrize("name", ["lmm.sim2000.INDEX", "lmm.bh1996.WBEING"])
    def test_like_lmer(self, name):
        expected = GOLD[name]
        groups = (
            group_summaries(scale("INDEX"), attribute("hospital"))
            if "sim2000" in name
            else multilevel_data("bh1996", "WBEING", "GRP")
        )
        found = fitted(groups)
        assert found.criterion == pytest.approx(expected["REMLcrit"], abs=1e-6)
        assert found.theta == pytest.approx(expected["theta"], abs=1e-6)
        assert found.sigma2 == pytest.approx(expected["sigma"] ** 2, rel=1e-6)
        assert (found.mu, found.mu_se) == pytest.approx((expected["mu"], expected["mu_se"]))
        np.testing.assert_allclose(found.effects, expected["blup"], atol=1e-6)
        np.testing.assert_allclose(
            found.effects_sd[: len(expected["blup_sd"])], expected["blup_sd"], atol=1e-6
        )

    @pytest.mark.parametrize("column", BH_COLUMNS)
    def test_like_lmer_from_group_rows_alone(self, column):
        expected, found = GOLD["reml"][column], fitted(companies(column))
        assert found.icc == pytest.approx(expected["icc1"], abs=1e-7)
        assert found.tau2 == pytest.approx(expected["tau00"], rel=1e-5)
        assert found.sigma2 == pytest.approx(expected["sigma2"], rel=1e-6)
        assert found.mu == pytest.approx(expected["gamma00"], rel=1e-8)
        assert found.criterion == pytest.approx(expected["REMLcrit"], abs=1e-3)

    def test_full_maximum_likelihood_like_nlme(self):
        expected = GOLD["nlme.ML"]
        found = fitted(group_summaries(scale("INDEX"), attribute("hospital")), reml=False)
        assert found.criterion == pytest.approx(-2 * expected["logLik"], abs=1e-6)
        assert found.tau2 == pytest.approx(expected["tau2"], rel=2e-5)
        assert found.sigma2 == pytest.approx(expected["sigma2"], rel=2e-5)
        np.testing.assert_allclose(found.effects, expected["blup"], atol=2e-6)

    def test_equal_units_have_the_closed_form_of_the_analysis_of_variance(self):
        data = GOLD["tiny"]["data"]
        found = fitted(group_summaries(data["x"], data["grp"]))
        # MSB 3, MSW 1, three doctors a unit: tau2 = (3 - 1)/3.
        assert (found.sigma2, found.tau2) == pytest.approx((1.0, 2 / 3), rel=1e-9)
        assert found.icc == pytest.approx(GOLD["tiny"]["icc1"], rel=1e-9)

    def test_no_difference_beyond_chance_is_on_the_boundary(self):
        scores = np.array([1.0, 9.0, 2.0, 8.0, 5.0])
        found = fitted(group_summaries(scores, [1, 1, 2, 2, 2]))
        assert found.boundary
        assert (found.tau2, found.icc, found.theta) == (0.0, 0.0, 0.0)
        assert found.sigma2 == pytest.approx(scores.var(ddof=1))
        assert found.mu == pytest.approx(5.0)
        assert found.effects.tolist() == found.effects_sd.tolist() == [0.0, 0.0]

    def test_a_slope_of_nothing_at_zero_is_the_boundary(self):
        # Both mean squares are 54: the criterion is flat at 0, up to rounding.
        assert fitted(from_rows([[0, 0, 0], [0, 0, 18]])).boundary

    @pytest.mark.parametrize(
        ("sizes", "means", "boundary"),
        [([2, 3, 200], [0.09, 1.75, 0.01], False), ([5, 300, 3], [-0.02, 0.06, 1.76], True)],
    )
    def test_of_two_valleys_the_lower_one(self, sizes, means, boundary):
        # Very unequal units: one valley at 0, one near a quarter.
        groups = GroupSummaries(np.arange(3), np.array(sizes), np.array(means), np.ones(3))
        heights = [minus_twice_log_likelihood(groups, r, False) for r in (0, 0.02, 0.25)]
        assert heights[1] > max(heights[0], heights[2])
        found = fitted(groups, reml=False)
        assert found.boundary == boundary
        assert found.criterion <= min(heights) + 1e-9

    def test_an_estimate_above_the_boundary_says_so(self):
        assert not fitted(companies("HRS")).boundary

    def test_no_spread_within_any_unit_has_no_maximum(self):
        assert random_intercept(group_summaries([4.0, 4.0, 6.0, 6.0], [1, 1, 2, 2])) is None

    def test_units_that_differ_far_more_than_their_doctors(self):
        scores = np.array([0.0, 0.001, 50.0, 50.001, 100.0, 100.001])
        found = fitted(group_summaries(scores, [1, 1, 2, 2, 3, 3]))
        assert found.tau2 == pytest.approx(2500.0, rel=1e-6)
        assert found.sigma2 == pytest.approx(5e-7, rel=1e-6)

    @pytest.mark.parametrize("units", [[1, 1, 1], [1, 2, 3]])
    def test_too_few_to_tell(self, units):
        with pytest.raises(TooFewResponses):
            random_intercept(group_summaries([1.0, 2.0, 4.0], units))

    @settings(max_examples=50)
    @given(some_units, st.booleans())
    def test_no_other_ratio_is_better(self, units, reml):
        groups = from_rows(units)
        assume(groups.sum_squares.sum() > 0)
        found = fitted(groups, reml=reml)
        ratio = found.tau2 / found.sigma2
        for other in (0.0, 0.5 * ratio, 0.99 * ratio, 1.01 * ratio, 2 * ratio, 0.01, 1.0, 100.0):
            assert found.criterion <= minus_twice_log_likelihood(groups, other, reml) + 1e-6

    def test_many_doctors_cost_no_more_than_few(self):
        # 100,000 doctors; the search itself sees 400 units only.
        rng = np.random.default_rng(3)
        units = rng.integers(0, 400, 100_000)
        scores = rng.normal(0, 4, 400)[units] + rng.normal(60, 18, 100_000)
        found = fitted(group_summaries(scores, units))
        assert math.sqrt(found.tau2) == pytest.approx(4.0, abs=0.5)
        assert math.sqrt(found.sigma2) == pytest.approx(18.0, abs=0.2)


def minus_twice_log_likelihood(groups: GroupSummaries, ratio: float, reml: bool) -> float:
    """Straight from the multivariate normal density, one full covariance matrix per unit."""
    sizes = groups.n.tolist()
    inverse = [np.linalg.inv(np.eye(n) + ratio) for n in sizes]
    weight = np.array([v.sum() for v in inverse])
    mu = (weight * groups.mean).sum() / weight.sum()
    residual = groups.sum_squares.sum() + (weight * (groups.mean - mu) ** 2).sum()
    log_det = sum(np.linalg.slogdet(np.eye(n) + ratio)[1] for n in sizes)
    df = sum(sizes) - reml
    fit = df * (1 + math.log(2 * math.pi * residual / df)) + log_det
    return float(fit + math.log(weight.sum()) if reml else fit)


class TestReliabilityOfUnitMeans:
    def test_like_gmeanrel(self):
        gold = GOLD["gmeanrel"]
        found = unit_reliability(gold["n"], fitted(companies("HRS")).icc)
        np.testing.assert_allclose(found, gold["reliability"], rtol=1e-6)

    def test_of_an_organisation(self):
        n = [int(size) for size in GOLD["reliability"]]
        expected = list(GOLD["reliability"].values())
        np.testing.assert_allclose(unit_reliability(n, 0.05), expected, rtol=1e-12)

    def test_answers_needed(self):
        for target, exact in GOLD["n_for_rel"].items():
            assert respondents_for_reliability(float(target), 0.05) == math.ceil(round(exact, 9))

    def test_a_negative_icc_counts_as_nothing(self):
        assert unit_reliability([1, 100], -0.02).tolist() == [0.0, 0.0]
        assert respondents_for_reliability(0.7, -0.02) is None
        assert respondents_for_reliability(0.7, 0.0) is None

    @given(st.floats(0.01, 0.99), st.floats(0.001, 0.999))
    def test_needed_is_enough_and_one_fewer_is_not(self, target, icc):
        n = respondents_for_reliability(target, icc)
        assert n is not None
        assert unit_reliability(n, icc) >= target - 1e-9
        if n > 1:
            assert unit_reliability(n - 1, icc) < target

    @pytest.mark.parametrize(("n", "icc"), [(0, 0.1), (5, 1.1)])
    def test_impossible_units(self, n, icc):
        with pytest.raises(ValueError, match="ICC"):
            unit_reliability(n, icc)

    @pytest.mark.parametrize("target", [0.0, 1.0])
    def test_impossible_targets(self, target):
        with pytest.raises(ValueError, match="target"):
            respondents_for_reliability(target, 0.1)


class TestShrinking:
    @pytest.mark.parametrize("case", GOLD["shrunken"])
    def test_posterior_of_a_unit_mean(self, case):
        se = case["sd"] / math.sqrt(case["n"])
        mean, sd = shrunken_mean(
            case["y"], se, mu=case["mu"], tau2=case["tau2"], mu_variance=case["var_mu"]
        )
        assert (mean, sd) == pytest.approx((case["post_mean"], case["post_sd"]), rel=1e-12)

    def test_the_best_guess_of_the_mixed_model_is_the_same_thing(self):
        groups = companies("HRS")
        model = fitted(groups)
        se = np.sqrt(model.sigma2 / groups.n)
        mean, sd = shrunken_mean(groups.mean, se, mu=model.mu, tau2=model.tau2)
        np.testing.assert_allclose(mean - model.mu, model.effects, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(sd, model.effects_sd, rtol=1e-9)

    def test_without_differences_every_unit_gets_the_mean_of_all(self):
        mean, sd = shrunken_mean([40.0, 80.0], [3.0, 3.0], mu=58.0, tau2=0.0)
        assert (mean.tolist(), sd.tolist()) == ([58.0, 58.0], [0.0, 0.0])

    def test_a_mean_known_exactly_stays(self):
        mean, sd = shrunken_mean([40.0], [0.0], mu=58.0, tau2=0.0)
        assert (mean.tolist(), sd.tolist()) == ([40.0], [0.0])

    @pytest.mark.parametrize(
        ("se", "tau2", "var"), [(-1.0, 1.0, 0.0), (1.0, -1.0, 0.0), (1, 1, -1)]
    )
    def test_negative_variances_are_refused(self, se, tau2, var):
        with pytest.raises(ValueError, match="not negative"):
            shrunken_mean(50.0, se, mu=58.0, tau2=tau2, mu_variance=var)


@pytest.mark.parametrize(
    ("p", "rwgj", "icc2", "decision"),
    [
        (0.001, 0.80, 0.70, "compare"),
        (0.001, 0.70, 0.90, "compare"),
        (0.001, 0.80, 0.699, "caution"),
        (0.001, 0.80, 0.50, "caution"),
        (0.001, 0.80, 0.499, "parent only"),
        (0.05, 0.80, 0.90, "parent only"),
        (0.001, 0.699, 0.90, "parent only"),
        (None, 0.80, 0.90, "parent only"),
        (0.001, None, 0.90, "parent only"),
        (0.001, 0.80, None, "parent only"),
    ],
)
def test_decision_about_unit_means(p, rwgj, icc2, decision):
    assert aggregation_decision(p, rwgj, icc2=icc2) == decision
