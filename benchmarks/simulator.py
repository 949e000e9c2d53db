"""How long a region takes: 50 organisations x 400 doctors x 12 waves with answers to 30 items.

Goal: under 10 seconds and 2 GB. Run ``python benchmarks/simulator.py``.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from medengage.definitions import catalogue
from medengage.simulate import region

KILOBYTES_PER_GIGABYTE = 1024**2


def main() -> None:
    """Simulate, keep every answer in memory, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--organisations", type=int, default=50)
    parser.add_argument("--waves", type=int, default=12)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    survey = catalogue.instrument("open-medical-engagement")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = time.perf_counter(), time.process_time()
    drawn = region(seed=options.seed, organisations=options.organisations, waves=options.waves)
    answers, answered = [], 0
    for wave in range(1, options.waves + 1):
        for place in drawn:
            answers.append(place.answers(wave, survey))
            answered += int(np.count_nonzero(place.doctors(wave).responded))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    doctors = sum(len(table) for table in answers)
    print(f"{options.organisations} organisations, {options.waves} waves")
    print(f"doctor-waves {doctors:>12,}   answered {answered:,}")
    print(f"item answers {sum(table.size for table in answers):>12,}")
    print(f"wall         {wall:>12.2f} s   goal 10 s")
    print(f"CPU          {cpu:>12.2f} s")
    print(f"peak memory  {peak / KILOBYTES_PER_GIGABYTE:>12.2f} GB  goal 2 GB")
    print(f"  before     {before / KILOBYTES_PER_GIGABYTE:>12.2f} GB")


if __name__ == "__main__":
    main()
