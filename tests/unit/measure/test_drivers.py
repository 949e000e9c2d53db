"""What goes with saying, staying and striving: shares, their certainty, and when none is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medengage import analyse, instrument, simulated_study
from medengage.findings import Drivers
from medengage.measure.drivers import drivers
from medengage.measure.scoring import Scores, score
from medengage.measure.study import Study
from medengage.stats.importance import correlations, doctor_products, lmg, unit_products

MAIN, FACETS = "open-medical-engagement", "say-stay-strive"


@pytest.fixture(scope="module")
def study() -> Study:
    return simulated_study(
        seed=7,
        instrument=instrument(MAIN),
        eligible=900,
        modules=(instrument(FACETS),),
    )


@pytest.fixture(scope="module")
def scores(study: Study) -> Scores:
    return score(study)


def with_outcome(study: Study, scores: Scores, weights: dict[str, float], noise: float) -> Scores:
    """Scores in which say, stay and strive follow from some scales and chance."""
    rng = np.random.default_rng(1)
    n = scores.n
    made = sum(weight * scores.scale[name] for name, weight in weights.items())
    outcome = np.clip(made + noise * rng.standard_normal(n), 0, 100)
    facets = {"say": outcome, "stay": outcome, "strive": outcome}
    return replace(scores, scale={**scores.scale, **facets})


def found_in(study: Study, scores: Scores) -> Drivers:
    found = drivers(study, scores)
    assert found is not None
    return found


def test_shares_are_those_of_the_kernel_among_doctors_of_a_unit(
    study: Study, scores: Scores
) -> None:
    found = found_in(study, scores)
    names = [s.id for s in study.instrument.subscales]
    x = np.column_stack([scores.scale[name] for name in names])
    y = np.column_stack([scores.scale[name] for name in found.facets]).mean(axis=1)
    there = ~np.isnan(x).any(axis=1) & ~np.isnan(y)
    unit = scores.responses.attributes["specialty"].codes
    together = correlations(unit_products(x[there], y[there], unit[there]).sum(axis=0))
    shares = dict(zip(names, 100 * lmg(together) / together.r2, strict=True))
    assert {one.scales[0]: one.share for one in found.drivers} == pytest.approx(shares)
    assert sum(one.share for one in found.drivers) == pytest.approx(100)
    assert found.r2_percent == pytest.approx(100 * float(together.r2))
    assert found.n == int(there.sum())
    assert [one.share for one in found.drivers] == sorted(
        (one.share for one in found.drivers), reverse=True
    )


def test_products_of_doctors_add_up_to_those_of_units() -> None:
    rng = np.random.default_rng(4)
    x, y, unit = rng.normal(size=(60, 3)), rng.normal(size=60), rng.integers(0, 7, 60)
    alone, together = doctor_products(x, y, unit), unit_products(x, y, unit)
    assert alone.shape == (60, 4, 4)
    assert alone.sum(axis=0) == pytest.approx(together.sum(axis=0))


def test_what_makes_the_outcome_is_found_first_and_above_chance(
    study: Study, scores: Scores
) -> None:
    made = with_outcome(study, scores, {"taking-part": 0.6, "support-to-develop": 0.2}, 6.0)
    first = found_in(study, made).drivers[0]
    assert first.scales == ("taking-part",)
    assert first.first > 0.95
    assert first.above_noise > 0.95
    assert first.low <= first.share <= first.high


def test_an_outcome_of_chance_has_nothing_that_goes_with_it(study: Study, scores: Scores) -> None:
    made = with_outcome(study, scores, {}, 15.0)
    shifted = {name: 50 + made.scale[name] for name in ("say", "stay", "strive")}
    found = found_in(study, replace(made, scale={**made.scale, **shifted}))
    assert not found.distinguishable
    assert found.r2_percent < 5
    assert sum(one.above_noise >= 0.95 for one in found.drivers) <= 1


def test_scales_that_cannot_be_told_apart_count_as_one(study: Study, scores: Scores) -> None:
    rng = np.random.default_rng(2)
    twin = scores.scale["taking-part"] + rng.standard_normal(scores.n)
    made = replace(scores, scale={**scores.scale, "support-to-develop": twin})
    found = found_in(study, made)
    assert any(set(one.scales) == {"taking-part", "support-to-develop"} for one in found.drivers)
    assert any("count as one" in note for note in found.notes)


def test_many_who_left_something_out_are_told(study: Study, scores: Scores) -> None:
    gaps = scores.scale["taking-part"].copy()
    gaps[: scores.n // 4] = np.nan
    made = replace(scores, scale={**scores.scale, "taking-part": gaps})
    assert any("not counted here" in note for note in found_in(study, made).notes)


def test_too_few_doctors_or_no_facets_give_nothing(study: Study) -> None:
    small = simulated_study(
        seed=7, instrument=instrument(MAIN), eligible=150, modules=(instrument(FACETS),)
    )
    assert drivers(small, score(small)) is None
    plain = replace(study, modules=())
    assert drivers(plain, score(plain)) is None


def test_the_same_answers_give_the_same_figures(study: Study, scores: Scores) -> None:
    assert drivers(study, scores) == drivers(study, scores)


@pytest.mark.slow  # a whole analysis with its attacks
def test_findings_hold_them_in_whole_percents(study: Study) -> None:
    found = analyse(study).drivers
    assert found is not None
    assert found.n % 5 == 0
    for one in found.drivers:
        assert one.share == round(one.share)
        assert one.first == pytest.approx(round(one.first, 2))


def test_where_many_skip_a_scale_it_says_whether_that_matters(
    study: Study, scores: Scores
) -> None:
    """Skipped by chance nothing changes; skipped by the unhappy, and the note says how much."""
    first = study.instrument.subscales[0].id
    weights = {s.id: 1 / 6 for s in study.instrument.subscales}
    made = with_outcome(study, scores, weights, noise=4.0)
    gen, column = np.random.default_rng(3), made.scale[first]
    by_chance = np.where(gen.random(scores.n) < 0.15, np.nan, column)
    by_mood = np.where(column < np.nanquantile(column, 0.35), np.nan, column)
    told = [
        found_in(study, replace(made, scale={**made.scale, first: values})).notes[-1]
        for values in (by_chance, by_mood)
    ]
    assert "no share changes by more than 2 points" in told[0]
    assert "shares change by up to" in told[1]
    assert all("because a scale is missing" in note for note in told)
    complete = found_in(study, made)
    assert not any("because a scale is missing" in note for note in complete.notes)
