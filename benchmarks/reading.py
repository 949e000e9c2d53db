"""Read a study folder and analyse it, beside a plain reading of the same CSV by polars.

    python benchmarks/reading.py [--rows 1000 100000]

For every size: seconds of ``read_study`` (with all its checks) and of ``polars.read_csv`` on the
same file, their ratio, seconds of ``analyse``, and the peak memory of this process so far.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import polars as pl

from medengage import analyse, instrument, read_study, simulated_study, write_study

Result = TypeVar("Result")
REPEATS = 3


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Median seconds of three runs, and what the last one gave."""
    seconds, result = [], None
    for _ in range(REPEATS):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    assert result is not None
    return sorted(seconds)[REPEATS // 2], result


def measure(doctors: int, folder: Path) -> None:
    """One line for one size of study."""
    made = simulated_study(
        seed=7, instrument=instrument("open-medical-engagement"), eligible=doctors
    )
    write_study(made, folder)
    ours, study = timed(lambda: read_study(folder))
    plain, _ = timed(lambda: pl.read_csv(folder / "responses.csv"))
    counted, _ = timed(lambda: analyse(study))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{study.responses.n:9,} answers: read {ours:7.3f} s, polars alone {plain:7.3f} s "
        f"(ratio {ours / plain:5.1f}), analyse {counted:7.3f} s, peak {peak:5.0f} MB"
    )


def main() -> None:
    """Measure every size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    for doctors in parser.parse_args().rows:
        with tempfile.TemporaryDirectory() as folder:
            measure(doctors, Path(folder))


if __name__ == "__main__":
    main()
