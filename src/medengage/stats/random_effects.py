"""Means of organisations as draws from a distribution: how far true levels differ, and whose.

Model: the mean ``y`` of an organisation is its true level plus chance with a known variance ``v``;
true levels are normal with mean ``mu`` and variance ``tau2``:

    y_o ~ N(theta_o, v_o),  theta_o ~ N(mu, tau2),  w_o = 1/(v_o + tau2),  mu = sum w y / sum w

``tau2`` comes from one of three estimators. With ``P = diag(w) - w w'/sum w``, REML is the root of
``y'PPy = tr P``, found by Fisher scoring (step ``(y'PPy - tr P)/tr PP``); Paule and Mandel solve
``sum w (y - mu)^2 = k - 1``; DerSimonian and Laird have a closed form. All work on many sets of
organisations at once, because leaving each one out, or drawing them anew, needs as many fits.

Sources: DerSimonian and Laird 1986; Paule and Mandel 1982; Viechtbauer 2005; Hartung and Knapp
2001; Higgins, Thompson and Spiegelhalter 2009. Checked against R ``metafor`` 3.8-1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, stdtrit

from medengage.errors import TooFewResponses

__all__ = [
    "FEWEST",
    "TAU2",
    "LeftOut",
    "RandomEffects",
    "Shrunken",
    "left_out",
    "random_effects",
    "shrunken",
    "tau2_dl",
    "tau2_pm",
    "tau2_reml",
]

Vector = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEWEST = 5
"""Organisations below which nothing is claimed about their distribution."""
MOST_STEPS = 200
CLOSE = 1e-12
"""A step smaller than this share of the variance of means ends the search."""


@dataclass(frozen=True, slots=True)
class RandomEffects:
    """A fitted distribution of true levels.

    ``mu, se``   mean of true levels in score points, and its standard error (Knapp and Hartung);
    ``se_wald``  the same without their correction, ``1/sqrt(sum w)``, for shrunken values;
    ``tau2``     variance of true levels, in squared points; ``k`` organisations;
    ``q``        Cochran's Q: spread of the means in units of chance, expected ``k - 1``;
    ``i2``       share of the variance of a typical mean that is not chance, 0 to 1.
    """

    mu: float
    se: float
    se_wald: float
    tau2: float
    k: int
    q: float
    i2: float

    def mean_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Where ``mu`` lies: t with k - 1 degrees of freedom (Hartung and Knapp 2001)."""
        half = _student(self.k - 1, level) * self.se
        return self.mu - half, self.mu + half

    def prediction_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Where the true level of another organisation lies: t with k - 2 degrees of freedom.

        Formula ``mu +/- t sqrt(tau2 + se_wald^2)`` (Higgins, Thompson and Spiegelhalter 2009).
        """
        half = _student(self.k - 2, level) * math.sqrt(self.tau2 + self.se_wald**2)
        return self.mu - half, self.mu + half


@dataclass(frozen=True, slots=True, eq=False)
class Shrunken:
    """Best guesses of true levels, drawn towards the mean of all.

    ``mean, sd`` (k,) of each, in score points; ``reliability`` (k,) the share of its difference
    from ``mu`` that is kept, ``tau2/(tau2 + v)``.
    """

    mean: Vector
    sd: Vector
    reliability: Vector


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """Each organisation against the distribution of all others.

    ``mu, tau2`` (k,) of the others; ``z`` (k,) how unusual it would be as one more of them:
    ``(y - mu)/sqrt(v + tau2 + se^2)``; ``p`` (k,) two-sided.
    """

    mu: Vector
    tau2: Vector
    z: Vector
    p: Vector


def tau2_dl(y: ArrayLike, v: ArrayLike, used: ArrayLike | None = None) -> Vector:
    """Variance of true levels after DerSimonian and Laird (1986): shape of ``y`` less its last.

    ``max(0, (Q - (k-1))/(sum w - sum w^2/sum w))`` with ``w = 1/v``. ``y``, ``v`` and ``used``
    (which organisations count; all if absent) are (..., k). R: ``metafor::rma(method = "DL")``.
    """
    y, v, one = _arrays(y, v, used)
    w = one / v
    total = w.sum(axis=-1)
    spread = (w * (y - _mean(w, y)) ** 2).sum(axis=-1)
    scale = total - (w**2).sum(axis=-1) / total
    return np.asarray(np.maximum(0.0, (spread - (one.sum(axis=-1) - 1.0)) / scale))


def tau2_pm(y: ArrayLike, v: ArrayLike, used: ArrayLike | None = None) -> Vector:
    """Variance of true levels after Paule and Mandel (1982): ``sum w (y - mu)^2 = k - 1``.

    Newton's steps from 0 rise to the root, because the left side falls and is convex in ``tau2``.
    Shapes as in ``tau2_dl``. R: ``metafor::rma(method = "PM")``.
    """
    y, v, one = _arrays(y, v, used)
    wanted = one.sum(axis=-1) - 1.0

    def step(tau2: Vector) -> Vector:
        w = one / (v + tau2[..., None])
        rest = y - _mean(w, y)
        return np.asarray(((w * rest**2).sum(axis=-1) - wanted) / ((w * rest) ** 2).sum(axis=-1))

    return _climbed(step, np.zeros_like(wanted), _scale(y, one))


def tau2_reml(y: ArrayLike, v: ArrayLike, used: ArrayLike | None = None) -> Vector:
    """Variance of true levels by restricted maximum likelihood, at least 0.

    Where Fisher scoring does not settle, the value of DerSimonian and Laird stands in. Shapes as
    in ``tau2_dl``. R: ``metafor::rma(method = "REML")``.
    """
    y, v, one = _arrays(y, v, used)
    start = tau2_dl(y, v, one)

    def step(tau2: Vector) -> Vector:
        w = one / (v + tau2[..., None])
        total, squares = w.sum(axis=-1), (w**2).sum(axis=-1)
        rest = y - _mean(w, y)
        trace = total - squares / total
        information = squares - 2.0 * (w**3).sum(axis=-1) / total + (squares / total) ** 2
        return np.asarray((((w * rest) ** 2).sum(axis=-1) - trace) / information)

    return _climbed(step, start, _scale(y, one))


TAU2: dict[str, Callable[..., Vector]] = {"reml": tau2_reml, "pm": tau2_pm, "dl": tau2_dl}
"""Estimators by name."""


def random_effects(y: ArrayLike, v: ArrayLike, *, method: str = "reml") -> RandomEffects:
    """Fit the distribution of true levels to means ``y`` (k,) with variances of chance ``v`` (k,).

    The standard error after Knapp and Hartung: ``se^2 = sum w (y - mu)^2/((k-1) sum w)``. Raises
    ``TooFewResponses`` below five organisations, ``ValueError`` for variances that are not
    positive, ``KeyError`` for an estimator that there is not. R: ``metafor::rma(test = "knha")``.
    """
    y, v, one = _arrays(y, v, None)
    k = y.size
    if k < FEWEST:
        raise TooFewResponses("the distribution of organisations", n=k, needed=FEWEST)
    tau2 = float(TAU2[method](y, v))
    w, fixed = one / (v + tau2), one / v
    total = float(w.sum())
    mu = float(w @ y) / total
    typical = (k - 1.0) * fixed.sum() / (fixed.sum() ** 2 - (fixed**2).sum())
    return RandomEffects(
        mu=mu,
        se=math.sqrt(float(w @ (y - mu) ** 2) / (k - 1) / total),
        se_wald=1.0 / math.sqrt(total),
        tau2=tau2,
        k=k,
        q=float(fixed @ (y - fixed @ y / fixed.sum()) ** 2),
        i2=float(tau2 / (tau2 + typical)),
    )


def shrunken(y: ArrayLike, v: ArrayLike, fit: RandomEffects) -> Shrunken:
    """Best guesses of true levels, empirical Bayes; ``y`` and ``v`` are (k,).

    With ``B = tau2/(tau2 + v)``: mean ``mu + B (y - mu)``, variance ``B v + (1-B)^2 Var(mu)``. An
    organisation may be one that the fit has not seen. R: ``metafor::blup``.
    """
    y, v, _ = _arrays(y, v, None)
    kept = fit.tau2 / (fit.tau2 + v)
    variance = kept * v + (1.0 - kept) ** 2 * fit.se_wald**2
    return Shrunken(fit.mu + kept * (y - fit.mu), np.sqrt(variance), kept)


def left_out(y: ArrayLike, v: ArrayLike, *, method: str = "dl") -> LeftOut:
    """Each organisation as one more of the others; ``y`` and ``v`` are (k,).

    An organisation that is unusual would widen the distribution that it is judged by, so it is
    left out of it. Raises ``TooFewResponses`` where fewer than five others remain. R:
    ``metafor::leave1out``.
    """
    y, v, _ = _arrays(y, v, None)
    k = y.size
    if k - 1 < FEWEST:
        raise TooFewResponses("the distribution of other organisations", n=k - 1, needed=FEWEST)
    others = ~np.eye(k, dtype=bool)
    everybody = np.broadcast_to(y, (k, k)), np.broadcast_to(v, (k, k))
    tau2 = TAU2[method](*everybody, others)
    w = others / (everybody[1] + tau2[:, None])
    mu = _mean(w, everybody[0])[:, 0]
    z = (y - mu) / np.sqrt(v + tau2 + 1.0 / w.sum(axis=1))
    return LeftOut(mu, tau2, z, 2.0 * ndtr(-np.abs(z)))


def _arrays(y: ArrayLike, v: ArrayLike, used: ArrayLike | None) -> tuple[Vector, Vector, Vector]:
    """Means, variances and ones for those that count; ``ValueError`` for what is no variance."""
    means, variances = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    if means.shape != variances.shape or not (variances > 0.0).all():
        raise ValueError("every mean needs a variance above 0")
    if not (np.isfinite(means).all() and np.isfinite(variances).all()):
        raise ValueError("means and variances are finite numbers")
    one = np.ones(means.shape) if used is None else np.asarray(used, dtype=np.float64)
    return means, variances, one


def _mean(w: Vector, y: Vector) -> Vector:
    """(..., 1) weighted means."""
    return np.asarray((w * y).sum(axis=-1, keepdims=True) / w.sum(axis=-1, keepdims=True))


def _scale(y: Vector, one: Vector) -> Vector:
    """Variance of the means: what a step is small against."""
    return np.asarray((one * (y - _mean(one, y)) ** 2).sum(axis=-1) / one.sum(axis=-1))


def _climbed(step: Callable[[Vector], Vector], start: Vector, scale: Vector) -> Vector:
    """Follow steps until all are small, never below 0; the start where one does not settle."""
    tau2 = start.copy()
    for _ in range(MOST_STEPS):
        new = np.maximum(0.0, tau2 + step(tau2))
        moved = np.abs(new - tau2)
        tau2 = new
        if (moved <= CLOSE * scale).all():
            return tau2
    return np.where(moved <= CLOSE * scale, tau2, start)


def _student(freedom: int, level: float) -> float:
    return float(stdtrit(freedom, 0.5 + level / 2.0))
