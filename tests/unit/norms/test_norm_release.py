from datetime import date
from typing import Any

import numpy as np
import pytest

from medengage.errors import StudyError
from medengage.norms.bands import Band, placed
from medengage.norms.contribution import public_key
from medengage.norms.release import NormRelease, NormScale, _capped, published
from medengage.norms.sums import gridded
from medengage.stats.random_effects import RandomEffects, random_effects
from tests.golden_numbers import golden
from tests.unit.norms.hospitals import INSTRUMENT, key, ledger, scores, signed_by

GOLD = golden("norms")
TODAY = date(2027, 6, 1)


def norm(count: int = 50, **other: Any) -> NormRelease:
    return published(ledger(count, **other), INSTRUMENT, "en", TODAY)


@pytest.fixture(scope="module")
def fifty() -> NormRelease:
    return norm()


class TestFederatedIsPooled:
    def test_fifty_hospitals(self, fifty):
        """The same figures as from all scores in one place, to twelve digits."""
        every = [gridded(scores(number)) / 100 for number in range(1, 51)]
        y = np.array([one.mean() for one in every])
        within = sum(((one - one.mean()) ** 2).sum() for one in every) / (50 * 119)
        fit = random_effects(y, np.full(50, within / 120))
        index = fifty.scales["index"]
        assert index.mu == pytest.approx(fit.mu, abs=1e-12)
        assert index.tau2 == pytest.approx(fit.tau2, rel=1e-12)
        assert index.within_sd == pytest.approx(within**0.5, rel=1e-12)
        pooled = np.bincount(gridded(np.concatenate(every)) // 200, minlength=51)
        assert index.strata["all"] == tuple(pooled.tolist())
        assert fifty.doctors == 6000

    def test_a_withdrawal_restores_the_norm_of_the_others(self):
        extra = ledger(51).withdrawn("hospital-51", INSTRUMENT, "2027")
        without = published(extra, INSTRUMENT, "en", TODAY)
        assert without.id == norm().id
        assert without.scales == norm().scales

    def test_the_order_of_arrival_does_not_count(self, fifty):
        made = ledger(0)
        for number in range(50, 0, -1):
            made = made.joined(f"hospital-{number}", public_key(key(number)))
            made = made.received(signed_by(number))
        other = published(made, INSTRUMENT, "en", TODAY)
        assert (other.id, other.scales) == (fifty.id, fifty.scales)


class TestOneNorm:
    def test_it_is_valid_and_keeps_its_name(self, fifty):
        assert (fifty.status, fifty.reasons) == ("valid", ())
        assert NormRelease.model_validate_json(fifty.model_dump_json()) == fifty
        assert norm().id == fifty.id
        assert norm(49).id != fifty.id

    def test_cuts_rise_and_are_uncertain(self, fifty):
        index = fifty.scales["index"]
        assert (np.diff(index.cuts) > 0).all()
        assert all(0.3 < error < 1.5 for error in index.cut_se)
        assert 0 < index.shift < 1.5
        assert index.effective_n < 6000

    @pytest.mark.parametrize(
        ("count", "other", "words"),
        [
            (9, {}, "9 organisations, 10 are needed"),
            (12, {"n": 60}, "720 doctors, 1,000 are needed"),
        ],
    )
    def test_too_few_make_it_provisional(self, count, other, words):
        made = norm(count, **other)
        assert made.status == "provisional"
        assert words in made.reasons

    def test_a_giant_makes_it_provisional(self):
        made = ledger(12).joined("hospital-13", public_key(key(13)))
        made = made.received(signed_by(13, n=900))
        found = published(made, INSTRUMENT, "en", TODAY)
        assert any("25 % of the doctors" in reason for reason in found.reasons)

    def test_what_is_too_old_or_of_another_wording_does_not_count(self):
        with pytest.raises(StudyError, match="needs 5 organisations"):
            published(ledger(12), INSTRUMENT, "en", date(2031, 1, 1))
        with pytest.raises(StudyError, match="needs 5 organisations"):
            published(ledger(12), INSTRUMENT, "fr", TODAY)
        mixed = ledger(12).received(signed_by(3, seq=2, instrument_checksum="0" * 64))
        with pytest.raises(StudyError, match="wording was not the same"):
            published(mixed, INSTRUMENT, "en", TODAY)

    def test_of_several_waves_the_newest_counts(self):
        made = ledger(12)
        newer = signed_by(1, wave="2028", opened=date(2027, 5, 1), closed=date(2027, 5, 20), n=200)
        found = published(made.received(newer), INSTRUMENT, "en", TODAY)
        assert found.organisations == 12
        assert found.doctors == 11 * 120 + 200


def scale(mu: float = 58.0, tau2: float = 16.0, sd: float = 18.0, **other: Any) -> NormScale:
    spread = tau2**0.5 * np.array([-0.8416212, -0.2533471, 0.2533471, 0.8416212])
    facts: dict[str, Any] = {
        "scale": "index",
        "organisations": 50,
        "doctors": 12_000,
        "mu": mu,
        "se": 0.5,
        "tau2": tau2,
        "within_sd": sd,
        "cuts": tuple((mu + spread).tolist()),
        "cut_se": (0.5,) * 4,
        "shift": 0.3,
        "icc1": 0.05,
        "strata": {},
        "effective_n": 900.0,
    }
    return NormScale(**facts | other)


class TestBands:
    @pytest.mark.parametrize("case", GOLD["band_probability"])
    def test_probabilities_of_the_worked_cases(self, case):
        found = placed(scale(cuts=tuple(case["cuts"])), case["y"], case["n"], sd=case["sd"])
        assert found.level == pytest.approx(case["post_mean"], abs=1e-9)
        assert found.sd == pytest.approx(case["post_sd"], abs=1e-9)
        assert found.probabilities == pytest.approx(list(case["P"].values()), abs=1e-9)

    def test_what_may_be_said(self):
        assert placed(scale(), 70.0, 240).bands == (Band.HIGHEST,)
        assert placed(scale(), 70.0, 240).words == "highest"
        assert placed(scale(), 61.4, 900).words == "between high and highest"
        assert placed(scale(), 58.0, 60).bands == ()
        assert placed(scale(), 70.0, 5).words == "not distinguishable"

    def test_where_levels_do_not_vary_there_are_no_bands(self):
        found = placed(scale(tau2=0.0), 70.0, 240)
        assert found.probabilities == (0.0, 0.0, 1.0, 0.0, 0.0)
        assert found.bands == ()

    def test_how_often_the_most_likely_band_is_right(self):
        """At a reliability of .80: as often as the design was decided by."""
        rng, k = np.random.default_rng(2), 4000
        theta = 58.0 + 4.0 * rng.standard_normal(k)
        norm_scale, n = scale(se=0.0), 81  # 16/(16 + 18^2/81) = .80
        seen = theta + 2.0 * rng.standard_normal(k)
        cuts = np.array(norm_scale.cuts)
        places = [placed(norm_scale, float(y), n) for y in seen]
        truth = np.searchsorted(cuts, theta)
        modal = np.array([np.argmax(place.probabilities) for place in places])
        theirs = GOLD["modal_band_accuracy_by_reliability"]["0.8"]
        assert (modal == truth).mean() == pytest.approx(theirs["correct_modal"], abs=0.03)
        named = np.array([len(place.bands) == 1 for place in places])
        assert named.mean() == pytest.approx(theirs["share_with_p_ge_0_7"], abs=0.03)
        assert (modal == truth)[named].mean() == pytest.approx(
            theirs["correct_given_p_ge_0_7"], abs=0.04
        )

    def test_nobody_is_not_placed(self):
        with pytest.raises(ValueError, match="one doctor"):
            placed(scale(), 50.0, 0)


class TestNobodyCountsForMoreThanAQuarter:
    """A giant is heard as one of four, however many doctors it has."""

    @staticmethod
    def found(y, v, tau2=0.0):
        fit = RandomEffects(mu=0.0, se=1.0, se_wald=1.0, tau2=tau2, k=len(y), q=0.0, i2=0.0)
        return _capped(np.array(y, dtype=float), np.array(v, dtype=float), fit)

    def test_a_giant_is_cut_to_a_quarter(self):
        mu, _ = self.found([80, 50, 50, 50, 50, 50], [0.01, 1, 1, 1, 1, 1])
        assert mu == pytest.approx(0.25 * 80 + 0.75 * 50)

    def test_two_giants_are_cut_to_a_quarter_each(self):
        mu, _ = self.found([80, 80, 50, 50, 50, 50], [0.01, 0.02, 1, 1, 1, 1])
        assert mu == pytest.approx(0.5 * 80 + 0.5 * 50)

    def test_without_giants_nothing_changes(self):
        y, v = np.array([57.0, 60, 52, 66, 58, 61]), np.array([1.0, 1.2, 0.8, 1.1, 0.9, 1.0])
        fit = random_effects(y, v)
        mu, se = _capped(y, v, fit)
        assert (mu, se) == pytest.approx((fit.mu, fit.se_wald))

    def test_what_is_cut_makes_the_mean_less_sure_than_it_seemed(self):
        y, v = [80, 50, 50, 50, 50, 50], [0.01, 1, 1, 1, 1, 1]
        _, se = self.found(y, v)
        assert se > (1.0 / np.sum(1.0 / np.array(v))) ** 0.5
