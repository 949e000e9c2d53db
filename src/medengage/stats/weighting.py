"""Weights that make those who answered look like those who could have answered.

Weighting mends what the frame knows (grade, division), not what it does not: if doctors who do not
answer think differently *within* their grade, the weighted mean is as wrong as the plain one
(``nonresponse`` says by how much). Post-stratification needs the count of every stratum, raking
only the counts of each margin.

Weights scale up to the frame: they sum to the number of doctors who could answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from medengage.errors import TooFewResponses
from medengage.stats.intervals import Interval, correction, t_quantile

__all__ = [
    "DEFF_WARNING",
    "STRATUM_MINIMUM",
    "Raked",
    "Weights",
    "collapse",
    "kish_deff",
    "poststratify",
    "rake",
    "weighted_mean",
]

Vector = NDArray[np.float64]
Codes = NDArray[np.int64]

STRATUM_MINIMUM = 5
"""A stratum with fewer respondents is merged with its neighbour."""

DEFF_WARNING = 1.5
"""Above this design effect show weighted and unweighted results side by side, with a warning."""

MARGIN_TOLERANCE = 1e-8
BOUND_TOLERANCE = 0.01
SMALLEST_SAMPLE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """One weight per respondent, and the categories the weights were fitted to.

    ``values``   weights; their sum is the number of doctors who could answer;
    ``margins``  per fitted margin the category of each respondent, from 0: the standard error of a
    weighted mean needs them.
    """

    values: Vector
    margins: tuple[Codes, ...]

    @property
    def deff(self) -> float:
        """Kish's design effect of these weights."""
        return kish_deff(self.values)

    @property
    def n_eff(self) -> float:
        """Unweighted answers that would be as informative: ``n / deff``."""
        return len(self.values) / self.deff


@dataclass(frozen=True, slots=True, eq=False)
class Raked:
    """Result of raking: use ``weights`` only if ``converged``, else post-stratify and say so.

    ``margins_met``  every margin is met to 1e-8;
    ``bounded``      every weight lies within the trimming bounds, give or take a hundredth;
    ``empty``        some category of the frame has no respondent: no weights can meet that margin,
    and the weights given are all equal;
    ``cycles``       cycles over the margins, all rounds together.
    """

    weights: Weights
    margins_met: bool
    bounded: bool
    empty: bool
    cycles: int

    @property
    def converged(self) -> bool:
        """Margins met by weights within their bounds."""
        return self.margins_met and self.bounded


def kish_deff(weights: ArrayLike) -> float:
    """Loss of precision from unequal weights: ``n sum w^2 / (sum w)^2``, 1 if all are equal.

    Raises ``TooFewResponses`` without weights, ``ValueError`` unless all are above 0. Source: Kish
    1965; 1992. Checked against R: ``n * sum(w^2) / sum(w)^2`` of ``weights(survey::rake(...))``.

    >>> kish_deff([1.0, 1.0, 2.0, 2.0])
    1.1111111111111112
    """
    w = np.asarray(weights, dtype=np.float64)
    if w.size == 0:
        raise TooFewResponses("design effect", n=0, needed=1)
    if not (w > 0.0).all():
        raise ValueError("weights are above 0")
    return float(w.size * (w @ w) / w.sum() ** 2)


def collapse(
    respondents: ArrayLike, population: ArrayLike, *, minimum: int = STRATUM_MINIMUM
) -> Codes:
    """Merge strata with fewer than ``minimum`` respondents into a neighbour.

    Give the strata in an order in which neighbours are alike (grades by seniority, division by
    division). The block with fewest respondents joins the smaller of its two neighbours, the
    earlier one if they tie, until every block has ``minimum`` respondents or one block is left.
    Returns the block of each stratum, numbered from 0 in the same order. Raises ``ValueError`` if
    the lengths differ, a stratum has more respondents than doctors, or ``minimum`` is below 1.

    >>> collapse([30, 2, 12, 0, 9], [60, 5, 20, 3, 9]).tolist()
    [0, 1, 1, 2, 2]
    """
    n, size = np.asarray(respondents, dtype=np.int64), np.asarray(population, dtype=np.float64)
    if n.shape != size.shape or n.ndim != 1 or (n > size).any():
        raise ValueError("every stratum has at most as many respondents as doctors")
    if minimum < 1:
        raise ValueError("a stratum needs at least one respondent")
    block = np.arange(n.size)
    while True:
        counts = np.bincount(block, n)
        smallest = int(counts.argmin()) if counts.size else 0
        if counts.size <= 1 or counts[smallest] >= minimum:
            return block
        first = smallest - int(_joins_the_one_before(counts, smallest))
        block = block - (block > first)


