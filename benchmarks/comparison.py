"""A full comparison of a region's organisations on ten scales; beside R where R is present.

    python benchmarks/comparison.py [--organisations 250] [--scales 10] [--r-scales 1]

Simulates doctors in 20 units of each organisation. For each scale: a random intercept of
organisations and one of units (REML), random effects with Knapp and Hartung, shrunken means, each
organisation left out, the family's adjusted p, and 2,000 draws of whole organisations with a fit
of REML in each. With ``--r-scales`` R does the same on the same scores with lme4, metafor and
boot; times are by scale on both sides, in one run. The drawn intervals rest on other draws in R,
so they agree only as closely as draws do.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from medengage.stats.comparison import benjamini_hochberg, ranks
from medengage.stats.groups import GroupSummaries, group_summaries
from medengage.stats.random_effects import left_out, random_effects, shrunken, tau2_reml
from medengage.stats.random_intercept import RandomIntercept, random_intercept

Array = NDArray[np.float64]
Found = TypeVar("Found")
Numbers = dict[str, Array]

UNITS = 20
DOCTORS = 12
DRAWS = 2_000
STEPS = ("random intercepts", "random effects, left out", "2,000 draws")
DRAWN = "drawn"


@dataclass
class Side:
    """Seconds by step, and numbers by scale and statistic."""

    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STEPS, 0.0))
    numbers: dict[int, Numbers] = field(default_factory=dict)

    def timed(self, step: str, work: Callable[[], Found]) -> Found:
        """Do it, and add its seconds to a step."""
        start = time.perf_counter()
        found = work()
        self.seconds[step] += time.perf_counter() - start
        return found


@dataclass(frozen=True)
class Region:
    """Scores (N, scales) of doctors, their organisation and their unit (N,)."""

    scores: Array
    organisation: NDArray[np.int64]
    unit: NDArray[np.int64]


def simulate(organisations: int, scales: int, rng: np.random.Generator) -> Region:
    """Units of five to nineteen doctors, organisations that differ by four points."""
    sizes = rng.integers(DOCTORS - 7, DOCTORS + 8, organisations * UNITS)
    unit = np.repeat(np.arange(sizes.size), sizes)
    organisation = unit // UNITS
    of_organisation = 4.0 * rng.standard_normal((organisations, scales))
    of_unit = 3.0 * rng.standard_normal((sizes.size, scales))
    own = 17.0 * rng.standard_normal((unit.size, scales))
    return Region(57.0 + of_organisation[organisation] + of_unit[unit] + own, organisation, unit)


def ours(region: Region) -> Side:
    """Everything, scale by scale."""
    side = Side()
    for scale in range(region.scores.shape[1]):
        y = np.ascontiguousarray(region.scores[:, scale])
        side.numbers[scale] = _one(side, region, y, scale)
    return side


def _one(side: Side, region: Region, y: Array, scale: int) -> Numbers:
    intercepts, of_units, groups = side.timed(STEPS[0], lambda: _intercepts(region, y))
    mean, v = groups.mean, groups.variance / groups.n
    found = side.timed(STEPS[1], lambda: _random_effects(mean, v))
    drawn = side.timed(STEPS[2], lambda: _drawn(mean, v, np.random.default_rng(scale)))
    return {
        "variance, organisations": np.array([intercepts.tau2, intercepts.sigma2]),
        "variance, units": np.array([of_units.tau2, of_units.sigma2]),
        "effects, organisations": intercepts.effects,
        "effects, units": of_units.effects,
        **found,
        **drawn,
    }


def _intercepts(
    region: Region, y: Array
) -> tuple[RandomIntercept, RandomIntercept, GroupSummaries]:
    groups = group_summaries(y, region.organisation)
    first = random_intercept(groups)
    second = random_intercept(group_summaries(y, region.unit))
    assert first is not None
    assert second is not None
    return first, second, groups


def _random_effects(y: Array, v: Array) -> Numbers:
    fit = random_effects(y, v)
    fit.prediction_interval()
    best = shrunken(y, v, fit)
    others = left_out(y, v)
    ranks(best.mean, best.sd, np.random.default_rng(1))
    return {
        "mean and tau2": np.array([fit.mu, fit.se, fit.tau2]),
        "shrunken": best.mean,
        "left out, z": others.z,
        "adjusted p": benjamini_hochberg(others.p),
    }


def _drawn(y: Array, v: Array, rng: np.random.Generator) -> Numbers:
    """Whole organisations drawn anew, with a fit for each draw."""
    rows = rng.integers(0, y.size, (DRAWS, y.size))
    tau2 = tau2_reml(y[rows], v[rows])
    w = 1.0 / (v[rows] + tau2[:, None])
    mu = (w * y[rows]).sum(axis=1) / w.sum(axis=1)
    ends = [0.025, 0.975]
    return {
        f"interval of the mean, {DRAWN}": np.quantile(mu, ends),
        f"interval of tau2, {DRAWN}": np.quantile(tau2, ends),
    }


def theirs(region: Region, scales: int, folder: Path) -> Side:
    """The first scales in R."""
    scores, result = folder / "scores.bin", folder / "result.csv"
    columns = [region.scores[:, k] for k in range(scales)]
    parts = [*columns, region.organisation.astype(float), region.unit.astype(float)]
    np.concatenate(parts).tofile(scores)
    rows, count = region.unit.size, int(region.organisation.max()) + 1
    script = Path(__file__).with_suffix(".R")
    command = ["Rscript", script, scores, rows, scales, count, UNITS, DRAWS, result]
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=True
    )
    side = Side(dict(zip(STEPS, map(float, done.stdout.split()), strict=True)))
    values: dict[int, dict[str, list[float]]] = {}
    with result.open(newline="") as file:
        for row in csv.DictReader(file):
            here = values.setdefault(int(row["scale"]) - 1, {})
            here.setdefault(row["statistic"], []).append(float(row["value"]))
    side.numbers = {k: {n: np.array(v) for n, v in named.items()} for k, named in values.items()}
    return side


def has_r() -> bool:
    """Are R and the three packages on this machine?"""
    if shutil.which("Rscript") is None:
        return False
    code = "library(lme4); library(metafor); library(boot)"
    asked = subprocess.run(["Rscript", "-e", code], capture_output=True, check=False)
    return asked.returncode == 0


def show(mine: Side, scales: int, other: Side | None, r_scales: int) -> None:
    """Seconds for each scale on both sides, their ratio, and how far the numbers are apart."""
    print(f"{'seconds a scale':28} {'medengage':>10} {'R':>10} {'ratio':>8}")
    sums = [0.0, 0.0]
    for step in STEPS:
        one = mine.seconds[step] / scales
        two = other.seconds[step] / r_scales if other else float("nan")
        sums = [sums[0] + one, sums[1] + two]
        print(f"{step:28} {one:10.3f} {two:10.2f} {two / one:8.0f}")
    print(f"{'together':28} {sums[0]:10.3f} {sums[1]:10.2f} {sums[1] / sums[0]:8.0f}")
    print(f"{scales} scales together: {sum(mine.seconds.values()):.1f} s")
    if other is None:
        return
    print("\nlargest difference, in points or as given")
    apart: dict[str, float] = {}
    for scale, named in other.numbers.items():
        for name, values in named.items():
            far = float(np.abs(mine.numbers[scale][name] - values).max())
            apart[name] = max(apart.get(name, 0.0), far)
    for name, far in apart.items():
        print(f"  {name:32} {far:.1e}{'  (other draws)' if DRAWN in name else ''}")


def main() -> None:
    """Parse, simulate, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--organisations", type=int, default=250)
    parser.add_argument("--scales", type=int, default=10)
    parser.add_argument("--r-scales", type=int, default=1, help="scales for R; 0: no R")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    rng = np.random.default_rng(chosen.seed)
    region = simulate(chosen.organisations, chosen.scales, rng)
    print(f"{chosen.organisations} organisations of {UNITS} units, {region.unit.size:,} doctors\n")
    mine = ours(region)
    other = None
    if chosen.r_scales and has_r():
        with tempfile.TemporaryDirectory() as folder:
            other = theirs(region, chosen.r_scales, Path(folder))
    elif chosen.r_scales:
        print("R with lme4, metafor and boot is not on this machine\n")
    show(mine, chosen.scales, other, chosen.r_scales)


if __name__ == "__main__":
    main()
