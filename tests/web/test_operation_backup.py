"""Copies keep the two stores apart, hold one moment each, and come back whole or not at all."""

from __future__ import annotations

import io
import json
import secrets
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.test import override_settings

from medengage.errors import StudyError

PASSPHRASE = b"a passphrase of some length"
NOW = datetime(2027, 3, 8, 2, 0, tzinfo=UTC)
MARK = "marked-data"
ROOT = Path(__file__).resolve().parents[2]


def app(name: str) -> Any:
    return import_module(f"medengage.web.{name}")


@pytest.fixture(autouse=True)
def cheap(data, monkeypatch):
    """Keys in no time."""
    monkeypatch.setattr(app("operation.archive"), "COST", 2)


@pytest.fixture
def folders(data, tmp_path):
    """Where copies go; nobody has brought a study."""
    with override_settings(MEDENGAGE_STUDIES=tmp_path / "no-studies"):
        yield copies_in(tmp_path)


def copies_in(tmp_path):
    return {"identity": tmp_path / "one" / "people", "answers": tmp_path / "two" / "answers"}


def backup(folders, now=NOW, keep=0):
    identity, answers = app("operation.backup").backup_stores(folders, PASSPHRASE, now, keep=keep)
    return {"identity": identity, "answers": answers}


def plain(archive: Path) -> bytes:
    target = io.BytesIO()
    with archive.open("rb") as source:
        app("operation.archive").opened(source, target, PASSPHRASE)
    return target.getvalue()


@contextmanager
def elsewhere(folder: Path) -> Iterator[None]:
    """A server with its databases in another folder."""
    names = {"default": "identity.sqlite3", "answers": "answers.sqlite3"}
    kind = app("operation.copies").SQLite

    def store(alias: str) -> Any:
        return kind(folder / names[alias])

    with (
        override_settings(DATA=folder),
        patch.object(app("operation.restore"), "store", store),
    ):
        yield


def rows(database: Path, table: str) -> int:
    with closing(sqlite3.connect(database)) as opened:
        [(number,)] = opened.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(number)


def test_each_archive_holds_its_own_side_alone(side, folders):
    address = f"{MARK}-{secrets.token_hex(6)}@example.org"
    comment = f"{MARK} comment {secrets.token_hex(6)}"
    campaign = app("campaigns.models").Campaign.objects.create(
        organisation="St Elsewhere Hospital", wave=secrets.token_hex(6), instrument="x"
    )
    app("invitations.models").Invitee.objects.create(campaign=campaign, address=address)
    for number in range(20):
        side.send(number, comment)
    archives = backup(folders)
    people, answers = plain(archives["identity"]), plain(archives["answers"])
    assert address.encode() in people
    assert comment.encode() in answers
    assert address.encode() not in answers
    assert comment.encode() not in people
    assert side.key.receipt(side.links(1)[0]).encode() not in people
    for archive in archives.values():
        assert MARK.encode() not in archive.read_bytes()


def test_studies_that_were_brought_come_back(data, folders, tmp_path):
    home = tmp_path / "studies"
    study = home / "01234567-89ab-cdef-0123-456789abcdef"
    with override_settings(MEDENGAGE_STUDIES=home):
        (home / "examined-x").mkdir(parents=True)
        study.mkdir()
        (study / "responses.csv").write_text(f"a\n{MARK}\n", encoding="utf-8")
        made = app("operation.backup").backup_stores(folders, PASSPHRASE, NOW, keep=1)
        later = app("operation.backup").backup_stores(
            folders, PASSPHRASE, NOW + timedelta(days=1), keep=1
        )
        assert len(made) == len(later) == 3
        assert [one.exists() for one in (*made, *later)] == [False] * 3 + [True] * 3
        assert MARK.encode() not in later[2].read_bytes()
        restore = app("operation.restore").restore_studies
        with pytest.raises(StudyError, match="there already"):
            restore(later[2], PASSPHRASE, replace=False)
        (study / "responses.csv").write_text("other", encoding="utf-8")
        assert restore(later[2], PASSPHRASE, replace=True) == 1
        assert MARK in (study / "responses.csv").read_text(encoding="utf-8")
        assert sorted(one.name for one in home.iterdir()) == [study.name, "examined-x"]
        with pytest.raises(StudyError, match="no studies"):
            restore(later[1], PASSPHRASE, replace=True)


