import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.errors import TooFewResponses
from medengage.stats.random_effects import (
    TAU2,
    left_out,
    random_effects,
    shrunken,
    tau2_dl,
    tau2_pm,
    tau2_reml,
)
from tests.golden_numbers import golden

GOLD = golden("random_effects")
BCG, MEANS = GOLD["bcg"], GOLD["means"]
seeds = st.integers(0, 2**32 - 1)


def arrays(case, y, v):
    return np.array(case[y]), np.array(case[v])


def made(seed, k=20, tau=4.0):
    """Means of k organisations of different sizes."""
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.5, 8.0, k)
    return 55.0 + tau * rng.standard_normal(k) + np.sqrt(v) * rng.standard_normal(k), v


class TestLikeMetafor:
    @pytest.mark.parametrize(
        ("method", "tolerance"),
        [("dl", 1e-9), ("reml", 2e-6), ("pm", 1e-4)],  # how far metafor itself goes on
    )
    def test_variances_of_the_thirteen_vaccine_trials(self, method, tolerance):
        y, v = arrays(BCG, "yi", "vi")
        fit, theirs = random_effects(y, v, method=method), BCG[method.upper()]
        assert fit.tau2 == pytest.approx(theirs["tau2"], abs=tolerance)
        assert fit.mu == pytest.approx(theirs["mu"], abs=tolerance)

    def test_q_and_i2(self):
        fit = random_effects(*arrays(BCG, "yi", "vi"), method="dl")
        assert fit.q == pytest.approx(BCG["DL"]["Q"], abs=1e-8)
        assert 100 * fit.i2 == pytest.approx(BCG["DL"]["I2"], abs=1e-8)
        assert fit.se_wald == pytest.approx(BCG["DL"]["se"], abs=1e-9)

    def test_knapp_and_hartung(self):
        fit, theirs = random_effects(*arrays(BCG, "yi", "vi")), BCG["REML_KnappHartung"]
        assert fit.se == pytest.approx(theirs["se"], abs=1e-6)
        assert fit.mean_interval() == pytest.approx(theirs["ci"], abs=1e-6)

    def test_the_prediction_interval_is_theirs_with_another_quantile(self):
        """Theirs uses the normal distribution, ours Student's t with k - 2."""
        fit = random_effects(*arrays(BCG, "yi", "vi"))
        low, high = fit.prediction_interval()
        ours, theirs = high - low, BCG["REML"]["PI95"][1] - BCG["REML"]["PI95"][0]
        assert ours / theirs == pytest.approx(2.200985 / 1.959964, rel=1e-5)
        assert (low + high) / 2 == pytest.approx(fit.mu)

    @pytest.mark.parametrize(
        ("case", "names", "found"),
        [
            (BCG, ("yi", "vi"), ("blup_REML", "pred", "se")),
            (MEANS, ("mean", "v"), ("eb", "post_mean", "post_se")),
        ],
        ids=["trials", "hospitals"],
    )
    def test_best_guesses(self, case, names, found):
        y, v = arrays(case, *names)
        place, mean, sd = found
        ours = shrunken(y, v, random_effects(y, v))
        np.testing.assert_allclose(ours.mean, case[place][mean], atol=1e-6)
        np.testing.assert_allclose(ours.sd, case[place][sd], atol=1e-6)
        kept = case.get("shrinkage_factor") or case[place]["shrink"]
        np.testing.assert_allclose(ours.reliability, kept, atol=1e-6)

    def test_each_hospital_left_out(self):
        ours, theirs = left_out(*arrays(MEANS, "mean", "v")), MEANS["leave_one_out"]
        for name in ("mu", "tau2", "z", "p"):
            np.testing.assert_allclose(getattr(ours, name), theirs[name], atol=1e-8)


