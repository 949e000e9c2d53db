"""Which of several scales goes most with an outcome: R-squared shared out among them.

All of it follows from correlations: ``R`` (p, p) among predictors and ``r`` (p,) with the outcome.
Two ways to share out ``R^2 = r' R^-1 r``. LMG, the mean increment of R-squared over every order in
which predictors could enter (Lindeman, Merenda and Gold 1980; Shapley values), and Johnson's
relative weights, a fast neighbour: with ``L = R^(1/2)`` and ``b = L^-1 r``, ``w_j = sum_k L_jk^2
b_k^2`` (Johnson 2000). A share is an association with the outcome, never a cause of it.

Checked against R ``relaimpo`` 2.2-7, ``domir`` and the published example of ``rwa``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from medengage.errors import TooFewResponses

__all__ = [
    "MOST",
    "Correlations",
    "WeightDraws",
    "bootstrap_weights",
    "condition_number",
    "correlations",
    "doctor_products",
    "inflation",
    "lmg",
    "relative_weights",
    "standardised_slopes",
    "unit_products",
]

Vector = NDArray[np.float64]

PAIR = 2
MOST = 10
"""Predictors: LMG needs the R-squared of every subset, a thousand of them."""
SINGULAR = 1e-10
"""An eigenvalue of R below this: some predictor is a combination of others."""
DRAWS = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Correlations:
    """Correlations among p predictors, ``x`` (..., p, p), and with the outcome, ``y`` (..., p)."""

    x: Vector
    y: Vector

    @property
    def r2(self) -> Vector:
        """Share of the outcome's variance that goes with all predictors together, shape (...)."""
        slopes = np.linalg.solve(self.x, self.y[..., None])[..., 0]
        return np.asarray((self.y * slopes).sum(axis=-1))


@dataclass(frozen=True, slots=True, eq=False)
class WeightDraws:
    """Relative weights in B draws of units.

    ``weights`` (B, p) shares of R-squared, adding up to 1; ``rank_probability`` (p, p) of each
    predictor (row) to be first, second and so on.
    """

    weights: Vector
    rank_probability: Vector

    def interval(self, level: float = 0.95) -> Vector:
        """(p, 2) percentile intervals of the shares."""
        tail = (1.0 - level) / 2.0
        return np.asarray(np.quantile(self.weights, [tail, 1.0 - tail], axis=0).T)

    def above(self, predictor: int) -> Vector:
        """(p,) share of draws in which each predictor weighs more than a given one."""
        return np.asarray((self.weights > self.weights[:, [predictor]]).mean(axis=0))


def unit_products(x: ArrayLike, y: ArrayLike, unit: ArrayLike) -> Vector:
    """(U, p+1, p+1) products of predictors (n, p) and outcome (n,) around the means of U units.

    Units' own levels are taken out, so that what is left is about doctors of one unit. The sum
    over units is all that correlations need, and drawing units is drawing these matrices. Raises
    ``ValueError`` for gaps or other shapes.
    """
    rest, place, n = _around_units(x, y, unit)
    order = np.argsort(place, kind="stable")
    products = rest[order, :, None] * rest[order, None, :]
    return np.add.reduceat(products, np.concatenate([[0], n.cumsum()[:-1].astype(int)]), axis=0)


def doctor_products(x: ArrayLike, y: ArrayLike, unit: ArrayLike) -> Vector:
    """(n, p+1, p+1) the same for each doctor alone, for where units are too few to be drawn.

    Raises ``ValueError`` for gaps or other shapes.
    """
    rest, _, _ = _around_units(x, y, unit)
    return np.asarray(rest[:, :, None] * rest[:, None, :])


def _around_units(
    x: ArrayLike, y: ArrayLike, unit: ArrayLike
) -> tuple[Vector, NDArray[np.intp], Vector]:
    """Values less the means of units, the place of each doctor's unit, and sizes of units."""
    values = np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])
    labels, place = np.unique(np.asarray(unit), return_inverse=True)
    if place.size != len(values) or not np.isfinite(values).all():
        raise ValueError("every doctor has a unit and no gaps")
    n = np.bincount(place, minlength=labels.size).astype(np.float64)
    means = np.stack([np.bincount(place, column) / n for column in values.T], axis=1)
    return values - means[place], place, n


def correlations(products: ArrayLike) -> Correlations:
    """Correlations from products (..., p+1, p+1), the outcome last.

    Raises ``ValueError`` where a column is constant.
    """
    s = np.asarray(products, dtype=np.float64)
    scale = np.sqrt(np.diagonal(s, axis1=-2, axis2=-1))
    if not (scale > 0.0).all():
        raise ValueError("a column is constant within units")
    r = s / (scale[..., :, None] * scale[..., None, :])
    return Correlations(r[..., :-1, :-1], r[..., :-1, -1])


