"""Norms with given numbers, to compare with."""

from __future__ import annotations

from datetime import date

from medengage.findings import Findings
from medengage.norms.release import RULES, NormRelease, NormScale

__all__ = ["CUTS", "norm_of"]

INDEX = "medical-engagement-index"
CUTS = [54.6, 57.0, 59.0, 61.4]


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
