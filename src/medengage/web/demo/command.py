"""``medengage web demo``: an invented region, and a server to look at it."""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from pathlib import Path

import click
from rich.progress import Progress

from medengage.errors import StudyError

__all__ = ["prepare"]

MARK, READY = "demonstration", "demonstration-is-ready"
"""Files that say that a folder is ours and may be deleted, and that all of it is there."""

ELSEWHERE = ("DATABASE_URL", "ANSWERS_DATABASE_URL", "MEDENGAGE_KEYS", "MEDENGAGE_MAIL_HOST")
"""Variables that would lead a demonstration to real databases, keys or mail."""


def prepare(folder: Path, address: str, *, replace: bool) -> None:
    """Fill a folder with an invented region, or find the one that is there.

    ``address`` is where a server will be; links lead there. Sets the environment of this process,
    so that a server that is started next shows the region. Raises ``StudyError`` for a folder
    that holds something else; nothing of it is touched.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise StudyError("this folder holds something else already", subject=str(folder))
    is_there = (folder / READY).exists() and not replace
    _environment(folder, address)
    if is_there:
        return
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    _filled()
    (folder / READY).touch()


def _environment(folder: Path, address: str) -> None:
    for name in ELSEWHERE:
        os.environ.pop(name, None)
    os.environ |= {
        "MEDENGAGE_ADDRESS": address,
        "MEDENGAGE_DATA": str(folder.resolve()),
        "MEDENGAGE_DEBUG": "yes",
        "MEDENGAGE_DEMO": "yes",
        "MEDENGAGE_HTTPS": "no",
        "MEDENGAGE_MAIL_PER_MINUTE": "100000",
        "DJANGO_SETTINGS_MODULE": "medengage.web.settings",
    }


def _filled() -> None:
    """Make the databases and the region."""
    import_module("django").setup()
    settings = import_module("medengage.web.settings")
    for name in settings.DATABASES:
        import_module("django.core.management").call_command("migrate", database=name, verbosity=0)
    now = import_module("django.utils.timezone").now()
    with Progress(transient=True) as shown:
        task = shown.add_task("", total=None)

        def step(words: str, done: int, of: int) -> None:
            shown.update(task, description=words, completed=done, total=of)

        import_module("medengage.web.demo.region").people_region(now, step)
    click.echo("An invented region is ready.")
