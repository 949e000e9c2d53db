"""How well the items of one scale agree, and how far to trust one person's score.

Everything follows in closed form from the J x J covariance matrix ``C`` of the items (``R`` its
correlations), whatever the number of respondents. With ``t = sum of all entries of C`` (the
variance of the sum score), dropping an item takes its row and column out of ``t``: no statistic
is ever computed twice. Mirror reverse-keyed items first.

Person-level errors belong to the doctor's own private feedback. A unit mean has another error,
``s_u / sqrt(n_u)``: never quote these numbers for groups.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri

from medengage.errors import TooFewResponses
from medengage.stats.structure import correlations_of, squared_multiple_correlations

__all__ = [
    "DroppedItem",
    "ItemFit",
    "Reliability",
    "alpha",
    "alpha_if_dropped",
    "alpha_standard_error",
    "feldt_interval",
    "guttman_lambda6",
    "item_rest_correlations",
    "reliability",
]

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

PAIR = 2
"""Fewest items that can agree, and fewest respondents who can differ."""


@dataclass(frozen=True, slots=True, eq=False)
class ItemFit:
    """How each item goes with its scale; one number per item kept.

    ``sd``              standard deviation of the answers;
    ``item_rest``       correlation with the sum of the *other* items (psych's ``r.drop``);
    ``item_total``      correlation with the sum of all standardised items (``r.std``);
    ``item_total_corrected``  the same with the item's own error taken out (``r.cor``): its unit
    variance is replaced by its squared multiple correlation. None where ``lambda6`` is None, or
    where the items share nothing.
    """

    sd: Vector
    item_rest: Vector
    item_total: Vector
    item_total_corrected: Vector | None


@dataclass(frozen=True, slots=True, eq=False)
class DroppedItem:
    """The statistics of the scale without one item; one number per item left out.

    nan where the sum of the remaining items does not vary.
    """

    alpha: Vector
    standardised_alpha: Vector
    lambda6: Vector | None
    mean_correlation: Vector
    signal_to_noise: Vector
    alpha_standard_error: Vector


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """Internal consistency of one scale.

    ``n``                   respondents (rows);
    ``items``               columns used: those whose answers vary at all;
    ``alpha``               Cronbach's alpha, with its Feldt interval ``alpha_low, alpha_high``
    and large-sample ``alpha_standard_error``;
    ``standardised_alpha``  alpha of the correlations, as if all items had the same spread;
    ``lambda6``             Guttman's sixth bound from squared multiple correlations, None if the
    correlation matrix is singular;
    ``mean_correlation``, ``median_correlation``  over all pairs of items;
    ``signal_to_noise``     ``J r / (1 - r)`` with the mean correlation r, infinite if r is 1;
    ``by_item``, ``if_dropped``  per item; ``if_dropped`` is None for a scale of two items.
    """

    n: int
    items: tuple[int, ...]
    alpha: float
    alpha_low: float
    alpha_high: float
    alpha_standard_error: float
    standardised_alpha: float
    lambda6: float | None
    mean_correlation: float
    median_correlation: float
    signal_to_noise: float
    by_item: ItemFit
    if_dropped: DroppedItem | None


def reliability(covariance: Matrix, n: int, *, confidence: float = 0.95) -> Reliability | None:
    """Alpha and its relatives, and what each item adds, from the covariances of one scale.

    ``n`` is the number of rows the covariances come from: all respondents if they are pairwise,
    the complete ones if listwise. Items without any spread are left out (``items`` says which
    remain). None if fewer than two items vary, or their sum, raw or standardised, does not. Raises
    ``TooFewResponses`` below two respondents, ``ValueError`` for a matrix that is not square.
    Checked against R: ``psych::alpha`` (2.2.9), every field.
    """
    if n < PAIR:
        raise TooFewResponses("reliability of a scale", n=n, needed=PAIR)
    items = np.flatnonzero(_square(covariance).diagonal() > 0.0)
    kept = covariance[np.ix_(items, items)]
    correlations = correlations_of(kept)
    if len(items) < PAIR or min(kept.sum(), correlations.sum()) <= 0.0:
        return None
    value = alpha(kept)
    low, high = feldt_interval(value, n, items=len(items), confidence=confidence)
    pairs = correlations[np.tril_indices(len(items), -1)]
    return Reliability(
        n=n,
        items=tuple(items.tolist()),
        alpha=value,
        alpha_low=low,
        alpha_high=high,
        alpha_standard_error=alpha_standard_error(kept, n),
        standardised_alpha=alpha(correlations),
        lambda6=guttman_lambda6(correlations),
        mean_correlation=float(pairs.mean()),
        median_correlation=float(np.median(pairs)),
        signal_to_noise=float(_signal_to_noise(pairs.mean(), len(items))),
        by_item=_item_fit(kept, correlations),
        if_dropped=_if_dropped(kept, correlations, n) if len(items) > PAIR else None,
    )


def alpha(covariance: Matrix) -> float:
    """Cronbach's alpha: ``J / (J - 1) (1 - trace C / t)``, t the sum of all entries of C.

    Given correlations instead of covariances it is the standardised alpha. Raises ``ValueError``
    for fewer than two items or a sum score without variance (Cronbach 1951). R: ``psych::alpha``.

    >>> round(alpha(np.array([[1.0, 0.5], [0.5, 1.0]])), 4)
    0.6667
    """
    items = len(_square(covariance))
    total = covariance.sum()
    if items < PAIR or total <= 0.0:
        raise ValueError("alpha needs two items, and a sum score that varies")
    return float(_alpha(covariance.trace(), total, items))


def alpha_if_dropped(covariance: Matrix) -> Vector:
    """Alpha of the scale without each item in turn; nan where the rest does not vary.

    Raises ``ValueError`` for fewer than three items. R: ``psych::alpha(...)$alpha.drop``.
    """
    items = len(_square(covariance))
    if items <= PAIR:
        raise ValueError("dropping an item needs a scale of at least three")
    return _alpha(*_without_each(covariance), items - 1)


def guttman_lambda6(correlation: Matrix) -> float | None:
    """Guttman's lambda 6: ``1 - sum of (1 - smc) / sum of all correlations``.

    ``smc`` is the share of an item's variance that the other items explain. None if the matrix is
    singular, as with two items always answered alike (Guttman 1945). R: ``psych::alpha``, "G6".
    """
    smc = squared_multiple_correlations(correlation)
    return None if smc is None else float(1.0 - (1.0 - smc).sum() / correlation.sum())


def item_rest_correlations(covariance: Matrix) -> Vector:
    """Correlation of each item with the sum of all others; nan where one of both is constant.

    ``(row sum - C_ii) / sqrt(C_ii t_i)``, with ``t_i`` the variance of the sum of the others.
    R: ``psych::alpha(...)$item.stats$r.drop``.
    """
    variances = _square(covariance).diagonal()
    with_others = covariance.sum(axis=1) - variances
    rest = _without_each(covariance)[1]
    with np.errstate(invalid="ignore"):
        return np.asarray(with_others / np.sqrt(variances * rest))


def alpha_standard_error(covariance: Matrix, n: int) -> float:
    """Large-sample standard error of alpha, for n respondents.

    ``sqrt(Q / n)``, ``Q = 2 J^2 / ((J-1)^2 t^3) (t (trace C^2 + trace^2 C) - 2 trace C sum C^2)``
    (van Zyl, Neudecker & Nel 2000; Duhachek & Iacobucci 2004). R: ``psych::alpha``, "ase".
    """
    items = len(_square(covariance))
    rows = covariance.sum(axis=1)
    spread = _Spread(covariance.trace(), rows.sum(), np.square(covariance).sum(), rows @ rows)
    return float(spread.standard_error(items, n))


def feldt_interval(
    value: float, n: int, *, items: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Interval of alpha: ``1 - (1 - alpha) F`` with F quantiles on ``n-1, (n-1)(J-1)`` df.

    Exact for parallel normal items (Feldt 1965). R: ``psych::alpha.ci``. Beyond 400,000 degrees
    of freedom R's ``qf`` falls back on a chi-square and gives too narrow an interval; ours does
    not. Raises ``TooFewResponses`` below two respondents.

    >>> low, high = feldt_interval(0.8, 100, items=5)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.731 to 0.856
    """
    if n < PAIR:
        raise TooFewResponses("interval of alpha", n=n, needed=PAIR)
    within = (n - 1) * (items - 1)
    tails = np.array([(1 + confidence) / 2, (1 - confidence) / 2])
    low, high = 1.0 - (1.0 - value) * fdtri(n - 1, within, tails)
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class _Spread:
    """Trace of C, its sum, trace of C C and sum of C C: numbers, or one per item dropped."""

    trace: Vector | float
    total: Vector | float
    trace_square: Vector | float
    sum_square: Vector | float

    def standard_error(self, items: int, n: int) -> Vector:
        weight = 2.0 * items**2 / ((items - 1.0) ** 2 * self.total**3)
        within = self.total * (self.trace_square + self.trace**2)
        variance = weight * (within - 2.0 * self.trace * self.sum_square) / n
        # Zero for items answered exactly alike; rounding must not make it negative.
        return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def _if_dropped(covariance: Matrix, correlation: Matrix, n: int) -> DroppedItem:
    left = len(covariance) - 1
    trace, total = _without_each(covariance)
    mean = (_without_each(correlation)[1] - left) / (left * (left - 1))
    squares = np.square(covariance)
    rows, variances = covariance.sum(axis=1), covariance.diagonal()
    # The rows of C without item i sum to (rows - C_i); those of item i itself go too.
    remaining = np.square(rows[:, None] - covariance).sum(axis=0) - (rows - variances) ** 2
    trace_square = squares.sum() - 2.0 * squares.sum(axis=0) + variances**2
    spread = _Spread(trace, total, trace_square, remaining)
    return DroppedItem(
        alpha=_alpha(trace, total, left),
        standardised_alpha=_alpha(*_without_each(correlation), left),
        lambda6=_lambda6_without_each(correlation),
        mean_correlation=mean,
        signal_to_noise=_signal_to_noise(mean, left),
        alpha_standard_error=spread.standard_error(left, n),
    )


def _lambda6_without_each(correlation: Matrix) -> Vector | None:
    """Lambda 6 without item i: the inverse of the rest is a rank-one change of the inverse."""
    if squared_multiple_correlations(correlation) is None:
        return None
    inverse = np.linalg.inv(correlation)
    own = inverse.diagonal()
    # Column i: diagonal of the inverse of R without item i (its own entry becomes 0).
    reduced = own[:, None] - np.square(inverse) / own
    np.fill_diagonal(reduced, np.inf)
    total = _without_each(correlation)[1]
    return np.asarray(1.0 - (1.0 / reduced).sum(axis=0) / total)


def _item_fit(covariance: Matrix, correlation: Matrix) -> ItemFit:
    smc = squared_multiple_correlations(correlation)
    common = correlation if smc is None else correlation - np.diag(1.0 - smc)
    shared = common.sum()
    return ItemFit(
        sd=np.sqrt(covariance.diagonal()),
        item_rest=item_rest_correlations(covariance),
        item_total=correlation.sum(axis=0) / np.sqrt(correlation.sum()),
        item_total_corrected=(
            None if smc is None or shared <= 0.0 else common.sum(axis=0) / np.sqrt(shared)
        ),
    )


def _without_each(matrix: Matrix) -> tuple[Vector, Vector]:
    """Trace and sum of the matrix without row and column i, for every i; nan for a sum of 0."""
    own = matrix.diagonal()
    total = matrix.sum() - 2.0 * matrix.sum(axis=1) + own
    return matrix.trace() - own, np.where(total > 0.0, total, np.nan)


def _alpha(trace: Vector | float, total: Vector | float, items: int) -> Vector:
    return np.asarray(items / (items - 1.0) * (1.0 - trace / total), dtype=np.float64)


def _signal_to_noise(mean: Vector | float, items: int) -> Vector:
    with np.errstate(divide="ignore"):
        return np.asarray(items * np.asarray(mean) / (1.0 - np.asarray(mean)), dtype=np.float64)


def _square(matrix: Matrix) -> Matrix:
    if matrix.shape != (len(matrix), len(matrix)):
        raise ValueError("a covariance matrix is square")
    return matrix