def _joins_the_one_before(counts: Vector | Codes, index: int) -> bool:
    if index in (0, counts.size - 1):
        return index > 0
    return bool(counts[index - 1] <= counts[index + 1])


def poststratify(
    strata: ArrayLike, population: ArrayLike, *, minimum: int = STRATUM_MINIMUM
) -> Weights:
    """Weights ``N_h / n_h``, after merging strata with too few respondents (``collapse``).

    ``strata`` is the stratum of each respondent, a whole number from 0; ``population[h]`` the
    doctors of stratum h who could answer. Raises ``TooFewResponses`` without respondents,
    ``ValueError`` if a stratum has no entry in ``population`` or more respondents than doctors.
    Source: Holt and Smith 1979. Checked against R: ``survey::postStratify``.

    >>> poststratify([0, 0, 1, 1, 1], [6, 9], minimum=2).values.tolist()
    [3.0, 3.0, 3.0, 3.0, 3.0]
    """
    size = np.asarray(population, dtype=np.float64)
    codes = _codes(strata, size.size)
    n = np.bincount(codes, minlength=size.size)
    block = collapse(n, size, minimum=minimum)
    respondents, doctors = np.bincount(block, n), np.bincount(block, size)
    mine = block[codes]
    return Weights((doctors / respondents)[mine], (mine,))


def rake(
    margins: Sequence[ArrayLike],
    targets: Sequence[ArrayLike],
    *,
    trim: tuple[float, float] = (0.3, 3.0),
    cycles: int = 200,
    rounds: int = 10,
) -> Raked:
    """Weights that meet several margins at once (iterative proportional fitting).

    Start from equal weights ``N/n``; scale them to each margin in turn until all are met to 1e-8,
    at most ``cycles`` times; cut them to ``trim`` times the mean weight and start again from
    there, at most ``rounds`` times. ``margins[m]`` is the category of each respondent on margin m,
    a whole number from 0, ``targets[m]`` the doctors of each category who could answer. Raises
    ``TooFewResponses`` without respondents, ``ValueError`` if the margins do not sum to the same
    number, a category has more respondents than doctors, or ``trim`` excludes 1. Source: Deming
    and Stephan 1940. Checked against R: ``survey::rake``.

    >>> grade, sex = [0, 0, 0, 1, 1], [0, 1, 1, 0, 1]
    >>> raked = rake([grade, sex], [[6, 6], [7, 5]])
    >>> raked.weights.values.round(3).tolist(), raked.converged
    ([3.0, 1.5, 1.5, 4.0, 2.0], True)
    """
    wanted = [np.asarray(target, dtype=np.float64) for target in targets]
    codes = tuple(_codes(m, t.size) for m, t in zip(margins, wanted, strict=True))
    _check_margins(codes, wanted)
    if not trim[0] <= 1.0 <= trim[1]:
        raise ValueError("the mean weight itself lies within the trimming bounds")
    empty = any(
        (t[np.bincount(c, minlength=t.size) == 0] > 0).any()
        for c, t in zip(codes, wanted, strict=True)
    )
    mean = float(wanted[0].sum()) / codes[0].size
    if empty:
        equal = np.full(codes[0].size, mean)
        return Raked(Weights(equal, codes), False, True, True, 0)
    # Respondents of one cell share one weight: the work is done on cells, not on doctors.
    cells, cell_of, counts = _cells(codes)
    frame = _Frame(cells, counts, wanted)
    values, used, met = frame.raked_and_trimmed(mean, trim, (cycles, rounds))
    bounded = np.allclose(values, values.clip(trim[0] * mean, trim[1] * mean), BOUND_TOLERANCE, 0)
    weights = Weights(values[cell_of], codes)
    return Raked(weights, met, bool(bounded), False, used)


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """Cells of respondents, their counts, and the margins they shall meet."""

    cells: Codes
    counts: Vector
    targets: list[Vector]

    def raked_and_trimmed(
        self, mean: float, trim: tuple[float, float], limits: tuple[int, int]
    ) -> tuple[Vector, int, bool]:
        """Weights per cell, cycles used, margins met."""
        weights, used = np.full(self.counts.size, mean), 0
        cycles, rounds = limits
        for _ in range(rounds + 1):
            weights, spent, met = self.raked(weights, cycles)
            used += spent
            trimmed = weights.clip(trim[0] * mean, trim[1] * mean)
            if not met or np.allclose(trimmed, weights, BOUND_TOLERANCE, 0):
                break
            start, weights = weights, trimmed
        else:
            weights = start
        return weights, used, met

    def raked(self, weights: Vector, cycles: int) -> tuple[Vector, int, bool]:
        """Scale to each margin in turn until all are met."""
        for cycle in range(1, cycles + 1):
            for codes, target in zip(self.cells, self.targets, strict=True):
                weights = weights * self._shortfall(codes, target, weights)[codes]
            gaps = [
                np.abs(self._shortfall(codes, target, weights) - 1.0).max()
                for codes, target in zip(self.cells, self.targets, strict=True)
            ]
            if max(gaps) < MARGIN_TOLERANCE:
                return weights, cycle, True
        return weights, cycles, False

    def _shortfall(self, codes: Codes, target: Vector, weights: Vector) -> Vector:
        """Wanted over present weight of each category; 1 where no doctor of the frame belongs."""
        present = np.bincount(codes, self.counts * weights, target.size)
        return np.divide(target, present, out=np.ones(target.size), where=present > 0.0)


