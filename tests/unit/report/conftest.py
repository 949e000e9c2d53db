"""Approved texts: what a format wrote once and a person read and found right."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

APPROVED = Path(__file__).parents[2] / "approved"


@pytest.fixture
def approve() -> Callable[[str, str], None]:
    """Compare a text with ``tests/approved/NAME``; MEDENGAGE_APPROVE=1 writes it anew."""

    def compare(name: str, text: str) -> None:
        path = APPROVED / name
        if os.environ.get("MEDENGAGE_APPROVE") == "1":
            path.write_text(text, encoding="utf-8")
        assert path.exists(), (
            f"{name} is not approved yet: run with MEDENGAGE_APPROVE=1 and read it"
        )
        assert text == path.read_text(encoding="utf-8")

    return compare
