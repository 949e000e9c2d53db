"""Do 95 % intervals of organisation means hold the truth 95 times in 100?

Regions with known truth are simulated, answered item by item, scored and given intervals by the
same functions that analyse a real study. Two targets: the mean of the doctors on the roster
(descriptive interval, with finite population correction) and the mean of the process behind them
(analytic interval). Where the engaged answer more readily, both must fail visibly, and the
sensitivity interval (silent doctors .3 SD lower or higher) must still hold the truth.

Goals: coverage .935 to .965 without non-response bias; below that with bias .3; at least .90 for
the sensitivity interval. Run ``python benchmarks/coverage.py``; 500 regions take minutes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from medengage.definitions import catalogue
from medengage.definitions.instrument import Instrument
from medengage.simulate import ResponseTruth, Truth, region
from medengage.stats.intervals import Interval, mean_interval
from medengage.stats.nonresponse import nonresponse_bias
from medengage.stats.scoring import combine, mirror, scale_scores

ASSUMED_DIFFERENCE = 0.3
EQUALLY_READY = (0.0, 0.0, 0.0, 0.0)
KINDS = ("descriptive", "analytic", "sensitivity")


@dataclass(frozen=True)
class Coverage:
    """How many of so many intervals held the truth."""

    held: int
    intervals: int

    @property
    def share(self) -> float:
        """Proportion of intervals that held the truth."""
        return self.held / self.intervals

    @property
    def se(self) -> float:
        """Monte-Carlo standard error of the share."""
        return float(np.sqrt(self.share * (1.0 - self.share) / self.intervals))


Table = Mapping[str, Mapping[str, Coverage]]
"""Setting -> kind of interval -> how often it held the truth."""


def settings() -> dict[str, ResponseTruth]:
    """What is tried: name of the setting -> who answers."""
    plain = ResponseTruth(bias=0.0, grade=EQUALLY_READY)
    return {
        "silence tells nothing": plain,
        "the same, rate .45": replace(plain, rate=0.45),
        "the same, rate .30": replace(plain, rate=0.30),
        "grades differ in readiness": ResponseTruth(bias=0.0),
        "bias .3": ResponseTruth(bias=0.3),
        "bias .3, rate .45": ResponseTruth(bias=0.3, rate=0.45),
        "bias .3, rate .30": ResponseTruth(bias=0.3, rate=0.30),
    }


def coverage(
    instrument: Instrument, tried: Mapping[str, ResponseTruth], *, regions: int, seed: int = 1
) -> Table:
    """Coverage of the three kinds of interval over all organisations of so many regions.

    All settings share the doctors and the answers they would give; they differ in who gives them.
    """
    hits = np.concatenate([region_hits(seed + n, instrument, tried) for n in range(regions)])
    return {
        name: {
            kind: Coverage(int(column.sum()), len(column))
            for kind, column in zip(KINDS, hits[:, place].T, strict=True)
        }
        for place, name in enumerate(tried)
    }


def region_hits(
    seed: int, instrument: Instrument, tried: Mapping[str, ResponseTruth]
) -> npt.NDArray[np.bool_]:
    """(O, settings, 3) whether the three kinds of interval of one region hold their truth."""
    simulated = region(seed=seed)
    process = simulated.true_means(1, instrument).process.tolist()
    hits = []
    for place, mean in zip(simulated, process, strict=True):
        scores = index_scores(place.answers(1, instrument), instrument)
        answering = (replace(place, truth=Truth(response=response)) for response in tried.values())
        hits.append([held(scores, who.doctors(1).responded, mean) for who in answering])
    return np.array(hits)


def held(
    scores: npt.NDArray[np.float64], responded: npt.NDArray[np.bool_], process: float
) -> tuple[bool, bool, bool]:
    """Whether the intervals from those who responded hold the mean of roster and process."""
    roster, given = float(np.nanmean(scores)), scores[responded]
    descriptive = mean_interval(given, population=len(scores))
    rate, sd = descriptive.n / len(scores), float(np.nanstd(given, ddof=1))
    further = float(nonresponse_bias(rate, ASSUMED_DIFFERENCE, sd=sd))
    return (
        holds(descriptive, roster),
        holds(mean_interval(given), process),
        holds(descriptive, roster, further),
    )


def holds(interval: Interval, truth: float, further: float = 0.0) -> bool:
    """Whether the interval, widened to both sides, holds the truth."""
    return interval.low - further <= truth <= interval.high + further


def index_scores(answers: npt.NDArray[np.int8], instrument: Instrument) -> npt.NDArray[np.float64]:
    """(N,) index of every doctor by the scoring that real answers get, nan where it is missing."""
    place = {name: column for column, name in enumerate(instrument.item_ids)}
    highest = [instrument.options_of(name).highest for name in instrument.item_ids]
    keyed = mirror(answers, [item.reversed for item in instrument.items], 1, highest)
    leaves = instrument.subscales
    values = scale_scores(
        keyed, [[place[name] for name in leaf.items] for leaf in leaves], lo=1, hi=highest
    )
    found = {leaf.id: values[:, column] for column, leaf in enumerate(leaves)}
    for scale in instrument.scoring_order:
        if not scale.items:
            parts = [found[part.id] for part in instrument.children(scale.id)]
            found[scale.id] = combine(np.column_stack(parts))
    if instrument.index is None:
        raise ValueError("coverage is of the index")
    return found[instrument.index.id]


def table(found: Table) -> str:
    """Coverage with its Monte-Carlo standard error, one setting a line."""
    lines = [f"{'':28}" + "".join(f"{kind:>18}" for kind in KINDS)]
    for name, kinds in found.items():
        cells = (f"{kinds[kind].share:.4f} ({kinds[kind].se:.4f})" for kind in KINDS)
        lines.append(f"{name:28}" + "".join(f"{cell:>18}" for cell in cells))
    return "\n".join(lines)


def main() -> None:
    """Print the table of coverage for all settings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--regions", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    survey = catalogue.instrument("open-medical-engagement")
    start = time.perf_counter()
    found = coverage(survey, settings(), regions=options.regions, seed=options.seed)
    print(f"Coverage of 95 % intervals (Monte-Carlo SE), {options.regions} regions")
    print(table(found))
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
