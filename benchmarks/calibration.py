"""Do the statistics of comparing keep what they promise? Regions with known truth say so.

    python benchmarks/calibration.py [--replicates 500]

Every row has a target, a criterion that was set beforehand, and what was measured. ``--only``
takes the beginning of a target's name. The tests run the same functions with few replicates, and
run them on rules that were broken on purpose, which then must fail.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from medengage.norms.bands import placed
from medengage.norms.release import NormScale
from medengage.simulate.outcomes import DRIVER_VALIDITIES, drivers, ratings
from medengage.stats.association import bootstrap_interval, permutation_p, spearman
from medengage.stats.comparison import differences
from medengage.stats.importance import (
    bootstrap_weights,
    correlations,
    doctor_products,
    lmg,
    unit_products,
)
from medengage.stats.ordinal import proportional_odds
from medengage.stats.quadrants import (
    quadrant_probabilities,
    uncertain_points,
    unit_points,
    unit_sums,
)
from medengage.stats.random_effects import left_out, random_effects, shrunken
from medengage.stats.variation import clinicians

Array = NDArray[np.float64]
Rng = np.random.Generator
Measure = Callable[..., "Iterator[Row]"]

K, WITHIN, SWD = 50, 17.5, 2.0
CUT = (50.0, 50.0)
Z = 1.959963984540054
FEW_IN_A_BIN = 200
LAMBDA = 0.57
VARIANCE = 0.36


@dataclass(frozen=True)
class Row:
    """One line of the table; ``met`` where the measured value satisfies the criterion."""

    target: str
    criterion: str
    measured: str
    met: bool


def within(target: str, value: float, low: float, high: float) -> Row:
    """A row that is met between two ends."""
    return Row(target, f"{low:g} to {high:g}", f"{value:.4f}", low <= value <= high)


def hospitals(rng: Rng, tau: float, k: int = K) -> tuple[Array, Array, Array, Array]:
    """True levels, means, their variances and numbers of doctors of a region's hospitals."""
    n = np.clip(np.round(240 * np.exp(0.34 * rng.standard_normal(k) - 0.058)), 30, None)
    v = WITHIN**2 / n
    theta = 57.0 + tau * rng.standard_normal(k)
    return theta, theta + np.sqrt(v) * rng.standard_normal(k), v, n


def levels(replicates: int, rng: Rng, *, narrow: float = 1.0) -> Iterator[Row]:
    """Intervals of shrunken levels; ``narrow`` below 1 breaks them."""
    held, small = [], []
    for _ in range(replicates):
        theta, y, v, n = hospitals(rng, 4.0)
        best = shrunken(y, v, random_effects(y, v))
        inside = np.abs(theta - best.mean) <= Z * narrow * best.sd
        held.append(inside.mean())
        small.append(inside[n <= np.quantile(n, 1 / 3)].mean())
    yield within("levels: coverage of 95 % intervals", float(np.mean(held)), 0.94, 0.96)
    yield within("levels: coverage, smallest third", float(np.mean(small)), 0.93, 0.97)


def bands(replicates: int, rng: Rng, *, shrink: bool = True) -> Iterator[Row]:
    """Probabilities of bands against the truth; without ``shrink`` means count as true levels."""
    told, true = [], []
    for _ in range(replicates):
        theta, y, v, n = hospitals(rng, 4.0)
        norm = _norm(y, v)
        for level, mean, size in zip(theta, y, n, strict=True):
            if shrink:
                p = np.array(placed(norm, float(mean), int(size)).probabilities)
            else:
                p = np.eye(5)[int(np.searchsorted(norm.cuts, mean))]
            told.append(p)
            true.append(np.eye(5)[int(np.searchsorted(norm.cuts, level))])
    p, hit = np.array(told), np.array(true)
    yield _calibrated("bands: probability against share, worst bin of .1", p, hit, 0.03)
    brier = float(((p - hit) ** 2).sum(axis=1).mean())
    yield Row("bands: Brier score (0 best, .8 by chance)", "reported", f"{brier:.3f}", met=True)


def _norm(y: Array, v: Array) -> NormScale:
    fit = random_effects(y, v)
    z = np.array([-0.841621, -0.253347, 0.253347, 0.841621])
    cuts = tuple(float(cut) for cut in fit.mu + fit.tau2**0.5 * z)
    return NormScale(
        scale="index",
        organisations=y.size,
        doctors=int((WITHIN**2 / v).sum()),
        mu=fit.mu,
        se=fit.se,
        tau2=fit.tau2,
        within_sd=WITHIN,
        cuts=(cuts[0], cuts[1], cuts[2], cuts[3]),
        cut_se=(0.0, 0.0, 0.0, 0.0),
        shift=0.0,
        icc1=None,
        strata={},
        effective_n=1.0,
    )


