"""The statistics of comparing keep what they promise (fast version of benchmarks/calibration.py).

The same functions with fewer replicates and fixed seeds, against the same criteria. Each is also
run on a rule that was broken on purpose, and must then miss its criterion.
"""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import calibration
from benchmarks.calibration import Measure, Row

pytestmark = pytest.mark.slow  # up to a thousand regions each


def measured(measure: Measure, replicates: int, **broken: object) -> list[Row]:
    return list(measure(replicates, np.random.default_rng(42), **broken))


@pytest.mark.parametrize(
    ("name", "replicates"),
    [
        ("levels", 300),
        ("bands", 300),
        ("calls", 400),
        ("unusual", 300),
        ("association", 400),
        ("odds", 400),
        ("ranks", 400),
        ("noise", 60),
        ("variation", 25),
    ],
)
def test_what_is_promised_is_kept(name: str, replicates: int) -> None:
    rows = measured(calibration.MEASURES[name], replicates)
    assert rows
    assert all(row.met for row in rows), [row for row in rows if not row.met]


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("levels", {"narrow": 0.8}),
        ("bands", {"shrink": False}),
        ("calls", {"sure": 0.6}),
        ("unusual", {"others": False}),
        ("association", {"handed_out": False}),
        ("ranks", {"backwards": True}),
        ("noise", {"sure": 0.3}),
    ],
)
def test_a_rule_that_was_broken_on_purpose_is_found_out(
    name: str, broken: dict[str, object]
) -> None:
    rows = measured(calibration.MEASURES[name], 60, **broken)
    assert not all(row.met for row in rows)


def test_half_an_interval_of_the_variance_between_clinicians_holds_too_little() -> None:
    rows = measured(calibration.variation, 25, half=0.4)
    assert not rows[-1].met


def test_quadrants_allow_for_not_knowing_how_far_units_differ() -> None:
    """The worst bin of probabilities is off by less than half as much as if that were known."""
    worst = {
        known: [float(row.measured) for row in measured(calibration.quadrants, 60, known=known)]
        for known in (False, True)
    }
    assert worst[False][0] < 0.10 < worst[True][0]
    assert all(one < other for one, other in zip(worst[False], worst[True], strict=True))
