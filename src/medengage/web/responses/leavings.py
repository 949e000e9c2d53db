"""What a database keeps of rows that are gone: old pages in a journal, dead rows in a table.

Deleted is not gone. SQLite overwrites what is deleted (``secure_delete``), but its journal holds
pages as they were before. PostgreSQL keeps old versions of rows until their table is written anew.
"""

from __future__ import annotations

from django.db import DatabaseError, connections
from django.db.models import Model

from medengage.web.stores import ANSWERS

__all__ = ["leave_nothing_behind"]


def leave_nothing_behind(*tables: type[Model]) -> None:
    """Empty the journal of the answers, or write tables anew; outside of any transaction.

    A courtesy that may fail: somebody who reads at this moment holds the old pages, and the next
    closing tries again. PostgreSQL's own log of writing is beyond reach; batches stay in it as
    long as the server keeps it.
    """
    connection = connections[ANSWERS]
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.fetchall()
            else:
                names = ", ".join(
                    connection.ops.quote_name(table._meta.db_table) for table in tables
                )
                cursor.execute(f"VACUUM (FULL) {names}")
    except DatabaseError:
        return
