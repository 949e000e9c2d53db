"""A demonstration that is served for a test, and a survey manager who walks through its pages."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.web.survey_site import faults, wide

__all__ = ["Walk", "served"]

COMMAND = Path(sys.executable).parent / "medengage"
PASSWORD = "engaged doctors improve care"
PATIENCE = 120


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a demonstration in a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MEDENGAGE")}
    clean.pop("DJANGO_SETTINGS_MODULE", None)
    log = (folder.parent / "demonstration.log").open("w")
    server = subprocess.Popen(
        [COMMAND, "web", "demo", folder, "--port", str(port)], env=clean, stdout=log, stderr=log
    )
    try:
        end = time.monotonic() + PATIENCE
        while not _answers(port):
            if time.monotonic() > end or server.poll() is not None:
                pytest.fail(Path(log.name).read_text(encoding="utf-8"))
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
        log.close()


def _answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


class Walk:
    """Somebody at work on managers' pages; looks at every page for faults and remembers it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.seen: dict[str, str] = {}
        self.found: list[str] = []

    def go(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")
        self.look()

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()
        self.look()

    def follow(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("link", name=name).first.click()
        self.look()

    def look(self) -> None:
        """Read the page, and look for faults."""
        path = self.page.url.removeprefix(self.address)
        self.seen[path] = self.seen.get(path, "") + self.page.inner_text("body")
        self.found += [f"{path}: {fault}" for fault in faults(self.page)]
        if wide(self.page):
            self.found.append(f"{path}: wider than the screen")

    def sign_in(self, address: str) -> None:
        """With the password and the code that the demonstration shows."""
        self.go("/")
        self.page.get_by_label("E-mail address").fill(address)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Continue")
        shown = re.search(r"moment is <b>(\d+)", self.page.content())
        assert shown
        self.page.get_by_label("Code from your telephone").fill(shown[1])
        self.press("Sign in")
