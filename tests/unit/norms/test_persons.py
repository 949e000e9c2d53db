"""One doctor's score among the doctors of a norm, for that doctor alone."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from medengage.errors import TooFewResponses
from medengage.norms.persons import person_norm
from medengage.norms.release import NormScale, published
from tests.unit.norms.hospitals import INSTRUMENT, ledger, scores


@pytest.fixture(scope="module")
def norm() -> NormScale:
    return published(ledger(14), INSTRUMENT, "en", date(2027, 4, 1)).scales["index"]


def test_a_rank_is_the_share_of_doctors_below(norm: NormScale) -> None:
    everybody = np.concatenate([scores(number) for number in range(1, 15)])
    for score in (30.0, 50.0, 57.0, 80.0):
        found = person_norm(norm, score)
        below = 100 * float((everybody < score).mean())
        assert found.rank == pytest.approx(below, abs=3.0)
        assert found.low < found.rank < found.high
        assert not found.smooth
        assert found.doctors == 14 * 120


def test_ranks_rise_and_stay_within_the_scale(norm: NormScale) -> None:
    ranks = [person_norm(norm, float(score)) for score in range(101)]
    assert [one.rank for one in ranks] == sorted(one.rank for one in ranks)
    assert (ranks[0].sten, ranks[-1].sten) == (1, 10)
    assert all(0 <= one.low <= one.rank <= one.high <= 100 for one in ranks)


def test_doctors_of_one_hospital_are_alike_so_a_rank_is_less_sure(norm: NormScale) -> None:
    alone = norm.model_copy(update={"effective_n": float(norm.doctors)})
    one, other = person_norm(norm, 57.0), person_norm(alone, 57.0)
    assert one.high - one.low > other.high - other.low


def test_few_doctors_are_smoothed(norm: NormScale) -> None:
    few = [0] * 51
    for bin_ in (10, 18, 22, 25, 26, 27, 28, 29, 30, 31, 33, 36, 41):
        few[bin_] = 5
    small = norm.model_copy(update={"strata": {"all": norm.strata["all"], "grade": tuple(few)}})
    found = person_norm(small, 53.0, "grade")
    assert found.smooth
    ranks = [person_norm(small, float(score), "grade").rank for score in range(30, 80, 2)]
    assert all(after > before for before, after in pairwise(ranks))
    with pytest.raises(ValueError, match="known: all, grade"):
        person_norm(small, 50.0, "age")
    with pytest.raises(ValueError, match="between 0 and 100"):
        person_norm(small, 101.0)
    tiny = norm.model_copy(update={"strata": {"all": (1,) * 20 + (0,) * 31}})
    with pytest.raises(TooFewResponses):
        person_norm(tiny, 50.0)
