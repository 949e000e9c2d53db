"""What all commands share: help, words for errors, exit statuses."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from medengage import errors
from medengage.cli.main import ErrorsAsText, main
from medengage.cli.options import to_mend
from tests.command_line import medengage


def every_command(
    command: click.Command = main, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """All commands and groups with the words that lead to them."""
    yield path, command
    if isinstance(command, click.Group):
        for name, part in command.commands.items():
            yield from every_command(part, (*path, name))


COMMANDS = list(every_command())
NAMES = [" ".join(("medengage", *path)) for path, _ in COMMANDS]


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=NAMES)
def test_help_of_every_command(path: tuple[str, ...], command: click.Command) -> None:
    for flag in ("--help", "-h"):
        status, words = medengage(" ".join([*path, flag]))
        assert status == 0
        assert words.startswith(f"Usage: medengage {' '.join(path)}".rstrip())
        assert (command.help or "").split()[0] in words


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=NAMES)
def test_every_command_and_option_explains_itself(
    path: tuple[str, ...], command: click.Command
) -> None:
    assert (command.help or "").rstrip().endswith(".")
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert not [one.name for one in options if not one.help]


def test_version():
    status, words = medengage("--version")
    assert status == 0
    assert words.startswith("medengage, version ")


@pytest.mark.parametrize("line", ["", "study", "content", "simulate", "study mend", "repotr"])
def test_a_wrong_command_line_ends_with_2(line: str) -> None:
    assert medengage(line)[0] == 2


def all_errors(kind: type[errors.MedengageError]) -> Iterator[type[errors.MedengageError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from all_errors(child)


@pytest.mark.parametrize("kind", list(all_errors(errors.MedengageError)))
def test_every_error_becomes_text_and_its_own_status(kind: type[errors.MedengageError]) -> None:
    error = (
        kind("units", n=1, needed=2)
        if issubclass(kind, errors.TooFewResponses)
        else kind("it went wrong", subject="study.toml", hint="mend it")
    )

    @click.group(cls=ErrorsAsText)
    def program() -> None:
        """A command line of its own."""

    @program.command()
    def fail() -> None:
        """Goes wrong."""
        raise error

    result = CliRunner().invoke(program, ["fail"])
    assert result.exit_code == kind.exit_status
    assert result.output == f"{error}\n"


def test_a_mistake_of_the_program_is_not_hidden():
    @click.group(cls=ErrorsAsText)
    def program() -> None:
        """A command line of its own."""

    @program.command()
    def fail() -> None:
        """Goes wrong."""
        raise ValueError("a bug")

    assert isinstance(CliRunner().invoke(program, ["fail"]).exception, ValueError)


@pytest.mark.parametrize(("count", "words"), [(1, "1 thing to mend"), (3, "3 things to mend")])
def test_things_to_mend_are_counted(count: int, words: str) -> None:
    assert to_mend(count) == words
