"""Two waves of one organisation: an arrow only where a change exceeds chance and noise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medengage.compare.calls import Call
from medengage.compare.waves import changes, units_changed
from medengage.errors import StudyError
from medengage.findings import Estimate, Findings
from tests.findings_samples import fullest

INDEX = "medical-engagement-index"


def wave(value: float, half: float, *, years: int = 0) -> Findings:
    """The fullest findings with another mean of the index, some years ago."""
    found = fullest()
    figure = Estimate(value=value, low=value - half, high=value + half, n=212, method="analytic")
    scales = tuple(
        s.model_copy(update={"analytic": figure}) if s.id == INDEX else s for s in found.scales
    )
    away = timedelta(days=365 * years)
    about = found.about.model_copy(
        update={
            "opened": found.about.opened - away,
            "closed": found.about.closed - away,
            "wave": f"{years} years ago",
        }
    )
    return found.model_copy(update={"scales": scales, "about": about})


def test_a_change_is_clear_only_beyond_what_chance_may_do() -> None:
    (index, *_) = changes(wave(58.0, 2.0), wave(54.0, 2.0, years=1))
    assert index.difference == pytest.approx(4.0)
    assert index.beyond == pytest.approx(2.0 * 2**0.5, abs=1e-9)
    assert index.is_clear
    (index, *_) = changes(wave(58.0, 2.0), wave(55.5, 2.0, years=1))
    assert not index.is_clear
    assert (index.low, index.high) == pytest.approx((2.5 - 2**1.5, 2.5 + 2**1.5), abs=1e-9)


def test_what_matters_is_another_question_than_what_is_clear() -> None:
    (index, *_) = changes(wave(58.0, 0.5), wave(57.0, 0.5, years=1))
    assert index.is_clear
    assert index.called.call is Call.SIMILAR


def test_units_are_compared_where_they_are_made_of_the_same_places() -> None:
    found, before = wave(58.0, 2.0), wave(54.0, 2.0, years=1)
    everybody = {one.title for one in units_changed(found, before)}
    assert everybody == {unit.title for unit in found.blocks}
    moved = before.blocks[0].id
    groups = tuple(
        g.model_copy(update={"where": {"division": ("Elsewhere",)}}) if g.id == moved else g
        for g in before.groups
    )
    fewer = units_changed(found, before.model_copy(update={"groups": groups}))
    assert {one.title for one in fewer} == everybody - {found.group(moved).title}


def test_what_cannot_be_compared_is_refused() -> None:
    found = wave(58.0, 2.0)
    with pytest.raises(StudyError, match="not earlier"):
        changes(found, found)
    asked = wave(58.0, 2.0, years=1)
    other = asked.about.instruments[0].model_copy(update={"checksum": "x"})
    facts = {"instruments": (other, *asked.about.instruments[1:])}
    about = asked.about.model_copy(update=facts)
    with pytest.raises(StudyError, match="other questions"):
        changes(found, asked.model_copy(update={"about": about}))
    before = wave(54.0, 2.0, years=1)
    about = before.about.model_copy(update={"organisation": "Another hospital"})
    with pytest.raises(StudyError, match="another organisation"):
        changes(found, before.model_copy(update={"about": about}))


@pytest.mark.slow  # findings are examined anew for each case
@settings(max_examples=25, deadline=None)
@given(st.floats(20, 80), st.floats(20, 80), st.floats(0.5, 5), st.floats(0.5, 5))
def test_a_change_and_its_way_back_are_mirrored(
    a: float, b: float, one: float, two: float
) -> None:
    (there, *_) = changes(wave(a, one), wave(b, two, years=1))
    (back, *_) = changes(wave(b, two), wave(a, one, years=1))
    assert there.difference == pytest.approx(-back.difference)
    assert there.called.above == pytest.approx(back.called.below, abs=1e-9)
    assert there.is_clear == back.is_clear
