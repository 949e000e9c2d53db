"""Variation in care: who should be looked into, who is told, and what nobody is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.special import expit, logit

from medengage.errors import StudyError, TooFewResponses
from medengage.outcomes.variation import Cause, Count, Reason, for_peer, variation
from tests.golden_numbers import golden

GOLD = golden("variation")["indirect_standardisation"]
DAY = date(2026, 11, 23)


def rng(seed: int = 11) -> np.random.Generator:
    return np.random.default_rng(seed)


def made(k: int = 40, spread: float = 0.0, n: int = 150, seed: int = 11) -> list[Count]:
    """Counts of k clinicians whose true odds differ by ``spread`` on the logit."""
    gen = rng(seed)
    p = expit(logit(0.2) + spread * gen.standard_normal(k))
    return [Count(f"C{i:02}", int(gen.binomial(n, p[i])), n) for i in range(k)]


def test_expected_numbers_are_those_of_the_reference() -> None:
    """The oracle's clinician A: expected 13.8 of 340 patients in three strata."""
    strata = GOLD["strata"]
    rest = [
        Count("all the others", int(1_000_000 * one["ref_rate"]), 1_000_000, one["s"])
        for one in strata
    ]
    own = GOLD["clinicians"][0]
    counts = [
        Count("A", events, patients, one["s"])
        for one, events, patients in zip(strata, own["obs"], own["n"], strict=True)
    ]
    found = next(p for p in variation([*rest, *counts]).points if p.clinician == "A")
    assert found.expected == pytest.approx(own["E"], rel=1e-3)
    assert found.ratio == pytest.approx(own["SR"], rel=1e-3)
    assert (found.low, found.high) == pytest.approx(own["exact95"], rel=1e-3)


def test_a_large_clinician_is_compared_with_the_others_and_not_with_itself() -> None:
    counts = [Count("large", 60, 200), *(Count(f"C{i}", 10, 100) for i in range(8))]
    found = next(p for p in variation(counts).points if p.clinician == "large")
    assert found.expected == pytest.approx(20.0)
    assert found.ratio == pytest.approx(3.0)


def test_whoever_differs_by_chance_alone_is_seldom_looked_into() -> None:
    """Two hundred clinicians without any difference, ten times: hardly one is called."""
    called = sum(
        point.look for seed in range(10) for point in variation(made(200, seed=seed)).points
    )
    assert called <= 2


def test_one_who_truly_differs_is_found_among_many_who_do_not() -> None:
    counts = [*made(60), Count("far", 75, 150)]
    found = variation(counts)
    assert [point.clinician for point in found.points if point.look] == ["far"]
    assert "1 should be looked into" in found.words
    reason = Reason("far", Cause.PATIENTS, "Takes the referrals.", "peers", DAY, justified=True)
    explained = variation(counts, [reason])
    assert explained.words.endswith("1 differs for a reason that peers accepted")
    assert explained.points[-1].reasons == (reason,)
    open_question = replace(reason, justified=False)
    assert "1 should be looked into" in variation(counts, [open_question]).words


def test_both_tails_are_looked_into() -> None:
    counts = [*made(60), Count("good", 6, 150)]
    point = next(p for p in variation(counts).points if p.clinician == "good")
    assert point.look
    assert point.ratio < 1


def test_the_median_odds_ratio_needs_twenty() -> None:
    assert variation(made(19, 0.5)).odds_ratio is None
    assert any("needs 20" in note for note in variation(made(19, 0.5)).notes)
    found = variation(made(200, 0.6, 400)).odds_ratio
    assert found is not None
    middle, low, high = found
    assert low < np.exp(np.sqrt(2) * 0.6 * 0.6745) < high
    assert low < middle < high


def test_few_expected_events_stand_together() -> None:
    counts = [*made(30), Count("small 1", 1, 12), Count("small 2", 0, 15)]
    found = variation(counts)
    names = {point.clinician for point in found.points}
    assert {"small 1", "small 2"}.isdisjoint(names)
    assert found.pooled == ("small 1", "small 2")
    more = [*counts, *(Count(f"small {i}", 1, 15) for i in range(3, 9))]
    together = next(p for p in variation(more).points if p.clinician == "others together")
    assert together.observed == 7
    assert not together.feedback


def test_a_peer_sees_the_own_point_alone_by_name_and_in_no_order() -> None:
    found = variation(made(40, 0.6, 600))
    own = next(point for point in found.points if point.feedback)
    seen = for_peer(found, own.clinician, rng())
    assert seen[0] == own
    assert {point.clinician for point in seen[1:]} == {""}
    assert not any(point.look or point.reasons for point in seen[1:])
    ratios = [point.ratio for point in found.points if point.clinician != own.clinician]
    assert sorted(point.ratio for point in seen[1:]) == sorted(ratios)
    assert [point.ratio for point in seen[1:]] != ratios
    with pytest.raises(StudyError, match="no point of its own"):
        for_peer(found, "somebody", rng())


def test_where_chance_makes_the_difference_nobody_is_told_about_itself() -> None:
    found = variation(made(40, 0.1, 60))
    assert not any(point.feedback for point in found.points)
    assert for_peer(found, "C00", rng())[0].clinician == ""


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([Count("A", 5, 4), Count("B", 1, 4)], "events lie between"),
        ([Count("A", 0, 0), Count("B", 1, 4)], "above 0"),
        ([Count("A", 0, 50), Count("B", 0, 50)], "nothing varies"),
        ([Count("A", 5, 50, "old"), Count("B", 5, 50, "young")], "nobody else has patients"),
    ],
)
def test_what_cannot_be_compared_says_why(counts: list[Count], words: str) -> None:
    with pytest.raises(StudyError, match=words):
        variation(counts)


def test_one_alone_cannot_be_compared() -> None:
    with pytest.raises(TooFewResponses):
        variation([Count("A", 9, 50), Count("B", 1, 9)])
    with pytest.raises(StudyError, match="given for nobody"):
        variation(made(5), [Reason("Z", Cause.DATA, "", "peers", DAY)])


def test_reasons_are_asked_in_the_order_in_which_they_are_mostly_true() -> None:
    assert [cause.value for cause in Cause] == [
        "data",
        "patients",
        "structure",
        "process",
        "individual",
    ]
