"""A PostgreSQL of our own for tests: made in a temporary folder, thrown away afterwards.

It listens on a Unix socket in that folder and nowhere else. Found on the path, or where Debian
puts it; where there is none, tests that need it are skipped by name.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

__all__ = ["OURS", "Cluster", "cluster", "needed"]

DEBIAN = Path("/usr/lib/postgresql")
OWNER = "postgres"
PEOPLE, ANSWERS = "people", "answers"
OURS = "THROWAWAY_CLUSTER"
"""Variable with the folder of the cluster: without it tests touch no database by its URL."""
PATIENCE = 30.0


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL with two empty databases."""

    folder: Path

    def url(self, name: str) -> str:
        """What names one database of it in Django's settings, and to psycopg."""
        return f"postgresql://{OWNER}@{quote(str(self.folder), safe='')}/{name}"

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables that make the application use it."""
        return {
            "DATABASE_URL": self.url(PEOPLE),
            "ANSWERS_DATABASE_URL": self.url(ANSWERS),
            OURS: str(self.folder),
        }


def program(name: str) -> str | None:
    """The path of one of PostgreSQL's programs; ``None`` where there is none."""
    versions = sorted(DEBIAN.glob("*"), key=lambda one: -int(one.name)) if DEBIAN.is_dir() else []
    places = [os.environ.get("PATH", ""), *(str(one / "bin") for one in versions)]
    return shutil.which(name, path=os.pathsep.join(places))


def needed() -> None:
    """Skip the test where PostgreSQL is missing, or root may not become somebody else."""
    if program("initdb") is None or program("postgres") is None:
        pytest.skip("needs PostgreSQL (initdb and postgres)")
    if os.geteuid() == 0 and (shutil.which("setpriv") is None or _owner() is None):
        pytest.skip("needs setpriv and a user called postgres, because PostgreSQL refuses root")


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL that ends with the block, or with this process."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        owner = _owner()
        if os.geteuid() == 0 and owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        made = folder / "data"
        _finished([program("initdb"), "-D", str(made), "-U", OWNER, "-A", "trust", "--no-sync"])
        with _running(folder, made):
            yield Cluster(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(folder: Path, made: Path) -> Iterator[None]:
    # What is thrown away needs no disk that keeps it: only the machine's failure would show.
    options = {"listen_addresses": "", "unix_socket_directories": str(folder), "fsync": "off"}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    command = [program("postgres"), "-D", str(made), *settings]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(_as_owner(command), stdout=log, stderr=log, cwd=folder) as process,
    ):
        try:
            _answers(folder)
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=PATIENCE)


def _answers(folder: Path) -> None:
    """Wait until it takes connections, and make both databases."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            opened = psycopg.connect(host=str(folder), user=OWNER, dbname=OWNER, autocommit=True)
            break
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
    with opened:
        for name in (PEOPLE, ANSWERS):
            opened.execute(f"create database {name}".encode())


def _owner() -> pwd.struct_passwd | None:
    """The user called postgres, as whom PostgreSQL runs where we are root."""
    return next((one for one in pwd.getpwall() if one.pw_name == OWNER), None)


def _as_owner(command: list[str | None]) -> list[str]:
    """A command as a user that PostgreSQL takes, and that dies with us."""
    found = [part for part in command if part is not None]
    if shutil.which("setpriv") is None:
        return found
    who = ["--reuid", OWNER, "--regid", OWNER, "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *who, "--pdeathsig", "INT", *found]


def _finished(command: list[str | None]) -> None:
    subprocess.run(_as_owner(command), check=True, capture_output=True, cwd="/")
