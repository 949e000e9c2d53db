"""A norm: the distribution of many organisations at one time, frozen under a name of its own.

What a norm is made of decides its id, so that the same contributions and rules always make the
same norm, and a result that was compared with one can say with which. A new norm never changes an
old result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from typing import Literal

import numpy as np
from pydantic import Field, ValidationError
from scipy.special import ndtri

from medengage.errors import Problem, StudyError
from medengage.findings import Fact, Score
from medengage.norms.contribution import ALL, Contribution, canonical
from medengage.norms.ledger import NormLedger
from medengage.norms.sums import BINS, ScaleSums, merged
from medengage.stats.norm_scores import effective_n
from medengage.stats.random_effects import (
    FEWEST,
    RandomEffects,
    left_out,
    random_effects,
    tau2_reml,
)

__all__ = ["RULES", "NormRelease", "NormScale", "Rules", "published", "read_norm"]

METHOD = 1
"""Counts up when anything here changes a number; it is part of every norm's id."""
FIFTHS = (0.2, 0.4, 0.6, 0.8)
DRAWS = 1_000
MONTHS = 12
LISTED = 5


class Rules(Fact):
    """What a norm needs to be valid, and for how long a contribution counts."""

    organisations: int = 10
    doctors: int = 1_000
    share_percent: int = 25
    shift_hundredths: int = 150
    months: int = 36


RULES = Rules()


class NormScale(Fact):
    """The distribution of one scale.

    ``mu, se, tau2`` mean of true levels of organisations with its standard error, and their
    variance; ``within_sd`` between doctors of one organisation; ``cuts, cut_se`` the four cuts of
    five bands and their standard errors (organisations drawn anew); ``shift`` the farthest that a
    cut moves when one organisation is left out; ``icc1`` between units; ``strata`` the histogram
    of doctors by stratum, in bins of two points; ``effective_n`` as how many independent doctors
    they count.
    """

    scale: str
    organisations: int
    doctors: int
    mu: Score
    se: float = Field(ge=0)
    tau2: float = Field(ge=0)
    within_sd: float = Field(gt=0)
    cuts: tuple[float, float, float, float]
    cut_se: tuple[float, float, float, float]
    shift: float = Field(ge=0)
    icc1: float | None
    strata: dict[str, tuple[int, ...]]
    effective_n: float

    @property
    def distribution(self) -> RandomEffects:
        """The same, for shrinking an organisation's mean towards it."""
        return RandomEffects(
            mu=self.mu,
            se=self.se,
            se_wald=self.se,
            tau2=self.tau2,
            k=self.organisations,
            q=0.0,
            i2=0.0,
        )


class NormRelease(Fact):
    """A frozen norm.

    ``id`` SHA-256 of what it is made of; ``contributions`` their ids, ``head`` the newest hash of
    the ledger; ``status`` valid, or provisional for ``reasons``.
    """

    id: str
    instrument: str
    instrument_checksum: str
    language: str
    first: date
    last: date
    method: int
    rules: Rules
    contributions: tuple[str, ...]
    head: str
    organisations: int
    doctors: int
    status: Literal["valid", "provisional"]
    reasons: tuple[str, ...]
    scales: dict[str, NormScale]


def published(
    ledger: NormLedger, instrument: str, language: str, today: date, rules: Rules = RULES
) -> NormRelease:
    """A norm from contributions that stand: the newest wave of each organisation in the window.

    Raises ``StudyError`` where there are fewer than five organisations, or not the same wording
    everywhere. Too few for a valid norm make a provisional one that says why.
    """
    ledger.verify()
    parts = _newest(
        one
        for one in ledger.standing()
        if (one.instrument, one.language) == (instrument, language)
        and _months(one.closed, today) <= rules.months
    )
    _refuse(parts, instrument)
    scales = {name: _scale(name, parts) for name in sorted(parts[0].scales)}
    reasons = tuple(_reasons(parts, scales, rules))
    ids = tuple(sorted(one.id for one in parts))
    first, last = min(one.opened for one in parts), max(one.closed for one in parts)
    made_of = {
        "instrument": instrument,
        "checksum": parts[0].instrument_checksum,
        "language": language,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "rules": rules.model_dump(mode="json"),
        "contributions": list(ids),
        "method": METHOD,
    }
    return NormRelease(
        id=hashlib.sha256(canonical(made_of)).hexdigest(),
        instrument=instrument,
        instrument_checksum=parts[0].instrument_checksum,
        language=language,
        first=first,
        last=last,
        method=METHOD,
        rules=rules,
        contributions=ids,
        head=ledger.head,
        organisations=len(parts),
        doctors=sum(_whole(one).n for one in parts),
        status="provisional" if reasons else "valid",
        reasons=reasons,
        scales=scales,
    )


def read_norm(text: str, name: str) -> NormRelease:
    """A norm from JSON; ``name`` is that of the file. Raises ``StudyError`` where it is none."""
    try:
        return NormRelease.model_validate_json(text)
    except ValidationError as error:
        problems = [
            Problem(".".join(map(str, one["loc"])) or name, f"{one['msg']}.")
            for one in error.errors(include_input=False, include_url=False)[:LISTED]
        ]
        raise StudyError("this is no norm", subject=name, problems=problems) from None


