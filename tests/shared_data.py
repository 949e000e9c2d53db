"""Real public data that may not enter the repository: found beside it, or the test is skipped.

The data carry GPL or AGPL licences, so they stay in a folder ``shared`` beside the checkout, or
wherever ``MEDENGAGE_SHARED`` points.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def shared(name: str) -> Path:
    """Path of one shared file or folder; skips the calling test by name where it is absent."""
    folder = Path(os.environ.get("MEDENGAGE_SHARED", ROOT.parent / "shared"))
    path = folder / name
    if not path.exists():
        pytest.skip(f"{name} is not on this machine (its licence keeps it out of the repository)")
    return path
