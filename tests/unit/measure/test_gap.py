"""Managers' estimates beside doctors' scores: right numbers, and nothing of small groups."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medengage import analyse, instrument, simulated_study
from medengage.disclosure.shown import shown_gap
from medengage.findings import Gap, Policy
from medengage.measure.gap import gaps
from medengage.measure.grouping import Grouping, grouping
from medengage.measure.scoring import Scores, score
from medengage.measure.study import Managers, Study
from medengage.stats.effects import Sample, perception_gap, sample

MAIN, THEIRS = "open-medical-engagement", "open-medical-engagement-managers"


@pytest.fixture(scope="module")
def study() -> Study:
    made = simulated_study(
        seed=3, instrument=instrument(MAIN), eligible=400, managers=instrument(THEIRS)
    )
    return replace(made, policy=made.policy.model_copy(update={"noise": 0.0}))


@pytest.fixture(scope="module")
def private(study: Study) -> tuple[Scores, Grouping]:
    scores = score(study)
    return scores, grouping(study, scores)


def managers_of(study: Study) -> Managers:
    assert study.managers is not None
    return study.managers


def test_without_noise_it_is_the_difference_of_both_means(
    study: Study, private: tuple[Scores, Grouping]
) -> None:
    scores, groups = private
    form = managers_of(study)
    theirs = score(
        replace(
            study,
            instrument=form.instrument,
            responses=form.responses,
            managers=None,
            population=None,
        )
    )
    for gap in gaps(study, scores, groups):
        doctors = sample(scores.scale[gap.scale])
        rounded = Sample(round(doctors.mean, 1), doctors.sd, doctors.n)
        expected = perception_gap(sample(theirs.scale[gap.scale]), rounded)
        assert gap.difference == pytest.approx(expected.value, abs=1e-9)
        assert (gap.low, gap.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
        assert gap.managers == pytest.approx(expected.value + rounded.mean)


def test_noise_widens_the_interval(study: Study, private: tuple[Scores, Grouping]) -> None:
    scores, groups = private
    loud = replace(study, policy=Policy(**{**study.policy.model_dump(), "noise": 1.0}))
    noisy = grouping(loud, scores)
    quiet, wide = gaps(study, scores, groups)[0], gaps(loud, scores, noisy)[0]
    assert wide.high - wide.low > quiet.high - quiet.low


def test_fewer_than_ten_managers_are_compared_with_nobody(
    study: Study, private: tuple[Scores, Grouping]
) -> None:
    form = managers_of(study)
    rows = np.zeros(form.responses.n, dtype=bool)
    for count in (9, 10):
        rows[:count] = True
        few = replace(study, managers=Managers(form.instrument, form.responses.of(rows)))
        found = gaps(few, *private)
        assert bool(found) == (count == 10)
        assert all(gap.managers_n == 10 for gap in found)


def test_without_managers_there_is_no_gap(study: Study, private: tuple[Scores, Grouping]) -> None:
    assert gaps(replace(study, managers=None), *private) == ()


@pytest.mark.slow  # a whole analysis with its attacks
def test_findings_hold_gaps_in_whole_points(study: Study) -> None:
    found = analyse(study).gaps
    assert len(found) == 10
    for gap in found:
        assert gap.difference == round(gap.difference)
        assert gap.managers_n >= 10
        assert gap.low <= gap.difference <= gap.high


def test_a_few_managers_who_all_say_the_same_cannot_be_told_from_the_interval(
    study: Study, private: tuple[Scores, Grouping]
) -> None:
    form = managers_of(study)
    twelve = form.responses.of(np.arange(form.responses.n) < 12)
    complete = np.where(twelve.answers > 0, twelve.answers, 3).astype(np.int8)
    mixed = replace(twelve, answers=complete)
    alike = replace(twelve, answers=np.repeat(complete[:1], 12, axis=0))
    widths = [
        gaps(replace(study, managers=Managers(form.instrument, answers)), *private)[0]
        for answers in (alike, mixed)
    ]
    assert widths[0].high - widths[0].low == pytest.approx(widths[1].high - widths[1].low)


def gap_of(managers: float, n: int) -> Gap:
    return Gap(
        scale="index",
        managers=managers,
        doctors=61.64,
        difference=managers - 61.64,
        low=managers - 66.64,
        high=managers - 56.64,
        hedges_g=0.51,
        managers_n=n,
        n=240,
    )


def test_the_shown_difference_is_that_of_the_shown_means() -> None:
    shown = shown_gap(gap_of(71.37, 14), Policy())
    assert shown is not None
    assert (shown.managers, shown.doctors, shown.difference) == (71.0, 62.0, 9.0)
    assert (shown.low, shown.high, shown.managers_n) == (3.0, 15.0, 15)


def test_managers_who_all_chose_the_highest_are_not_shown() -> None:
    assert shown_gap(gap_of(99.4, 12), Policy()) is None
    assert shown_gap(gap_of(99.4, 60), Policy()) is not None