def _codes(categories: ArrayLike, size: int) -> Codes:
    codes = np.asarray(categories)
    if codes.size == 0:
        raise TooFewResponses("weights", n=0, needed=1)
    if not np.issubdtype(codes.dtype, np.integer) or codes.min() < 0 or codes.max() >= size:
        raise ValueError("categories are whole numbers from 0, each with an entry in the frame")
    return codes.astype(np.int64)


def _check_margins(codes: Sequence[Codes], targets: Sequence[Vector]) -> None:
    if not codes or len({c.size for c in codes}) > 1:
        raise ValueError("raking needs margins, all with one category per respondent")
    totals = [float(target.sum()) for target in targets]
    if not np.allclose(totals, totals[0], rtol=1e-9, atol=0.0):
        raise ValueError("all margins sum to the same number of doctors")
    pairs = zip(codes, targets, strict=True)
    if any((np.bincount(c, minlength=t.size) > t).any() for c, t in pairs):
        raise ValueError("every category has at most as many respondents as doctors")


def weighted_mean(
    values: ArrayLike, weights: Weights, *, population: int | None = None, confidence: float = 0.95
) -> Interval:
    """Weighted mean of scores (NaN = missing) with its linearised standard error.

    Mean ``sum w y / sum w`` over those with a score. Its influence on each respondent,
    ``(y - mean) / sum w`` (0 without a score), is first freed of what the weights already fix: its
    least-squares fit on the margins is taken out. With ``u = w *`` that residual,
    ``se^2 = n/(n-1) sum (u - mean u)^2``, times ``1 - n/N`` with ``population`` (descriptive; here
    n counts scores). The interval uses t with n - 1 degrees of freedom. Raises
    ``TooFewResponses`` below 2 scores, ``ValueError`` if lengths differ or n > N. Source: Deville
    and Sarndal 1992; Lumley 2010. Checked against R: ``survey::svymean`` after ``postStratify``
    and ``rake``.
    """
    scores, w = np.asarray(values, dtype=np.float64), weights.values
    if scores.shape != w.shape:
        raise ValueError("one score and one weight per respondent")
    scored = ~np.isnan(scores)
    n = int(scored.sum())
    if n < SMALLEST_SAMPLE:
        raise TooFewResponses("weighted mean", n=n, needed=SMALLEST_SAMPLE)
    mean = float(scores[scored] @ w[scored] / w[scored].sum())
    influence = np.where(scored, np.nan_to_num(scores) - mean, 0.0) / w[scored].sum()
    u = w * _residuals(influence, weights.margins)
    # Centred sum of squares n/(n-1) sum (u - mean u)^2 is n^2 times the variance of a mean of u.
    se = float(np.sqrt(u.var(ddof=1) * u.size) * correction(n, population))
    half = float(t_quantile(n - 1, confidence)) * se
    return Interval(mean, se, mean - half, mean + half, n)


def _residuals(values: Vector, margins: Sequence[Codes]) -> Vector:
    """What an additive least-squares fit on the margins leaves over, fitted to means of cells."""
    cells, cell_of, counts = _cells(margins)
    means = np.bincount(cell_of, values) / counts
    dummies = [codes[:, None] == np.unique(codes) for codes in cells]
    design = np.concatenate(dummies, axis=1).astype(np.float64)
    root = np.sqrt(counts)
    fit = design @ np.linalg.lstsq(design * root[:, None], root * means)[0]
    return np.asarray(values - fit[cell_of], dtype=np.float64)


def _cells(margins: Sequence[Codes]) -> tuple[Codes, Codes, Vector]:
    """Combinations of categories that occur (a column each), the cell of each row, and counts."""
    cells, cell_of, counts = np.unique(
        np.stack(margins), axis=1, return_inverse=True, return_counts=True
    )
    return cells, cell_of.ravel(), counts.astype(np.float64)
