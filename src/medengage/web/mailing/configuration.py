"""How letters leave: over a mail server, into files in development, or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any

from django.core.exceptions import ImproperlyConfigured

__all__ = ["MailServer", "mail_settings"]

FILES = "medengage.web.mailing.backends.Files"
NOWHERE = "medengage.web.mailing.backends.Nowhere"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
PORTS = {"starttls": 587, "implicit": 465, "none": 25}
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
PATIENCE = 20
"""Seconds to wait for a word of the mail server."""


@dataclass(frozen=True)
class MailServer:
    """A mail server of any provider, as the environment names it.

    ``tls`` is ``starttls``, ``implicit`` or ``none``; ``port`` 0 is the usual one of each.
    """

    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"
    sender: str = ""


def mail_settings(server: MailServer, *, debug: bool) -> dict[str, Any]:
    """Django's settings for a mail server; without one, files in development and else a refusal.

    The server starts without mail, because links can be given out on paper; it is the attempt to
    send that is refused. Raises ``ImproperlyConfigured`` where a value cannot be right.
    """
    if server.tls not in PORTS:
        raise ImproperlyConfigured("MEDENGAGE_MAIL_TLS is none of starttls, implicit and none")
    if not server.host:
        return {
            "EMAIL_BACKEND": FILES if debug else NOWHERE,
            "DEFAULT_FROM_EMAIL": server.sender or "survey@localhost",
        }
    _check(server)
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": server.host,
        "EMAIL_PORT": server.port or PORTS[server.tls],
        "EMAIL_HOST_USER": server.user,
        "EMAIL_HOST_PASSWORD": server.password,
        "EMAIL_USE_TLS": server.tls == "starttls",
        "EMAIL_USE_SSL": server.tls == "implicit",
        "EMAIL_TIMEOUT": PATIENCE,
        "DEFAULT_FROM_EMAIL": server.sender,
    }


def _check(server: MailServer) -> None:
    """Raises ``ImproperlyConfigured`` for what would fail, or be unsafe, at the first letter."""
    address = parseaddr(server.sender)[1]
    if "@" not in address or not server.sender.isprintable():
        raise ImproperlyConfigured("set MEDENGAGE_MAIL_FROM to the address letters come from")
    if bool(server.user) != bool(server.password):
        raise ImproperlyConfigured("set both MEDENGAGE_MAIL_USER and MEDENGAGE_MAIL_PASSWORD")
    if server.password and server.tls == "none" and server.host not in HERE:
        raise ImproperlyConfigured("MEDENGAGE_MAIL_TLS=none would show the password to others")
