"""A running server with an open survey, and what a browser does on its pages."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

__all__ = ["DESK", "PHONE", "Site", "choose_all", "faults", "press", "serving", "wide"]

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
ROOT = Path(__file__).resolve().parents[2]
DOCTOR = {"division": "Medicine", "grade": "Consultant"}


@dataclass
class Site:
    """A running server with an open campaign."""

    address: str
    campaign: Any
    links: list[str]

    def of(self, number: int) -> str:
        """The address of a link."""
        return f"{self.address}/a/{self.links[number]}/"


@contextmanager
def serving(links: int, **facts: object) -> Iterator[Site]:
    """A server with an open campaign of its own; ``facts`` are fields of the campaign."""
    made = opened(facts)
    tokens = import_module("medengage.web.invitations.actions").links_for(made, [DOCTOR] * links)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [Path(sys.executable).parent / "medengage", "web", "serve", "--port", str(port)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield Site(f"http://127.0.0.1:{port}", made, tokens)
    finally:
        server.terminate()
        server.wait()


def opened(facts: Mapping[str, object]) -> Any:
    """An open campaign."""
    usual: dict[str, object] = {
        "organisation": "St Elsewhere Hospital",
        "wave": "2027",
        "instrument": "open-medical-engagement@1.0.0",
        "words": {"organisation": "hospital"},
    }
    models = import_module("medengage.web.campaigns.models")
    campaign = models.Campaign.objects.create(**usual | dict(facts))
    import_module("medengage.web.campaigns.actions").open_for_answers(campaign, date(2027, 3, 1))
    campaign.refresh_from_db()
    return campaign


def _wait_for(port: int) -> None:
    """Until the server takes connections; at most half a minute."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
    pytest.fail("the server did not start")


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['help']} at {v['nodes'][0]['html'][:200]}" for v in found]


def wide(page: Page) -> bool:
    """Is anything wider than the screen?"""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def choose_all(page: Page, value: str) -> None:
    for radio in page.locator(f'input[type="radio"][value="{value}"]').all():
        radio.check()


def press(page: Page, name: str) -> None:
    """Press a button and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()
