"""The matrix of answers that all kernels of this package read, its check, and its short pieces.

The answers of N respondents to J items are one ``int8`` matrix, N x J, row by row. An answer is a
whole number from its item's lowest (``lo``, at least 1) to its highest (``hi``); 0 means missing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CHUNK_ROWS",
    "HIGHEST",
    "Answers",
    "answer_ranges",
    "check_answers",
    "chunks",
    "require_matrix",
]

Answers = NDArray[np.int8]
Whole = NDArray[np.int64]

HIGHEST = 127
"""The highest answer an 8-bit integer holds."""

CHUNK_ROWS = 4096
"""4,096 rows x 30 items are half a megabyte as 32-bit floats: they fit a second-level cache."""

MATRIX = 2
"""Dimensions of a matrix."""


def chunks(rows: int, size: int = CHUNK_ROWS) -> Iterator[slice]:
    """Slices that cover ``range(rows)`` in order, each of at most ``size`` rows.

    >>> [(piece.start, piece.stop) for piece in chunks(10, 4)]
    [(0, 4), (4, 8), (8, 10)]
    """
    for start in range(0, rows, size):
        yield slice(start, min(start + size, rows))


def require_matrix(answers: Answers) -> None:
    """Raise ``TypeError`` for anything but an int8 matrix."""
    if answers.ndim != MATRIX or answers.dtype != np.int8:
        raise TypeError("answers must be a matrix of 8-bit integers, one row per respondent")


def answer_ranges(lo: ArrayLike, hi: ArrayLike, *, items: int) -> tuple[Whole, Whole]:
    """Lowest and highest answer as one whole number per item, from one for all or one each.

    Raises ``ValueError`` unless ``1 <= lo < hi <= 127`` for every item.
    """
    low = np.broadcast_to(np.asarray(lo, dtype=np.int64), (items,))
    high = np.broadcast_to(np.asarray(hi, dtype=np.int64), (items,))
    if not ((low >= 1) & (low < high) & (high <= HIGHEST)).all():
        raise ValueError("every item needs 1 <= lowest answer < highest answer <= 127")
    return low, high


def check_answers(answers: Answers, lo: ArrayLike, hi: ArrayLike) -> None:
    """Raise unless every answer is 0 or lies between its item's ``lo`` and ``hi``.

    ``lo`` and ``hi`` are one number, or one number per item. Raises ``TypeError`` for anything
    but an int8 matrix, ``ValueError`` (with column numbers, never an answer) otherwise.
    """
    require_matrix(answers)
    low, high = answer_ranges(lo, hi, items=answers.shape[1])
    unsigned = answers.view(np.uint8)
    outside = np.zeros(answers.shape[1], dtype=np.bool_)
    for rows in chunks(len(answers)):
        chunk = unsigned[rows]
        # As unsigned bytes negative answers are too high, and 0 - 1 wraps to 255: above any lo.
        outside |= (chunk.max(axis=0) > high) | ((chunk - np.uint8(1)).min(axis=0) < low - 1)
    if outside.any():
        columns = np.flatnonzero(outside).tolist()
        raise ValueError(f"answers outside their range in columns {columns}")
