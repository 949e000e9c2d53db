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
from medengage.norms.privacy import NoisyHistogram
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

METHOD = 2
"""Counts up when anything here changes a number; it is part of every norm's id."""
FIFTHS = (0.2, 0.4, 0.6, 0.8)
DRAWS = 1_000
MONTHS = 12
MOST_WEIGHT = 0.25
LEAST, IN_A_BIN = 1.0, 2.0**2 / 12.0
"""Variance that is assumed at least, and that of scores within one bin of two points."""
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
    they count; ``noisy`` how many organisations gave histograms with noise, which count by as much
    as they tell.
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
    noisy: int = 0

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
    scales = {name: _scale(name, parts) for name in _names(parts)}
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
        doctors=sum(one.doctors for one in parts),
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
    if len({tuple(sorted(one.scales)) for one in parts if one.scales}) > 1:
        raise StudyError("not every contribution has the same scales", subject=instrument)
    if not _names(parts):
        raise StudyError(f"no scale is known of {FEWEST} organisations", subject=instrument)


def _names(parts: Sequence[Contribution]) -> list[str]:
    """Scales that five organisations or more gave, with noise or without."""
    given = [name for one in parts for name in (*one.scales, *one.noisy)]
    return sorted(name for name in set(given) if given.count(name) >= FEWEST)


def _scale(name: str, every: Sequence[Contribution]) -> NormScale:
    parts = [one for one in every if name in one.scales or name in one.noisy]
    exact = [one.scales[name][ALL] for one in parts if name in one.scales]
    noisy = [one.noisy[name] for one in parts if name in one.noisy]
    alls = [one.scales[name][ALL] if name in one.scales else one.noisy[name] for one in parts]
    n = np.array([given.n for given in alls], dtype=np.float64)
    y = np.array([given.mean for given in alls])
    within = _within(exact, noisy)
    error = [one.noisy[name].error if name in one.noisy else 0.0 for one in parts]
    v = within / n + np.array(error)
    fit = random_effects(y, v)
    mu, se = _capped(y, v, fit)
    others = left_out(y, v, method="reml") if len(alls) > FEWEST else None
    cuts = _cuts(mu, fit.tau2)
    shift = 0.0 if others is None else float(np.abs(_cuts(others.mu, others.tau2) - cuts).max())
    return NormScale(
        scale=name,
        organisations=len(alls),
        doctors=int(n.sum()),
        mu=mu,
        se=se,
        tau2=fit.tau2,
        within_sd=within**0.5,
        cuts=tuple(cuts[0].tolist()),
        cut_se=tuple(_drawn_cuts(y, v, parts).std(axis=0, ddof=1).tolist()),
        shift=shift,
        icc1=reduce(merged, exact).icc1 if exact else None,
        strata=_strata(name, parts),
        effective_n=effective_n(n, fit.tau2 / (fit.tau2 + within)),
        noisy=len(noisy),
    )


def _capped(y: np.ndarray, v: np.ndarray, fit: RandomEffects) -> tuple[float, float]:
    """The mean of true levels and its error, no organisation counting for more than a quarter.

    ``mu = sum w y/sum w`` and ``sqrt(sum w^2 (v + tau2))/sum w``, which is the usual one where no
    weight is cut.
    """
    spread = v + fit.tau2
    w = 1.0 / spread
    for _ in range(y.size):
        high = w > MOST_WEIGHT * w.sum() * (1.0 + 1e-12)
        if not high.any():
            break
        # As much as makes each of them a quarter of all, given the others.
        w[high] = w[~high].sum() * MOST_WEIGHT / (1.0 - MOST_WEIGHT * high.sum())
    total = float(w.sum())
    return float(w @ y) / total, float(np.sqrt(w**2 @ spread)) / total


def _within(exact: Sequence[ScaleSums], noisy: Sequence[NoisyHistogram]) -> float:
    """Variance between doctors of one organisation: of those without noise, if there are any."""
    if exact:
        free = np.array([sums.n - 1.0 for sums in exact])
        return float(free @ np.array([sums.variance for sums in exact]) / free.sum())
    n = np.array([histogram.n for histogram in noisy], dtype=np.float64)
    spread = float(n @ np.array([histogram.second_moment for histogram in noisy]) / n.sum())
    return max(LEAST, spread - IN_A_BIN)


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
        given = {stratum: sums.histogram for stratum, sums in one.scales.get(name, {}).items()}
        if name in one.noisy:
            given[ALL] = one.noisy[name].counts
        for stratum, counts in given.items():
            so_far = found.setdefault(stratum, np.zeros(BINS, dtype=np.int64))
            so_far += np.array(counts)
    # Noise is cut off at nobody after adding up, so that it mostly cancels before.
    return {name: tuple(found[name].clip(min=0).tolist()) for name in sorted(found)}


def _reasons(
    parts: Sequence[Contribution], scales: dict[str, NormScale], rules: Rules
) -> Iterable[str]:
    """Why a norm is provisional."""
    sizes = [one.doctors for one in parts]
    if len(parts) < rules.organisations:
        yield f"{len(parts)} organisations, {rules.organisations} are needed"
    if sum(sizes) < rules.doctors:
        yield f"{sum(sizes):,} doctors, {rules.doctors:,} are needed"
    if 100 * max(sizes) > rules.share_percent * sum(sizes):
        yield f"one organisation has more than {rules.share_percent} % of the doctors"
    for name, scale in scales.items():
        if 100 * scale.shift > rules.shift_hundredths:
            yield f"{name}: without one organisation a cut moves by {scale.shift:.1f} points"


def _months(then: date, today: date) -> int:
    """Whole months from one day to another."""
    return (today.year - then.year) * MONTHS + today.month - then.month - (today.day < then.day)
