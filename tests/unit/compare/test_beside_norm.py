"""An organisation beside a norm: the oracle's bands, and refusals of what does not fit."""

from __future__ import annotations

from typing import Any

import pytest

from medengage.compare.calls import Call
from medengage.compare.norm import beside_norm
from medengage.errors import StudyError
from medengage.findings import Estimate, Findings
from tests.findings_samples import fullest
from tests.golden_numbers import golden
from tests.unit.compare.norms_made import CUTS, norm_of

INDEX = "medical-engagement-index"
Z = 1.959963984540054


def with_index(y: float, n: int, sd: float, *, percent: float = 60.0) -> Findings:
    """The fullest findings with this mean of so many doctors."""
    found, half = fullest(), Z * sd / n**0.5
    figure = Estimate(value=y, low=y - half, high=y + half, n=n, method="analytic")
    scales = tuple(
        s.model_copy(update={"analytic": figure}) if s.id == INDEX else s for s in found.scales
    )
    who = found.participation.model_copy(update={"response_percent": percent})
    return found.model_copy(update={"scales": scales, "participation": who})


@pytest.mark.parametrize("case", golden("norms")["band_probability"])
def test_bands_have_the_probabilities_of_the_oracle(case: dict[str, Any]) -> None:
    found = with_index(case["y"], case["n"], case["sd"])
    norm = norm_of(
        found, mu=case["mu"], tau2=case["tau2"], var_mu=case["var_mu"], cuts=case["cuts"]
    )
    (beside,) = beside_norm(found, norm)
    assert beside.placed.level == pytest.approx(case["post_mean"], abs=1e-9)
    assert beside.placed.probabilities == pytest.approx(list(case["P"].values()), abs=1e-9)


def test_a_hospital_far_above_is_called_above_and_has_a_band() -> None:
    found = with_index(70.0, 240, 18)
    (beside,) = beside_norm(found, norm_of(found, mu=58, tau2=16, var_mu=0.25, cuts=CUTS))
    assert beside.called.call is Call.ABOVE
    assert beside.band == "highest"


def test_where_few_answered_there_is_no_band_and_no_call() -> None:
    found = with_index(70.0, 240, 18, percent=35.0)
    (beside,) = beside_norm(found, norm_of(found, mu=58, tau2=16, var_mu=0.25, cuts=CUTS))
    assert beside.called.words == "cannot tell: only 35 % answered"
    assert beside.band == "no band: too few doctors answered"


def test_where_hospitals_do_not_differ_nobody_is_called() -> None:
    found = with_index(70.0, 240, 18)
    (beside,) = beside_norm(found, norm_of(found, mu=58, tau2=0.0, var_mu=0.25, cuts=CUTS))
    assert beside.called.call is Call.CANNOT_TELL
    assert beside.band == "not distinguishable"


def test_a_norm_of_something_else_is_refused() -> None:
    found = with_index(62.0, 240, 18)
    norm = norm_of(found, mu=58, tau2=16, var_mu=0.25, cuts=CUTS)
    with pytest.raises(StudyError, match="another instrument"):
        beside_norm(found, norm.model_copy(update={"instrument": "other@1.0.0"}))
    with pytest.raises(StudyError, match="another wording"):
        beside_norm(found, norm.model_copy(update={"instrument_checksum": "x"}))
