"""Two databases: who was asked, and what was answered. Nothing joins them.

``default`` holds people, campaigns and invitations; ``answers`` holds answers alone. Django never
writes a row of one side into the other, no relation crosses, and each has a connection of its own.
"""

from __future__ import annotations

from typing import Any

import dj_database_url
from django.db.models import Model

__all__ = ["ANSWERS", "IDENTITY", "TwoStores", "database"]

IDENTITY, ANSWERS = "default", "answers"
ANSWER_APPS = frozenset({"responses"})

SQLITE: dict[str, Any] = {
    # One writer at a time takes its turn at BEGIN, and waits for it: no deadlock, no lost write.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # FULL: what was acknowledged is on the disk. secure_delete: what was deleted is overwritten.
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        "PRAGMA secure_delete=ON;"
    ),
}


def database(url: str) -> dict[str, Any]:
    """Django's settings for the database at a URL (``sqlite:///...``, ``postgresql://...``)."""
    found: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60))
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = dict(SQLITE)
    return found


class TwoStores:
    """Sends every model to the side where it belongs, and forbids relations between the sides."""

    def db_for_read(self, model: type[Model], **_: object) -> str:
        """The database of a model."""
        return _side(model._meta.app_label)

    def db_for_write(self, model: type[Model], **_: object) -> str:
        """The database of a model."""
        return _side(model._meta.app_label)

    def allow_relation(self, one: Model, other: Model, **_: object) -> bool:
        """Only on one side."""
        return _side(one._meta.app_label) == _side(other._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **_: object) -> bool:
        """Tables of an app exist on its own side only."""
        return db == _side(app_label)


def _side(app: str) -> str:
    return ANSWERS if app in ANSWER_APPS else IDENTITY
