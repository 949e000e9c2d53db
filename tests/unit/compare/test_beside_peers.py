"""Organisations of a region beside each other: calls, the unusual, and ranks that may be shown."""

from __future__ import annotations

import numpy as np
import pytest

from medengage.compare.calls import Call
from medengage.compare.peers import beside_peers
from medengage.errors import StudyError, TooFewResponses
from medengage.findings import Estimate, Findings, Suppressed
from tests.findings_samples import fullest
from tests.golden_numbers import golden

INDEX = "medical-engagement-index"
Z = 1.959963984540054


def hospital(name: str, value: float, se: float) -> Findings:
    """The fullest findings of another hospital with this mean."""
    found, half = fullest(), Z * se
    figure = Estimate(
        value=value,
        low=max(0.0, value - half),
        high=min(100.0, value + half),
        n=212,
        method="analytic",
    )
    scales = tuple(
        s.model_copy(update={"analytic": figure}) if s.id == INDEX else s for s in found.scales
    )
    about = found.about.model_copy(update={"organisation": name})
    return found.model_copy(update={"scales": scales, "about": about})


def region(means: np.ndarray, se: float) -> list[Findings]:
    return [hospital(f"Hospital {k:02}", float(m), se) for k, m in enumerate(means)]


def test_ten_hospitals_have_the_mean_and_spread_of_the_oracle() -> None:
    means = golden("random_effects")["means"]
    y, v = np.array(means["mean"]), np.array(means["v"])
    every = [
        hospital(f"H{k}", float(a), float(b) ** 0.5)
        for k, (a, b) in enumerate(zip(y, v, strict=True))
    ]
    found = beside_peers(every)
    assert found.mu == pytest.approx(means["REML"]["mu"], abs=1e-6)
    assert found.tau**2 == pytest.approx(means["REML"]["tau2"], abs=1e-4)
    kept = [one.reliability for one in found.peers]
    assert kept == pytest.approx(means["eb"]["shrink"], abs=1e-6)


def test_who_differs_is_called_and_who_is_small_is_not() -> None:
    rng = np.random.default_rng(1)
    means = 58 + 5 * rng.standard_normal(30)
    means[0], means[1] = 75.0, 41.0
    found = beside_peers([*region(means, 1.0), hospital("Small", 70.0, 8.0)])
    by_name = {one.organisation: one for one in found.peers}
    assert by_name["Hospital 00"].called.call is Call.ABOVE
    assert by_name["Hospital 01"].called.call is Call.BELOW
    assert by_name["Small"].called.call is Call.CANNOT_TELL
    assert abs(by_name["Small"].level - found.mu) < abs(70.0 - found.mu) / 2
    assert found.low < found.mu < found.high


def test_the_unusual_is_another_question() -> None:
    means = np.concatenate([np.linspace(54, 62, 24), [90.0]])
    found = {one.organisation: one for one in beside_peers(region(means, 1.0)).peers}
    assert found["Hospital 24"].unusual
    assert found["Hospital 24"].alarm
    assert not any(found[f"Hospital {k:02}"].unusual for k in range(24))


def test_a_rank_is_shown_only_where_it_says_something() -> None:
    alike = beside_peers(region(np.linspace(57, 59, 12), 3.0))
    assert all(one.rank_low is None for one in alike.peers)
    apart = beside_peers(region(np.linspace(30, 80, 12), 0.5))
    assert all(one.rank_low is not None for one in apart.peers)
    assert apart.peers[0].bottom > 0.9
    assert apart.peers[-1].top > 0.9


def test_a_withheld_mean_is_left_out_and_named() -> None:
    every = region(np.linspace(50, 60, 8), 1.0)
    first = every[0]
    hidden = Suppressed(reason="small group", words="not shown: fewer than 10 doctors")
    scales = tuple(
        s.model_copy(update={"analytic": hidden}) if s.id == INDEX else s for s in first.scales
    )
    found = beside_peers([first.model_copy(update={"scales": scales}), *every[1:]])
    assert found.left_out == ("Hospital 00",)
    assert len(found.peers) == 7


def test_what_cannot_stand_side_by_side_is_refused() -> None:
    every = region(np.linspace(50, 60, 8), 1.0)
    with pytest.raises(TooFewResponses):
        beside_peers(every[:4])
    with pytest.raises(StudyError, match="twice"):
        beside_peers([*every, every[0]])
    about = every[0].about
    other = about.instruments[0].model_copy(update={"checksum": "other"})
    odd = every[0].model_copy(
        update={
            "about": about.model_copy(
                update={"organisation": "Odd", "instruments": (other, *about.instruments[1:])}
            )
        }
    )
    with pytest.raises(StudyError, match="same questions"):
        beside_peers([*every, odd])
