"""Do the doctors of a unit agree enough for its mean to say something about the unit?

Each index sets the spread of answers within the unit against a spread that would mean "no
agreement at all": that of answers given at random (the *null*). All of them follow from one small
table, how many doctors of each unit chose each option (``AnswerCounts``).

Dispersion discloses: in a unit of few doctors, perfect agreement tells everybody's answer. None of
these numbers is for publication for one unit below 20 doctors; publish the median over units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from medengage.stats.answers import Answers, check_answers

__all__ = [
    "SLIGHT_SKEW",
    "AnswerCounts",
    "ad_m",
    "answer_counts",
    "awg",
    "exceeds_null",
    "null_variance",
    "rwg",
    "rwg_j",
    "rwg_j_critical",
    "rwg_j_lindell",
    "uniform_null_variance",
]

Vector = NDArray[np.float64]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]

SLIGHT_SKEW = (0.05, 0.15, 0.20, 0.35, 0.25)
"""Shares of five options when answers lean a little to the favourable side (James et al. 1984)."""

PAIR = 2
"""Nothing can agree or differ below two: two options, two doctors."""


@dataclass(frozen=True, slots=True, eq=False)
class AnswerCounts:
    """How many doctors of each unit chose each option of each item.

    ``labels``  the G units;
    ``counts``  G x J x A: ``counts[g, j, a - 1]`` doctors of unit g answered ``a`` to item j.
    """

    labels: NDArray[Any]
    counts: Counts

    @property
    def n(self) -> Counts:
        """Doctors of each unit who answered all items."""
        return np.asarray(self.counts[:, 0].sum(axis=-1), dtype=np.int64)

    @property
    def means(self) -> Vector:
        """G x J means of the answers."""
        return self.counts @ self._options / self.n[:, None]

    @property
    def variances(self) -> Vector:
        """G x J variances, divisor n - 1; NaN in a unit of one.

        ``(n sum x^2 - (sum x)^2) / (n (n-1))``, exact: all sums are whole numbers.
        """
        n, sums = self.n[:, None], self.counts @ self._options
        spread = n * (self.counts @ self._options**2) - sums**2
        return np.where(n > 1, spread / np.maximum(n * (n - 1), 1), np.nan)

    @property
    def mean_deviations(self) -> Vector:
        """G x J means of the absolute deviations from the unit's mean; NaN in a unit of one."""
        n = self.n[:, None]
        away = np.abs(self._options - self.means[..., None])
        return np.where(n > 1, (self.counts * away).sum(axis=-1) / n, np.nan)

    @property
    def _options(self) -> Counts:
        return np.arange(1, self.counts.shape[-1] + 1)


def answer_counts(answers: Answers, groups: ArrayLike, *, options: int) -> AnswerCounts:
    """Count the options chosen by the doctors of each unit, over complete rows only.

    ``answers`` is the int8 matrix of the items of one scale (1 to ``options``, 0 = missing,
    reverse keys already mirrored), ``groups`` the unit of each row. A row with a missing answer is
    left out (listwise, as the reference does), and so is a unit without complete rows. Raises
    ``TypeError`` and ``ValueError`` as ``answers.check_answers``, ``ValueError`` if the lengths
    differ. Checked against R: ``na.exclude`` and ``split`` inside ``multilevel::rwg.j``.
    """
    check_answers(answers, 1, options)
    units = np.asarray(groups)
    if units.shape != answers.shape[:1] or answers.shape[1] < 1:
        raise ValueError("answers need at least one item, and groups one entry per row")
    complete = (answers != 0).all(axis=1)
    labels, codes = np.unique(units[complete], return_inverse=True)
    items = answers.shape[1]
    cells = (codes[:, None] * items + np.arange(items)) * options + (answers[complete] - 1)
    counts = np.bincount(cells.ravel(), minlength=len(labels) * items * options)
    return AnswerCounts(labels, counts.reshape(len(labels), items, options))


def uniform_null_variance(options: int) -> float:
    """Variance of answers spread evenly over A options: ``(A^2 - 1)/12``; 2 for A = 5.

    Raises ``ValueError`` below two options. Source: James, Demaree and Wolf 1984.
    """
    if options < PAIR:
        raise ValueError("an item has at least two options")
    return (options**2 - 1) / 12


def null_variance(shares: Sequence[float] = SLIGHT_SKEW) -> float:
    """Variance of answers that choose option a with probability ``shares[a - 1]``.

    Doctors who answer at random still lean to the favourable side: report this null beside the
    uniform one. Raises ``ValueError`` unless the shares are at least two, none negative, and sum
    to 1. Source: James, Demaree and Wolf 1984; LeBreton and Senter 2008, table 2 (1.34 for A = 5).

    >>> round(null_variance(), 9)
    1.34
    """
    p = np.asarray(shares, dtype=np.float64)
    if p.size < PAIR or (p < 0.0).any() or round(float(p.sum()), 9) != 1.0:
        raise ValueError("shares of two or more options sum to 1, and none is negative")
    option = np.arange(1, p.size + 1)
    return float(p @ option**2 - (p @ option) ** 2)


