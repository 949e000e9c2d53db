"""The same mix of grades: what a hospital would score with everybody's grades."""

from __future__ import annotations

import pytest

from medengage.compare.peers import beside_peers
from medengage.compare.standardised import at_the_same_mix
from medengage.findings import Estimate, Figure, Findings, Suppressed
from medengage.report.region import region_blocks
from tests.findings_samples import fullest

INDEX = "medical-engagement-index"
GRADES = [group.id for group in fullest().groups if group.breakdown == "grade"]
MEANS = (64.0, 60.0, 56.0, 50.0)
SENIOR, JUNIOR = (120, 40, 20, 20), (20, 20, 40, 120)


def hospital(
    name: str,
    numbers: tuple[int, ...],
    means: tuple[float, ...] = MEANS,
    *,
    withheld: bool = False,
    value: float = 58.0,
) -> Findings:
    """The fullest findings with other figures of its four grades."""
    found = fullest()
    figures: dict[str, Figure] = {
        grade: Estimate(value=mean, low=mean - 3, high=mean + 3, n=n, method="analytic")
        for grade, mean, n in zip(GRADES, means, numbers, strict=True)
    }
    if withheld:
        figures[GRADES[-1]] = Suppressed(reason="small group", words="not shown")
    whole = Estimate(value=value, low=value - 2, high=value + 2, n=200, method="analytic")
    scales = tuple(
        s.model_copy(update={"analytic": whole, "groups": s.groups | figures})
        if s.id == INDEX
        else s
        for s in found.scales
    )
    about = found.about.model_copy(update={"organisation": name})
    return found.model_copy(update={"scales": scales, "about": about})


def without_grades(name: str, value: float = 58.0) -> Findings:
    """One in which everything by grade is withheld."""
    return hospital(name, SENIOR, withheld=True, value=value)


def test_hospitals_that_differ_in_their_grades_alone_are_the_same_at_one_mix() -> None:
    found = at_the_same_mix([hospital("A", SENIOR), hospital("B", JUNIOR)])
    assert found["A"] == pytest.approx(found["B"])
    mix = [a + b for a, b in zip(SENIOR, JUNIOR, strict=True)]
    expected = sum(n * mean for n, mean in zip(mix, MEANS, strict=True)) / sum(mix)
    assert found["A"] == pytest.approx(expected)


def test_the_mix_counts_each_doctor_once() -> None:
    tiny, other = (10, 10, 10, 10), (70.0, 40.0, 40.0, 40.0)
    found = at_the_same_mix([hospital("A", SENIOR), hospital("B", tiny, other)])
    mix = [a + b for a, b in zip(SENIOR, tiny, strict=True)]
    assert found["B"] == pytest.approx(sum(n * m for n, m in zip(mix, other, strict=True)) / 240)


def test_a_hospital_that_withholds_a_grade_has_no_such_figure() -> None:
    every = [hospital("A", SENIOR), hospital("B", JUNIOR), without_grades("C")]
    assert set(at_the_same_mix(every)) == {"A", "B"}


def test_one_hospital_or_none_with_grades_gives_nothing() -> None:
    assert at_the_same_mix([hospital("A", SENIOR)]) == {}
    assert at_the_same_mix([without_grades("A"), without_grades("B")]) == {}
    assert at_the_same_mix([hospital("A", SENIOR), hospital("B", JUNIOR)], attribute="age") == {}
    assert at_the_same_mix([]) == {}


def test_the_region_shows_both_and_says_what_the_second_is() -> None:
    every = [hospital(f"H{k}", SENIOR, value=58.0 + k) for k in range(5)]
    found = beside_peers([*every, hospital("X", JUNIOR, value=53.5)])
    last = next(one for one in found.peers if one.organisation == "X")
    assert last.same_mix == pytest.approx(found.peers[0].same_mix)
    told = str(region_blocks(found))
    assert "At the same mix of grades" in told
    assert "places are about scores as they are." in told
    without = beside_peers([without_grades(f"H{k}", 58.0 + k) for k in range(5)])
    assert "same mix" not in str(region_blocks(without))
