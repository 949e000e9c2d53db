"""What is latent: three meta-scales and the contrast of the two aspects, at every level.

Every effect (of an organisation, a unit, a doctor) is four numbers in points: one for each
meta-scale M1, M2, M3, and the contrast D by which individual propensity exceeds, and
organisational opportunity falls short of, the meta-scale. From them follow, by weights alone,

    index             G = (M1 + M2 + M3) / 3
    a subscale        M_m + D (individual)   or   M_m - D (organisation)
    the two aspects   G + D                  and  G - D.

With var(G) given, ``var(M) = 3 var(G) / (1 + 2 r)`` makes metas that correlate r, and
``var(D) = var(G) (1 - a) / (1 + a)`` makes aspects that correlate a.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medengage.definitions.instrument import Instrument, Scale
from medengage.simulate.truth import ScoreTruth

__all__ = [
    "INDEX",
    "METAS",
    "SHIFT",
    "TRAITS",
    "Subscales",
    "covariance",
    "effects",
    "person_covariance",
    "subscales",
    "total_covariance",
]

Array = npt.NDArray[np.float64]

METAS = 3
TRAITS = METAS + 1

INDEX: Array = np.array([1.0, 1.0, 1.0, 0.0]) / METAS
"""Weights of the index."""

SHIFT: Array = np.array([1.0, 1.0, 1.0, 0.0])
"""A change of the index by one point that moves all subscales alike."""

ASPECT = {"individual": 1.0, "organisation": -1.0, None: 0.0}


def covariance(variance: float, *, metas: float, aspects: float) -> Array:
    """(4, 4) covariance of (M1, M2, M3, D) for a variance of the index and two correlations.

    >>> covariance(0.8, metas=0.7, aspects=0.4).round(3)[0].tolist()
    [1.0, 0.7, 0.7, 0.0]
    """
    spread = variance * METAS / (1.0 + (METAS - 1) * metas)
    matrix = np.zeros((TRAITS, TRAITS))
    matrix[:METAS, :METAS] = spread * (metas + (1.0 - metas) * np.eye(METAS))
    matrix[METAS, METAS] = variance * (1.0 - aspects) / (1.0 + aspects)
    return matrix


def effects(normal: Array, variance: float, *, metas: float, aspects: float) -> Array:
    """Turn independent standard normals (..., 4) into effects with ``covariance(...)``."""
    factor = np.linalg.cholesky(covariance(1.0, metas=metas, aspects=aspects))
    return np.asarray(np.sqrt(variance) * normal @ factor.T)


def person_covariance(truth: ScoreTruth) -> Array:
    """(4, 4) between the doctors of one unit and grade."""
    return covariance(truth.person, metas=truth.within, aspects=truth.aspects)


def total_covariance(truth: ScoreTruth) -> Array:
    """(4, 4) over the whole region, fixed effects of grade and specialty aside."""
    between = covariance(truth.organisation, metas=truth.between, aspects=truth.aspects)
    within = truth.unit + truth.person
    return between + covariance(within, metas=truth.within, aspects=truth.aspects)


@dataclass(frozen=True, eq=False)
class Subscales:
    """The L subscales of an instrument as mixtures of the four traits.

    ``weights`` (L, 4); ``mean`` and ``sd`` (L,) of the subscale over the region, in points.
    """

    weights: Array
    mean: float
    sd: Array

    def standard(self, traits: Array) -> Array:
        """Traits (..., 4) in points -> subscales (..., L) in regional standard deviations."""
        return np.asarray((traits @ self.weights.T - self.mean) / self.sd)

    def spread(self, matrix: Array) -> Array:
        """(L,) variance of the standard subscales where the traits have this covariance."""
        variance = np.einsum("ij,jk,ik->i", self.weights, matrix, self.weights)
        return np.asarray(variance / self.sd**2)


def subscales(instrument: Instrument, truth: ScoreTruth) -> Subscales:
    """Which traits each subscale measures, in the order of ``instrument.subscales``.

    Branches below the index (or roots without one) take the meta-scales in turn, a fourth branch
    the first again; a lone subscale measures the index. Aspects add or take away D.
    """
    weights = np.array([_weights(instrument, leaf) for leaf in instrument.subscales])
    variance = np.einsum("ij,jk,ik->i", weights, total_covariance(truth), weights)
    return Subscales(weights, truth.mean, np.sqrt(variance))


def _weights(instrument: Instrument, leaf: Scale) -> Array:
    index = instrument.index
    if index is not None and leaf.id == index.id:
        return INDEX
    branches = instrument.children(index.id) if index else instrument.roots
    place = next(n for n, top in enumerate(branches) if leaf in instrument.leaves_of(top.id))
    weights = np.zeros(TRAITS)
    weights[place % METAS] = 1.0
    weights[METAS] = ASPECT[leaf.aspect]
    return weights