def test_no_key_of_a_campaign_is_in_any_copy(side, folders, tmp_path):
    keys = app("keys").KeyFolder(settings.MEDENGAGE_KEYS)
    noise = keys.wave_secret(side.campaign)
    file = tmp_path / "three" / "noise.backup"
    assert app("operation.backup").backup_keys(file, PASSPHRASE, NOW) >= 1
    for archive in (*backup(folders).values(), file):
        assert side.key.master not in plain(archive)
    assert noise in plain(file)


def test_secrets_come_back_where_they_are_missing(side, tmp_path):
    keys = app("keys").KeyFolder(settings.MEDENGAGE_KEYS)
    noise = keys.wave_secret(side.campaign)
    file = tmp_path / "noise.backup"
    app("operation.backup").backup_keys(file, PASSPHRASE, NOW)
    restore = app("operation.restore").restore_keys
    assert restore(file, PASSPHRASE) == 0
    (settings.MEDENGAGE_KEYS / f"{side.campaign}-noise.key").unlink()
    assert restore(file, PASSPHRASE) == 1
    assert keys.wave_secret(side.campaign) == noise
    (settings.MEDENGAGE_KEYS / f"{side.campaign}-noise.key").write_bytes(bytes(32))
    with pytest.raises(StudyError, match="another secret"):
        restore(file, PASSPHRASE)
    (settings.MEDENGAGE_KEYS / f"{side.campaign}-noise.key").write_bytes(noise)


def test_secrets_are_not_kept_beside_a_store(folders):
    backup(folders)
    file = folders["identity"] / "noise.backup"
    with pytest.raises(StudyError, match="beside copies"):
        app("operation.backup").backup_keys(file, PASSPHRASE, NOW)


def together(tmp_path: Path) -> dict[str, tuple[Path, Path]]:
    """Folders that are not apart."""
    (tmp_path / "same").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "same")
    return {
        "the same": (tmp_path / "same", tmp_path / "same"),
        "inside": (tmp_path / "same", tmp_path / "same" / "answers"),
        "around": (tmp_path / "same" / "people", tmp_path / "same"),
        "linked": (tmp_path / "same", tmp_path / "link" / "answers"),
        "dotted": (tmp_path / "same", tmp_path / "other" / ".." / "same"),
    }


@pytest.mark.parametrize("how", ["the same", "inside", "around", "linked", "dotted"])
def test_one_folder_never_gets_both(tmp_path, how):
    identity, answers = together(tmp_path)[how]
    with pytest.raises(StudyError, match="two folders"):
        backup({"identity": identity, "answers": answers})
    assert not list(tmp_path.rglob("*.backup"))


def test_a_folder_with_copies_of_the_other_side_is_refused(folders):
    backup(folders)
    turned = {"identity": folders["answers"], "answers": folders["identity"]}
    with pytest.raises(StudyError, match="other store"):
        backup(turned)


def test_copies_are_not_kept_with_keys(tmp_path):
    around = settings.MEDENGAGE_KEYS.parent
    with pytest.raises(StudyError, match="keys and copies"):
        backup({"identity": around, "answers": tmp_path})


def test_the_newest_copies_stay(folders):
    for day in range(5):
        backup(folders, NOW + timedelta(days=day), keep=2)
    for side, folder in folders.items():
        kept = [f"medengage-{side}-2027031{day}T020000Z" for day in (1, 2)]
        assert sorted(one.name for one in folder.iterdir()) == sorted(
            f"{name}.{end}" for name in kept for end in ("backup", "json")
        )


