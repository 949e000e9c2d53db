"""Options and progress that several commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

__all__ = ["Step", "content_option", "folder_argument", "progress", "to_mend"]

Step = Callable[[str, int, int], None]
"""Told of long work: what is being done, how many steps are done, of how many."""

content_option = click.option(
    "--content",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="A folder with your own definitions (may be given more than once).",
)

folder_argument = click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path)
)


@contextmanager
def progress() -> Iterator[Step]:
    """A progress line on the terminal; silent where the output is not a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(file=sys.stderr)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=None)

        def step(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield step


def to_mend(count: int) -> str:
    """How many things are wrong, in words."""
    return "1 thing to mend" if count == 1 else f"{count} things to mend"
