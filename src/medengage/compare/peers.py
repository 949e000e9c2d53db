"""Organisations of a region beside each other: no league table, but what can be told.

True levels are drawn from a distribution (random effects), so that small hospitals do not stand at
both ends by chance alone. Two questions get two answers that are never mixed: who is *different*
from the others by as much as matters, and who is *unusual*, outside their ordinary spread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from medengage.compare.calls import (
    FEWEST_RELIABLE,
    LEAST_RESPONSE,
    MATTERS,
    Called,
    called,
    standard_error,
)
from medengage.compare.standardised import at_the_same_mix
from medengage.errors import StudyError, TooFewResponses
from medengage.findings import Estimate, Findings
from medengage.stats.comparison import Ranks, benjamini_hochberg, differences, ranks
from medengage.stats.intervals import z_quantile
from medengage.stats.random_effects import (
    FEWEST,
    RandomEffects,
    Shrunken,
    left_out,
    random_effects,
    shrunken,
)

__all__ = ["Peer", "Peers", "beside_peers"]

FALSE_SHARE = 0.05
ALARM = 3.09
"""Standard deviations beyond which an unusual organisation is looked into at once: 99.8 %."""
FEWEST_KNOWN = 20
"""With fewer organisations each is judged by the distribution of the others alone."""
NARROW = 3
CONFIDENCE = 0.95
SEED = 20


@dataclass(frozen=True)
class Peer:
    """One organisation on one scale.

    ``level, low, high`` its true level as best guessed, with interval; ``called`` against the mean
    of all; ``unusual`` and ``alarm`` whether it lies outside the ordinary spread, within the
    family of all; ``rank_low, rank_high`` where it may stand, ``None`` where that says too little
    to be shown; ``top, bottom`` the probability of the highest and the lowest fifth; ``same_mix``
    its mean with the grades of all organisations, where every grade is shown.
    """

    organisation: str
    figure: Estimate
    level: float
    low: float
    high: float
    reliability: float
    called: Called
    z: float
    unusual: bool
    alarm: bool
    rank_low: int | None
    rank_high: int | None
    top: float
    bottom: float
    same_mix: float | None = None


@dataclass(frozen=True)
class Peers:
    """Organisations on one scale, in the order of their names.

    ``low, high`` predict where another organisation would lie; ``false_share`` is the expected
    share of wrong ones among those that are called different.
    """

    scale: str
    title: str
    mu: float
    tau: float
    low: float
    high: float
    peers: tuple[Peer, ...]
    left_out: tuple[str, ...]

    @property
    def false_share(self) -> float | None:
        """Expected share of wrong calls; ``None`` where nobody is called different."""
        wrong = [1 - one.called.probability for one in self.peers if one.called.call.is_different]
        return sum(wrong) / len(wrong) if wrong else None


def beside_peers(every: Sequence[Findings], scale: str = "index") -> Peers:
    """The newest findings of several organisations beside each other on one scale.

    Organisations whose mean is withheld are ``left_out``. Raises ``TooFewResponses`` below five
    organisations, ``StudyError`` where they answered different questions or one stands twice.
    """
    _refuse(every)
    figures = {one.about.organisation: one.scale(scale).analytic for one in every}
    known = {name: f for name, f in sorted(figures.items()) if isinstance(f, Estimate)}
    if len(known) < FEWEST:
        raise TooFewResponses("organisations beside each other", n=len(known), needed=FEWEST)
    first = every[0]
    rates = {one.about.organisation: one.participation.response_percent for one in every}
    confidence = {one.about.organisation: one.policy.confidence for one in every}
    y = np.array([figure.value for figure in known.values()])
    v = np.array([standard_error(f, confidence[name]) ** 2 for name, f in known.items()])
    fit = random_effects(y, v)
    low, high = fit.prediction_interval()
    mixed = at_the_same_mix(every, scale)
    return Peers(
        scale=first.scale(scale).id,
        title=first.scale(scale).title,
        mu=fit.mu,
        tau=fit.tau2**0.5,
        low=low,
        high=high,
        peers=tuple(
            replace(one, same_mix=mixed.get(one.organisation))
            for one in _peers(known, (y, v), fit, rates)
        ),
        left_out=tuple(sorted(set(figures) - set(known))),
    )


def _refuse(every: Sequence[Findings]) -> None:
    names = [one.about.organisation for one in every]
    if len(set(names)) < len(names):
        raise StudyError("an organisation stands twice beside its peers")
    if len({one.about.instruments[0].checksum for one in every}) > 1:
        raise StudyError("organisations beside each other have to answer the same questions")


def _peers(
    known: Mapping[str, Estimate],
    data: tuple[np.ndarray, np.ndarray],
    fit: RandomEffects,
    rates: Mapping[str, float | None],
) -> tuple[Peer, ...]:
    y, v = data
    guess = shrunken(y, v, fit)
    calls = _calls(y, v, fit, [rates[name] for name in known])
    others = left_out(y, v, method="reml") if len(y) > FEWEST else None
    adjusted = np.ones(len(y)) if others is None else benjamini_hochberg(others.p)
    z = np.zeros(len(y)) if others is None else others.z
    stand = ranks(guess.mean, guess.sd, np.random.default_rng(SEED))
    return tuple(
        _peer(name, figure, k, (guess, stand), calls[k], (float(z[k]), float(adjusted[k])))
        for k, (name, figure) in enumerate(known.items())
    )


def _peer(
    name: str,
    figure: Estimate,
    k: int,
    found: tuple[Shrunken, Ranks],
    call: Called,
    odd: tuple[float, float],
) -> Peer:
    guess, stand = found
    z, adjusted = odd
    unusual = adjusted <= FALSE_SHARE
    shown = stand.high[k] - stand.low[k] < len(stand.mean) / NARROW
    wide = z_quantile(CONFIDENCE)
    return Peer(
        organisation=name,
        figure=figure,
        level=float(guess.mean[k]),
        low=float(guess.mean[k] - wide * guess.sd[k]),
        high=float(guess.mean[k] + wide * guess.sd[k]),
        reliability=float(guess.reliability[k]),
        called=call,
        z=z,
        unusual=unusual,
        alarm=unusual and abs(z) >= ALARM,
        rank_low=int(stand.low[k]) if shown else None,
        rank_high=int(stand.high[k]) if shown else None,
        top=float(stand.top[k]),
        bottom=float(stand.bottom[k]),
    )


def _calls(
    y: np.ndarray, v: np.ndarray, fit: RandomEffects, rates: Sequence[float | None]
) -> list[Called]:
    """The rule for "different"; with few organisations against the others alone."""
    found = []
    for k, rate in enumerate(rates):
        model = fit
        if FEWEST < len(y) < FEWEST_KNOWN:
            rest = np.arange(len(y)) != k
            model = random_effects(y[rest], v[rest])
        one = differences(y[[k]], v[[k]], model, matters=MATTERS)
        weak = model.tau2 / (model.tau2 + v[k]) < FEWEST_RELIABLE
        low = rate is not None and rate < LEAST_RESPONSE
        why = f"only {rate:.0f} % answered" if low else ""
        found.append(
            called(
                float(one.mean[0]),
                float(one.sd[0]),
                float(one.above[0]),
                float(one.below[0]),
                forbidden=why or ("hospitals hardly differ beyond chance" if weak else ""),
            )
        )
    return found
