"""``medengage web``: the commands of whoever runs the application.

The command line finds this group by its entry point, so that the library needs no web framework.
Django is loaded when a command runs, not before.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click

__all__ = ["web"]

PATIENCE = 30
"""Seconds that requests have to end when the server is stopped."""

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


def _django() -> Any:
    """Django with the application's settings."""
    _settings()
    import_module("django").setup()
    return import_module("django.core.management")


@click.group()
def web() -> None:
    """Run the web application."""


@web.command()
def migrate() -> None:
    """Bring both databases up to date; says what it did."""
    _migrated()


@web.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="Port to listen on.")
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=1,
    help="Requests at a time; one is fastest, because Python runs one at a time anyway.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 16),
    default=1,
    help="Processes that answer; more than one where there are more cores than one.",
)
def serve(host: str, port: int, threads: int, processes: int) -> None:
    """Serve the application until it is stopped.

    No line is logged for a request: an address here is a doctor's link. When the server is told to
    stop, it takes no new visitors and finishes what it has begun.
    """
    _served(host, port, threads, processes)


@web.command()
@click.argument("folder", type=FOLDER)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="Port to listen on.")
@click.option("--replace", is_flag=True, help="Begin anew where a demonstration is already.")
@click.option("--only-prepare", is_flag=True, help="Make it, and serve nothing.")
def demo(folder: Path, port: int, replace: bool, only_prepare: bool) -> None:
    """Make an invented region in a folder, and serve it here until it is stopped.

    Three hospitals with open and closed surveys, and somebody to sign in as for each role. Letters
    stay on this machine. Nothing of it is safe: its passwords are on its first page.
    """
    command = import_module("medengage.web.demo.command")
    command.prepare(folder, f"http://127.0.0.1:{port}", replace=replace)
    if not only_prepare:
        click.echo("Open the address below, and stop with Ctrl-C.")
        _served("127.0.0.1", port)


def _served(host: str, port: int, threads: int = 1, processes: int = 1) -> None:
    """Serve until somebody stops it."""
    settings = _settings()
    settings.STATIC_ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = import_module("granian.server").Server
    interfaces = import_module("granian.constants").Interfaces
    with _operation("locks").locked(settings.DATA, "serving", shared=True):
        click.echo(f"http://{host}:{port}/")
        server(
            "medengage.web.wsgi:application",
            address=host,
            port=port,
            interface=interfaces.WSGI,
            workers=processes,
            blocking_threads=threads,
            workers_kill_timeout=PATIENCE,
            log_access=False,
            log_dictconfig=import_module("medengage.web.logs").server_logs(settings.MEDENGAGE_LOG),
        ).serve()


@web.command()
@click.argument("organisation")
@click.option("--name", required=True, help="Who manages its surveys.")
@click.option("--address", required=True, help="Mail address of the same person.")
def begin(organisation: str, name: str, address: str) -> None:
    """Make an organisation and its first survey manager; prints a link to choose a password.

    The link works once, within seven days. Everybody else is invited on the pages.
    """
    _django()
    click.echo(_operation("first").begin(organisation, name, address))


@web.command()
def tick() -> None:
    """Do what is due: close campaigns, send letters, delete rosters. Run it every minute."""
    _django()
    done = _operation("tick").tick(datetime.now(tz=UTC))
    for line in done.told:
        click.echo(line)
    for line in done.failed:
        click.echo(f"failed: {line}", err=True)
    if done.failed:
        raise click.exceptions.Exit(1)


@web.command()
def check() -> None:
    """Say in plain words whether the deployment is sound; ends with status 1 where it is not."""
    _django()
    answers = _operation("check").check()
    for answer in answers:
        for found in answer.found:
            click.echo(f"{'FAULT' if found.is_fault else 'advice'}: {found}")
    for answer in answers:
        if not answer.found:
            click.echo(f"well: {answer.about}")
    if not all(answer.is_sound for answer in answers):
        raise click.exceptions.Exit(1)


@web.command()
@click.option("--identity", type=FOLDER, help="Folder for copies of the people.")
@click.option("--answers", type=FOLDER, help="Folder for copies of the answers, apart from it.")
@click.option("--keys", type=FILE, help="File for the secrets of the noise, apart from both.")
@click.option("--passphrase-file", type=FILE, required=True, help="Its first line encrypts.")
@click.option("--keep", type=click.IntRange(0), default=14, help="Copies that stay; 0 for all.")
def backup(
    identity: Path | None,
    answers: Path | None,
    keys: Path | None,
    passphrase_file: Path,
    keep: int,
) -> None:
    """Copy both stores, encrypted, into two folders that are kept apart; also while serving.

    Keys of campaigns are never copied. Mail addresses stay in old copies: keep no copy for longer
    than you promised doctors.
    """
    folders = _both(identity, answers)
    if not folders and keys is None:
        raise click.UsageError("name folders with --identity and --answers, or a file with --keys")
    _django()
    made, now = _operation("backup"), datetime.now(tz=UTC)
    passphrase = _operation("archive").passphrase_in(passphrase_file)
    if folders:
        for archive in made.backup_stores(folders, passphrase, now, keep=keep):
            click.echo(archive)
    if keys is not None:
        click.echo(f"{keys}: secrets of {made.backup_keys(keys, passphrase, now)} waves")


@web.command()
@click.option("--identity", type=FILE, help="Archive of the people.")
@click.option("--answers", type=FILE, help="Archive of the answers.")
@click.option("--studies", type=FILE, help="Archive of studies that were brought in.")
@click.option("--keys", type=FILE, help="Archive of the secrets of the noise.")
@click.option("--passphrase-file", type=FILE, required=True, help="Its first line decrypts.")
@click.option("--replace", is_flag=True, help="Also where something is written already.")
def restore(
    identity: Path | None,
    answers: Path | None,
    studies: Path | None,
    keys: Path | None,
    passphrase_file: Path,
    replace: bool,
) -> None:
    """Put copies back, after looking through them; only while the server is stopped.

    Links that were used after the copy was made can answer again: close open campaigns, or tell
    doctors.
    """
    named = {"identity": identity, "answers": answers}
    archives = {side: archive for side, archive in named.items() if archive is not None}
    if not archives and keys is None and studies is None:
        raise click.UsageError("name an archive: --identity, --answers, --studies or --keys")
    _django()
    passphrase = _operation("archive").passphrase_in(passphrase_file)
    restoring = _operation("restore")
    if keys is not None:
        click.echo(f"secrets put back: {restoring.restore_keys(keys, passphrase)}")
    if studies is not None:
        number = restoring.restore_studies(studies, passphrase, replace=replace)
        click.echo(f"studies put back: {number}")
    if archives:
        restoring.restore_stores(archives, passphrase, replace=replace)
        _migrated()
        click.echo(f"put back: {', '.join(archives)}")
        for line in restoring.warnings_after(archives):
            click.secho(line, err=True)


def _both(identity: Path | None, answers: Path | None) -> Mapping[str, Path]:
    """The folders of both stores, or none of them."""
    if identity is None and answers is None:
        return {}
    if identity is None or answers is None:
        raise click.UsageError("people and answers are copied together: name both folders")
    return {"identity": identity, "answers": answers}


def _settings() -> Any:
    """The settings; from here on, whatever is written is for the server's user alone."""
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medengage.web.settings")
    return import_module("medengage.web.settings")


def _operation(name: str) -> Any:
    return import_module(f"medengage.web.operation.{name}")


def _migrated() -> None:
    """Bring both databases up to date."""
    settings, management = _settings(), _django()
    settings.DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in settings.DATABASES:
        management.call_command("migrate", database=name, verbosity=1)
