"""Where units stand on two axes at once, and how sure one may be.

Axis x is the doctors' individual propensity to engage, axis y the opportunity their organisation
offers. A small unit's point is mostly noise, so each point is first drawn towards the mean of all
units, along the line on which units really differ (bivariate empirical Bayes); then each quadrant
gets a probability, and a unit a label only if one quadrant has nearly all of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from medengage.errors import TooFewResponses
from medengage.stats.normal import phi2, standardised

__all__ = [
    "LABEL_PROBABILITY",
    "Ellipse",
    "Placement",
    "Quadrant",
    "UncertainPoints",
    "UnitPoints",
    "UnitSums",
    "ellipse",
    "moved",
    "placement",
    "quadrant_probabilities",
    "uncertain_points",
    "unit_points",
    "unit_sums",
]

Vector = NDArray[np.float64]
Counts = NDArray[np.int64]

PAIR = 2
"""No spread without two: two units, and two doctors in one of them."""

DRAWS, FEWEST_DRAWS = 1_000, 50
FLAT = 2
"""Degrees of freedom that a flat prior of the between covariance takes."""
LABEL_PROBABILITY = 0.80
"""A unit is put into a quadrant only with this probability."""


class Quadrant(StrEnum):
    """The four quadrants, in the order of ``quadrant_probabilities``: x first, then y."""

    LOW_LOW = "low-low"
    LOW_HIGH = "low-high"
    HIGH_LOW = "high-low"
    HIGH_HIGH = "high-high"


@dataclass(frozen=True, slots=True, eq=False)
class UnitSums:
    """Sufficient statistics of two scores in U units, over doctors who have both.

    ``labels``    the units; ``n`` doctors of each;
    ``sums``      U x 2 sums of the scores;
    ``products``  U x 2 x 2 sums of squares and cross products of the scores.
    """

    labels: NDArray[Any]
    n: Counts
    sums: Vector
    products: Vector


@dataclass(frozen=True, slots=True, eq=False)
class UnitPoints:
    """Shrunken points of the units, and the two spreads they rest on.

    ``mean``        U x 2, best guess of each unit's true point, in score points;
    ``covariance``  U x 2 x 2, what remains uncertain about it;
    ``observed``    U x 2 plain means; ``n`` doctors; ``labels`` units;
    ``centre``      the mean of the true points;
    ``within``      covariance between doctors of one unit;
    ``between``     covariance between true unit points (all 0: no detectable differences).
    """

    labels: NDArray[Any]
    n: Counts
    mean: Vector
    covariance: Vector
    observed: Vector
    centre: Vector
    within: Vector
    between: Vector


@dataclass(frozen=True, slots=True, eq=False)
class UncertainPoints:
    """Points that allow for not knowing how far units differ.

    ``mean`` U x 2 and ``covariance`` U x 2 x 2 over all draws; ``probabilities`` U x 4 of the
    quadrants, in their order; ``n`` doctors; ``labels`` units.
    """

    labels: NDArray[Any]
    n: Counts
    mean: Vector
    covariance: Vector
    probabilities: Vector


@dataclass(frozen=True, slots=True)
class Placement:
    """Quadrants named for a unit, with their probabilities: one if clear, two if borderline."""

    quadrants: tuple[Quadrant, ...]
    probabilities: tuple[float, ...]

    @property
    def borderline(self) -> bool:
        """No quadrant is probable enough; name the two likeliest with both numbers."""
        return len(self.quadrants) > 1


@dataclass(frozen=True, slots=True)
class Ellipse:
    """Half-lengths of the two axes, and the angle from the x axis to the longer one.

    ``angle`` in degrees, above -90 and up to 90.
    """

    major: float
    minor: float
    angle: float


def unit_sums(x: ArrayLike, y: ArrayLike, units: ArrayLike) -> UnitSums:
    """Count, sums and cross products of two scores per unit; labels sorted.

    Doctors without both scores (NaN) are left out. Raises ``ValueError`` if lengths differ.
    """
    points, names = np.column_stack([x, y]).astype(np.float64), np.asarray(units)
    if names.shape != points.shape[:1]:
        raise ValueError("two scores and one unit per doctor")
    there = ~np.isnan(points).any(axis=1)
    labels, codes = np.unique(names[there], return_inverse=True)
    a, b = points[there].T
    n = np.bincount(codes, minlength=len(labels))
    sums = [np.bincount(codes, part, len(labels)) for part in (a, b)]
    products = [np.bincount(codes, part, len(labels)) for part in (a * a, a * b, a * b, b * b)]
    square = np.stack(products, axis=-1, dtype=np.float64).reshape(-1, 2, 2)
    return UnitSums(labels, n, np.stack(sums, axis=-1, dtype=np.float64), square)


def moved(units: UnitSums, shifts: ArrayLike) -> UnitSums:
    """The same units with ``shifts`` (U, 2) added to their means; the spread within stays.

    ``sum (y + d)(y + d)' = sum y y' + s d' + d s' + n d d'`` with ``s`` the sums.
    """
    d = np.asarray(shifts, dtype=np.float64)
    cross = units.sums[:, :, None] * d[:, None, :]
    square = units.n[:, None, None] * d[:, :, None] * d[:, None, :]
    return UnitSums(
        units.labels,
        units.n,
        units.sums + units.n[:, None] * d,
        units.products + cross + cross.swapaxes(1, 2) + square,
    )


def unit_points(units: UnitSums, *, added: ArrayLike = 0.0) -> UnitPoints:
    """Bivariate empirical Bayes points of the units.

    Within covariance ``S_w = sum (products - n mean mean') / (N - U)``; between covariance by the
    method of moments of a one-way MANOVA, ``T = (MSB - S_w)/n0``, negative eigenvalues set to 0;
    ``S_u = S_w/n_u``, ``W = T (T + S_u)^-1``, ``m = mu + W (y - mu)``. ``mu`` is the mean weighted
    by ``(T + S_u)^-1``, and ``V = W S_u + (I - W) Var(mu) (I - W)'`` with ``Var(mu) = (sum of
    (T + S_u)^-1)^-1``: without the second part a unit drawn onto the line on which units differ
    would look known exactly across it. T is taken as known. ``added`` (U,) is the variance of
    independent noise in each observed mean, the same for both scores: it counts as error of the
    mean, ``S_u = S_w/n_u + added_u I``, and is taken out of T, where it adds ``sum n_u added_u
    (1 - n_u/N)`` to the sum of squares between units. Show no point of a unit below the
    smallest publishable number. Raises ``TooFewResponses`` with fewer than two units, or if no
    unit has two doctors. Source: Efron and Morris 1972; Searle, Casella and McCulloch 1992.
    Checked against R: ``summary(manova(cbind(x, y) ~ unit))`` for both mean squares.
    """
    seen = _seen(units, added)
    between = _nearest_covariance(seen.between)
    centre, mean, covariance = _drawn_in(seen, between)
    n, observed = units.n, seen.observed
    return UnitPoints(units.labels, n, mean, covariance, observed, centre, seen.within, between)


def uncertain_points(
    units: UnitSums, rng: np.random.Generator, *, cut: ArrayLike, added: ArrayLike = 0.0
) -> UncertainPoints:
    """Points and quadrant probabilities that allow for not knowing how far units differ.

    ``unit_points`` takes the covariance T between units as known. With six units of thirty doctors
    a probability of .85 is then right in 68 of 100 cases. Here it is drawn a thousand times: with
    ``MSB`` the mean squares between U units, ``S ~ InvWishart(U - 3, (U - 1) MSB)`` and
    ``T = (S - S_w)/n0`` where that is a covariance. Probabilities are means over draws, the
    covariance of a point is the mean one plus that of the means. ``cut`` (2,), ``added`` and
    errors as there. Source: Gelman et al. 2013, 3.6 and 5.4; measured by
    ``benchmarks/calibration.py``.
    """
    seen = _seen(units, added)
    drawn = _drawn_between(seen, rng)
    _, mean, covariance = _drawn_in(seen, drawn[:, None])
    p = quadrant_probabilities(mean, covariance, cut=cut).mean(axis=0)
    middle = mean.mean(axis=0)
    away = mean - middle
    spread = np.einsum("bui,buj->uij", away, away) / len(drawn)
    return UncertainPoints(units.labels, units.n, middle, covariance.mean(axis=0) + spread, p)


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Means of units (U, 2) with their error (U, 2, 2), and what they say of both spreads.

    ``ms_between`` has the expectation ``within + from_noise + n0 T``; ``between`` is T by moments,
    which may have negative directions.
    """

    observed: Vector
    error: Vector
    within: Vector
    ms_between: Vector
    from_noise: Vector
    n0: float

    @property
    def between(self) -> Vector:
        return np.asarray((self.ms_between - self.within - self.from_noise) / self.n0)


