"""Ordered ratings and what goes with them: the proportional-odds model.

    logit P(Y <= j) = theta_j - x' beta,   j = 1 .. J-1

A slope is the logarithm of an odds ratio that is the same at every threshold: with one unit more
of x, the odds of a rating above j rise by ``exp(beta)``, whichever j. Newton's method on the exact
likelihood, which has a single top (Pratt 1981). A penalty ``-ridge/2 sum beta^2`` keeps slopes
finite where ratings are separated by x.

Source: McCullagh 1980. Checked against R ``ordinal::clm`` 2022.11.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri, expit, logit

__all__ = ["OddsModel", "parallel_slopes", "profile_interval", "proportional_odds"]

Vector = NDArray[np.float64]

MOST_STEPS = 100
CLOSE = 1e-18
"""Newton's decrement at the top."""
HALVINGS = 40
FAR = 30.0
"""A slope that moves the logit by more over the range of x has run away: ratings are separated."""


@dataclass(frozen=True, slots=True, eq=False)
class OddsModel:
    """A fitted model of J ordered ratings and p predictors.

    ``thresholds`` (J-1,), ``slopes`` (p,) on the scale of the logit; ``covariance`` of both, in
    that order; ``log_likelihood`` without the penalty; ``separated`` where slopes ran away, so
    that they and their errors mean nothing.
    """

    thresholds: Vector
    slopes: Vector
    covariance: Vector
    log_likelihood: float
    separated: bool

    @property
    def standard_errors(self) -> Vector:
        """Of thresholds and slopes."""
        return np.sqrt(np.diag(self.covariance))


@dataclass(frozen=True, slots=True, eq=False)
class _Design:
    """Logits as ``parts @ parameters + offset``: parts (n, J-1, q), offset (n,), ratings (n,)."""

    parts: Vector
    offset: Vector
    rating: NDArray[np.intp]
    penalty: Vector


def proportional_odds(x: ArrayLike, rating: ArrayLike, *, ridge: float = 0.0) -> OddsModel:
    """Fit ratings (n,) that are 0 .. J-1 to predictors ``x`` (n, p) or (n,).

    Every rating from 0 to the highest has to occur, and no predictor may be constant:
    ``ValueError``. R: ``ordinal::clm(rating ~ x)``.
    """
    design, levels = _design(x, rating, ridge)
    parameters, likelihood, information = _top(design, _start(design.rating, design, levels))
    slopes = parameters[levels - 1 :]
    reach = np.abs(slopes) * np.ptp(np.atleast_2d(np.asarray(x, dtype=float).T), axis=1)
    return OddsModel(
        thresholds=parameters[: levels - 1],
        slopes=slopes,
        covariance=np.asarray(np.linalg.pinv(information), dtype=np.float64),
        log_likelihood=likelihood,
        separated=bool((reach > FAR).any()),
    )


def profile_interval(
    x: ArrayLike, rating: ArrayLike, *, column: int = 0, level: float = 0.95
) -> tuple[float, float]:
    """Where a slope lies: values at which the likelihood falls by no more than chi-square allows.

    All other parameters are fitted anew at each value. ``-inf`` or ``inf`` on a side where the
    likelihood never falls that far. Raises ``ValueError`` as ``proportional_odds``. R:
    ``confint(clm(...))``.
    """
    design, levels = _design(x, rating, 0.0)
    fit = proportional_odds(x, rating)
    place = levels - 1 + column
    best, error = fit.slopes[column], fit.standard_errors[place]
    allowed = float(chdtri(1.0, 1.0 - level)) / 2.0
    others = np.delete(np.concatenate([fit.thresholds, fit.slopes]), place)

    def above(slope: float) -> float:
        fixed = _Design(
            np.delete(design.parts, place, axis=2),
            design.offset + slope * design.parts[:, 0, place],
            design.rating,
            np.delete(design.penalty, place),
        )
        return fit.log_likelihood - _top(fixed, others)[1] - allowed

    away = fit.separated and abs(best) == np.abs(fit.slopes).max()
    low = -math.inf if away and best < 0.0 else _crossing(above, best, -error)
    return low, math.inf if away and best > 0.0 else _crossing(above, best, error)


def parallel_slopes(x: ArrayLike, rating: ArrayLike) -> tuple[float, int, float]:
    """Is one slope enough for all thresholds? Likelihood ratio, degrees of freedom, p.

    Against a model in which every predictor has a slope at each threshold. Raises ``ValueError``
    as ``proportional_odds``. R: ``ordinal::clm(nominal = ~ x)`` and ``anova``.
    """
    design, levels = _design(x, rating, 0.0)
    one = proportional_odds(x, rating)
    p, cuts = one.slopes.size, levels - 1
    each = np.zeros((design.parts.shape[0], cuts, cuts * (1 + p)))
    each[:, :, :cuts] = design.parts[:, :, :cuts]
    for cut in range(cuts):
        at = cuts + cut * p
        each[:, cut, at : at + p] = design.parts[:, cut, cuts:]
    start = np.concatenate([one.thresholds, np.tile(one.slopes, cuts)])
    free = _Design(each, design.offset, design.rating, np.zeros(start.size))
    ratio = max(0.0, 2.0 * (_top(free, start)[1] - one.log_likelihood))
    freedom = p * (cuts - 1)
    return ratio, freedom, float(chdtrc(freedom, ratio)) if freedom else 1.0


