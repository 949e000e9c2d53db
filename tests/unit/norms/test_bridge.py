"""From an old norm to a new one: what moved, and what a score was and is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from medengage.errors import StudyError
from medengage.norms.bands import Band
from medengage.norms.bridge import bridge
from medengage.norms.release import NormRelease, published
from tests.command_line import medengage
from tests.unit.norms.hospitals import INSTRUMENT, ledger


@pytest.fixture(scope="module")
def old() -> NormRelease:
    return published(ledger(14), INSTRUMENT, "en", date(2027, 4, 1))


def later(norm: NormRelease, by: float) -> NormRelease:
    """The same norm a year later, with everything higher."""
    scales = {
        name: one.model_copy(
            update={"mu": one.mu + by, "cuts": tuple(cut + by for cut in one.cuts)}
        )
        for name, one in norm.scales.items()
    }
    year = {"first": date(2028, 3, 1), "last": date(2028, 3, 29), "id": "1" * 64}
    return norm.model_copy(update={**year, "scales": scales})


def test_a_norm_beside_itself_has_not_moved(old: NormRelease) -> None:
    [one] = bridge(old, old)
    assert (one.shift, one.moved) == (0.0, False)
    assert all(step.before == step.after for step in one.steps)


def test_a_higher_norm_makes_the_same_score_lower(old: NormRelease) -> None:
    [one] = bridge(old, later(old, 6.0))
    assert one.shift == pytest.approx(6.0)
    assert one.moved
    assert all(after - before == pytest.approx(6.0) for before, after in one.cuts)
    sixty = next(step for step in one.steps if step.score == 60)
    assert sixty.after[0] < sixty.before[0]
    order = list(Band)
    assert order.index(sixty.after[1]) < order.index(sixty.before[1])


def test_percentiles_rise_with_scores_and_claim_no_certainty(old: NormRelease) -> None:
    [one] = bridge(old, later(old, 1.0))
    shares = [step.before[0] for step in one.steps]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.5, 99.5)
    assert not one.moved


def test_where_hospitals_do_not_differ_everything_is_medium(old: NormRelease) -> None:
    scales = {n: s.model_copy(update={"tau2": 0.0}) for n, s in old.scales.items()}
    flat = old.model_copy(update={"scales": scales})
    [one] = bridge(flat, flat)
    assert {step.before for step in one.steps} == {(50.0, Band.MEDIUM)}


def test_other_questions_have_no_bridge(old: NormRelease) -> None:
    other = old.model_copy(update={"instrument_checksum": "0" * 64})
    with pytest.raises(StudyError, match="different questions"):
        bridge(old, other)
    with pytest.raises(StudyError, match="older one"):
        bridge(later(old, 1.0), old)


def test_the_command_prints_what_moved(old: NormRelease, tmp_path: Path) -> None:
    files = []
    for name, one in (("old", old), ("new", later(old, 6.0))):
        files.append(tmp_path / f"{name}.json")
        files[-1].write_text(one.model_dump_json())
    status, words = medengage(f"norm bridge {files[0]} {files[1]}")
    assert status == 0
    assert "+6.0 points" in words
    assert words.rstrip().endswith("moved")
    status, words = medengage(f"norm bridge {files[0]} {files[1]} --scale index")
    assert words.count("cut ") == 4
    assert words.count(" now ") == 4 + 11
    status, words = medengage(f"norm bridge {files[0]} {files[1]} --scale indx")
    assert status == 12
    assert "Did you mean index?" in words