def _calibrated(target: str, p: Array, hit: Array, most: float) -> Row:
    """How far the mean probability and the share lie apart in the worst bin of a tenth."""
    p, hit = p.ravel(), hit.ravel()
    bins = np.minimum((10 * p).astype(int), 9)
    apart = [
        abs(p[bins == b].mean() - hit[bins == b].mean())
        for b in range(10)
        if (bins == b).sum() >= FEW_IN_A_BIN
    ]
    return within(target, float(max(apart)), 0.0, most)


def calls(replicates: int, rng: Rng, *, sure: float = 0.90) -> Iterator[Row]:
    """The rule for "different"; ``sure`` below .90 breaks it."""
    for tau in (0.0, 2.0, 4.0):
        any_call = wrong = made = side = 0
        claimed = 0.0
        for _ in range(replicates):
            theta, y, v, _ = hospitals(rng, tau)
            found = differences(y, v, random_effects(y, v, method="pm"), matters=SWD)
            above, below = found.above >= sure, found.below >= sure
            away = theta - 57.0
            any_call += bool((above | below).any())
            made += int((above | below).sum())
            wrong += int((above & (away < SWD)).sum() + (below & (away > -SWD)).sum())
            side += int((above & (away < 0)).sum() + (below & (away > 0)).sum())
            claimed += float((1 - found.above[above]).sum() + (1 - found.below[below]).sum())
        if tau == 0.0:
            share = any_call / replicates
            yield within("calls, no differences: regions with any call", share, 0, 0.01)
            continue
        share, said = wrong / max(made, 1), claimed / max(made, 1)
        name = f"calls, differences of {tau:g} points"
        yield within(f"{name}: too small to matter", share, 0, 0.06)
        yield within(f"{name}: less what was claimed", abs(share - said), 0, 0.02)
        yield within(f"{name}: on the wrong side", side / max(made, 1), 0, 0.002)


def unusual(replicates: int, rng: Rng, *, others: bool = True) -> Iterator[Row]:
    """Each against all others; without ``others`` chance alone is allowed for."""
    beyond = []
    for _ in range(replicates):
        _, y, v, _ = hospitals(rng, 4.0)
        z = left_out(y, v).z if others else (y - y.mean()) / np.sqrt(v)
        beyond.append((np.abs(z) > Z).mean())
    yield within("unusual: beyond 1.96 where nobody is", float(np.mean(beyond)), 0.045, 0.065)


def association(replicates: int, rng: Rng, *, handed_out: bool = True) -> Iterator[Row]:
    """Permutation test and drawn interval; without ``handed_out`` the p is one-sided."""
    for n in (30, 50):
        called = 0
        for _ in range(2 * replicates):
            x, rating = rng.standard_normal(n), ratings(rng, rng.standard_normal(n), association=0)
            p = permutation_p(x, rating, rng, permutations=999)
            called += p is not None and (p if handed_out else p / 2) <= 0.05
        share = called / (2 * replicates)
        yield within(
            f"association: calls among {n} where nothing goes together", share, 0.04, 0.06
        )
    truth = _population()[0]
    held = 0
    for _ in range(replicates):
        z = rng.standard_normal(K)
        low, high = bootstrap_interval(z, ratings(rng, z, association=LAMBDA), rng, draws=1000)
        held += low <= truth <= high
    yield within("association: coverage of the drawn interval", held / replicates, 0.92, 1.0)


def odds(replicates: int, rng: Rng) -> Iterator[Row]:
    """The slope of the proportional odds model among fifty."""
    truth, found = _population()[1], []
    for _ in range(replicates):
        z = rng.standard_normal(K)
        rating = np.unique(ratings(rng, z, association=LAMBDA), return_inverse=True)[1]
        fit = proportional_odds(z, rating)
        if not fit.separated:
            found.append(float(fit.slopes[0]))
    bias = float(np.median(found)) / truth - 1.0
    yield within("odds: median bias of the slope", bias, -0.10, 0.10)


@cache
def _population() -> tuple[float, float]:
    """Spearman's correlation and the slope among a hundred thousand."""
    rng = np.random.default_rng(20_240_607)
    z = rng.standard_normal(100_000)
    rating = ratings(rng, z, association=LAMBDA)
    fit = proportional_odds(z, np.unique(rating, return_inverse=True)[1])
    return spearman(z, rating) or 0.0, float(fit.slopes[0])


RECOVERED = {120: (0.57, 0.69), 240: (0.66, 0.83), 500: (0.74, 0.93)}
"""Doctors -> how often the first driver, and the first three, are those of the truth."""
TOP = 3


