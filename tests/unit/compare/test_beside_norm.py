"""An organisation beside a norm: the oracle's bands, and refusals of what does not fit."""

from __future__ import annotations

from datetime import date

import pytest

from medengage.compare.calls import Call
from medengage.compare.norm import beside_norm
from medengage.errors import StudyError
from medengage.findings import Estimate, Findings
from medengage.norms.release import RULES, NormRelease, NormScale
from tests.findings_samples import fullest
from tests.golden_numbers import golden

INDEX = "medical-engagement-index"
Z = 1.959963984540054


def norm_of(
    found: Findings, *, mu: float, tau2: float, var_mu: float, cuts: list[float]
) -> NormRelease:
    """A norm with these numbers for the index, of the instrument of these findings."""
    used = found.about.instruments[0]
    scale = NormScale(
        scale=INDEX,
        organisations=50,
        doctors=12_000,
        mu=mu,
        se=var_mu**0.5,
        tau2=tau2,
        within_sd=18.0,
        cuts=(cuts[0], cuts[1], cuts[2], cuts[3]),
        cut_se=(0.7, 0.6, 0.6, 0.7),
        shift=0.2,
        icc1=0.05,
        strata={},
        effective_n=927.0,
    )
    return NormRelease(
        id="0" * 64,
        instrument=f"{used.id}@{used.version}",
        instrument_checksum=used.checksum,
        language="en-GB",
        first=date(2026, 1, 1),
        last=date(2026, 3, 1),
        method=1,
        rules=RULES,
        contributions=("a",),
        head="1",
        organisations=50,
        doctors=12_000,
        status="valid",
        reasons=(),
        scales={INDEX: scale},
    )


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
def test_bands_have_the_probabilities_of_the_oracle(case: dict) -> None:
    found = with_index(case["y"], case["n"], case["sd"])
    norm = norm_of(
        found, mu=case["mu"], tau2=case["tau2"], var_mu=case["var_mu"], cuts=case["cuts"]
    )
    (beside,) = beside_norm(found, norm)
    assert beside.placed.level == pytest.approx(case["post_mean"], abs=1e-9)
    assert beside.placed.probabilities == pytest.approx(list(case["P"].values()), abs=1e-9)


CUTS = [54.6, 57.0, 59.0, 61.4]


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
