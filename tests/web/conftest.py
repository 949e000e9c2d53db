"""Two fresh databases for the tests of the web application, in files as in real life."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import pytest
from django.core.management import call_command
from django.db import connections

from tests.web.postgres import OURS, Cluster, cluster, needed


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of both databases and the keys, migrated; the environment names it.

    Where the environment names a PostgreSQL of our own (tests/web/postgres.py), both are there.
    """
    folder: Path = tmp_path_factory.mktemp("web")
    if OURS not in os.environ:  # never somebody's real databases
        for name in ("DATABASE_URL", "ANSWERS_DATABASE_URL"):
            os.environ.pop(name, None)
    os.environ |= {
        "MEDENGAGE_DEBUG": "1",
        "MEDENGAGE_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "medengage.web.settings",
    }
    django.setup()
    for name in ("default", "answers"):
        call_command("migrate", database=name, verbosity=0)
        assert (connections[name].vendor == "postgresql") == (OURS in os.environ)
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
def new_side(data: Path) -> Callable[[], Side]:
    """Makes a campaign of its own, with a key, each time it is called."""
    keys = import_module("medengage.web.keys").KeyFolder(data / "keys")

    def made() -> Side:
        name = f"test-{secrets.token_hex(8)}"
        return Side(name, keys.made(name), data)

    return made


@pytest.fixture
def side(new_side: Callable[[], Side]) -> Side:
    """A campaign of its own, with a key."""
    return new_side()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL with two empty databases, until all tests are done."""
    needed()
    with cluster() as made:
        yield made
