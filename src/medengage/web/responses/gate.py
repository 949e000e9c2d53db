"""Answers come in side by side, but none while a campaign closes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction

from medengage.web.stores import ANSWERS

__all__ = ["at_the_gate"]

BYTES = 8


@contextmanager
def at_the_gate(campaign: str, *, alone: bool = False) -> Iterator[None]:
    """A transaction on the answers of a campaign; ``alone`` waits for all others, and they for it.

    SQLite lets one transaction write at a time anyway. PostgreSQL gets a lock that is shared by
    those who answer and taken alone by the one who closes; it ends with the transaction.
    """
    with transaction.atomic(using=ANSWERS):
        connection = connections[ANSWERS]
        if connection.vendor == "postgresql":
            digest = hashlib.sha256(campaign.encode()).digest()[:BYTES]
            number = int.from_bytes(digest, "big", signed=True)
            kind = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
            with connection.cursor() as cursor:
                cursor.execute(f"select {kind}(%s)", [number])
        yield
