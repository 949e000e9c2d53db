"""One column of a table: text as it stands in the file, or small whole numbers.

Columns hold few different values, so everything is decided once per value and then looked up for
all rows: a million answers cost as much thought as five.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["EMPTY", "Cells", "distinct", "looked_up"]

Cells = tuple[str, ...] | npt.NDArray[np.int8]
"""Text cells ("" is empty), or whole numbers from -127 to 127 where ``EMPTY`` is empty."""

EMPTY = -128
BYTE = 256


def distinct(cells: Cells) -> tuple[tuple[str, ...], npt.NDArray[np.int32]]:
    """The different values as text, and for every row (N,) int32 which of them it holds."""
    if isinstance(cells, tuple):
        place = {value: number for number, value in enumerate(dict.fromkeys(cells))}
        codes = np.fromiter(map(place.__getitem__, cells), dtype=np.int32, count=len(cells))
        return tuple(place), codes
    present = np.flatnonzero(np.bincount(cells.view(np.uint8), minlength=BYTE))
    number = np.zeros(BYTE, dtype=np.int32)
    number[present] = np.arange(len(present))
    values = present.astype(np.uint8).view(np.int8)
    return tuple("" if v == EMPTY else str(v) for v in values), number[cells.view(np.uint8)]


def looked_up(cells: Cells, read: Callable[[str], int]) -> npt.NDArray[np.int16]:
    """What ``read`` makes of every cell (N,); it is asked once for each different value."""
    values, codes = distinct(cells)
    if not values:
        return np.zeros(0, dtype=np.int16)
    return np.array([read(value) for value in values], dtype=np.int16)[codes]