def rwg(variance: ArrayLike, null: float) -> Vector:
    """Agreement on one item or one score: ``1 - s^2/null``, not below 0; any shape.

    1 = all gave the same answer, 0 = no more alike than the null. A NaN variance (a unit of one)
    stays NaN; ``exceeds_null`` flags what was cut off at 0. Raises ``ValueError`` if the null is
    not above 0. Source: James, Demaree and Wolf 1984. Checked against R: ``multilevel::rwg``.

    >>> rwg([0.5, 2.5], null=2.0).tolist()
    [0.75, 0.0]
    """
    return 1.0 - np.minimum(_ratio(variance, null), 1.0)


def rwg_j(variances: ArrayLike, null: float) -> Vector:
    """Agreement of each unit on the J items of a scale: ``J(1-q) / (J(1-q) + q)``.

    ``variances`` is G x J (or J for one unit); ``q`` is the unit's mean variance over the null,
    not above 1. NaN for a unit of one. Source: James, Demaree and Wolf 1984. Checked against R:
    ``multilevel::rwg.j``.

    >>> round(float(rwg_j([0.5, 0.5, 0.5, 0.5], null=2.0)), 6)
    0.923077
    """
    q = np.minimum(_ratio(_mean_variance(variances), null), 1.0)
    agreed = np.shape(variances)[-1] * (1.0 - q)
    return np.asarray(agreed / (agreed + q), dtype=np.float64)


def rwg_j_lindell(variances: ArrayLike, null: float) -> Vector:
    """Lindell's ``r*wg(j) = 1 - q`` of each unit: does not grow with J, may be negative.

    ``variances`` as for ``rwg_j``. Source: Lindell, Brandt and Whitney 1999. Checked against R:
    ``multilevel::rwg.j.lindell``.
    """
    return 1.0 - _ratio(_mean_variance(variances), null)


def exceeds_null(variances: ArrayLike, null: float) -> Flags:
    """Units that differ more than the null (their index was cut off at 0): opposed camps?

    ``variances`` as for ``rwg_j``. False for a unit of one.
    """
    return np.asarray(_ratio(_mean_variance(variances), null) > 1.0, dtype=np.bool_)


def awg(mean: ArrayLike, variance: ArrayLike, *, n: ArrayLike, low: float, high: float) -> Vector:
    """Agreement against the largest spread the mean allows; any shape.

    ``1 - 2 s^2 / ([(H+L) M - M^2 - H L] k/(k-1))`` for k answers from L to H with mean M. NaN for
    a unit of one, and where M is so near an end that the largest spread cannot be reached:
    outside ``[(L(k-1) + H)/k, (H(k-1) + L)/k]``. (R gives 1 where all chose the very end; we
    follow the stated range.) For a scale take ``nanmean`` over items. Raises ``ValueError`` unless
    L < H. Source: Brown and Hauenstein 2005. Checked against R: ``multilevel::awg``.
    """
    if not low < high:
        raise ValueError("the lowest answer is below the highest")
    m, k = np.asarray(mean, dtype=np.float64), np.asarray(n, dtype=np.float64)
    # Rounding must not push a mean off the edge of its own range.
    edge = (high - low) / k * (1.0 - 1e-9)
    usable = (k > 1) & (m >= low + edge) & (m <= high - edge)
    largest = (high - m) * (m - low) * k / np.where(k > 1, k - 1.0, 1.0)
    index = 1.0 - 2.0 * np.asarray(variance) / np.where(usable, largest, 1.0)
    return np.where(usable, index, np.nan)


def ad_m(counts: AnswerCounts) -> Vector:
    """Average deviation of each unit, mean over its items, in steps of the answer scale.

    Mean over items of ``sum |x - mean| / n``; 0 = all alike; NaN for a unit of one. Source: Burke,
    Finkelstein and Dusig 1999. Checked against R: ``multilevel::ad.m``.
    """
    return np.asarray(counts.mean_deviations.mean(axis=1), dtype=np.float64)


def rwg_j_critical(
    n: int, items: int, *, options: int, rng: np.random.Generator, draws: int = 10_000
) -> float:
    """What rwg(j) exceeds in 5 % of units whose n doctors answer J items at random.

    The 95 % quantile (type 7) over ``draws`` simulated units with independent, evenly spread
    answers: an observed rwg(j) above it is more than chance. Monte Carlo error about .002 at
    10,000 draws. Raises ``ValueError`` if n < 2, or as ``uniform_null_variance``. Source: Dunlap,
    Burke and Smith-Crowe 2003; Cohen, Doveh and Nahum-Shani 2009. Checked against R:
    ``multilevel::rwg.j.sim``.
    """
    if n < PAIR or items < 1 or draws < 1:
        raise ValueError("a simulated unit needs two doctors, one item and one draw")
    null = uniform_null_variance(options)
    # How many of n choose each option is all that matters, and is drawn at once.
    chosen = rng.multinomial(n, np.full(options, 1.0 / options), size=(draws, items))
    option = np.arange(1.0, options + 1.0)
    sums, squares = chosen @ option, chosen @ option**2
    return float(np.quantile(rwg_j((squares - sums**2 / n) / (n - 1), null), 0.95))


def _mean_variance(variances: ArrayLike) -> Vector:
    return np.asarray(np.mean(np.asarray(variances, dtype=np.float64), axis=-1))


def _ratio(variance: ArrayLike, null: float) -> Vector:
    if null <= 0.0:
        raise ValueError("a null variance is above 0")
    return np.asarray(variance, dtype=np.float64) / null
