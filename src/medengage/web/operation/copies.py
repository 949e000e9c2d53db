"""Copies of a database that is in use, and putting one in its place: SQLite and PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from django.conf import settings
from django.db import DatabaseError, connections

from medengage.errors import StudyError

__all__ = ["PostgreSQL", "SQLite", "Store", "is_empty", "private_folder", "store", "swept"]

ROUGH = ".copy-"
"""How folders for unfinished copies begin; what a crash leaves is swept up the next time."""

FRAMEWORK = ("django_", "auth_")
"""Tables that are filled before anybody has done anything."""


class Store(Protocol):
    """A database that can be copied and put back."""

    @property
    def engine(self) -> str:
        """``sqlite`` or ``postgresql``: copies of one do not fit the other."""

    @property
    def near(self) -> Path:
        """A folder on the disk where a copy has to be made ready."""

    def copied(self, copy: Path) -> None:
        """Write a copy of one moment, while others read and write."""

    def checked(self, copy: Path) -> None:
        """Raises ``StudyError`` for a file that is no whole copy."""

    def replaced(self, copy: Path) -> None:
        """Put a copy in place of all that is there: wholly, or not at all."""


@dataclass(frozen=True)
class SQLite:
    """A database in one file."""

    file: Path
    engine: str = "sqlite"

    @property
    def near(self) -> Path:
        """The folder of the file, so that putting a copy in place is one step."""
        return self.file.parent

    def copied(self, copy: Path) -> None:
        """As ``Store``; the copy has no deleted pages, and no order of writing.

        ``VACUUM INTO`` reads one moment and holds nobody up. It keeps rows in the order in which
        they were written, which tells who answered before whom. So tables with random keys are
        written anew in the order of those, and copied once more.
        """
        rough = copy.with_suffix(".rough")
        _vacuumed(self.file, rough)
        _without_order(rough)
        _vacuumed(rough, copy)
        rough.unlink()

    def checked(self, copy: Path) -> None:
        """As ``Store``."""
        try:
            with closing(sqlite3.connect(copy)) as database:
                found = database.execute("PRAGMA integrity_check").fetchall()
        except sqlite3.DatabaseError:
            found = []
        if found != [("ok",)]:
            raise StudyError("the archive holds no whole database")

    def replaced(self, copy: Path) -> None:
        """As ``Store``: a renamed file is the old one or the new one, at every moment."""
        copy.chmod(0o600)
        _synced(copy)
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(self.file)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            old.execute("PRAGMA journal_mode=DELETE")
        for journal in ("-wal", "-shm"):
            self.file.with_name(self.file.name + journal).unlink(missing_ok=True)
        copy.replace(self.file)
        _synced(self.near)


@dataclass(frozen=True)
class PostgreSQL:
    """A database on a server, reached with the server's own tools."""

    settings: dict[str, Any]
    near: Path
    engine: str = "postgresql"

    def copied(self, copy: Path) -> None:
        """As ``Store``. Rows stay in the order of their batches, as in the database."""
        self._run(["pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={copy}"])

    def checked(self, copy: Path) -> None:
        """As ``Store``."""
        self._run(["pg_restore", "--list", str(copy)])

    def replaced(self, copy: Path) -> None:
        """As ``Store``: one transaction."""
        whole = ["--clean", "--if-exists", "--single-transaction", "--exit-on-error"]
        ours = ["--no-owner", "--no-acl", f"--dbname={self.settings['NAME']}"]
        self._run(["pg_restore", *whole, *ours, str(copy)])

    def _run(self, command: Sequence[str]) -> None:
        """Run a tool; what it says is not shown, because it may quote a row."""
        tool = shutil.which(command[0])
        if tool is None:
            raise StudyError(f"{command[0]} is not installed", hint="package postgresql-client")
        done = subprocess.run(
            [tool, *command[1:]],
            env=os.environ | self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode != 0:
            raise StudyError(
                f"{command[0]} ended with status {done.returncode}",
                subject=str(self.settings["NAME"]),
                hint="is the tool as new as the database server, and may the role do this?",
            )

    def _environment(self) -> dict[str, str]:
        """How the tools reach the database; nothing of it is seen in the list of processes."""
        named = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "NAME": "PGDATABASE"}
        found = {**named, "PASSWORD": "PGPASSWORD"}
        ways = {
            str(variable): str(self.settings.get(name) or "") for name, variable in found.items()
        }
        ways["PGSSLMODE"] = str(self.settings.get("OPTIONS", {}).get("sslmode", ""))
        return {name: value for name, value in ways.items() if value}


def store(alias: str) -> Store:
    """The database of one side, as the settings name it."""
    found = settings.DATABASES[alias]
    if found["ENGINE"].endswith("sqlite3"):
        return SQLite(Path(found["NAME"]))
    return PostgreSQL(found, settings.DATA)


def is_empty(alias: str) -> bool:
    """Is nothing written there yet? A database that cannot be read is not empty."""
    connection = connections[alias]
    quoted = connection.ops.quote_name
    try:
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                if not table.startswith(FRAMEWORK):
                    cursor.execute(f"SELECT 1 FROM {quoted(table)} LIMIT 1")
                    if cursor.fetchone():
                        return False
    except DatabaseError:
        return False
    return True


@contextmanager
def private_folder(near: Path) -> Iterator[Path]:
    """A folder that nobody else can look into, and that goes when the work is done."""
    near.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=ROUGH, dir=near) as folder:
        yield Path(folder)


def swept(near: Path) -> None:
    """Remove what copies that were interrupted have left; only while no other is being made."""
    for left in near.glob(f"{ROUGH}*"):
        shutil.rmtree(left)


def _vacuumed(database: Path, copy: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as opened:
        opened.execute("VACUUM INTO ?", [str(copy)])


def _without_order(database: Path) -> None:
    """Write every table with a key that does not count anew, in the order of that key."""
    with closing(sqlite3.connect(database, isolation_level=None)) as opened:
        opened.execute("PRAGMA journal_mode=OFF")
        tables = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            if by := _random_key(opened, table):
                opened.execute(f'CREATE TEMP TABLE kept AS SELECT * FROM "{table}"')
                opened.execute(f'DELETE FROM "{table}"')
                opened.execute(f'INSERT INTO "{table}" SELECT * FROM kept ORDER BY {by}')
                opened.execute("DROP TABLE kept")


def _random_key(database: sqlite3.Connection, table: str) -> str:
    """The columns of a table's key as SQL; "" for a key that counts, and for none."""
    found = database.execute(f'PRAGMA table_info("{table}")').fetchall()
    keys = [(name, kind) for _, name, kind, _, _, place in found if place]
    counts = [kind.upper() for _, kind in keys] == ["INTEGER"]
    return "" if counts else ", ".join(f'"{name}"' for name, _ in keys)


def _synced(path: Path) -> None:
    """Have the disk keep what was written."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
