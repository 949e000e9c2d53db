"""``medengage``: the root command, and the one place where errors become text and exit status.

Wings of the house that the library does not import (the web application) bring their commands by
the entry point ``medengage.commands``.
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import Any

import click

from medengage.cli.content import content
from medengage.cli.norm import norm
from medengage.cli.outcome import outcome
from medengage.cli.release import release
from medengage.cli.report import report
from medengage.cli.simulate import simulate
from medengage.cli.study import study
from medengage.errors import MedengageError

__all__ = ["ErrorsAsText", "main"]


class ErrorsAsText(click.Group):
    """A group whose commands end with the exit status of the error tree."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a ``MedengageError`` is printed and ends with its own status."""
        try:
            return super().invoke(ctx)
        except MedengageError as error:
            click.secho(str(error), err=True, fg="red" if sys.stderr.isatty() else None)
            ctx.exit(error.exit_status)


@click.group(cls=ErrorsAsText)
@click.version_option(package_name="medengage", prog_name="medengage")
def main() -> None:
    """Measure medical engagement, and report it so that no doctor can be recognised."""


def _with_short_help(command: click.Command) -> None:
    """Every command knows ``-h`` itself, whichever command it is called through first."""
    command.context_settings["help_option_names"] = ["-h", "--help"]
    if isinstance(command, click.Group):
        for part in command.commands.values():
            _with_short_help(part)


for command in (content, study, release, report, norm, outcome, simulate):
    main.add_command(command)
for more in entry_points(group="medengage.commands"):
    main.add_command(more.load())
_with_short_help(main)