def _seen(units: UnitSums, added: ArrayLike) -> _Seen:
    n, total = units.n, int(units.n.sum())
    fewest = min(len(n), int(n.max(initial=0)))
    if fewest < PAIR:
        raise TooFewResponses("points of units", n=fewest, needed=PAIR)
    observed = units.sums / n[:, None]
    noise = np.broadcast_to(np.asarray(added, dtype=np.float64), n.shape)
    squares = n[:, None, None] * observed[:, :, None] * observed[:, None, :]
    within = (units.products - squares).sum(axis=0) / (total - len(n))
    away = observed - units.sums.sum(axis=0) / total
    from_noise = float((n * noise * (1 - n / total)).sum()) / (len(n) - 1)
    return _Seen(
        observed=observed,
        error=within / n[:, None, None] + noise[:, None, None] * np.eye(2),
        within=within,
        ms_between=(n[:, None] * away).T @ away / (len(n) - 1),
        from_noise=from_noise * np.eye(2),
        n0=(total - float((n**2).sum()) / total) / (len(n) - 1),
    )


def _drawn_in(seen: _Seen, between: Vector) -> tuple[Vector, Vector, Vector]:
    """Centre, points and their covariances, for one T (2, 2) or many (B, 1, 2, 2)."""
    precision = np.linalg.pinv(between + seen.error, hermitian=True)
    pulls = (precision @ seen.observed[..., None]).sum(axis=-3)
    centre_covariance = np.linalg.pinv(precision.sum(axis=-3), hermitian=True)
    centre = (centre_covariance @ pulls)[..., 0]
    keep = between @ precision
    middle = centre[..., None, :]
    mean = middle + (keep @ (seen.observed - middle)[..., None])[..., 0]
    rest = np.eye(2) - keep
    spread = keep @ seen.error
    spread = spread + rest @ centre_covariance[..., None, :, :] @ rest.swapaxes(-1, -2)
    return centre, mean, (spread + spread.swapaxes(-1, -2)) / 2.0


