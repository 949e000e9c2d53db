"""``medengage web demo``: an invented region, and a server to look at it."""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from pathlib import Path

import click
from rich.progress import Progress

__all__ = ["prepare"]


def prepare(folder: Path) -> None:
    """Fill a fresh folder with an invented region; what was in it is deleted.

    Sets the environment of this process, so that a server that is started next shows it.
    """
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    os.environ |= {
        "MEDENGAGE_DATA": str(folder.resolve()),
        "MEDENGAGE_DEBUG": "yes",
        "MEDENGAGE_DEMO": "yes",
        "DJANGO_SETTINGS_MODULE": "medengage.web.settings",
    }
    import_module("django").setup()
    settings = import_module("medengage.web.settings")
    for name in settings.DATABASES:
        import_module("django.core.management").call_command("migrate", database=name, verbosity=0)
    today = import_module("django.utils.timezone").localdate()
    with Progress(transient=True) as shown:
        task = shown.add_task("", total=None)

        def step(words: str, done: int, of: int) -> None:
            shown.update(task, description=words, completed=done, total=of)

        import_module("medengage.web.demo.region").people_region(today, step)
    click.echo("An invented region is ready.")