class TestEquationsHold:
    @given(seeds)
    def test_reml_is_at_the_top_of_its_likelihood(self, seed):
        y, v = made(seed)
        best = float(tau2_reml(y, v))
        near = [likelihood(y, v, best + step) for step in (0.0, 0.05, max(-best, -0.05))]
        assert near[0] >= max(near[1:]) - 1e-9

    @given(seeds)
    def test_paule_and_mandel_make_q_what_is_expected(self, seed):
        y, v = made(seed)
        tau2 = float(tau2_pm(y, v))
        w = 1.0 / (v + tau2)
        q = float(w @ (y - w @ y / w.sum()) ** 2)
        assert q == pytest.approx(len(y) - 1.0, rel=1e-9) or (tau2 == 0.0 and q < len(y) - 1.0)

    @pytest.mark.parametrize("method", TAU2)
    @settings(max_examples=30)
    @given(seed=seeds, shift=st.floats(-50, 50), factor=st.floats(0.2, 5))
    def test_another_unit_of_measurement_changes_nothing_else(self, method, seed, shift, factor):
        y, v = made(seed)
        one = random_effects(y, v, method=method)
        other = random_effects(shift + factor * y, factor**2 * v, method=method)
        assert other.tau2 == pytest.approx(factor**2 * one.tau2, rel=1e-6, abs=1e-8)
        assert other.mu == pytest.approx(shift + factor * one.mu, rel=1e-6, abs=1e-6)

    @pytest.mark.parametrize("method", TAU2)
    def test_many_fits_at_once_are_many_single_fits(self, method):
        y, v = made(3)
        drawn = np.random.default_rng(4).integers(0, 20, (50, 20))
        together = TAU2[method](y[drawn], v[drawn])
        alone = [float(TAU2[method](y[row], v[row])) for row in drawn]
        np.testing.assert_allclose(together, alone, rtol=1e-9, atol=1e-9)

    @pytest.mark.parametrize("method", TAU2)
    def test_left_out_is_a_fit_without_it(self, method):
        y, v = made(5)
        ours = left_out(y, v, method=method)
        for out in range(len(y)):
            fit = random_effects(np.delete(y, out), np.delete(v, out), method=method)
            assert ours.tau2[out] == pytest.approx(fit.tau2, rel=1e-9)
            assert ours.mu[out] == pytest.approx(fit.mu, rel=1e-12)

    @given(seeds)
    def test_guesses_lie_between_what_was_seen_and_the_mean_of_all(self, seed):
        y, v = made(seed)
        fit = random_effects(y, v)
        guess = shrunken(y, v, fit).mean
        assert ((guess - y) * (guess - fit.mu) <= 1e-9).all()


def likelihood(y, v, tau2):
    """Restricted log-likelihood (Viechtbauer 2005), without its constant."""
    w = 1.0 / (v + tau2)
    rest = y - w @ y / w.sum()
    return -0.5 * (np.log(v + tau2).sum() + np.log(w.sum()) + w @ rest**2)


class TestEdges:
    def test_alike_hospitals_differ_by_chance_alone(self):
        fit = random_effects(np.full(8, 60.0), np.full(8, 2.0))
        assert fit.tau2 == fit.i2 == 0.0
        guess = shrunken(np.full(8, 60.0), np.full(8, 2.0), fit)
        np.testing.assert_allclose(guess.mean, 60.0)
        np.testing.assert_allclose(guess.sd, fit.se_wald)

    def test_nothing_is_claimed_of_four(self):
        with pytest.raises(TooFewResponses):
            random_effects([1.0, 2.0, 3.0, 4.0], [1.0] * 4)
        with pytest.raises(TooFewResponses):
            left_out([1.0, 2.0, 3.0, 4.0, 5.0], [1.0] * 5)

    @pytest.mark.parametrize(
        ("y", "v"), [([1.0] * 6, [0.0] * 6), ([1.0] * 6, [1.0] * 5), ([np.nan] * 6, [1.0] * 6)]
    )
    def test_what_is_no_mean_or_variance_is_refused(self, y, v):
        with pytest.raises(ValueError, match=r"variance|finite"):
            tau2_dl(y, v)
