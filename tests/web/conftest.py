"""Two fresh databases for the tests of the web application, in files as in real life."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import pytest
from django.core.management import call_command


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of both databases and the keys, migrated; the environment names it."""
    folder: Path = tmp_path_factory.mktemp("web")
    os.environ |= {
        "MEDENGAGE_DEBUG": "1",
        "MEDENGAGE_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "medengage.web.settings",
    }
    django.setup()
    for name in ("default", "answers"):
        call_command("migrate", database=name, verbosity=0)
    return folder


@dataclass(frozen=True)
class Side:
    """The side of the answers with one open campaign; its modules load once Django is set up."""

    campaign: str
    key: Any
    data: Path

    def __getattr__(self, name: str) -> Any:
        """``actions``, ``models`` or ``queries`` of the app that holds answers."""
        return import_module(f"medengage.web.responses.{name}")

    def links(self, count: int) -> list[str]:
        """Links that end in the number of their doctor."""
        return [f"{self.campaign}-{number}" for number in range(count)]

    def send(self, number: int, comment: str = "") -> bool:
        """One doctor answers, with a number that can be recognised."""
        link = f"{self.campaign}-{number}"
        sent = self.actions.SentAnswers("doctors", 1, {"number": number}, {}, comment)
        return bool(self.actions.record(self.campaign, self.key, link, sent))


@pytest.fixture
def side(data: Path) -> Side:
    """A campaign of its own, with a key."""
    keys = import_module("medengage.web.keys").KeyFolder(data / "keys")
    name = f"test-{secrets.token_hex(8)}"
    return Side(name, keys.made(name), data)
