"""Scores of the simulated survey ``sim2000.csv`` on the scale of its answers, 1 to 5."""

from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tests.golden_numbers import GOLDEN, SUBSCALES, sim2000

HALF = 3
"""A subscale of five items is scored from three answers on."""


@cache
def attribute(name: str) -> NDArray[np.int64]:
    """``hospital`` (1 to 60), ``specialty`` or ``grade`` (1 to 3) of each respondent."""
    column = pl.read_csv(GOLDEN / "sim2000.csv", columns=[name]).get_column(name)
    return column.to_numpy().astype(np.int64)


@cache
def scale(name: str) -> NDArray[np.float64]:
    """Score of each respondent on ``S1``..``S6``, ``M1``..``M3`` or ``INDEX``; NaN if missing."""
    if name in SUBSCALES:
        answers = sim2000()[:, SUBSCALES[name]].astype(np.float64)
        answered = (answers > 0).sum(axis=1)
        return np.where(answered >= HALF, answers.sum(axis=1) / np.maximum(answered, 1), np.nan)
    parts = {f"M{k}": [f"S{2 * k - 1}", f"S{2 * k}"] for k in (1, 2, 3)}
    names = parts.get(name, ["M1", "M2", "M3"])
    return np.asarray(np.mean([scale(part) for part in names], axis=0))
