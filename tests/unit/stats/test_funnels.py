from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medengage.stats.funnels import (
    Funnel,
    binomial_limits,
    funnel_of_means,
    funnel_of_proportions,
    funnel_of_ratios,
    overdispersion,
    poisson_limits,
)
from tests.golden_numbers import golden

CASES = golden("funnels")["cases"]
VARIATION = golden("variation")
MEANS = golden("random_effects")["means"]
NAMES = [f"{case['sr_method']}-{case['data_type']}-{case['trim_by']}" for case in CASES]
each = pytest.mark.parametrize("case", CASES, ids=NAMES)


def drawn(case: dict[str, Any]) -> Funnel:
    if case["data_type"] == "PR":
        return funnel_of_proportions(
            case["numerator"], case["denominator"], target=case["target"], trim=case["trim_by"]
        )
    return funnel_of_ratios(
        case["numerator"],
        case["denominator"],
        variant=case["sr_method"].lower(),
        trim=case["trim_by"],
    )


def their_limits(case, kind, low, high):
    """(N, 2 levels, 2) as the reference gives them."""
    limits = case[kind]
    pairs = [[limits[f"{low}{level}"], limits[f"{high}{level}"]] for level in ("95", "998")]
    return np.moveaxis(np.array(pairs), 2, 0)


class TestLikeFunnelPlotR:
    @each
    def test_dispersion(self, case):
        found = drawn(case).dispersion
        assert found.used == case["n_used"]
        assert found.phi == pytest.approx(case["phi"], abs=1e-8)
        assert found.tau2 == pytest.approx(case["tau2"], abs=1e-10)
        np.testing.assert_allclose(found.z, case["z_unadjusted"], atol=1e-8)
        np.testing.assert_allclose(found.z_adjusted, case["z_adjusted"], atol=1e-8)
        theirs = np.array(case["z_trimmed_or_winsorised"], dtype=float)
        np.testing.assert_allclose(
            np.sort(found.tamed), np.sort(theirs[~np.isnan(theirs)]), atol=1e-8
        )

    @each
    def test_limits_with_over_dispersion(self, case):
        ours = drawn(case).limits
        if (case["data_type"], case["sr_method"]) == ("SR", "CQC"):
            ours = np.sqrt(ours)  # the reference stays on the scale of square roots
        theirs = their_limits(case, "limits_overdispersed", "odll", "odul")
        np.testing.assert_allclose(ours, theirs, atol=2e-6)

    @pytest.mark.parametrize("case", [c for c in CASES if c["data_type"] == "SR"])
    def test_limits_without_it(self, case):
        theirs = their_limits(case, "limits_unadjusted", "ll", "ul")
        np.testing.assert_allclose(drawn(case).plain, theirs, atol=1e-7)

    def test_hospital_means_that_vary_more_than_chance(self):
        found = overdispersion(
            MEANS["mean"], np.sqrt(MEANS["v"]), MEANS["common_effect_mean"], trim=0.1
        )
        assert found.phi == pytest.approx(MEANS["phi"], abs=1e-8)
        assert found.tau2 == pytest.approx(MEANS["tau2_spiegelhalter"], abs=1e-8)
        np.testing.assert_allclose(found.z_adjusted, MEANS["z_overdispersed"], atol=1e-8)


class TestExactLimits:
    @pytest.mark.parametrize("case", VARIATION["funnel_limits_exact"], ids=lambda c: c["E"])
    def test_poisson(self, case):
        [limits] = poisson_limits([case["E"]])
        assert limits.ravel() == pytest.approx(
            [case["lo95"], case["hi95"], case["lo998"], case["hi998"]], abs=1e-9
        )

    @pytest.mark.parametrize(
        "case", VARIATION["binomial_limits_spiegelhalter"], ids=lambda c: c["n"]
    )
    def test_binomial(self, case):
        [limits] = binomial_limits([case["n"]], case["p"])
        assert limits.ravel() == pytest.approx(
            [case["lo95"], case["hi95"], case["lo998"], case["hi998"]], abs=1e-9
        )

    @given(st.integers(3, 200), st.floats(0.05, 0.95))
    def test_binomial_limits_stand_within_one_count_of_the_quantiles(self, n, p):
        [limits] = binomial_limits([n], p)
        below = np.cumsum([comb(n, x) * p**x * (1 - p) ** (n - x) for x in range(n + 1)])
        exact = [np.searchsorted(below, a) / n for a in (0.025, 0.975)]
        assert np.abs(limits[0] - exact).max() <= 1.0 / n + 1e-9
        assert (np.diff(limits[:, 1]) >= 0).all()
        assert (np.diff(limits[:, 0]) <= 0).all()


class TestFunnelOfMeans:
    def test_limits_are_closer_around_larger_groups(self):
        funnel = funnel_of_means(MEANS["mean"], MEANS["n"], sd=18.0, target=59.0)
        width = funnel.limits[:, 0, 1] - funnel.limits[:, 0, 0]
        order = np.argsort(MEANS["n"])
        assert (np.diff(width[order]) < 0).all()
        assert (funnel.limits[:, 1, 0] < funnel.limits[:, 0, 0]).all()
        assert (funnel.plain[:, 0, 0] > funnel.limits[:, 0, 0]).all()

    def test_over_dispersion_keeps_ordinary_hospitals_inside(self):
        funnel = funnel_of_means(MEANS["mean"], MEANS["n"], sd=18.0, target=59.0)
        plain = (funnel.value < funnel.plain[:, 0, 0]) | (funnel.value > funnel.plain[:, 0, 1])
        assert plain.sum() >= 4
        assert funnel.outside(0).sum() <= 1
        assert not funnel.outside().any()

    def test_without_it_limits_are_plain(self):
        rng = np.random.default_rng(2)
        funnel = funnel_of_means(60 + 0.1 * rng.standard_normal(30), [100] * 30, sd=18, target=60)
        assert funnel.dispersion.tau2 == 0.0
        np.testing.assert_array_equal(funnel.limits, funnel.plain)


class TestEdges:
    def test_proportions_are_never_outside_of_0_and_1(self):
        funnel = funnel_of_proportions([0, 3, 30, 1], [3, 3, 31, 40])
        assert (funnel.limits >= 0).all()
        assert (funnel.limits <= 1).all()
        assert funnel.target == pytest.approx(34 / 77)

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (lambda: funnel_of_ratios([1], [1.0]), "two groups"),
            (lambda: funnel_of_ratios([1, 2], [1.0, 0.0]), "above 0"),
            (lambda: funnel_of_ratios([0, 2], [1.0, 2.0], variant="shmi"), "use cqc"),
            (lambda: funnel_of_proportions([5, 2], [4, 4]), "between 0 and its n"),
            (lambda: funnel_of_proportions([3, 2], [4, 4], target=2), "between 0 and 1"),
        ],
    )
    def test_what_cannot_be_drawn_says_why(self, call, words):
        with pytest.raises(ValueError, match=words):
            call()
