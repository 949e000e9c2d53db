"""Parquet files: numbers go straight from the file into small integers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from polars.exceptions import PanicException, PolarsError

from medengage.stores.cells import EMPTY, Cells
from medengage.stores.table import Table
from medengage.tables.notes import Notes, Where

__all__ = ["ParquetTable", "open_parquet"]

FIRST_ROW = 2
EXACT = 2**53
DAMAGED = "the Parquet file is damaged or not a Parquet file."
AGAIN = "Write it again, or save the table as CSV."
REFUSED = (PolarsError, PanicException, OSError, MemoryError, ValueError)
"""What polars raises for a file that is damaged."""


@dataclass(frozen=True)
class ParquetTable:
    """An open Parquet file; only the columns that are taken are read."""

    file: Path = field(repr=False)
    name: str
    header: tuple[str, ...]
    notes: Notes = field(repr=False)
    subheader: tuple[tuple[str, ...], ...] = ()

    def take(self, positions: Sequence[int]) -> Table:
        """Read these columns; a damaged file is noted and gives an empty table."""
        frame = self._frame([self.header[place] for place in positions])
        columns = {
            place: self._cells(column)
            for place, column in zip(positions, frame.get_columns(), strict=True)
        }
        return Table(columns, np.arange(frame.height, dtype=np.int64) + FIRST_ROW)

    def _frame(self, names: list[str]) -> pl.DataFrame:
        try:
            with self.file.open("rb") as handle:
                return pl.read_parquet(handle, columns=names)
        except REFUSED:
            self.notes.problem(self.name, DAMAGED, AGAIN)
            return pl.DataFrame({name: [] for name in names})

    def _cells(self, column: pl.Series) -> Cells:
        if column.dtype.is_nested() or column.dtype in (pl.Binary, pl.Object):
            place = Where(self.name, column=column.name)
            self.notes.problem(place, "the column does not hold single values.", AGAIN)
            return ("",) * len(column)
        if column.dtype.is_decimal():
            column = column.cast(pl.Float64)
        if column.dtype.is_numeric() and (small := _small(column)) is not None:
            return small.fill_null(EMPTY).to_numpy()
        return tuple(_whole(column).cast(pl.String).fill_null("").to_list())


def open_parquet(file: Path, name: str, notes: Notes) -> ParquetTable | None:
    """Open a Parquet file; notes a problem where it is damaged."""
    try:
        with file.open("rb") as handle:
            schema = pl.read_parquet_schema(handle)
    except REFUSED:
        notes.problem(name, DAMAGED, AGAIN)
        return None
    return ParquetTable(file, name, tuple(schema), notes)


def _small(column: pl.Series) -> pl.Series | None:
    """The numbers as int8 where all are whole and small, as answers are."""
    whole = _whole(column)
    if whole.dtype.is_float():
        return None
    lowest, highest = whole.min(), whole.max()
    if lowest is None or highest is None:
        return whole.cast(pl.Int8)
    if not (float(str(lowest)) > EMPTY and float(str(highest)) < -EMPTY):
        return None
    return whole.cast(pl.Int8)


def _whole(column: pl.Series) -> pl.Series:
    """Floats as integers where all are whole and held exactly; nan is empty."""
    if not column.dtype.is_float():
        return column
    column = column.fill_nan(None)
    largest = column.abs().max()
    is_exact = largest is None or float(str(largest)) < EXACT
    return column.cast(pl.Int64) if is_exact and (column == column.round()).all() else column
