"""When a norm becomes old: alerts for what moved, and silence for what did not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medengage.errors import StudyError, TooFewResponses
from medengage.norms.contribution import ALL, Contribution, public_key, signed
from medengage.norms.drift import Drift, drift, is_due
from medengage.norms.release import NormRelease, published
from medengage.norms.sums import scale_sums
from tests.command_line import medengage
from tests.unit.norms.hospitals import INSTRUMENT, contribution, key, ledger

LATER = {"wave": "2028", "opened": date(2028, 3, 1), "closed": date(2028, 3, 29)}


@pytest.fixture(scope="module")
def norm() -> NormRelease:
    return published(ledger(40), INSTRUMENT, "en", date(2027, 4, 1))


def again(number: int, shift: float = 0.0, spread: float = 17.0) -> Contribution:
    """Another hospital of the same kind a year later."""
    rng = np.random.default_rng(1000 + number)
    level = 57.0 + shift + 4.0 * rng.standard_normal()
    values = np.clip(level + spread * rng.standard_normal(120), 0.0, 100.0)
    sums = scale_sums(values, np.zeros(120))
    facts: dict[str, Any] = {**LATER, "scales": {"index": {ALL: sums}}}
    return contribution(number, **facts)


def found(norm: NormRelease, count: int = 40, **how: float) -> Drift:
    [one] = drift(norm, [again(number, **how) for number in range(1, count + 1)])
    return one


def test_hospitals_as_before_raise_no_alert(norm: NormRelease) -> None:
    one = found(norm)
    assert not one.alert
    assert abs(one.shift) < 2.5 * one.se
    assert one.psi < 0.05
    assert one.organisations == 40


def test_a_shift_that_matters_is_an_alert(norm: NormRelease) -> None:
    assert found(norm, shift=5.0).alert
    assert found(norm, shift=5.0).shift == pytest.approx(5 / 17, abs=0.1)
    assert found(norm, shift=-5.0).shift < 0


def test_few_hospitals_with_the_same_shift_are_not_sure_enough(norm: NormRelease) -> None:
    one = found(norm, count=5, shift=2.0)
    assert one.se > found(norm, shift=2.0).se


def test_another_shape_is_an_alert_even_at_the_same_mean(norm: NormRelease) -> None:
    assert found(norm, spread=9.0).psi > 0.25


def test_a_new_norm_is_due_at_once_or_after_two_alerts(norm: NormRelease) -> None:
    calm, moved, other = found(norm), found(norm, shift=4.0), found(norm, spread=9.0)
    assert not is_due([])
    assert not is_due([[calm], [moved]])
    assert not is_due([[moved], [calm]])
    assert is_due([[moved], [moved]]) == moved.alert
    assert is_due([[other]])


def test_four_hospitals_or_other_questions_say_nothing(norm: NormRelease) -> None:
    with pytest.raises(TooFewResponses):
        drift(norm, [again(number) for number in range(1, 5)])
    strange = again(1).model_copy(update={"instrument_checksum": "0" * 64})
    with pytest.raises(StudyError, match="another wording"):
        drift(norm, [strange])


def test_the_command_reads_what_came_since(norm: NormRelease, tmp_path: Path) -> None:
    (tmp_path / "norm.json").write_text(norm.model_dump_json())
    longer = ledger(40)
    for number in range(1, 13):
        longer = longer.joined(f"hospital-{number}", public_key(key(number)))
        longer = longer.received(signed(again(number, shift=6.0), key(number)))
    (tmp_path / "ledger.jsonl").write_text(longer.lines())
    line = f"norm drift {tmp_path}/norm.json {tmp_path}/ledger.jsonl"
    status, words = medengage(line)
    assert status == 0, words
    assert "12 organisations" in words
    assert "look at it" in words
    (tmp_path / "ledger.jsonl").write_text(ledger(40).lines())
    status, words = medengage(line)
    assert status == 13
    assert "cannot tell" in words
