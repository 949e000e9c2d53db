from datetime import date

import numpy as np
import pytest

from medengage.definitions import catalogue
from medengage.errors import StudyError, TooFewResponses
from medengage.outcomes.association import CAVEATS, associate
from medengage.outcomes.indicators import Reading, Reason, doubts, guarded
from tests.unit.outcomes.nhs import CQC, MEASURED, SHMI, deaths, engagement, ratings

ACUTE = "acute hospital"


def a_number(**fields):
    """A number whose name does not matter."""
    return SHMI.model_copy(update={"better": "high", "fresh_months": 48, **fields})


def rng(seed: int = 20240607) -> np.random.Generator:
    return np.random.default_rng(seed)


def compared(indicator, readings):
    return associate(engagement(), guarded(indicator, readings, MEASURED), rng())


class TestRealTrusts:
    """Figures of ``trust_level.json``, worked out by pandas and SciPy from the whole file."""

    def test_engagement_and_the_regulator(self):
        found = compared(CQC, ratings())
        assert (found.n, round(found.rho or 0, 3)) == (118, 0.431)
        assert found.interval == pytest.approx((0.265, 0.578), abs=0.012)
        assert found.formula == pytest.approx((0.265, 0.578), abs=0.02)
        assert found.p is not None
        assert found.p <= 0.0002
        assert found.robust
        assert found.words.startswith("more engagement is associated with better values")

    def test_specialists_are_a_part_of_it(self):
        found = compared(CQC, ratings(acute=True))
        assert (found.n, round(found.rho or 0, 3)) == (107, 0.334)
        assert found.interval == pytest.approx((0.138, 0.506), abs=0.02)

    def test_fewer_deaths_where_engagement_is_high(self):
        """The correlation with SHMI is -.281; low is better, so ours has the other sign."""
        found = compared(SHMI, deaths())
        assert (found.n, round(found.rho or 0, 3)) == (118, 0.281)
        assert found.odds is None

    def test_odds_of_a_better_rating(self):
        odds = compared(CQC, ratings()).odds
        assert odds is not None
        assert odds.merged == ("Inadequate with Requires improvement",)
        assert 1.0 < odds.low < odds.per_five < odds.high
        assert odds.per_sd == pytest.approx(2.6, abs=0.4)

    def test_without_error_of_the_ratings_it_would_be_more(self):
        corrected = compared(CQC, ratings()).corrected
        assert corrected[0.5] == pytest.approx(0.431 / 0.5**0.5, abs=0.002)
        assert list(corrected) == sorted(corrected)


class TestGuards:
    def test_nineteen_ratings_are_about_another_place(self):
        found = guarded(CQC, ratings(), MEASURED)
        assert len(found.left_out[Reason.WRONG_PLACE]) == 19
        assert len(found.values) == 137 - 19
        assert "another kind of place" in found.notes[0].what

    def test_forty_are_older_than_2022(self):
        """Of all places, beside engagement at the turn of 2026: four years may pass."""
        new_year = date(2026, 1, 1)
        reasons = [doubts(CQC, one, new_year) for one in ratings()]
        assert len(reasons) == 137
        assert sum(Reason.STALE in found for found in reasons) == 40
        assert sum(Reason.WRONG_PLACE in found for found in reasons) == 19
        kept = guarded(CQC, ratings(), new_year)
        assert len(kept.flagged[Reason.STALE]) == 118 - 95

    def test_what_is_made_of_engagement_is_refused(self):
        for name in ("oversight-people", "oversight-safety", "oversight-segment"):
            with pytest.raises(StudyError, match="by definition") as caught:
                guarded(catalogue.indicator(name), [], MEASURED)
            assert "staff survey" in caught.value.hint
        for name in ("oversight-access", "oversight-effectiveness", "oversight-finance"):
            assert guarded(catalogue.indicator(name), [], MEASURED).values == {}

    @pytest.mark.parametrize(
        ("day", "reason"),
        [
            (None, Reason.UNDATED),
            (date(2026, 7, 1), Reason.AFTER),
            (date(2020, 1, 1), Reason.STALE),
        ],
    )
    def test_doubtful_days_are_flagged_and_kept(self, day, reason):
        found = guarded(CQC, [Reading("a", 3.0, day, ACUTE)], MEASURED)
        assert found.flagged == {reason: ("a",)}
        assert found.values == {"a": 3.0}

    def test_two_values_of_one_organisation_are_an_error(self):
        with pytest.raises(StudyError, match="two values"):
            guarded(SHMI, [Reading("a", 1.0), Reading("a", 1.1)], MEASURED)

    @pytest.mark.parametrize("cell", ["excellent", "rather good"])
    def test_a_word_that_is_no_level_says_which_there_are(self, cell):
        with pytest.raises(ValueError, match="Requires improvement, Good"):
            CQC.value(cell)

    def test_no_rating_is_none(self):
        assert CQC.value("Not rated") is None
        assert CQC.value(" GOOD ") == CQC.value("good") == 3.0
        assert catalogue.indicator("health-check-quality").value("poor") == 1.0
        assert SHMI.value("1.02") == 1.02


def made(n, *, better="high", slope=1.0, seed=1):
    gen = rng(seed)
    level = {f"org-{i:03}": float(v) for i, v in enumerate(gen.normal(57, 4, n))}
    readings = [
        Reading(code, slope * value + float(gen.normal(0, 4)), date(2026, 1, 1))
        for code, value in level.items()
    ]
    return level, guarded(a_number(better=better), readings, MEASURED)


class TestFewAndMany:
    def test_nine_are_a_picture_only(self):
        level, outcome = made(9)
        found = associate(level, outcome, rng())
        assert (found.n, found.rho, found.p) == (9, None, None)
        assert "too few" in found.words
        assert found.caveats == CAVEATS

    def test_nineteen_have_an_interval_and_no_p(self):
        level, outcome = made(19)
        found = associate(level, outcome, rng())
        assert found.interval is not None
        assert (found.p, found.trend_p) == (None, None)

    def test_two_are_nothing(self):
        level, outcome = made(2)
        with pytest.raises(TooFewResponses):
            associate(level, outcome, rng())

    def test_low_values_can_be_the_good_ones(self):
        level, outcome = made(40, better="low")
        assert (associate(level, outcome, rng()).rho or 0) < 0
        assert "worse" in associate(level, outcome, rng()).words

    def test_what_cannot_be_told_is_said(self):
        level, outcome = made(30, slope=0.0)
        assert associate(level, outcome, rng()).words.startswith("cannot tell")

    def test_a_result_that_hangs_on_one_organisation_is_not_robust(self):
        level = {f"o{i}": float(i % 4) for i in range(12)}
        values = {f"o{i}": float((i // 4) % 3) for i in range(12)}
        level["o12"], values["o12"] = 50.0, 50.0
        readings = [Reading(code, value, date(2026, 1, 1)) for code, value in values.items()]
        found = associate(level, guarded(SHMI_LIKE, readings, MEASURED), rng())
        assert found.robust is False


SHMI_LIKE = a_number()
