"""The same tests of the protocol, the doctors' pages and the results, with PostgreSQL below."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.postgres import OURS, Cluster

OPTIONS = ["-q", "-p", "no:cacheprovider"]
ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "test_protocol": "",
    "test_interleavings": "real_code",
    "test_faults": "three_hundred",
    "test_linkage": "nobody_is_found",
    "test_respond": "",
    "test_results": "",
}
"""And which of their tests; "" for all."""


@pytest.mark.slow  # a database is made, and some dozen tests run in a process of their own
@pytest.mark.parametrize("name", FILES)
def test_it_holds_on_postgresql_as_well(postgres: Cluster, name: str) -> None:
    holds(postgres, name, FILES[name])


@pytest.mark.slow  # thirty thousand attempts
@pytest.mark.nightly
def test_ten_thousand_races_on_postgresql(postgres: Cluster) -> None:
    holds(postgres, "test_faults", "ten_thousand")


def holds(postgres: Cluster, name: str, which: str) -> None:
    """Run tests of a file: Django is set up once in a process, so another one is needed."""
    plain = {name: v for name, v in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", f"tests/web/{name}.py", *OPTIONS, "-k", which],
        env=plain | dict(postgres.environment),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert re.search(r"\d passed", done.stdout), done.stdout
    assert OURS not in os.environ