def _drawn_between(seen: _Seen, rng: np.random.Generator) -> Vector:
    """(B, 2, 2) covariances between units that agree with what was seen.

    Bartlett's decomposition of the inverse. Where hardly any draw is a covariance, units hardly
    differ, and the nearest ones that are stand for the draws.
    """
    units = len(seen.observed)
    freedom = max(PAIR, units - 1 - FLAT)
    scale = (units - 1) * (seen.ms_between + 1e-9 * seen.within)
    lower = np.zeros((DRAWS, 2, 2))
    lower[:, 0, 0] = np.sqrt(rng.chisquare(freedom, DRAWS))
    lower[:, 1, 1] = np.sqrt(rng.chisquare(freedom - 1, DRAWS))
    lower[:, 1, 0] = rng.standard_normal(DRAWS)
    root = np.linalg.inv(np.linalg.cholesky(np.linalg.inv(scale)) @ lower)
    drawn = (root.swapaxes(1, 2) @ root - seen.within - seen.from_noise) / seen.n0
    values, vectors = np.linalg.eigh(drawn)
    fits = (values > 0.0).all(axis=1)
    if fits.sum() >= FEWEST_DRAWS:
        values, vectors = values[fits], vectors[fits]
    kept = vectors * values.clip(min=0.0)[:, None, :]
    return np.asarray(kept @ vectors.swapaxes(1, 2))


