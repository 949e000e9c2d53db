"""Score a million respondents and judge their scales; beside R's psych where R is present.

    python benchmarks/scoring.py [--rows 1000000] [--r-rows 100000] [--seed 1]

Simulates respondents x 30 five-point items (2.8 % missing, 7 items reverse-keyed), writes them as
Parquet, and measures in a fresh process with one thread: read, build the int8 matrix, mirror,
score ten scales, reliability of all ten (alpha, standardised alpha, lambda 6, alpha if dropped,
item-rest), omega total and hierarchical. R does the same work on the same answers; its reading is
not counted. Both sides are timed at ``--r-rows`` and their numbers compared.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from medengage.stats.moments import Moments, moments
from medengage.stats.omega import omega
from medengage.stats.reliability import reliability
from medengage.stats.scoring import Scores, combine, mirror, scale_scores

ITEMS = [f"q{number:02d}" for number in range(1, 31)]
SUBSCALES = {f"S{k + 1}": list(range(5 * k, 5 * k + 5)) for k in range(6)}
METAS = {f"M{k + 1}": list(range(10 * k, 10 * k + 10)) for k in range(3)}
SCALES = {**SUBSCALES, **METAS, "INDEX": list(range(30))}
FACTORS = {**dict.fromkeys(SUBSCALES, 1), **dict.fromkeys(METAS, 2), "INDEX": 6}
REVERSED = np.arange(1, 31) % 4 == 0
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}

Numbers = dict[str, list[float]]
"""``scale, statistic`` -> its values, one per item where there are several."""


@dataclass(frozen=True)
class Timing:
    """Wall and CPU seconds of one step."""

    wall: float
    cpu: float

    def __add__(self, other: Timing) -> Timing:
        return Timing(self.wall + other.wall, self.cpu + other.cpu)

    def __str__(self) -> str:
        return f"{self.wall:9.3f} {self.cpu:9.3f}"


@dataclass(frozen=True)
class Run:
    """One side of the comparison: seconds by step, peak memory in MB, and the numbers."""

    steps: dict[str, Timing]
    peak: float
    numbers: Numbers


def simulate(rows: int, rng: np.random.Generator) -> NDArray[np.int8]:
    """Answers 1 to 5 cut from a normal with one general and six narrower factors; 0 = missing."""
    answers = np.empty((rows, len(ITEMS)), dtype=np.int8)
    # Cuts differ between items, so that means and alphas differ too.
    cuts = np.linspace(-1.6, 1.0, 4) + np.linspace(-0.3, 0.3, len(ITEMS))[:, None]
    for start in range(0, rows, 50_000):
        part = answers[start : start + 50_000]
        general, narrow = rng.normal(size=(len(part), 1)), rng.normal(size=(len(part), 6))
        latent = 0.6 * general + 0.45 * np.repeat(narrow, 5, axis=1)
        latent += 0.66 * rng.standard_normal(part.shape)
        part[:] = 1 + (latent[:, :, None] > cuts).sum(axis=2)
        part[:, REVERSED] = 6 - part[:, REVERSED]
        part[rng.random(part.shape) < 0.028] = 0
    return answers


def write_parquet(answers: NDArray[np.int8], path: Path) -> None:
    """One Int8 column per item, null where missing."""
    table = pl.DataFrame({name: answers[:, k].copy() for k, name in enumerate(ITEMS)})
    table.with_columns(pl.when(pl.all() > 0).then(pl.all())).write_parquet(path)


def all_scores(answers: NDArray[np.int8]) -> dict[str, Scores]:
    """Six subscales, three meta-scales and the index, 0 to 100."""
    leaves = scale_scores(answers, list(SUBSCALES.values()), lo=1, hi=5)
    found = {name: leaves[:, k] for k, name in enumerate(SUBSCALES)}
    for k, name in enumerate(METAS):
        found[name] = combine(leaves[:, 2 * k : 2 * k + 2])
    found["INDEX"] = combine(np.column_stack([found[name] for name in METAS]))
    return found


def reliabilities(found: Moments) -> Numbers:
    """The alpha block of ten scales."""
    numbers: Numbers = {}
    for scale, columns in SCALES.items():
        block = reliability(found.select(columns).covariance(), found.rows)
        if block is None or block.if_dropped is None or block.lambda6 is None:
            raise RuntimeError(f"no reliability for {scale}")
        numbers[f"{scale}, alpha"] = [block.alpha]
        numbers[f"{scale}, standardised alpha"] = [block.standardised_alpha]
        numbers[f"{scale}, lambda6"] = [block.lambda6]
        numbers[f"{scale}, alpha if dropped"] = block.if_dropped.alpha.tolist()
        numbers[f"{scale}, item-rest correlation"] = block.by_item.item_rest.tolist()
    return numbers


def omegas(found: Moments) -> Numbers:
    """Omega total and hierarchical of ten scales."""
    numbers: Numbers = {}
    for scale, columns in SCALES.items():
        correlation = found.select(columns).correlation()
        result = None if correlation is None else omega(correlation, FACTORS[scale])
        if result is None:
            raise RuntimeError(f"no omega for {scale}")
        numbers[f"{scale}, omega total"] = [result.total]
        numbers[f"{scale}, omega hierarchical"] = [result.hierarchical]
    return numbers


def score_summaries(scores: dict[str, Scores]) -> Numbers:
    """Mean, spread and count of each score, to compare with R; not timed."""
    numbers: Numbers = {}
    for scale, values in scores.items():
        there = values[~np.isnan(values)]
        numbers[f"{scale}, mean score"] = [float(there.mean())]
        numbers[f"{scale}, sd of scores"] = [float(there.std(ddof=1))]
        numbers[f"{scale}, respondents scored"] = [float(len(there))]
    return numbers


def peak_megabytes() -> float:
    """Highest resident memory of this process since it started; nan where the system is silent."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(text for text in status.read_text().splitlines() if text.startswith("VmHWM"))
    return float(line.split()[1]) / 1024


