"""From answers to scores: mirror, average, rescale, combine; and the flags on how people answered.

Answers are the int8 matrix of ``medengage.stats.answers`` (0 = missing). Scores are ``float64``
from 0 to 100, higher is better; a missing score is nan, never 0.

Sums and counts of answers are small whole numbers, which 32-bit floats hold exactly below 2**24.
So all scales are scored at once by one matrix product per chunk, without any rounding before the
final division.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from medengage.stats.answers import (
    HIGHEST,
    Answers,
    answer_ranges,
    check_answers,
    chunks,
    require_matrix,
)

__all__ = [
    "Favourable",
    "Scores",
    "combine",
    "item_means",
    "min_items_for",
    "mirror",
    "missing_share",
    "mostly_missing",
    "percent_favourable",
    "rescale",
    "scale_scores",
    "straight_lined",
]

Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

FEWEST = 2
"""No scale of two items or more is scored from a single answer."""

EXACT_SUMS = 2**24
"""Whole numbers up to here are exact as 32-bit floats."""


@dataclass(frozen=True, slots=True, eq=False)
class Favourable:
    """Per item: how many answered favourably (``count``) of those who answered (``answered``)."""

    count: Whole
    answered: Whole

    @property
    def percent(self) -> Scores:
        """``100 * count / answered``; nan where nobody answered."""
        with np.errstate(invalid="ignore"):
            return 100.0 * self.count / self.answered


def min_items_for(items: int) -> int:
    """Half rule: the fewest answers that still make a score of a scale with so many items.

    All of them for one or two items, otherwise half of them rounded up and at least two
    (Ware 1993).

    >>> [min_items_for(items) for items in (1, 2, 3, 4, 5, 10)]
    [1, 2, 2, 2, 3, 5]
    """
    if items < 1:
        raise ValueError("a scale needs at least one item")
    return min(items, max(FEWEST, -(-items // 2)))


def mirror(
    answers: Answers, reversed_: Sequence[bool] | Flags, lo: ArrayLike, hi: ArrayLike
) -> Answers:
    """Copy of the answers with reverse-keyed items turned round: ``x' = lo + hi - x``.

    ``reversed_`` holds one flag per item; ``lo`` and ``hi`` one number, or one per item. Missing
    stays missing. Raises ``ValueError`` for answers out of range.

    >>> mirror(np.array([[5, 2, 0]], dtype=np.int8), [False, True, True], 1, 5)
    array([[5, 4, 0]], dtype=int8)
    """
    check_answers(answers, lo, hi)
    low, high = answer_ranges(lo, hi, items=answers.shape[1])
    turned = np.ascontiguousarray(answers).copy()
    for column in np.flatnonzero(_per_item_flags(reversed_, answers.shape[1])):
        item = turned[:, column].view(np.uint8)
        np.copyto(item, np.uint8(low[column] + high[column]) - item, where=item != 0)
    return turned


def item_means(
    answers: Answers, scales: Sequence[Sequence[int]], min_items: Sequence[int] | None = None
) -> Scores:
    """Mean of the answered items of each scale: N x S, on the answers' own range.

    ``scales`` lists the columns of each scale; ``min_items`` the fewest answers each needs
    (default: ``min_items_for``). With fewer the mean is nan. Raises ``ValueError`` for an empty
    scale, a column twice or out of range, or an impossible ``min_items``. Checked against R:
    ``rowMeans(x, na.rm = TRUE)`` and ``psych::scoreItems(impute = "none")``.

    >>> item_means(np.array([[4, 0, 5, 3], [2, 0, 0, 0]], dtype=np.int8), [[0, 1, 2, 3]])
    array([[ 4.],
           [nan]])
    """
    member = _membership(answers, scales)
    nothing, one = np.zeros_like(member), np.ones(len(scales), dtype=np.int64)
    needed = _needed(scales, min_items)
    return _means(answers, member, offsets=nothing, units=one, needed=needed)


def scale_scores(
    answers: Answers,
    scales: Sequence[Sequence[int]],
    *,
    lo: ArrayLike,
    hi: ArrayLike,
    min_items: Sequence[int] | None = None,
) -> Scores:
    """Score of each scale from 0 to 100: N x S, nan with fewer answers than ``min_items``.

    The mean over answered items of ``100 (x - lo) / (hi - lo)``, so items of one scale may have
    different ranges; with one range it is ``rescale(item_means(...), lo, hi)``. Answers are
    weighted by whole numbers over a common denominator, so all-lowest answers give exactly 0 and
    all-highest exactly 100. Arguments and errors as in ``item_means``.

    >>> scale_scores(np.array([[5, 7], [1, 4]], dtype=np.int8), [[0, 1]], lo=1, hi=[5, 7])
    array([[100.],
           [ 25.]])
    """
    member = _membership(answers, scales)
    low, high = answer_ranges(lo, hi, items=answers.shape[1])
    width = high - low
    common = np.array([np.lcm.reduce(width[list(columns)]) for columns in scales])
    weights = 100 * member * (common // width[:, None])
    needed = _needed(scales, min_items)
    return _means(answers, weights, offsets=weights * low[:, None], units=common, needed=needed)


def rescale(mean: ArrayLike, lo: float, hi: float) -> Scores:
    """``100 (mean - lo) / (hi - lo)``; missing stays missing.

    Raises ``ValueError`` unless ``lo < hi`` and every mean lies between them.

    >>> rescale([1.0, 4.0, 5.0], 1, 5)
    array([  0.,  75., 100.])
    """
    if not lo < hi:
        raise ValueError("the lowest answer must be below the highest")
    values = np.asarray(mean, dtype=np.float64)
    if ((values < lo) | (values > hi)).any():
        raise ValueError("a mean lies outside the range of its answers")
    return 100.0 * (values - lo) / (hi - lo)


def combine(scores: Scores) -> Scores:
    """Unweighted mean of the child scales (N x K) of each respondent; nan unless all are there.

    Every child counts the same, however many items it has: facets are weighted, not items.

    >>> combine(np.array([[50.0, 70.0], [50.0, np.nan]]))
    array([60., nan])
    """
    if not scores.shape[1:] or not scores.shape[1]:
        raise ValueError("combine needs one column per child scale, and at least one")
    return np.asarray(scores.mean(axis=1), dtype=np.float64)


def percent_favourable(answers: Answers, cut: ArrayLike) -> Favourable:
    """Per item: answers at or above ``cut`` (one number, or one per item) and answers at all.

    Give mirrored answers, so that high is good for every item. ``cut`` is at least 1.

    >>> percent_favourable(np.array([[4], [5], [2], [0], [4]], dtype=np.int8), 4).percent
    array([75.])
    """
    require_matrix(answers)
    least = np.broadcast_to(np.asarray(cut, dtype=np.int64), answers.shape[1:])
    if ((least < 1) | (least > HIGHEST)).any():
        raise ValueError("a cut lies between 1 and 127, because 0 means missing")
    count = np.zeros(answers.shape[1], dtype=np.int64)
    answered = np.zeros_like(count)
    for rows in chunks(len(answers)):
        count += np.count_nonzero(answers[rows] >= least.astype(np.int8), axis=0)
        answered += np.count_nonzero(answers[rows], axis=0)
    return Favourable(count=count, answered=answered)


def straight_lined(
    answers: Answers, reversed_: Sequence[bool] | Flags, *, at_least: int = 10
) -> Flags:
    """Per respondent: the same answer to every item, though half the items mean the opposite.

    True where ``at_least`` items or more are answered, items of both key directions among them,
    and all answers are equal (within-person SD of 0). Give the answers as they were given, before
    ``mirror``. A flag for a sensitivity run, never a reason to drop anybody silently.
    """
    require_matrix(answers)
    turned = _per_item_flags(reversed_, answers.shape[1])
    flags = np.zeros(len(answers), dtype=np.bool_)
    for rows in chunks(len(answers)):
        chunk = answers[rows].view(np.uint8)
        # 0 - 1 wraps to 255, so missing answers never are the lowest.
        same = (chunk - np.uint8(1)).min(axis=1) == chunk.max(axis=1) - np.uint8(1)
        both = chunk[:, turned].any(axis=1) & chunk[:, ~turned].any(axis=1)
        flags[rows] = same & both & (np.count_nonzero(chunk, axis=1) >= at_least)
    return flags


def mostly_missing(answers: Answers, share: float = 0.5) -> Flags:
    """Per respondent: more than this share of all items is missing (excluded from the index)."""
    require_matrix(answers)
    items = answers.shape[1]
    missing = items - np.count_nonzero(answers, axis=1)
    return np.asarray(missing > share * items)


def missing_share(answers: Answers) -> Scores:
    """Per item: share of respondents without an answer; above .05 deserves a remark.

    Raises ``ValueError`` without respondents.
    """
    require_matrix(answers)
    if not len(answers):
        raise ValueError("nobody to count: the matrix has no rows")
    return np.asarray(1.0 - np.count_nonzero(answers, axis=0) / len(answers))


def _means(
    answers: Answers, weights: Whole, *, offsets: Whole, units: Whole, needed: Whole
) -> Scores:
    """``sum of (weight x - offset) / (unit count)`` over answered items; nan if too few are."""
    exact = HIGHEST * int(weights.sum(axis=0).max(initial=0)) < EXACT_SUMS
    precision: type[np.floating[Any]] = np.float32 if exact else np.float64
    weight, offset = weights.astype(precision), offsets.astype(precision)
    member = (weights != 0).astype(precision)
    # Column-major, because everything later reads one scale at a time.
    means = np.empty((len(answers), weights.shape[1]), dtype=np.float64, order="F")
    for rows in chunks(len(answers)):
        there = (answers[rows] != 0).astype(precision)
        count = there @ member
        total = answers[rows].astype(precision) @ weight - there @ offset
        means[rows] = total / np.where(count >= needed, count * units, np.nan)
    return means


def _membership(answers: Answers, scales: Sequence[Sequence[int]]) -> Whole:
    """J x S matrix: 1 where the item belongs to the scale."""
    require_matrix(answers)
    member = np.zeros((answers.shape[1], len(scales)), dtype=np.int64)
    for scale, columns in enumerate(scales):
        if not 0 < len(set(columns)) == len(columns):
            raise ValueError(f"scale {scale} has no items, or one of them twice")
        if not 0 <= min(columns) <= max(columns) < len(member):
            raise ValueError(f"scale {scale} names a column that is not there")
        member[list(columns), scale] = 1
    return member


def _needed(scales: Sequence[Sequence[int]], min_items: Sequence[int] | None) -> Whole:
    sizes = np.array([len(columns) for columns in scales], dtype=np.int64)
    if min_items is None:
        return np.array([min_items_for(int(size)) for size in sizes], dtype=np.int64)
    needed = np.asarray(min_items, dtype=np.int64)
    if needed.shape != sizes.shape or ((needed < 1) | (needed > sizes)).any():
        raise ValueError("min_items must give each scale a number from 1 to its number of items")
    return needed


def _per_item_flags(flags: Sequence[bool] | Flags, items: int) -> Flags:
    per_item = np.asarray(flags, dtype=np.bool_)
    if per_item.shape != (items,):
        raise ValueError("one key direction per item is needed")
    return per_item
