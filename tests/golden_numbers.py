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
