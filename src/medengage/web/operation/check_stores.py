"""Looking at the databases: reachable, up to date, safe against a crash, with a key to each."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from medengage.web.campaigns.models import Campaign, State
from medengage.web.keys import Damaged, KeyFolder
from medengage.web.operation.backup import SIDES
from medengage.web.operation.findings import Found, advice, fault

__all__ = ["campaigns", "databases", "is_reachable"]

DURABLE = {
    "sqlite": {
        "PRAGMA journal_mode": "wal",
        "PRAGMA synchronous": "2",
        "PRAGMA secure_delete": "1",
        "PRAGMA foreign_keys": "1",
    },
    "postgresql": {
        "SHOW fsync": "on",
        "SHOW full_page_writes": "on",
        "SHOW synchronous_commit": "on",
    },
}
"""What each database has to say, so that what was acknowledged survives a crash."""


def is_reachable(alias: str) -> bool:
    """Does a database answer?"""
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def databases() -> Iterator[Found]:
    """Both databases."""
    for side, alias in SIDES.items():
        if is_reachable(alias):
            yield from _up_to_date(side, connections[alias])
            yield from _durable(side, connections[alias])
        else:
            variable = "DATABASE_URL" if side == "identity" else "ANSWERS_DATABASE_URL"
            yield fault(f"The database of {side} cannot be reached", f"Look at {variable}")


def _up_to_date(side: str, connection: BaseDatabaseWrapper) -> Iterator[Found]:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield fault(f"The database of {side} is not up to date", "Run: medengage web migrate")


def _durable(side: str, connection: BaseDatabaseWrapper) -> Iterator[Found]:
    with connection.cursor() as cursor:
        for question, right in DURABLE[connection.vendor].items():
            cursor.execute(question)
            if str(cursor.fetchone()[0]) != right:
                yield fault(
                    f"A crash could harm the database of {side}: {question}",
                    f"It has to say {right}",
                )


def campaigns() -> Iterator[Found]:
    """Every open campaign has its key and a last day."""
    keys = KeyFolder(settings.MEDENGAGE_KEYS)
    for campaign in Campaign.objects.filter(state=State.OPEN).order_by("organisation", "wave"):
        if not _has_key(keys, str(campaign.pk)):
            yield fault(
                f"The key of {campaign} is lost or damaged, and its links do not work",
                "Put the key folder back, or close the campaign",
            )
        if campaign.closes is None:
            yield advice(f"{campaign} has no last day", "Close it by hand")


def _has_key(keys: KeyFolder, campaign: str) -> bool:
    try:
        return keys.of(campaign) is not None
    except (Damaged, OSError):
        return False