def work(parquet: Path) -> Run:
    """All that is measured, in this process."""
    steps: dict[str, Timing] = {}

    @contextmanager
    def step(name: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        steps[name] = Timing(time.perf_counter() - wall, time.process_time() - cpu)

    with step("read"):
        answers = pl.read_parquet(parquet).fill_null(0).to_numpy(order="c")
    with step("scores"):
        keyed = mirror(answers, REVERSED, 1, 5)
        scores = all_scores(keyed)
    with step("reliability"):
        found = moments(keyed)
        numbers = reliabilities(found)
    with step("omega"):
        numbers |= omegas(found)
    peak = peak_megabytes()
    return Run(steps, peak, numbers | score_summaries(scores))


def measured(parquet: Path) -> Run:
    """``work`` in a fresh process with one thread."""
    command = [sys.executable, __file__, "--worker", str(parquet)]
    done = subprocess.run(
        command, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    steps = {name: Timing(*spent) for name, spent in told["steps"].items()}
    return Run(steps, told["peak"], told["numbers"])


def measured_in_r(answers: NDArray[np.int8], folder: Path) -> Run:
    """``scoring.R`` on the same answers, with one thread."""
    raw, result = folder / "answers.bin", folder / "r.csv"
    raw.write_bytes(np.asfortranarray(answers).tobytes(order="F"))
    script = Path(__file__).with_suffix(".R")
    command = ["Rscript", str(script), str(raw), str(len(answers)), str(result)]
    done = subprocess.run(
        command, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=True
    )
    told = [float(word.replace("NA", "nan")) for word in done.stdout.split()]
    steps = {
        name: Timing(*told[2 * k : 2 * k + 2])
        for k, name in enumerate(["scores", "reliability", "omega"])
    }
    numbers: Numbers = {}
    with result.open(newline="") as file:
        for row in csv.DictReader(file):
            numbers.setdefault(f"{row['scale']}, {row['statistic']}", []).append(
                float(row["value"])
            )
    return Run(steps, told[-1], numbers)


def has_psych() -> bool:
    """Whether Rscript and psych are on this machine."""
    if shutil.which("Rscript") is None:
        return False
    asked = subprocess.run(["Rscript", "-e", "library(psych)"], capture_output=True, check=False)
    return asked.returncode == 0


def differences(ours: Numbers, theirs: Numbers) -> dict[str, float]:
    """Largest absolute difference by statistic."""
    largest: dict[str, float] = {}
    for name, values in theirs.items():
        statistic = name.split(", ", 1)[1]
        apart = float(np.abs(np.subtract(ours[name], values)).max())
        largest[statistic] = max(largest.get(statistic, 0.0), apart)
    return largest


def show(title: str, run: Run) -> None:
    """Seconds by step, their sum, and peak memory."""
    print(f"\n{title}")
    print(f"  {'':12} {'wall s':>9} {'CPU s':>9}")
    for name, spent in run.steps.items():
        print(f"  {name:12} {spent}" if spent.wall == spent.wall else f"  {name:12}   not run")
    print(f"  {'all':12} {total(run, list(run.steps))}\n  peak memory {run.peak:,.0f} MB")


def total(run: Run, names: list[str]) -> Timing:
    """Sum over those of these steps that ran."""
    spent = Timing(0.0, 0.0)
    for name in names:
        if run.steps[name].wall == run.steps[name].wall:
            spent += run.steps[name]
    return spent


def compare(ours: Run, theirs: Run) -> None:
    """Ratios of seconds and differences of numbers."""
    names = [name for name, spent in theirs.steps.items() if spent.wall == spent.wall]
    print("\nR / medengage         wall       CPU")
    for title, steps in {**{name: [name] for name in names}, "together": names}.items():
        mine, other = total(ours, steps), total(theirs, steps)
        print(f"  {title:12} {other.wall / mine.wall:9.0f} {other.cpu / mine.cpu:9.0f}")
    if "omega" not in names:
        print("  omega was not run in R: GPArotation is not installed")
    print("\nlargest absolute difference")
    for statistic, apart in differences(ours.numbers, theirs.numbers).items():
        print(f"  {statistic:24} {apart:.1e}")


def main() -> None:
    """Parse, simulate, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--r-rows", type=int, default=100_000, help="rows for R; 0: no R")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker:
        run = work(chosen.worker)
        spent = {name: (step.wall, step.cpu) for name, step in run.steps.items()}
        print(json.dumps({"steps": spent, "peak": run.peak, "numbers": run.numbers}))
        return
    with tempfile.TemporaryDirectory() as place:
        benchmark(chosen.rows, chosen.r_rows, seed=chosen.seed, folder=Path(place))


def benchmark(rows: int, r_rows: int, *, seed: int, folder: Path) -> None:
    """The whole comparison."""
    answers = simulate(rows, np.random.default_rng(seed))
    write_parquet(answers, folder / "answers.parquet")
    ours = measured(folder / "answers.parquet")
    show(f"medengage, {rows:,} respondents x 30 items, one thread, reading included", ours)
    if not r_rows or not has_psych():
        print("\nR with psych was not asked for, or is not on this machine")
        return
    r_rows = min(r_rows, rows)
    if r_rows < rows:
        write_parquet(answers[:r_rows], folder / "fewer.parquet")
        ours = measured(folder / "fewer.parquet")
        show(f"medengage, {r_rows:,} respondents, for the ratio", ours)
    theirs = measured_in_r(answers[:r_rows], folder)
    show(f"R psych, {r_rows:,} respondents, one thread, reading not counted", theirs)
    compare(ours, theirs)


if __name__ == "__main__":
    main()