def relative_weights(found: Correlations) -> Vector:
    """Johnson's relative weights, (..., p); they add up to R-squared.

    Raises ``ValueError`` where a predictor is a combination of others. Source: Johnson 2000.
    """
    values, vectors = np.linalg.eigh(found.x)
    if not (values > SINGULAR).all():
        raise ValueError("a predictor is a combination of others")
    root = (vectors * np.sqrt(values)[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    slopes = np.linalg.solve(root, found.y[..., None])[..., 0]
    return np.asarray((root**2 @ (slopes**2)[..., None])[..., 0])


def lmg(found: Correlations) -> Vector:
    """Mean increment of R-squared over every order of p predictors, (p,); adds up to R-squared.

    ``sum over subsets S without j of |S|! (p-1-|S|)!/p! (R2(S + j) - R2(S))``, exact. Raises
    ``ValueError`` for more than ten predictors, or one that is a combination of others. R:
    ``relaimpo::calc.relimp(type = "lmg")``.
    """
    p = found.y.size
    if p > MOST:
        raise ValueError(f"at most {MOST} predictors can be shared out exactly")
    if np.linalg.eigvalsh(found.x)[0] <= SINGULAR:
        raise ValueError("a predictor is a combination of others")
    r2 = _every_r2(found)
    masks = np.arange(1 << p)
    size = np.array([mask.bit_count() for mask in masks.tolist()])
    weight = np.array([1.0 / (p * comb(p - 1, int(s))) if s < p else 0.0 for s in size])
    shares = np.empty(p)
    for j in range(p):
        without = masks[masks & (1 << j) == 0]
        shares[j] = weight[without] @ (r2[without | (1 << j)] - r2[without])
    return shares


def standardised_slopes(found: Correlations) -> Vector:
    """(p,) slopes of the regression of standardised values, ``R^-1 r``."""
    return np.asarray(np.linalg.solve(found.x, found.y))


def inflation(found: Correlations) -> Vector:
    """(p,) by how much others inflate the variance of each slope: the diagonal of ``R^-1``.

    R: ``car::vif``.
    """
    return np.asarray(np.diag(np.linalg.inv(found.x)))


def condition_number(found: Correlations) -> float:
    """Root of the largest over the smallest eigenvalue of R; above 30 slopes mean little."""
    values = np.linalg.eigvalsh(found.x)
    return float(np.sqrt(values[-1] / values[0])) if values[0] > 0.0 else float("inf")


def bootstrap_weights(
    products: ArrayLike, rng: np.random.Generator, *, draws: int = DRAWS
) -> WeightDraws:
    """Relative weights when units are drawn with replacement; ``products`` as ``unit_products``.

    Doctors of one unit are not independent, so whole units are drawn. A draw in which a column is
    constant, or a predictor a combination of others, is drawn anew. Raises ``TooFewResponses``
    below two units.
    """
    every = np.asarray(products, dtype=np.float64)
    units = every.shape[0]
    if units < PAIR:
        raise TooFewResponses("drawing units", n=units, needed=PAIR)
    parts: list[Vector] = []
    while sum(map(len, parts)) < draws:
        counts = rng.multinomial(units, np.full(units, 1.0 / units), size=draws)
        drawn = np.tensordot(counts.astype(np.float64), every, axes=1)
        parts.append(_weights_of_fit_draws(drawn))
    weights = np.concatenate(parts)[:draws]
    ranks = np.argsort(np.argsort(-weights, axis=1), axis=1)
    p = weights.shape[1]
    probability = np.stack([(ranks == place).mean(axis=0) for place in range(p)], axis=1)
    return WeightDraws(weights, probability)


def _weights_of_fit_draws(drawn: Vector) -> Vector:
    """Shares of R-squared in the draws that have them."""
    varied = (np.diagonal(drawn, axis1=1, axis2=2) > 0.0).all(axis=1)
    found = correlations(drawn[varied])
    regular = np.linalg.eigvalsh(found.x)[:, 0] > SINGULAR
    weights = relative_weights(Correlations(found.x[regular], found.y[regular]))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _every_r2(found: Correlations) -> Vector:
    """(2^p,) R-squared of every subset, by the bits of its place."""
    p = found.y.size
    r2 = np.zeros(1 << p)
    for size in range(1, p + 1):
        subsets = np.array(list(combinations(range(p), size)))
        x = found.x[subsets[:, :, None], subsets[:, None, :]]
        y = found.y[subsets]
        slopes = np.linalg.solve(x, y[..., None])[..., 0]
        r2[(1 << subsets).sum(axis=1)] = (y * slopes).sum(axis=1)
    return r2