def _newest(contributions: Iterable[Contribution]) -> list[Contribution]:
    found: dict[str, Contribution] = {}
    for one in sorted(contributions, key=lambda c: (c.closed, c.wave)):
        found[one.organisation] = one
    return [found[name] for name in sorted(found)]


def _refuse(parts: Sequence[Contribution], instrument: str) -> None:
    if len(parts) < FEWEST:
        raise StudyError(
            f"a norm needs {FEWEST} organisations, and {len(parts)} contributed",
            subject=instrument,
        )
    if len({one.instrument_checksum for one in parts}) > 1:
        raise StudyError("the wording was not the same everywhere", subject=instrument)
    if len({tuple(sorted(one.scales)) for one in parts}) > 1:
        raise StudyError("not every contribution has the same scales", subject=instrument)


def _scale(name: str, parts: Sequence[Contribution]) -> NormScale:
    alls = [one.scales[name][ALL] for one in parts]
    n = np.array([sums.n for sums in alls], dtype=np.float64)
    y = np.array([sums.mean for sums in alls])
    within = float((n - 1.0) @ np.array([s.variance for s in alls]) / (n - 1.0).sum())
    v = within / n
    fit = random_effects(y, v)
    whole = reduce(merged, alls)
    others = left_out(y, v, method="reml") if len(alls) > FEWEST else None
    cuts = _cuts(fit.mu, fit.tau2)
    shift = 0.0 if others is None else float(np.abs(_cuts(others.mu, others.tau2) - cuts).max())
    return NormScale(
        scale=name,
        organisations=len(alls),
        doctors=whole.n,
        mu=fit.mu,
        se=fit.se_wald,
        tau2=fit.tau2,
        within_sd=within**0.5,
        cuts=tuple(cuts[0].tolist()),
        cut_se=tuple(_drawn_cuts(y, v, parts).std(axis=0, ddof=1).tolist()),
        shift=shift,
        icc1=whole.icc1,
        strata=_strata(name, parts),
        effective_n=effective_n(n, fit.tau2 / (fit.tau2 + within)),
    )


def _cuts(mu: float | np.ndarray, tau2: float | np.ndarray) -> np.ndarray:
    """(..., 4) fifths of the distribution of true levels: ``mu + tau Phi^-1(p)``."""
    spread = np.sqrt(np.atleast_1d(tau2))[:, None] * ndtri(np.array(FIFTHS))
    return np.asarray(np.atleast_1d(mu)[:, None] + spread)


def _drawn_cuts(y: np.ndarray, v: np.ndarray, parts: Sequence[Contribution]) -> np.ndarray:
    """(draws, 4) cuts when organisations are drawn anew; the same draws for the same parts."""
    seed = hashlib.sha256("".join(one.id for one in parts).encode()).digest()
    rng = np.random.default_rng(int.from_bytes(seed[:8], "big"))
    drawn = rng.integers(0, y.size, (DRAWS, y.size))
    tau2 = tau2_reml(y[drawn], v[drawn])
    w = 1.0 / (v[drawn] + tau2[:, None])
    return _cuts((w * y[drawn]).sum(axis=1) / w.sum(axis=1), tau2)


def _strata(name: str, parts: Sequence[Contribution]) -> dict[str, tuple[int, ...]]:
    """Doctors in each bin, by stratum."""
    found: dict[str, np.ndarray] = {}
    for one in parts:
        for stratum, sums in one.scales[name].items():
            so_far = found.setdefault(stratum, np.zeros(BINS, dtype=np.int64))
            so_far += np.array(sums.histogram)
    return {stratum: tuple(counts.tolist()) for stratum, counts in sorted(found.items())}


def _reasons(
    parts: Sequence[Contribution], scales: dict[str, NormScale], rules: Rules
) -> Iterable[str]:
    """Why a norm is provisional."""
    sizes = [_whole(one).n for one in parts]
    if len(parts) < rules.organisations:
        yield f"{len(parts)} organisations, {rules.organisations} are needed"
    if sum(sizes) < rules.doctors:
        yield f"{sum(sizes):,} doctors, {rules.doctors:,} are needed"
    if 100 * max(sizes) > rules.share_percent * sum(sizes):
        yield f"one organisation has more than {rules.share_percent} % of the doctors"
    for name, scale in scales.items():
        if 100 * scale.shift > rules.shift_hundredths:
            yield f"{name}: without one organisation a cut moves by {scale.shift:.1f} points"


def _whole(one: Contribution) -> ScaleSums:
    """The scale that most doctors have."""
    return max((strata[ALL] for strata in one.scales.values()), key=lambda sums: sums.n)


def _months(then: date, today: date) -> int:
    """Whole months from one day to another."""
    return (today.year - then.year) * MONTHS + today.month - then.month - (today.day < then.day)
