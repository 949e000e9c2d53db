"""The two halves of reading a table file: what is opened, and what was taken from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from medengage.stores.cells import Cells

__all__ = ["Source", "Table"]


@dataclass(frozen=True, eq=False)
class Table:
    """Some columns of a file by position; ``rows`` (N,) are the row numbers a person sees.

    ``blank`` counts the lines without any content that were passed over.
    """

    columns: Mapping[int, Cells] = field(repr=False)
    rows: npt.NDArray[np.int64] = field(repr=False)
    blank: int = 0


class Source(Protocol):
    """An open file: its header rows, and a way to take some of its columns.

    A column that nobody takes (times, addresses, names, comments) is passed over and never kept.
    """

    @property
    def header(self) -> tuple[str, ...]:
        """Column names as they stand in the first row with content."""

    @property
    def subheader(self) -> tuple[tuple[str, ...], ...]:
        """Further header rows, where the caller said that there are some."""

    def take(self, positions: Sequence[int]) -> Table:
        """Read these columns; what is wrong with the rows is noted."""
