"""Work that must not happen twice at a time, or while the server answers."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from medengage.errors import StudyError

__all__ = ["BACKUP", "SERVING", "TICK", "locked"]

BACKUP, SERVING, TICK = "backup", "serving", "tick"


@contextmanager
def locked(folder: Path, name: str, *, shared: bool = False) -> Iterator[None]:
    """Hold a lock of the data folder; ``StudyError`` where somebody else holds it.

    The system lets go of it when the process ends, however it ends. The file stays and is empty.
    """
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("ab") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StudyError("something else is at work here", subject=_WORDS[name]) from None
        yield


_WORDS = {
    BACKUP: "a backup is being made or restored",
    SERVING: "the server is running, or a restore is; stop it first",
    TICK: "another tick is at work",
}
