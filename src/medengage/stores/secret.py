"""The secret of a wave: a file of its own in the study folder, made once and then only read.

Noise is drawn from it, and it keys the fingerprint by which changed answers are recognised. With
another secret the same group would get other noise, and several noises could be averaged away. So
a secret is never replaced: whatever is wrong with the file is for a person to decide. It is never
part of a message.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
from pathlib import Path

from medengage.errors import StudyError
from medengage.stores.writing import DRAFTS, settle

__all__ = ["KEY", "destroy_secret", "drawn_secret", "is_shared", "keep_secret", "secret_in"]

KEY = "noise.key"
BYTES = 32
LONGEST = 200
OWNER_ALONE = 0o600
OTHERS = 0o077
HEX = re.compile(rb"([0-9a-fA-F]{64})\s*")


def secret_in(folder: Path | str) -> bytes | None:
    """The secret of the study in a folder; ``None`` where there is none yet.

    Raises ``StudyError`` where the file is not a secret or cannot be read.
    """
    path = Path(folder) / KEY
    try:
        if not os.path.lexists(path):
            return None
        data = _beginning(path) if path.is_file() else b""
    except OSError as error:
        reason = error.strerror or "no reason given"
    else:
        if (found := HEX.fullmatch(data)) is not None:
            return bytes.fromhex(found[1].decode("ascii"))
        reason = f"it does not hold {2 * BYTES} hexadecimal digits"
    raise StudyError(
        "the secret of the wave is damaged",
        subject=KEY,
        hint=f"{reason}; bring it back from a copy, or, if no release has left this room, delete"
        " it together with ledger.json",
    )


def drawn_secret(folder: Path | str) -> bytes:
    """The secret of the study in a folder; the first call draws it and keeps it.

    Of several programs that call at the same time one draws, and all get the same secret. Raises
    ``StudyError`` where the file is damaged or cannot be kept.
    """
    found = secret_in(folder)
    if found is None:
        _keep(Path(folder) / KEY, secrets.token_bytes(BYTES))
        found = secret_in(folder)
    if found is None:
        raise _not_kept("the file has vanished again")
    return found


def keep_secret(folder: Path | str, secret: bytes) -> None:
    """Keep a secret that was drawn elsewhere (a study that is written to another folder).

    Raises ``StudyError`` where the folder has another secret already or cannot be written to,
    ``ValueError`` for a secret that has not 32 bytes.
    """
    if len(secret) != BYTES:
        raise ValueError(f"the secret of a wave has {BYTES} bytes")
    if secret_in(folder) is None:
        _keep(Path(folder) / KEY, secret)
    if secret_in(folder) != secret:
        raise StudyError(
            "the folder has the secret of another study",
            subject=KEY,
            hint="write to another folder; a secret is never replaced",
        )


def is_shared(folder: Path | str) -> bool:
    """May others than the owner open the file? Always False where the system cannot tell."""
    path = Path(folder) / KEY
    return os.name == "posix" and path.is_file() and bool(path.stat().st_mode & OTHERS)


def destroy_secret(folder: Path | str) -> None:
    """Overwrite the secret, then remove the file; nothing happens where there is none.

    Copies elsewhere (backups, snapshots, worn cells of a disk) are out of reach. Raises
    ``StudyError`` where the file cannot be overwritten or removed.
    """
    path = Path(folder) / KEY
    try:
        for left_behind in Path(folder).glob(f"{DRAFTS}*/{KEY}"):
            _destroy(left_behind)
        if os.path.lexists(path):
            _destroy(path)
        settle(path.parent)
    except OSError as error:
        reason = error.strerror or "no reason given"
    else:
        return
    raise StudyError("the secret of the wave cannot be destroyed", subject=KEY, hint=reason)


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LONGEST)


def _destroy(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _keep(path: Path, secret: bytes) -> None:
    """Lay the secret down whole; one that somebody else laid down first is left alone."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=DRAFTS) as room:
            draft = Path(room) / path.name
            _write_new(draft, secret)
            _link(draft, path, secret)
        settle(path.parent)
    except OSError as error:
        reason = error.strerror or "no reason given"
    else:
        return
    raise _not_kept(reason)


def _link(draft: Path, path: Path, secret: bytes) -> None:
    """Give the finished file its name, unless the name is taken (renaming would not ask)."""
    with contextlib.suppress(FileExistsError):
        try:
            os.link(draft, path)
        except FileExistsError:
            raise
        except OSError:
            # A disk without links (a memory stick): not whole at once, but never over another.
            _write_new(path, secret)


def _write_new(path: Path, secret: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(f"{secret.hex()}\n".encode("ascii"))
        file.flush()
        os.fsync(file.fileno())


def _not_kept(reason: str) -> StudyError:
    return StudyError(
        "the secret of the wave cannot be kept",
        subject=KEY,
        hint=f"{reason}; the same secret is needed each time these answers are analysed, or their"
        " noise could be averaged away",
    )
