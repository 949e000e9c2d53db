"""How many things a set of items measures: common factors, and whether to look for them.

Everything starts from a correlation matrix ``R`` of J items. A model of K factors says
``R = L L' + diag(psi)``: loadings ``L`` (J x K), and ``psi``, the share of each item's variance
that it has for itself (its uniqueness).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from medengage.errors import TooFewResponses

__all__ = [
    "Bartlett",
    "FactorModel",
    "SamplingAdequacy",
    "bartlett",
    "correlations_of",
    "minres",
    "sampling_adequacy",
    "squared_multiple_correlations",
]

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

LOWEST_UNIQUENESS = 0.005
"""An item is never wholly explained by the factors (the bound of ``psych::fa``)."""

FLAT = 1e-8
"""Slope of the discrepancy at which a factor model counts as found."""

SINGULAR = 1e-10
"""Smallest eigenvalue of a correlation matrix that still counts as invertible."""

ROUNDING = 1e-14
"""Relative differences of the discrepancy below this are noise: then the slope decides."""


@dataclass(frozen=True, slots=True, eq=False)
class FactorModel:
    """Unrotated common factors.

    ``loadings``       J x K, orthogonal, largest factor first, each with a positive sum;
    ``uniquenesses``   J;
    ``discrepancy``    half the sum of squared residual correlations;
    ``gradient``       largest absolute slope left over uniquenesses inside their bounds;
    ``converged``      the slope vanished.
    """

    loadings: Matrix
    uniquenesses: Vector
    discrepancy: float
    gradient: float
    converged: bool

    @property
    def communalities(self) -> Vector:
        """Share of each item's variance that the factors explain: row sums of squares."""
        return np.asarray(np.square(self.loadings).sum(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class SamplingAdequacy:
    """Kaiser-Meyer-Olkin measure: near 1 the correlations are shared, below .5 they are not."""

    overall: float
    by_item: Vector


@dataclass(frozen=True, slots=True)
class Bartlett:
    """Bartlett's test that no items correlate at all: chi-square, degrees of freedom, p."""

    chi_square: float
    df: int
    p: float


def correlations_of(covariance: Matrix) -> Matrix:
    """Covariances divided by both standard deviations: ``C_ij / sqrt(C_ii C_jj)``.

    Raises ``ValueError`` if an item does not vary. R: ``cov2cor``.
    """
    variances = covariance.diagonal()
    if not (variances > 0.0).all():
        raise ValueError("an item without spread has no correlations")
    correlations = covariance / np.sqrt(np.outer(variances, variances))
    np.fill_diagonal(correlations, 1.0)
    return np.asarray(correlations, dtype=np.float64)


def squared_multiple_correlations(correlation: Matrix) -> Vector | None:
    """Share of each item's variance explained by all others: ``1 - 1 / (R^-1)_jj``.

    None if the matrix is singular, or no true correlation matrix at all (possible when every pair
    comes from other rows). R: ``psych::smc``.
    """
    if np.linalg.eigvalsh(correlation)[0] < SINGULAR:
        return None
    return np.asarray(1.0 - 1.0 / np.linalg.inv(correlation).diagonal())


def sampling_adequacy(correlation: Matrix) -> SamplingAdequacy | None:
    """Kaiser-Meyer-Olkin measure of sampling adequacy, overall and per item.

    ``sum r^2 / (sum r^2 + sum p^2)`` over pairs, p the partial correlation given all other items
    (Kaiser & Rice 1974). None if the matrix is singular. R: ``psych::KMO``.
    """
    if squared_multiple_correlations(correlation) is None:
        return None
    partial = np.square(correlations_of(np.asarray(np.linalg.inv(correlation), dtype=np.float64)))
    simple = np.square(correlation)
    np.fill_diagonal(partial, 0.0)
    np.fill_diagonal(simple, 0.0)
    shared, own = simple.sum(axis=0), partial.sum(axis=0)
    overall = shared.sum() / (shared.sum() + own.sum())
    return SamplingAdequacy(overall=float(overall), by_item=shared / (shared + own))


def bartlett(correlation: Matrix, n: int) -> Bartlett | None:
    """Bartlett's test of sphericity: ``-log det R (n - 1 - (2 J + 5) / 6)``, J (J - 1) / 2 df.

    None if the matrix is singular (the determinant vanishes). Raises ``TooFewResponses`` unless
    there are more respondents than items (Bartlett 1951). R: ``psych::cortest.bartlett``.
    """
    items = len(correlation)
    if n <= items:
        raise TooFewResponses("Bartlett's test", n=n, needed=items + 1)
    if np.linalg.eigvalsh(correlation)[0] < SINGULAR:
        return None
    log_determinant = np.linalg.slogdet(correlation).logabsdet
    chi_square = float(-log_determinant * (n - 1 - (2 * items + 5) / 6))
    df = items * (items - 1) // 2
    return Bartlett(chi_square=chi_square, df=df, p=float(chdtrc(df, chi_square)))


def minres(correlation: Matrix, factors: int, *, most_steps: int = 100) -> FactorModel:
    """Minimum residual factors: the loadings that leave the smallest residual correlations.

    For given uniquenesses the best loadings are the first K eigenvectors of ``R - diag(psi)``,
    and what they leave is ``f(psi) = 1/2 sum of squares of the other eigenvalues``. So f is a
    function of J numbers, with exact slopes and curvatures from the same eigenvectors: Newton's
    method needs about five eigenvalue decompositions (Harman & Jones 1966; Joreskog 1977).
    Uniquenesses stay between .005 and 1. Raises ``ValueError`` unless the model has fewer free
    parameters than there are correlations. Checked against R: ``psych::fa(fm = "minres")``.
    """
    items = len(correlation)
    if factors < 1 or (items - factors) ** 2 < items + factors:
        raise ValueError(f"{factors} factors cannot be found from {items} items")
    psi = _start(correlation)
    point = _Residual.at(correlation, psi, factors)
    for _ in range(most_steps):
        if point.slope < 1e-12 * items:
            break
        nearer = _step(correlation, point)
        if nearer is None:
            break
        point = nearer
    loadings = point.loadings()
    return FactorModel(
        loadings=loadings * np.where(loadings.sum(axis=0) < 0.0, -1.0, 1.0),
        uniquenesses=point.psi,
        discrepancy=point.value,
        gradient=point.slope,
        converged=point.slope < FLAT,
    )


def _start(correlation: Matrix) -> Vector:
    smc = squared_multiple_correlations(correlation)
    own = np.full(len(correlation), 0.5) if smc is None else 1.0 - smc
    return np.asarray(np.clip(own, LOWEST_UNIQUENESS, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class _Residual:
    """f(psi) of ``minres`` with its eigenvectors: ``kept`` by the factors, and ``left`` over."""

    psi: Vector
    factors: int
    kept_values: Vector
    kept: Matrix
    left_values: Vector
    left: Matrix

    @classmethod
    def at(cls, correlation: Matrix, psi: Vector, factors: int) -> _Residual:
        values, vectors = np.linalg.eigh(correlation - np.diag(psi))
        others = len(psi) - factors
        kept, left = vectors[:, : others - 1 : -1], vectors[:, :others]
        return cls(psi, factors, values[: others - 1 : -1], kept, values[:others], left)

    @property
    def value(self) -> float:
        return float(0.5 * (self.left_values @ self.left_values))

    @property
    def gradient(self) -> Vector:
        return np.asarray(-np.square(self.left) @ self.left_values)

    @property
    def free(self) -> NDArray[np.bool_]:
        """Uniquenesses that may move downhill without leaving their bounds."""
        down = self.gradient < 0.0
        return np.where(down, self.psi < 1.0, self.psi > LOWEST_UNIQUENESS)

    @property
    def slope(self) -> float:
        return float(np.abs(self.gradient[self.free]).max(initial=0.0))

    def curvature(self) -> Matrix:
        """Second derivatives of f; their first part alone where they do not curve upwards."""
        outer = np.square(self.left @ self.left.T)
        gap = self.left_values[:, None] - self.kept_values
        weight = np.divide(
            2.0 * self.left_values[:, None], gap, out=np.zeros_like(gap), where=gap < 0
        )
        mixed = (self.left[:, :, None] * self.kept[:, None, :]).reshape(len(self.psi), -1)
        whole = outer + (mixed * weight.ravel()) @ mixed.T
        return whole if np.linalg.eigvalsh(whole)[0] > 0.0 else outer

    def loadings(self) -> Matrix:
        return np.asarray(self.kept * np.sqrt(np.maximum(self.kept_values, 0.0)))


def _step(correlation: Matrix, point: _Residual) -> _Residual | None:
    """One Newton step inside the bounds, halved until f does not rise; None if it always does."""
    free = np.flatnonzero(point.free)
    curvature = point.curvature()[np.ix_(free, free)]
    direction = np.zeros_like(point.psi)
    direction[free] = np.linalg.lstsq(curvature, -point.gradient[free])[0]
    noise = ROUNDING * (1.0 + point.value)
    for length in 0.5 ** np.arange(30):
        psi = np.clip(point.psi + length * direction, LOWEST_UNIQUENESS, 1.0)
        nearer = _Residual.at(correlation, psi, point.factors)
        rise = nearer.value - point.value
        if rise < -noise or (rise <= noise and nearer.slope < point.slope):
            return nearer
    return None