def ranks(replicates: int, rng: Rng, *, backwards: bool = False) -> Iterator[Row]:
    """Whether drivers come in their true order; ``backwards`` breaks it."""
    order = list(np.argsort(-_importance(200_000, np.random.default_rng(5))))
    for n, (first, three) in RECOVERED.items():
        firsts = threes = 0
        for _ in range(2 * replicates):
            seen = list(np.argsort(_importance(n, rng) * (1.0 if backwards else -1.0)))
            firsts += seen[0] == order[0]
            threes += set(seen[:TOP]) == set(order[:TOP])
        share = np.array([firsts, threes]) / (2 * replicates)
        yield within(f"drivers: first one found, {n} doctors", float(share[0]), first - 0.04, 1)
        yield within(f"drivers: first three found, {n} doctors", float(share[1]), three - 0.04, 1)


def _importance(n: int, rng: Rng) -> Array:
    y = rng.standard_normal(n)
    products = unit_products(drivers(rng, y), y, np.zeros(n, dtype=np.int64))
    return lmg(correlations(products.sum(axis=0)))


def noise(replicates: int, rng: Rng, *, sure: float = 0.95) -> Iterator[Row]:
    """A driver that is made of chance; ``sure`` below .95 breaks the rule."""
    called = 0
    for _ in range(replicates):
        n = 240
        y = rng.standard_normal(n)
        x = np.column_stack([drivers(rng, y), rng.standard_normal((n, 2))])
        drawn = bootstrap_weights(doctor_products(x, y, np.zeros(n, np.int64)), rng, draws=400)
        called += drawn.above(len(DRIVER_VALIDITIES) + 1)[len(DRIVER_VALIDITIES)] >= sure
    yield within("drivers: chance called above chance", called / replicates, 0.0, 0.05)


def quadrants(replicates: int, rng: Rng, *, known: bool = False) -> Iterator[Row]:
    """Probabilities of quadrants for few units and for many.

    ``known`` breaks it: how far units differ is taken as known.
    """
    for units in (8, 20):
        yield _quadrants(3 * replicates, rng, units, known=known)


def _quadrants(replicates: int, rng: Rng, units: int, *, known: bool) -> Row:
    told: list[Array] = []
    true: list[Array] = []
    between = np.array([[16.0, 6.0], [6.0, 12.0]])
    inside = np.array([[300.0, 120.0], [120.0, 260.0]])
    for _ in range(replicates):
        n = rng.integers(12, 60, units)
        theta = rng.multivariate_normal([52.0, 50.0], between, units)
        unit = np.repeat(np.arange(units), n)
        points = theta[unit] + rng.multivariate_normal([0, 0], inside, unit.size)
        sums = unit_sums(points[:, 0], points[:, 1], unit)
        if known:
            plain = unit_points(sums)
            told += list(quadrant_probabilities(plain.mean, plain.covariance, cut=CUT))
        else:
            told += list(uncertain_points(sums, rng, cut=CUT).probabilities)
        true += [np.eye(4)[2 * int(x >= CUT[0]) + int(y >= CUT[1])] for x, y in theta]
    p, hit = np.array(told), np.array(true)
    name = f"quadrants: probability against share, {units} units, worst bin of .1"
    return _calibrated(name, p, hit, 0.05)


def variation(replicates: int, rng: Rng, *, half: float = 1.0) -> Iterator[Row]:
    """The variance between clinicians and its interval; ``half`` below 1 breaks the interval."""
    found, held = [], 0
    for _ in range(replicates):
        n = rng.integers(40, 200, 80)
        y = rng.binomial(n, expit(-1.0 + VARIANCE**0.5 * rng.standard_normal(80)))
        fit = clinicians(y, n)
        found.append(fit.variance)
        low = fit.variance - half * (fit.variance - fit.low)
        held += low <= VARIANCE <= fit.variance + half * (fit.high - fit.variance)
    bias = float(np.median(found)) / VARIANCE - 1.0
    yield within("variation: median bias of the variance", bias, -0.10, 0.10)
    yield within("variation: coverage of its interval", held / replicates, 0.92, 1.0)


MEASURES: dict[str, Measure] = {
    "levels": levels,
    "bands": bands,
    "calls": calls,
    "unusual": unusual,
    "association": association,
    "odds": odds,
    "ranks": ranks,
    "noise": noise,
    "quadrants": quadrants,
    "variation": variation,
}


def main() -> None:
    """Measure, and print the table as it grows."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--replicates", type=int, default=500)
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    print("| target | criterion | measured | met |\n| --- | --- | --- | --- |")
    for place, (name, measure) in enumerate(MEASURES.items()):
        if name.startswith(chosen.only):
            start = time.perf_counter()
            for row in measure(chosen.replicates, np.random.default_rng(100 + place)):
                met = "yes" if row.met else "no"
                print(f"| {row.target} | {row.criterion} | {row.measured} | {met} |", flush=True)
            print(f"<!-- {name}: {time.perf_counter() - start:.0f} s -->", flush=True)


if __name__ == "__main__":
    main()