def _nearest_covariance(matrix: Vector) -> Vector:
    """The nearest symmetric matrix without negative eigenvalues (Higham 1988)."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * values.clip(min=0.0)) @ vectors.T, dtype=np.float64)


def quadrant_probabilities(mean: ArrayLike, covariance: ArrayLike, *, cut: ArrayLike) -> Vector:
    """Probabilities of low-low, low-high, high-low, high-high (x first); shape ``(..., 4)``.

    ``P_LL = Phi2``, ``P_LH = Phi(cx) - P_LL``, ``P_HL = Phi(cy) - P_LL``, ``P_HH`` the rest, with
    the cut in standard deviations from ``mean`` (``(..., 2)``) and the correlation of
    ``covariance`` (``(..., 2, 2)``). A score without any spread counts as high from the cut on.
    Raises ``ValueError`` if a variance is negative. Checked against R: ``mvtnorm::pmvnorm``
    through ``phi2``.

    >>> quadrant_probabilities([0, 0], [[1, 0.5], [0.5, 1]], cut=[0, 0]).round(4).tolist()
    [0.3333, 0.1667, 0.1667, 0.3333]
    """
    matrix = np.asarray(covariance, dtype=np.float64)
    variance = np.diagonal(matrix, axis1=-2, axis2=-1)
    if not (variance >= 0.0).all():
        raise ValueError("a variance is not negative")
    sd = np.sqrt(variance)
    scale = sd.prod(axis=-1)
    correlation = matrix[..., 0, 1] / np.where(scale > 0.0, scale, np.inf)
    z = standardised(cut, np.asarray(mean, dtype=np.float64), sd)
    both_low = phi2(z[..., 0], z[..., 1], correlation.clip(-1.0, 1.0))
    low_x, low_y = ndtr(z[..., 0]), ndtr(z[..., 1])
    both_high = (1.0 - low_x - low_y + both_low).clip(min=0.0)
    parts = [both_low, low_x - both_low, low_y - both_low, both_high]
    return np.stack(parts, axis=-1)


def placement(
    probabilities: Sequence[float], *, threshold: float = LABEL_PROBABILITY
) -> Placement:
    """The quadrant of a unit if its probability reaches the threshold, else the two likeliest.

    ``probabilities`` in the order of ``Quadrant``; of equal ones the earlier comes first. Raises
    ``ValueError`` unless there are four that sum to 1.

    >>> placement([0.05, 0.15, 0.55, 0.25]).quadrants
    (<Quadrant.HIGH_LOW: 'high-low'>, <Quadrant.HIGH_HIGH: 'high-high'>)
    """
    p = [float(one) for one in probabilities]
    if len(p) != len(Quadrant) or round(sum(p), 6) != 1.0 or min(p) < 0.0:
        raise ValueError("four probabilities that sum to 1")
    ranked = sorted(zip(p, Quadrant, strict=True), key=lambda pair: -pair[0])
    named = ranked[:1] if ranked[0][0] >= threshold else ranked[:2]
    return Placement(tuple(quadrant for _, quadrant in named), tuple(one for one, _ in named))


def ellipse(covariance: ArrayLike, *, confidence: float = 0.95) -> Ellipse:
    """Ellipse that holds a point with this probability, around its mean.

    Half-axes ``sqrt(c lambda)`` along the eigenvectors, ``c = -2 log(1 - confidence)``: the
    chi-square quantile on 2 degrees of freedom (5.991 for 95 %). Raises ``ValueError`` for a
    confidence outside (0, 1) or a matrix that is not a covariance. Source: Mardia, Kent and Bibby
    1979. Checked against R: ``eigen``, ``qchisq(.95, 2)``.

    >>> oval = ellipse([[4.0, 0.0], [0.0, 1.0]])
    >>> round(oval.major, 3), round(oval.minor, 3), oval.angle
    (4.895, 2.448, 0.0)
    """
    matrix = np.asarray(covariance, dtype=np.float64)
    if not 0.0 < confidence < 1.0:
        raise ValueError("a confidence lies between 0 and 1")
    values, vectors = np.linalg.eigh(matrix)
    if values[0] < -1e-9 * max(values[1], 0.0) or matrix[0, 1] != matrix[1, 0]:
        raise ValueError("a covariance matrix is symmetric, without negative eigenvalues")
    minor, major = np.sqrt(-2.0 * math.log1p(-confidence) * values.clip(min=0.0))
    x, y = vectors[:, 1]
    backwards = x < 0.0 or (x == 0.0 and y < 0.0)
    angle = math.atan2(-y, -x) if backwards else math.atan2(y, x)
    return Ellipse(float(major), float(minor), math.degrees(angle))
