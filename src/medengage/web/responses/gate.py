"""Answers come in side by side, but none while a campaign closes.

SQLite lets one transaction write at a time anyway. PostgreSQL gets advisory locks, each of which
ends with its transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction

from medengage.web.stores import ANSWERS

__all__ = ["at_the_gate", "one_at_a_time"]

BYTES = 8


@contextmanager
def at_the_gate(campaign: str, *, alone: bool = False) -> Iterator[None]:
    """A transaction on the answers of a campaign; ``alone`` waits for all others, and they for it.

    PostgreSQL: a lock that is shared by those who answer and taken alone by the one who closes.
    """
    with transaction.atomic(using=ANSWERS):
        _lock(f"gate {campaign}", shared=not alone)
        yield


def one_at_a_time(what: str) -> None:
    """Wait for whoever does the same in another transaction; holds until this one ends.

    PostgreSQL lets two transactions look before either writes. A draft could be kept for a link
    whose answers are just being sent, and would stay behind.
    """
    _lock(f"turn {what}", shared=False)


def _lock(name: str, *, shared: bool) -> None:
    connection = connections[ANSWERS]
    if connection.vendor == "postgresql":
        digest = hashlib.sha256(name.encode()).digest()[:BYTES]
        kind = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        with connection.cursor() as cursor:
            cursor.execute(f"select {kind}(%s)", [int.from_bytes(digest, "big", signed=True)])