def _design(x: ArrayLike, rating: ArrayLike, ridge: float) -> tuple[_Design, int]:
    """The design of parallel slopes, and the number of ratings."""
    values, seen = np.asarray(x, dtype=np.float64), np.asarray(rating)
    values = values[:, None] if values.ndim == 1 else values
    levels = int(seen.max()) + 1 if seen.size else 0
    if values.shape[0] != seen.size or not np.isfinite(values).all():
        raise ValueError("each rating needs a row of finite predictors")
    if sorted(set(seen.tolist())) != list(range(levels)) or levels == 1:
        raise ValueError("ratings are 0, 1, 2 and so on, and each occurs")
    if (np.ptp(values, axis=0) == 0.0).any():
        raise ValueError("a predictor is constant")
    cuts = levels - 1
    parts = np.zeros((seen.size, cuts, cuts + values.shape[1]))
    parts[:, np.arange(cuts), np.arange(cuts)] = 1.0
    parts[:, :, cuts:] = -values[:, None, :]
    penalty = np.concatenate([np.zeros(cuts), np.full(values.shape[1], ridge)])
    return _Design(parts, np.zeros(seen.size), seen.astype(np.intp), penalty), levels


def _start(rating: NDArray[np.intp], design: _Design, levels: int) -> Vector:
    """Thresholds at the shares of the ratings at the mean of x, slopes of 0."""
    below = np.cumsum(np.bincount(rating, minlength=levels))[:-1] / rating.size
    start = np.zeros(design.parts.shape[2])
    start[: levels - 1] = logit(below)
    return start


def _top(design: _Design, start: Vector) -> tuple[Vector, float, Vector]:
    """Parameters at the top, the log-likelihood there without penalty, and the information."""
    parameters = start
    value, slope, information = _surface(design, parameters)
    for _ in range(MOST_STEPS):
        step = np.asarray(np.linalg.lstsq(information, slope, rcond=None)[0], dtype=np.float64)
        if float(slope @ step) < CLOSE:
            break
        parameters, (value, slope, information) = _uphill(design, parameters, step, value)
    return parameters, value + 0.5 * float(design.penalty @ parameters**2), information


def _uphill(
    design: _Design, parameters: Vector, step: Vector, value: float
) -> tuple[Vector, tuple[float, Vector, Vector]]:
    """A whole step, or a part of it that does not lead down; thresholds stay in order."""
    share = 1.0
    for _ in range(HALVINGS):
        found = _surface(design, parameters + share * step)
        if found[0] >= value:
            return parameters + share * step, found
        share /= 2.0
    return parameters, _surface(design, parameters)


def _surface(design: _Design, parameters: Vector) -> tuple[float, Vector, Vector]:
    """Penalised log-likelihood, its slope, and its information; -inf outside of the order."""
    logits = design.parts @ parameters + design.offset[:, None]
    n, cuts = logits.shape
    row, y = np.arange(n), design.rating
    upper = np.where(y < cuts, logits[row, np.minimum(y, cuts - 1)], np.inf)
    lower = np.where(y > 0, logits[row, np.maximum(y, 1) - 1], -np.inf)
    p = expit(upper) - expit(lower)
    if not (p > 0.0).all():
        return -math.inf, np.zeros(parameters.size), np.eye(parameters.size)
    high, low = expit(upper) * expit(-upper) / p, expit(lower) * expit(-lower) / p
    at_high = design.parts[row, np.minimum(y, cuts - 1)]
    at_low = design.parts[row, np.maximum(y, 1) - 1]
    score = high[:, None] * at_high - low[:, None] * at_low
    bend_high, bend_low = high * (1.0 - 2.0 * expit(upper)), low * (1.0 - 2.0 * expit(lower))
    information = (
        score.T @ score
        - at_high.T @ (bend_high[:, None] * at_high)
        + at_low.T @ (bend_low[:, None] * at_low)
        + np.diag(design.penalty)
    )
    value = float(np.log(p).sum()) - 0.5 * float(design.penalty @ parameters**2)
    return value, score.sum(axis=0) - design.penalty * parameters, information


def _crossing(above: Callable[[float], float], best: float, step: float) -> float:
    """Where a rising function meets 0 on one side of the top; infinite where it does not."""
    end = best + step
    for _ in range(HALVINGS):
        if above(end) > 0.0:
            return float(brentq(above, best, end, xtol=1e-10))
        end = best + 2.0 * (end - best)
        if abs(end - best) > FAR * FAR * abs(step):
            break
    return math.copysign(math.inf, step)
