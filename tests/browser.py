"""A real browser for tests: Debian's Chromium, headless; tests skip by name where it is absent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

__all__ = ["MARKS", "chromium"]

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

MARKS = [
    pytest.mark.browser,
    pytest.mark.slow,  # a browser takes a second to start
    pytest.mark.enable_socket,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]
"""For ``pytestmark`` of every file that opens pages."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A started browser, closed at the end."""
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()
