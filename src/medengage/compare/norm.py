"""An organisation beside a norm: which band it is in, and whether it differs by what matters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medengage.compare.calls import (
    FEWEST_RELIABLE,
    LEAST_RESPONSE,
    MATTERS,
    Called,
    called,
    standard_error,
)
from medengage.errors import StudyError
from medengage.findings import Estimate, Findings, ScaleFinding
from medengage.norms.bands import Placed, placed
from medengage.norms.release import NormRelease, NormScale
from medengage.stats.comparison import differences

__all__ = ["BesideNorm", "beside_norm"]


@dataclass(frozen=True)
class BesideNorm:
    """One scale of an organisation beside the norm.

    ``middle`` are the cuts around the middle fifth, ``typical`` those around the middle three
    fifths of hospitals. ``bands_allowed`` is false where so few doctors answered that no band is
    named.
    """

    scale: ScaleFinding
    figure: Estimate
    mu: float
    middle: tuple[float, float]
    typical: tuple[float, float]
    placed: Placed
    called: Called
    bands_allowed: bool

    @property
    def band(self) -> str:
        """The band in words, or why there is none."""
        if not self.bands_allowed:
            return "no band: too few doctors answered"
        return self.placed.words


def beside_norm(findings: Findings, norm: NormRelease) -> tuple[BesideNorm, ...]:
    """Every scale of the main instrument that the norm has, against its distribution.

    The organisation's mean is that of the process behind its roster (``analytic``), its error is
    read back from the interval as it was released, noise included. Raises ``StudyError`` where the
    norm is of another instrument or of another wording of it.
    """
    used = findings.about.instruments[0]
    if norm.instrument != f"{used.id}@{used.version}":
        raise StudyError(
            "the norm is of another instrument",
            subject=norm.instrument,
            hint=f"use a norm of {used.id}@{used.version}",
        )
    if norm.instrument_checksum != used.checksum:
        raise StudyError("the norm is of another wording of the instrument", subject=used.title)
    return tuple(_beside(findings, norm))


def _beside(findings: Findings, norm: NormRelease) -> Iterator[BesideNorm]:
    forbidden = _forbidden(findings)
    for scale in findings.main_scales:
        figure, there = scale.analytic, norm.scales.get(scale.id)
        if there is None or not isinstance(figure, Estimate):
            continue
        error = standard_error(figure, findings.policy.confidence)
        place = placed(there, figure.value, figure.n, sd=error * figure.n**0.5)
        low, middle_low, middle_high, high = there.cuts
        yield BesideNorm(
            scale=scale,
            figure=figure,
            mu=there.mu,
            middle=(middle_low, middle_high),
            typical=(low, high),
            placed=place,
            called=_called(there, figure, error**2, forbidden),
            bands_allowed=not forbidden,
        )


def _called(norm: NormScale, figure: Estimate, v: float, forbidden: str) -> Called:
    found = differences([figure.value], [v], norm.distribution, matters=MATTERS)
    difference, sd, above, below = (
        float(part[0]) for part in (found.mean, found.sd, found.above, found.below)
    )
    weak = norm.tau2 / (norm.tau2 + v) < FEWEST_RELIABLE
    why = forbidden or ("hospitals hardly differ beyond chance" if weak else "")
    return called(difference, sd, above, below, forbidden=why)


def _forbidden(findings: Findings) -> str:
    rate = findings.participation.response_percent
    low = rate is not None and rate < LEAST_RESPONSE
    return f"only {rate:.0f} % answered" if low else ""
