"""Runs ``medengage`` in this process, as a shell would start it."""

from __future__ import annotations

import shlex

from click.testing import CliRunner

from medengage.cli.main import main


def medengage(line: str) -> tuple[int, str]:
    """Exit status and everything printed by ``medengage <line>``; crashes are not caught."""
    result = CliRunner().invoke(
        main, shlex.split(line), prog_name="medengage", catch_exceptions=False
    )
    return result.exit_code, result.output
