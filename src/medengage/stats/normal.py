"""Normal probabilities in two dimensions and over ordered stages."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, owens_t

__all__ = ["phi2", "stage_probabilities", "standardised"]

Vector = NDArray[np.float64]

FAR = 40.0
"""Beyond 40 standard deviations a probability is 0 or 1 in double precision."""

NEAR = 1e-20
"""Moving a limit by less moves no probability in double precision."""


def phi2(h: ArrayLike, k: ArrayLike, r: ArrayLike) -> Vector:
    """Bivariate standard normal probability ``P(X <= h, Y <= k)`` at correlation r; any shape.

    Owen's identity turns the plane into two wedges:

        Phi2 = (Phi(h) + Phi(k))/2 - T(h, (k - r h)/(h s)) - T(k, (h - r k)/(k s)) - [opposite]/2

    with ``s = sqrt(1 - r^2)``, T Owen's function, and [opposite] = 1 where h and k have opposite
    signs (or one is 0 and the other negative). ``k - r h`` is formed as ``(k - h) + (1 - r) h`` so
    that it keeps its digits when r is near 1. Absolute error below 1e-15. Symmetric in h and k, h
    and k may be infinite. Raises ``ValueError`` if some ``|r| > 1`` or an argument is NaN. Source:
    Owen 1956; Patefield and Tandy 2000. Checked against R: ``mvtnorm::pmvnorm`` (TVPACK, 1e-15).

    >>> round(float(phi2(0.0, 0.0, 0.5)), 12)
    0.333333333333
    """
    x, y, rho = np.broadcast_arrays(*(np.asarray(part, dtype=np.float64) for part in (h, k, r)))
    if (np.isnan(x) | np.isnan(y)).any():
        raise ValueError("a probability needs numbers")
    if not (np.abs(rho) <= 1.0).all():
        raise ValueError("a correlation lies between -1 and 1")
    x, y = _tamed(x), _tamed(y)
    below_x, below_y = ndtr(x), ndtr(y)
    wedges = owens_t(x, _slope(x, y, rho)) + owens_t(y, _slope(y, x, rho))
    opposite = (x * y < 0.0) | ((x * y == 0.0) & (x + y < 0.0))
    inside = 0.5 * (below_x + below_y) - wedges - 0.5 * opposite
    at_origin = 0.25 + np.arcsin(rho) / (2.0 * np.pi)
    inside = np.where((x == 0.0) & (y == 0.0), at_origin, inside)
    # No joint probability leaves these bounds (Frechet), which it meets at r = 1 and r = -1.
    floor, ceiling = np.maximum(below_x + below_y - 1.0, 0.0), np.minimum(below_x, below_y)
    inside = np.where(rho == 1.0, ceiling, np.where(rho == -1.0, floor, inside))
    return np.asarray(inside.clip(floor, ceiling), dtype=np.float64)


def _tamed(limit: Vector) -> Vector:
    """A limit without infinities, and without numbers so small that products of two vanish.

    Minus zero becomes zero, too: the two would divide to opposite infinities.
    """
    return np.where(np.abs(limit) < NEAR, 0.0, limit.clip(-FAR, FAR))


def _slope(x: Vector, y: Vector, rho: Vector) -> Vector:
    """``(y - rho x) / (x sqrt(1 - rho^2))``, infinite at x = 0."""
    near, far = (y - x) + (1.0 - rho) * x, (y + x) - (1.0 + rho) * x
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(rho >= 0.0, near, far) / (x * np.sqrt((1.0 - rho) * (1.0 + rho)))
    # 0/0 belongs to the origin and to |r| = 1, where the caller has a closed form.
    return np.nan_to_num(slope, nan=0.0, posinf=np.inf, neginf=-np.inf)


def stage_probabilities(mean: ArrayLike, sd: ArrayLike, *, cuts: ArrayLike) -> Vector:
    """Probability of each of the ordered stages that K fixed cuts make; shape ``(..., K + 1)``.

    ``P(stage j) = Phi((c_j - m)/sd) - Phi((c_{j-1} - m)/sd)``, lowest stage first; ``mean`` and
    ``sd`` describe what is known about a unit's true index (``multilevel.shrunken_mean``). Above
    the mean the two upper tails are subtracted instead, which keeps the digits of tiny
    probabilities. With ``sd = 0`` the stage is certain; a mean on a cut belongs to the stage
    above. Raises ``ValueError`` unless cuts increase and sd >= 0. Checked against R: ``diff`` of
    ``pnorm``.

    >>> stage_probabilities(62.15, 1.12, cuts=[20, 40, 60, 80]).round(3).tolist()
    [0.0, 0.0, 0.027, 0.973, 0.0]
    """
    edges = np.asarray(cuts, dtype=np.float64)
    if edges.ndim != 1 or edges.size == 0 or not (np.diff(edges) > 0.0).all():
        raise ValueError("cuts are one or more increasing numbers")
    if not (np.asarray(sd) >= 0.0).all():
        raise ValueError("a standard deviation is not negative")
    centre, spread = np.broadcast_arrays(np.asarray(mean, dtype=np.float64), sd)
    z = standardised(edges, centre[..., None], spread[..., None])
    ends = np.ones((*z.shape[:-1], 1)) * np.inf
    lower, upper = np.concatenate([-ends, z], axis=-1), np.concatenate([z, ends], axis=-1)
    above = lower > 0.0
    return np.where(above, ndtr(-lower) - ndtr(-upper), ndtr(upper) - ndtr(lower))


def standardised(cut: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> Vector:
    """``(cut - mean)/sd``; with sd = 0 infinite: negative if the mean reaches the cut."""
    distance, spread = np.broadcast_arrays(np.asarray(cut) - np.asarray(mean), sd)
    certain = np.where(distance > 0.0, np.inf, -np.inf)
    with np.errstate(over="ignore"):
        return np.where(spread > 0.0, distance / np.where(spread > 0.0, spread, 1.0), certain)
