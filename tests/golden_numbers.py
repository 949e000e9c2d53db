"""Golden numbers of ``tests/golden``, and the simulated answers beside them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

GOLDEN = Path(__file__).parent / "golden"

SUBSCALES = {f"S{k + 1}": list(range(5 * k, 5 * k + 5)) for k in range(6)}
METAS = {f"M{k + 1}": list(range(10 * k, 10 * k + 10)) for k in range(3)}
SCALES = {**SUBSCALES, **METAS, "INDEX": list(range(30))}


@cache
def golden(name: str) -> dict[str, Any]:
    """Values of ``tests/golden/<name>.json``, by id."""
    text = (GOLDEN / f"{name}.json").read_text(encoding="utf-8")
    values: dict[str, Any] = json.loads(text)["values"]
    return values


def int8_matrix(path: Path, columns: list[str]) -> np.ndarray:
    """Answers of a CSV file as the int8 matrix of our kernels: 0 where missing."""
    table = pl.read_csv(path, columns=columns, null_values=["", "NA"]).select(columns)
    return np.ascontiguousarray(table.fill_null(0).to_numpy().astype(np.int8))


@cache
def sim2000() -> np.ndarray:
    """2,000 x 30 simulated answers, 2.8 % missing; do not write into it."""
    answers = int8_matrix(GOLDEN / "sim2000.csv", [f"q{i:02d}" for i in range(1, 31)])
    answers.flags.writeable = False
    return answers


@cache
def sim2000_outcomes() -> np.ndarray:
    """2,000 x 13 beside ``sim2000``: a rating from 1 to 4, then twelve drivers; read only."""
    table = pl.read_csv(GOLDEN / "sim2000_outcomes.csv").to_numpy().astype(np.float64)
    table.flags.writeable = False
    return table


@cache
def sim2000_index() -> np.ndarray:
    """The index of ``sim2000`` on the scale of its items, 1 to 5; nan where half is missing."""
    answers = sim2000().astype(np.float64)
    answers[answers == 0] = np.nan
    with np.errstate(invalid="ignore"):
        parts = [answers[:, items] for items in SUBSCALES.values()]
        enough = [np.isfinite(part).sum(axis=1) * 2 >= part.shape[1] for part in parts]
        sums = [np.nansum(part, axis=1) / np.isfinite(part).sum(axis=1) for part in parts]
    scales = np.stack([np.where(ok, s, np.nan) for ok, s in zip(enough, sums, strict=True)])
    return np.asarray(scales.reshape(3, 2, -1).mean(axis=1).mean(axis=0))
