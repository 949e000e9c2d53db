"""Encrypted copies of both stores, in two places that have nothing in common.

One archive holds the people, the other the answers; each has a manifest beside it with its size
and SHA-256, which can be checked without the passphrase. Studies whose answers were collected
elsewhere are folders, and go into an archive of their own beside the answers. Keys of campaigns
are in none of them:
they tell which link sent which answers, as long as answers wait to be shuffled. The secrets of a
wave's noise can be saved apart, into a third place.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from medengage.errors import StudyError
from medengage.web.operation.archive import sealed
from medengage.web.operation.copies import private_folder, store, swept
from medengage.web.operation.locks import BACKUP, locked
from medengage.web.operation.marks import BACKED_UP, leave
from medengage.web.stores import ANSWERS, IDENTITY

__all__ = ["CAMPAIGN", "KEYS", "SIDES", "STUDIES", "backup_keys", "backup_stores", "manifest_of"]

SIDES = {"identity": IDENTITY, "answers": ANSWERS}
"""What each archive is called, and the database that is in it."""

KEYS, STUDIES = "keys", "studies"
NOISE = "*-noise.key"
STAMP = "%Y%m%dT%H%M%SZ"
CAMPAIGN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAME = re.compile(r"medengage-(identity|answers|studies)-\d{8}T\d{6}Z\.backup")


def backup_stores(
    folders: Mapping[str, Path], passphrase: bytes, now: datetime, *, keep: int
) -> list[Path]:
    """Copy both stores into a folder for each; gives the archives, that of the people first.

    There are two, and a third where studies were brought. ``keep`` is how many of each stay, the
    newest ones; 0 for all. Nothing is removed before all new ones are whole. Raises ``StudyError``
    where the folders are not apart, or something goes wrong; archives that were there before stay
    as they are.
    """
    _refuse_together(folders)
    with locked(settings.DATA, BACKUP):
        made = [
            _backup(side, folder, passphrase, now.astimezone(UTC))
            for side, folder in folders.items()
        ]
        made += _backup_studies(folders["answers"], passphrase, now.astimezone(UTC))
        if keep:
            for side, folder in (*folders.items(), (STUDIES, folders["answers"])):
                _forget(side, folder, keep)
    leave(BACKED_UP)
    return made


def backup_keys(file: Path, passphrase: bytes, now: datetime) -> int:
    """Save the secrets of the waves' noise in a file; gives how many there are.

    Never the key of a campaign. Raises ``StudyError`` beside copies of the stores.
    """
    names = sorted(settings.MEDENGAGE_KEYS.glob(NOISE))
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(NAME.fullmatch(one.name) for one in file.parent.iterdir()):
        raise StudyError("secrets are not kept beside copies of a store", subject=str(file.parent))
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as packed:
        for name in names:
            packed.add(name, arcname=name.name)
    content.seek(0)
    facts = {"side": KEYS, "made": now.astimezone(UTC).strftime(STAMP), **_program()}
    _written(content, file, passphrase, facts)
    return len(names)


def manifest_of(archive: Path) -> Path:
    """The file beside an archive that says how large it is, and its SHA-256."""
    return archive.with_suffix(".json")


def _backup(side: str, folder: Path, passphrase: bytes, now: datetime) -> Path:
    source = store(SIDES[side])
    stamp = now.strftime(STAMP)
    facts = {
        "side": side,
        "engine": source.engine,
        "made": stamp,
        "schema": " ".join(sorted(_applied(SIDES[side]))),
        **_program(),
    }
    archive = folder / f"medengage-{side}-{stamp}.backup"
    if archive.exists():
        raise StudyError("this archive exists already", subject=str(archive))
    swept(source.near)
    with private_folder(source.near) as private:
        copy = private / side
        source.copied(copy)
        with copy.open("rb") as content:
            _written(content, archive, passphrase, facts)
    return archive


def _backup_studies(folder: Path, passphrase: bytes, now: datetime) -> list[Path]:
    """An archive of the studies whose answers were brought; none where there are none."""
    studies = sorted(one for one in settings.MEDENGAGE_STUDIES.glob("*") if _is_study(one))
    if not studies:
        return []
    stamp = now.strftime(STAMP)
    archive = folder / f"medengage-{STUDIES}-{stamp}.backup"
    with private_folder(settings.DATA) as private:
        packed = private / STUDIES
        with tarfile.open(packed, mode="w") as tape:
            for study in studies:
                tape.add(study, arcname=study.name)
        with packed.open("rb") as content:
            _written(content, archive, passphrase, {"side": STUDIES, "made": stamp, **_program()})
    return [archive]


def _is_study(path: Path) -> bool:
    """A folder that is named after its campaign; those that are just examined are not."""
    return path.is_dir() and not path.is_symlink() and CAMPAIGN.fullmatch(path.name) is not None


def _written(
    content: BinaryIO, archive: Path, passphrase: bytes, facts: Mapping[str, str]
) -> None:
    """Write archive and manifest; under their names they are whole, or not there."""
    unfinished = archive.with_suffix(".part")
    with _private(unfinished) as file:
        sealed(content, file, passphrase, facts)
        _safe(file)
    with unfinished.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = unfinished.stat().st_size
    manifest = {**facts, "file": archive.name, "bytes": size, "sha256": digest}
    with _private(manifest_of(archive)) as file:
        file.write((json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode())
        _safe(file)
    unfinished.replace(archive)


def _private(file: Path) -> BinaryIO:
    """A file to write that only its owner can read."""
    file.unlink(missing_ok=True)
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _safe(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _program() -> dict[str, str]:
    return {"medengage": version("medengage")}


def _applied(alias: str) -> Iterator[str]:
    """The changes of the tables that this database has seen."""
    found = MigrationRecorder(connections[alias]).applied_migrations()
    return (f"{app}.{name}" for app, name in found)


def _forget(side: str, folder: Path, keep: int) -> None:
    """Remove the oldest archives of a side, with their manifests."""
    ours = sorted(one for one in folder.glob(f"medengage-{side}-*") if NAME.fullmatch(one.name))
    for old in ours[:-keep]:
        old.unlink()
        manifest_of(old).unlink(missing_ok=True)


def _refuse_together(folders: Mapping[str, Path]) -> None:
    """Raises ``StudyError`` unless the folders lie apart from each other and from the keys."""
    for folder in folders.values():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    identity, answers = (folders[side].resolve() for side in SIDES)
    if _one_in_the_other(identity, answers) or identity.samefile(answers):
        raise StudyError("the two stores are copied into two folders, neither inside the other")
    keys = settings.MEDENGAGE_KEYS.resolve()
    for side, folder in folders.items():
        if _one_in_the_other(folder.resolve(), keys):
            raise StudyError("keys and copies are kept apart", subject=str(folder))
        others = (NAME.fullmatch(one.name) for one in folder.iterdir())
        ours = {side, STUDIES} if side == "answers" else {side}
        if any(found and found[1] not in ours for found in others):
            raise StudyError("copies of the other store lie here already", subject=str(folder))


def _one_in_the_other(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)
