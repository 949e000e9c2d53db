"""The same tests of the protocol, the doctors' pages and the results, with PostgreSQL below."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.postgres import OURS, Cluster

ROOT = Path(__file__).resolve().parents[2]
FILES = ["test_protocol", "test_respond", "test_results"]


@pytest.mark.slow  # a database is made, and some dozen tests run in a process of their own
@pytest.mark.parametrize("name", FILES)
def test_it_holds_on_postgresql_as_well(postgres: Cluster, name: str) -> None:
    """Django is set up once in a process, so that another database needs another process."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", f"tests/web/{name}.py", "-q", "-p", "no:cacheprovider"],
        env=os.environ | dict(postgres.environment),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert re.search(r"\d passed", done.stdout), done.stdout
    assert OURS not in os.environ
