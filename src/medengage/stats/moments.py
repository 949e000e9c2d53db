"""Counts, sums and cross products of all pairs of items: enough for every classical statistic.

Covariances, correlations, alpha, omega and item-rest correlations need no answers, only these
few J x J tables of whole numbers. Tables of two groups add up to the table of both, so they can
be collected in chunks, in several passes or on several machines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medengage.errors import TooFewResponses
from medengage.stats.answers import CHUNK_ROWS, Answers, chunks, require_matrix

__all__ = ["Moments", "moments"]

Table = NDArray[np.int64]
Matrix = NDArray[np.float64]

EXACT_SUMS = 2**24
"""Whole numbers up to here are exact as 32-bit floats."""


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Pairwise-available moments of J items; entry (j, k) uses rows that answered both j and k.

    ``rows``      all respondents, whatever they answered;
    ``pairs``     how many answered both items;
    ``sums``      sum of answers to item j over those rows (not symmetric);
    ``squares``   sum of squared answers to item j over those rows (not symmetric);
    ``products``  sum of products of both answers.
    """

    rows: int
    pairs: Table
    sums: Table
    squares: Table
    products: Table

    def __add__(self, other: Moments) -> Moments:
        """Moments of both groups of respondents together, exactly."""
        if self.pairs.shape != other.pairs.shape:
            raise ValueError("only moments of the same items can be added")
        return Moments(
            rows=self.rows + other.rows,
            pairs=self.pairs + other.pairs,
            sums=self.sums + other.sums,
            squares=self.squares + other.squares,
            products=self.products + other.products,
        )

    def select(self, columns: Sequence[int]) -> Moments:
        """Moments of these items only, in this order."""
        block = np.ix_(columns, columns)
        return Moments(
            rows=self.rows,
            pairs=self.pairs[block],
            sums=self.sums[block],
            squares=self.squares[block],
            products=self.products[block],
        )

    @property
    def answered(self) -> Table:
        """How many respondents answered each item."""
        return self.pairs.diagonal()

    @property
    def means(self) -> Matrix:
        """Mean answer to each item, over those who answered it.

        Raises ``TooFewResponses`` if nobody answered one of them.
        """
        self._require(int(self.answered.min()), 1, "mean of an item")
        return self.sums.diagonal() / self.answered

    def covariance(self) -> Matrix:
        """J x J covariances, each pair from the rows that answered both, divisor n - 1.

        ``(sum xy - sum x sum y / n) / (n - 1)``, each pair with its own means. Raises
        ``TooFewResponses`` if fewer than two respondents answered some pair of items. Checked
        against R: ``cov(x, use = "pairwise")``.
        """
        fewest = int(self.pairs.min())
        self._require(fewest, 2, "covariance of two items")
        n = self.pairs.astype(np.float64)
        return self._cross_deviations() / (n * (n - 1.0))

    def correlation(self) -> Matrix | None:
        """J x J correlations, each pair with its own means *and* standard deviations.

        This is R's ``cor(x, use = "pairwise")``; it differs a little from the covariances divided
        by the items' overall standard deviations, which is what ``psych::alpha`` uses. None if
        some item does not vary among those who answered it and another one. Raises
        ``TooFewResponses`` as ``covariance`` does.
        """
        self._require(int(self.pairs.min()), 2, "correlation of two items")
        n = self.pairs.astype(np.float64)
        spread = n * self.squares - self.sums.astype(np.float64) ** 2
        if (spread <= 0.0).any():
            return None
        return self._cross_deviations() / np.sqrt(spread * spread.T)

    def _cross_deviations(self) -> Matrix:
        """``n`` times the sum of cross products of deviations: whole numbers, nothing cancels."""
        sums = self.sums.astype(np.float64)
        return self.pairs.astype(np.float64) * self.products - sums * sums.T

    def _require(self, n: int, needed: int, what: str) -> None:
        if n < needed:
            raise TooFewResponses(what, n=n, needed=needed)


def moments(answers: Answers) -> Moments:
    """Moments of an int8 matrix of answers (0 = missing), one pass, chunk by chunk.

    With x the answers (0 where missing) and m their presence, the tables are ``m'm``, ``x'm``,
    ``(x*x)'m`` and ``x'x``. Chunks are short enough for 32-bit floats to hold every sum exactly,
    so the result is exact and does not depend on the chunking. Raises ``TypeError`` for anything
    but an int8 matrix, ``ValueError`` for negative answers.

    >>> moments(np.array([[1, 2], [3, 0], [5, 4]], dtype=np.int8)).covariance()
    array([[4., 4.],
           [4., 2.]])
    """
    require_matrix(answers)
    if answers.min(initial=0) < 0:
        raise ValueError("answers are whole numbers from 1; 0 means missing")
    highest = max(int(answers.max(initial=1)), 1)
    size = min(CHUNK_ROWS, EXACT_SUMS // highest**2)
    tables = np.zeros((4, answers.shape[1], answers.shape[1]), dtype=np.int64)
    for rows in chunks(len(answers), size):
        tables += _chunk_tables(answers[rows])
    return Moments(len(answers), *tables)


def _chunk_tables(chunk: Answers) -> Table:
    """The four tables of one chunk, stacked: pairs, sums, squares, products."""
    x = chunk.astype(np.float32)
    there = (chunk != 0).astype(np.float32)
    tables = [there.T @ there, x.T @ there, (x * x).T @ there, x.T @ x]
    return np.stack(tables).astype(np.int64)
