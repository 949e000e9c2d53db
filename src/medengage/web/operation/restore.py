"""Putting copies back: looked through first, then all of a store at once."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from medengage.errors import StudyError
from medengage.web.campaigns.models import Campaign, State
from medengage.web.keys import KeyFolder
from medengage.web.operation.archive import opened
from medengage.web.operation.backup import CAMPAIGN, KEYS, SIDES, STUDIES, manifest_of
from medengage.web.operation.copies import Store, is_empty, private_folder, store, swept
from medengage.web.operation.locks import BACKUP, SERVING, TICK, locked

__all__ = ["restore_keys", "restore_stores", "restore_studies", "warnings_after"]

ENDING = "-noise.key"
SECRET = 32


@dataclass(frozen=True)
class _Ready:
    """A copy that was looked through, and where it goes."""

    copy: Path
    to: Store


def restore_stores(archives: Mapping[str, Path], passphrase: bytes, *, replace: bool) -> None:
    """Put copies of one or both stores in place of what is there.

    All copies are opened and looked through before the first is put in place. Raises
    ``StudyError`` while the server runs, for an archive that is not whole or not ours, and for a
    store in which something is written, unless ``replace``.
    """
    settings.DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as held:
        for name in (SERVING, TICK, BACKUP):
            held.enter_context(locked(settings.DATA, name))
        for side in archives:
            _refuse_full(side, replace=replace)
            swept(store(SIDES[side]).near)
        connections.close_all()
        ready = [_ready(held, side, archive, passphrase) for side, archive in archives.items()]
        for one in ready:
            one.to.replaced(one.copy)


def restore_studies(archive: Path, passphrase: bytes, *, replace: bool) -> int:
    """Put studies back whose answers were brought from elsewhere; gives how many.

    One that is there stops everything, unless ``replace``. Raises ``StudyError`` as
    ``restore_stores``.
    """
    home: Path = settings.MEDENGAGE_STUDIES
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as held:
        for name in (SERVING, TICK, BACKUP):
            held.enter_context(locked(settings.DATA, name))
        facts, content = _content(archive, passphrase)
        if facts["side"] != STUDIES:
            raise StudyError("this archive holds no studies", subject=archive.name)
        folder = held.enter_context(private_folder(home))
        with tarfile.open(fileobj=BytesIO(content)) as packed:
            packed.extractall(folder, filter="data")
        return _moved_in(folder, home, replace=replace)


def _moved_in(folder: Path, home: Path, *, replace: bool) -> int:
    """Move every study of a folder to its place, once it is known that all can go."""
    found = sorted(folder.iterdir())
    if not all(CAMPAIGN.fullmatch(study.name) and study.is_dir() for study in found):
        raise StudyError("the archive holds something else than studies")
    if not replace and any((home / study.name).exists() for study in found):
        raise StudyError(
            "a study is there already",
            subject=STUDIES,
            hint="--replace puts the copy in its place",
        )
    for study in found:
        if (home / study.name).exists():
            shutil.rmtree(home / study.name)
        study.replace(home / study.name)
    return len(found)


def restore_keys(archive: Path, passphrase: bytes) -> int:
    """Put the secrets of the waves' noise back; gives how many were missing.

    One that is there stays. Raises ``StudyError`` where it is another one.
    """
    facts, content = _content(archive, passphrase)
    if facts["side"] != KEYS:
        raise StudyError("this archive holds a store, not secrets", subject=archive.name)
    folder: Path = settings.MEDENGAGE_KEYS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tarfile.open(fileobj=BytesIO(content)) as packed:
        found = {member.name: packed.extractfile(member) for member in packed.getmembers()}
        secrets = {name: file.read() for name, file in found.items() if file is not None}
    return sum(_put(folder / _plain(name), secret) for name, secret in secrets.items())


def warnings_after(archives: Mapping[str, Path]) -> list[str]:
    """What whoever restored has to know about campaigns that were open in the copy."""
    found = Campaign.objects.filter(state=State.OPEN).order_by("organisation", "wave")
    keys = KeyFolder(settings.MEDENGAGE_KEYS)
    told = []
    for campaign in found:
        if keys.of(str(campaign.pk)) is None:
            told.append(
                f"{campaign}: is open and its key is gone. No link works, answers that waited to "
                "be shuffled (nineteen to a form at most) and drafts are lost. Close it."
            )
        elif "answers" in archives:
            told.append(
                f"{campaign}: is open. Answers sent after the copy was made are lost, and their "
                "links can answer again; links used before it cannot. Tell doctors, or close it."
            )
    return told


def _refuse_full(side: str, *, replace: bool) -> None:
    if not replace and not is_empty(SIDES[side]):
        raise StudyError(
            "something is written there already",
            subject=side,
            hint="--replace puts the copy in place of it; make a copy of it first",
        )


def _ready(held: ExitStack, side: str, archive: Path, passphrase: bytes) -> _Ready:
    """Open an archive beside the database it is for, and look it through."""
    to = store(SIDES[side])
    _refuse_other(archive)
    folder = held.enter_context(private_folder(to.near))
    copy = folder / side
    with archive.open("rb") as source, copy.open("wb") as target:
        facts = opened(source, target, passphrase)
    _refuse_strange(facts, side, to.engine)
    to.checked(copy)
    return _Ready(copy, to)


def _content(archive: Path, passphrase: bytes) -> tuple[Mapping[str, str], bytes]:
    _refuse_other(archive)
    target = BytesIO()
    with archive.open("rb") as source:
        facts = opened(source, target, passphrase)
    return facts, target.getvalue()


def _refuse_other(archive: Path) -> None:
    """Raises ``StudyError`` for a file that is not there or not as its manifest says.

    A lost manifest does not make an archive useless: it is authenticated by the passphrase.
    """
    if not archive.is_file():
        raise StudyError("there is no such archive", subject=str(archive))
    if manifest_of(archive).is_file():
        with archive.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        try:
            said = json.loads(manifest_of(archive).read_text(encoding="utf-8"))["sha256"]
        except (ValueError, KeyError, TypeError):
            said = ""
        if said != digest:
            raise StudyError("the archive is not as its manifest says", subject=archive.name)


def _refuse_strange(facts: Mapping[str, str], side: str, engine: str) -> None:
    """Raises ``StudyError`` for a copy of another store, another engine or a newer program."""
    if facts.get("side") != side:
        raise StudyError("the archive holds the other store", subject=side)
    if facts.get("engine") != engine:
        raise StudyError("the archive is for another kind of database", subject=facts["engine"])
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if not set(facts.get("schema", "").split()) <= known:
        raise StudyError("the archive was written by a newer medengage", subject=side)


def _plain(name: str) -> str:
    if not name.endswith(ENDING) or Path(name).name != name:
        raise StudyError("the archive holds something else than secrets")
    return name


def _put(file: Path, secret: bytes) -> bool:
    if file.exists():
        if file.read_bytes() != secret:
            raise StudyError("another secret is there already", subject=file.name)
        return False
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened_file:
        opened_file.write(secret)
    return True
