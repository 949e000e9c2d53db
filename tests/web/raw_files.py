"""The bytes of databases that are in use, as somebody who copies their files finds them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.web.postgres import OURS

__all__ = ["bytes_of"]

OUR_OID = 16384
"""PostgreSQL numbers from here what it did not bring itself; tables are pages of these files."""


def bytes_of(folder: Path) -> bytes:
    """Everything that the files of the databases in a folder hold, journals included.

    Where tests run on a PostgreSQL of our own, its tables and its log of writing as well.

    Another process reads them: whoever closes a file of SQLite drops all locks that this process
    holds on it, and the next one to leave would take the journal away under our feet.
    """
    files = sorted(str(file) for file in folder.glob("*.sqlite3*"))
    if OURS in os.environ:
        data = Path(os.environ[OURS]) / "data"
        ours = (one for one in (data / "base").glob("*/*") if int(one.parent.name) >= OUR_OID)
        files += sorted(map(str, [*ours, *(data / "pg_wal").glob("*")]))
    files = [file for file in files if Path(file).is_file()]
    plain = os.environ | {"LC_ALL": "C"}
    read = subprocess.run(["cat", *files], capture_output=True, check=False, env=plain)
    # PostgreSQL recycles files of its log while they are copied; nothing else may go wrong.
    wrong = [line for line in read.stderr.splitlines() if b"No such file" not in line]
    assert not wrong, wrong
    return read.stdout
