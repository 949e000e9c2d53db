"""Answers of a closed campaign, from their store to a CSV, beside a plain reading of the rows.

    python benchmarks/answers.py [--rows 1000 100000]

For every size: seconds until all rows are opened, sorted by content and written as CSV; seconds of
reading the same rows with ``sqlite3`` alone; their ratio; microseconds a row, which stay the same
where the work is linear; and the peak memory of this process so far.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

ITEMS = [f"ome-{place:02}" for place in range(1, 31)]
DIVISIONS = ["Medicine", "Surgery", "Women and children", "Diagnostics"]
GRADES = ["consultant", "trainee", "staff and associate specialist"]
FORM = "doctors"


def set_up(folder: Path) -> None:
    """Two empty stores in a folder."""
    os.environ |= {
        "MEDENGAGE_DEBUG": "1",
        "MEDENGAGE_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "medengage.web.settings",
    }
    import_module("django").setup()
    management = import_module("django.core.management")
    for name in ("default", "answers"):
        management.call_command("migrate", database=name, verbosity=0)


def responses(campaign: str, wave: Any, count: int) -> Iterator[Any]:
    """Rows as they are after closing."""
    model = import_module("medengage.web.responses.models").Response
    rng = np.random.default_rng(7)
    for options in rng.integers(1, 6, size=(count, len(ITEMS))).tolist():
        where = {"division": str(rng.choice(DIVISIONS)), "grade": str(rng.choice(GRADES))}
        about = wave.seal(json.dumps([1, where]).encode())
        answers = dict(zip(ITEMS, options, strict=True))
        yield model(campaign=campaign, form=FORM, answers=answers, about=about)


def exported(campaign: str, wave: Any, file: Path) -> int:
    """Read everything, and write one line a doctor; gives how many."""
    rows = import_module("medengage.web.responses.queries").rows(campaign, FORM, wave)
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["phase", "division", "grade", *ITEMS])
        for row in rows:
            about = (row.attributes[name] for name in ("division", "grade"))
            writer.writerow([row.phase, *about, *(row.answers[item] for item in ITEMS)])
    return len(rows)


def measure(folder: Path, count: int) -> None:
    """One line for one size."""
    wave, campaign = (
        import_module("medengage.web.keys").WaveKey(secrets.token_bytes(32)),
        str(count),
    )
    made = import_module("medengage.web.responses.models").Response.objects
    made.bulk_create(responses(campaign, wave, count), batch_size=1000)
    start = time.perf_counter()
    assert exported(campaign, wave, folder / f"{count}.csv") == count
    ours = time.perf_counter() - start
    start = time.perf_counter()
    with closing(sqlite3.connect(folder / "answers.sqlite3")) as opened:
        found = opened.execute(
            "select answers, about from responses_response where campaign = ?", [campaign]
        ).fetchall()
    plain = time.perf_counter() - start
    assert len(found) == count
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count:9,} answers: {ours:5.2f} s, rows alone {plain:6.3f} s, ratio {ours / plain:.0f}, "
        f"{1e6 * ours / count:5.1f} microseconds each, peak {peak:4.0f} MB",
        flush=True,
    )


def main() -> None:
    """Measure every size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    with tempfile.TemporaryDirectory() as folder:
        set_up(Path(folder))
        for count in parser.parse_args().rows:
            measure(Path(folder), count)


if __name__ == "__main__":
    main()
