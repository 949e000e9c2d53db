"""Omega: how much of a score is one common thing, after allowing for groups of items.

A scale may measure one general factor and, beside it, several narrower ones. The
Schmid-Leiman transformation splits what the items share into both:

    ``omega total``         everything shared / variance of the score
    ``omega hierarchical``  the general factor alone / variance of the score

Only the second says how far one total score means one thing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medengage.stats.rotation import Rotation, oblimin
from medengage.stats.structure import FactorModel, minres

__all__ = ["Omega", "SchmidLeiman", "omega", "schmid_leiman"]

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

TWO_FACTORS = 2
"""One correlation between them cannot tell two loadings on a common factor."""

NOTHING = 1e-12
"""A shared part of the variance below this is rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class SchmidLeiman:
    """One general and K uncorrelated group factors.

    ``general``         J loadings on the general factor;
    ``group``           J x K loadings on the group factors (zero if K is 1);
    ``communalities``   J shares of variance explained by all factors together;
    ``identified``      three group factors or more: with two, equal loadings on the general
    factor are an assumption; with one, general and group factor are the same thing;
    ``converged``       every step arrived at its minimum.
    """

    general: Vector
    group: Matrix
    communalities: Vector
    identified: bool
    converged: bool


@dataclass(frozen=True, slots=True, eq=False)
class Omega:
    """Reliability of a sum score of standardised items under a Schmid-Leiman solution.

    ``total``, ``hierarchical``  as in the module's text;
    ``limit``                    hierarchical / total: what hierarchical approaches with ever more
    such items;
    ``explained_common_variance``  general factor's part of the squared loadings;
    ``subscale_total``, ``subscale_general``, ``subscale_group``  for the items that load most on
    each group factor: variance of their sum due to both factors, to the general and to the group
    factor alone; nan for a group factor that has no items;
    ``reflected``                items turned round because they load negatively on the general
    factor (none, if answers were mirrored as keyed);
    ``solution``                 the loadings, after that.
    """

    total: float
    hierarchical: float
    limit: float
    explained_common_variance: float
    subscale_total: Vector
    subscale_general: Vector
    subscale_group: Vector
    reflected: NDArray[np.bool_]
    solution: SchmidLeiman


def omega(correlation: Matrix, factors: int) -> Omega | None:
    """Omega total and hierarchical from minimum residual factors, oblimin and Schmid-Leiman.

    ``total = 1 - sum of uniquenesses / V``; ``hierarchical = (sum of general loadings)^2 / V``;
    V the sum of all correlations (McDonald 1999; Zinbarg et al. 2005). Give ``factors`` as the
    number of subscales. Hierarchical is not identified below three (``solution.identified``):
    quote only the total, or fit a confirmatory model. None if the items share nothing. Raises
    ``ValueError`` as ``minres`` does.
    Checked against R: ``psych::omega(R, nfactors)``, to 1e-5 where its optimisers stop early.
    """
    solution = schmid_leiman(correlation, factors)
    sign = np.where(solution.general < 0.0, -1.0, 1.0)
    reflected, turned = correlation * np.outer(sign, sign), _reflect(solution, sign)
    variance = float(reflected.sum())
    shared = variance - float((1.0 - turned.communalities).sum())
    if shared < NOTHING * variance:
        return None
    general = float(turned.general.sum()) ** 2
    narrow, wide = np.square(turned.group).sum(), np.square(turned.general).sum()
    subscale_general, subscale_group = _subscales(reflected, turned)
    return Omega(
        total=shared / variance,
        hierarchical=general / variance,
        limit=general / shared,
        explained_common_variance=float(wide / (wide + narrow)),
        subscale_total=subscale_general + subscale_group,
        subscale_general=subscale_general,
        subscale_group=subscale_group,
        reflected=sign < 0.0,
        solution=turned,
    )


def schmid_leiman(correlation: Matrix, factors: int) -> SchmidLeiman:
    """General and group factors from correlated factors (Schmid & Leiman 1957).

    Correlated factors ``L, Phi`` have a common factor of their own, ``Phi = g g' + diag``. Then
    items load ``L g`` on the general factor and ``L sqrt(1 - g^2)`` on what is left of each
    factor. Two factors have one correlation for two loadings g: both get its square root, as
    ``psych::schmid(option = "equal")`` does. Raises ``ValueError`` as ``minres`` does.
    """
    first = minres(correlation, factors)
    if factors == 1:
        general, none = first.loadings[:, 0], np.zeros_like(first.loadings)
        return SchmidLeiman(general, none, first.communalities, False, first.converged)
    oblique = oblimin(first.loadings)
    second, found = _second_order(oblique.correlations)
    left = np.sqrt(np.maximum(1.0 - np.square(second), 0.0))
    return SchmidLeiman(
        general=oblique.loadings @ second,
        group=oblique.loadings * left,
        communalities=first.communalities,
        identified=factors > TWO_FACTORS,
        converged=found and _converged(first, oblique),
    )


def _second_order(correlations: Matrix) -> tuple[Vector, bool]:
    """Loadings of the factors on their common factor, and whether they were found."""
    if len(correlations) == TWO_FACTORS:
        shared = correlations[0, 1]
        root = np.sqrt(abs(shared))
        return np.array([root, np.sign(shared) * root]), True
    model = minres(correlations, 1)
    return model.loadings[:, 0], model.converged


def _converged(first: FactorModel, oblique: Rotation) -> bool:
    return first.converged and oblique.converged


def _reflect(solution: SchmidLeiman, sign: Vector) -> SchmidLeiman:
    return SchmidLeiman(
        general=solution.general * sign,
        group=solution.group * sign[:, None],
        communalities=solution.communalities,
        identified=solution.identified,
        converged=solution.converged,
    )


def _subscales(correlation: Matrix, solution: SchmidLeiman) -> tuple[Vector, Vector]:
    """Variance of each group factor's own items due to the general and to the group factor."""
    home = np.abs(solution.group).argmax(axis=1)
    member = (home[:, None] == np.arange(solution.group.shape[1])).astype(np.float64)
    variance = np.einsum("ik,ij,jk->k", member, correlation, member)
    variance = np.where(variance > 0.0, variance, np.nan)
    general = (solution.general @ member) ** 2 / variance
    group = (solution.group * member).sum(axis=0) ** 2 / variance
    return general, group
