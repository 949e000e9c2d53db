"""``medengage web``: the commands of whoever runs the application.

The command line finds this group by its entry point, so that the library needs no web framework.
Django is loaded when a command runs, not before.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import click

__all__ = ["web"]


def _django() -> Any:
    """Django with the application's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medengage.web.settings")
    django = import_module("django")
    django.setup()
    return import_module("django.core.management")


@click.group()
def web() -> None:
    """Run the web application."""


@web.command()
def migrate() -> None:
    """Bring both databases up to date; says what it did."""
    settings = import_module("medengage.web.settings")
    settings.DATA.mkdir(parents=True, exist_ok=True)
    management = _django()
    for name in settings.DATABASES:
        management.call_command("migrate", database=name, verbosity=1)


@web.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="Port to listen on.")
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=1,
    help="Requests at a time; one is fastest, because Python runs one at a time anyway.",
)
def serve(host: str, port: int, threads: int) -> None:
    """Serve the application, one process, until it is stopped.

    No line is logged for a request: an address here is a doctor's link.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medengage.web.settings")
    server = import_module("granian.server").Server
    interfaces = import_module("granian.constants").Interfaces
    click.echo(f"http://{host}:{port}/")
    server(
        "medengage.web.wsgi:application",
        address=host,
        port=port,
        interface=interfaces.WSGI,
        blocking_threads=threads,
        log_access=False,
    ).serve()