def test_nothing_is_removed_that_is_not_ours(folders):
    backup(folders)
    other = folders["identity"] / "medengage-identity-notes.txt"
    other.write_text("by hand")
    backup(folders, NOW + timedelta(days=1), keep=1)
    assert other.exists()


def test_archives_are_readable_by_their_owner_alone(folders):
    for archive in backup(folders).values():
        for file in archive.parent.iterdir():
            assert file.stat().st_mode & 0o077 == 0


def test_a_manifest_tells_size_and_digest(folders):
    archive = backup(folders)["answers"]
    said = json.loads(archive.with_suffix(".json").read_text())
    assert (said["side"], said["bytes"]) == ("answers", archive.stat().st_size)
    assert said["made"] == "20270308T020000Z"


def test_a_copy_tells_nothing_of_the_order_of_answers(side, tmp_path):
    for number in range(30):
        side.send(number)
    store = app("operation.copies").store("answers")
    store.copied(tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        for table, key in (("responses_response", "id"), ("responses_receipt", "name")):
            found = copy.execute(f"SELECT {key} FROM {table} ORDER BY rowid").fetchall()
            assert found == sorted(found)
        [(free,)] = copy.execute("PRAGMA freelist_count").fetchall()
    assert free == 0
    assert not list(store.near.glob(".copy-*"))


@pytest.mark.slow  # hundreds of durable writes while copies are made
def test_copies_under_load_hold_one_moment_each(side, tmp_path):
    links = side.links(400)
    command = [sys.executable, "-m", "tests.web.respondents", side.campaign, *links]
    store = app("operation.copies").store("answers")
    copies: list[Path] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as respondents:
        assert respondents.stdout is not None
        respondents.stdout.readline()
        while respondents.poll() is None:
            copies.append(tmp_path / f"copy-{len(copies)}")
            store.copied(copies[-1])
            for _ in range(20):
                respondents.stdout.readline()
    assert len(copies) >= 3
    counts = [counted(copy, side.campaign) for copy in copies]
    for receipts, sealed, responses in counts:
        assert receipts == sealed + responses
    assert counts == sorted(counts)
    assert counts[0][0] < counts[-1][0]


def counted(database, campaign):
    """Receipts, sealed answers and responses of a campaign."""
    with closing(sqlite3.connect(database)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return tuple(
            opened.execute(
                f"SELECT count(*) FROM responses_{table} WHERE campaign = ?", [campaign]
            ).fetchone()[0]
            for table in ("receipt", "sealed", "response")
        )


def restore(archives, *, replace=True):
    app("operation.restore").restore_stores(archives, PASSPHRASE, replace=replace)


def test_a_store_comes_back_as_it_was(side, folders, tmp_path):
    side.send(1)
    archives = backup(folders)
    place = tmp_path / "restored"
    with elsewhere(place):
        restore(archives)
    kept = settings.DATA / "answers.sqlite3"
    assert counted(place / "answers.sqlite3", side.campaign) == counted(kept, side.campaign)
    assert rows(place / "identity.sqlite3", "django_migrations") > 0
    assert (place / "answers.sqlite3").stat().st_mode & 0o077 == 0


def test_what_was_written_after_the_copy_is_gone_wherever_it_was(side, folders, tmp_path):
    place = tmp_path / "restored"
    archives = backup(folders)
    with elsewhere(place):
        restore(archives)
        with closing(sqlite3.connect(place / "answers.sqlite3")) as later:
            later.execute("PRAGMA journal_mode=WAL")
            later.execute("INSERT INTO responses_closed VALUES ('later')")
            later.commit()
            crashed = {one: one.read_bytes() for one in place.glob("answers.sqlite3*")}
        for file, content in crashed.items():
            file.write_bytes(content)
        restore({"answers": archives["answers"]})
    with closing(sqlite3.connect(place / "answers.sqlite3")) as found:
        told = found.execute("SELECT campaign FROM responses_closed").fetchall()
    assert ("later",) not in told


def test_a_broken_database_is_replaced(folders, tmp_path):
    place = tmp_path / "restored"
    place.mkdir()
    (place / "answers.sqlite3").write_bytes(b"no database at all" * 1000)
    archives = backup(folders)
    with elsewhere(place):
        restore(archives)
    assert rows(place / "answers.sqlite3", "django_migrations") > 0


def test_a_store_in_use_is_not_overwritten_by_mistake(side, folders):
    side.send(1)
    archives = backup(folders)
    with pytest.raises(StudyError, match="written there already"):
        restore({"answers": archives["answers"]}, replace=False)


def test_nothing_is_put_back_while_the_server_runs(folders, tmp_path):
    archives = backup(folders)
    locks = app("operation.locks")
    with (
        elsewhere(tmp_path / "restored"),
        locks.locked(tmp_path / "restored", "serving", shared=True),
        pytest.raises(StudyError, match="stop it first"),
    ):
        restore(archives)


def broken(archives: dict[str, Path], how: str) -> dict[str, Path]:
    """Archives in which something is wrong."""
    answers = archives["answers"]
    manifest = answers.with_suffix(".json")
    content = bytearray(answers.read_bytes())
    if how == "changed":
        content[-1] ^= 1
    if how == "cut":
        del content[len(content) // 2 :]
    if how == "nothing":
        content.clear()
    if how != "unsaid":
        manifest.unlink()
        answers.write_bytes(content)
    else:
        manifest.write_text(json.dumps({"sha256": "0" * 64}))
    if how == "swapped":
        return {"identity": archives["answers"], "answers": archives["identity"]}
    if how == "missing":
        answers.unlink()
    return archives


@pytest.mark.parametrize("how", ["changed", "cut", "nothing", "unsaid", "swapped", "missing"])
def test_what_is_not_whole_is_not_put_back(folders, tmp_path, how):
    place = tmp_path / "restored"
    archives = broken(backup(folders), how)
    with elsewhere(place), pytest.raises(StudyError):
        restore(archives)
    assert not list(place.glob("*.sqlite3"))
    assert not list(place.glob(".copy-*"))


def test_another_passphrase_puts_nothing_back(folders, tmp_path):
    archives = backup(folders)
    restoring = app("operation.restore").restore_stores
    with elsewhere(tmp_path / "restored"), pytest.raises(StudyError, match="passphrase"):
        restoring(archives, b"a passphrase of another sort", replace=True)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"engine": "postgresql"}, "another kind of database"),
        ({"schema": "responses.9999_of_the_future"}, "newer medengage"),
        ({"side": "identity"}, "other store"),
    ],
)
def test_a_copy_that_does_not_fit_is_refused(folders, tmp_path, facts, words):
    archive = backup(folders)["answers"]
    content = io.BytesIO(plain(archive))
    strange = tmp_path / "strange.backup"
    with strange.open("wb") as target:
        app("operation.archive").sealed(
            content, target, PASSPHRASE, {"side": "answers", "engine": "sqlite"} | facts
        )
    with elsewhere(tmp_path / "restored"), pytest.raises(StudyError, match=words):
        restore({"answers": strange})


def test_an_archive_of_no_database_is_refused(tmp_path):
    strange = tmp_path / "strange.backup"
    with strange.open("wb") as target:
        app("operation.archive").sealed(
            io.BytesIO(b"words"), target, PASSPHRASE, {"side": "answers", "engine": "sqlite"}
        )
    with elsewhere(tmp_path / "restored"), pytest.raises(StudyError, match="no whole database"):
        restore({"answers": strange})


def test_what_a_crash_left_is_swept_up(folders):
    left = settings.DATA / ".copy-left"
    left.mkdir()
    (left / "answers").write_bytes(b"plain")
    backup(folders)
    assert not left.exists()
