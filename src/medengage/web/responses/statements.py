"""The statements of a doctor's path, written out for both databases.

Each page asks the same few questions. Django would work its SQL out anew each time, which takes
longer than the database takes to answer (benchmarks/intake.py).
"""

from __future__ import annotations

from django.db import connections

from medengage.web.stores import ANSWERS

__all__ = ["closed_or_used", "draft_box", "has_receipt", "put_draft"]

RECEIPT = "select 1 from responses_receipt where name = %s"
CLOSED = "select 1 from responses_closed where campaign = %s"
BOTH = f"select exists({CLOSED}), exists({RECEIPT})"
DRAFT = "select box from responses_draft where name = %s"
PUT = (
    "insert into responses_draft (name, campaign, box) values (%s, %s, %s) "
    "on conflict (name) do update set box = excluded.box"
)


def has_receipt(name: str) -> bool:
    """Is there a receipt of this name?"""
    with connections[ANSWERS].cursor() as cursor:
        cursor.execute(RECEIPT, [name])
        return cursor.fetchone() is not None


def closed_or_used(campaign: str, receipt: str) -> tuple[bool, bool]:
    """Has the campaign closed, and was the link with this receipt used?"""
    with connections[ANSWERS].cursor() as cursor:
        cursor.execute(BOTH, [campaign, receipt])
        closed, used = cursor.fetchone()
    return bool(closed), bool(used)


def draft_box(name: str) -> bytes | None:
    """The box of a draft; ``None`` where nothing is kept."""
    with connections[ANSWERS].cursor() as cursor:
        cursor.execute(DRAFT, [name])
        found = cursor.fetchone()
    return None if found is None else bytes(found[0])


def put_draft(name: str, campaign: str, box: bytes) -> None:
    """Keep a draft in place of the one before."""
    with connections[ANSWERS].cursor() as cursor:
        cursor.execute(PUT, [name, campaign, box])
