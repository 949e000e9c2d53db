"""Looking through the settings: what is safe on a desk is not safe on a server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings

from medengage.web.mailing.configuration import NOWHERE, SMTP
from medengage.web.operation.findings import Found, advice, fault

__all__ = ["address", "debugging", "https", "letters", "secret_key"]

SHORTEST, FEWEST = 50, 20
"""Characters of a key, and how many of them differ at least."""

HALF_A_YEAR = timedelta(days=180).total_seconds()


def debugging() -> Iterator[Found]:
    """Error pages with details are for a desk."""
    if settings.DEBUG:
        yield fault("Development is on, and error pages show details", "Remove MEDENGAGE_DEBUG")


def secret_key() -> Iterator[Found]:
    """The key that signs sessions has to be long and random."""
    key = settings.SECRET_KEY
    weak = len(key) < SHORTEST or len(set(key)) < FEWEST
    if weak or key.startswith("only-for-development"):
        yield fault(
            "SECRET_KEY can be guessed",
            "Make another one before anybody signs in: openssl rand -base64 48",
        )


def address() -> Iterator[Found]:
    """The address in letters has to lead here."""
    parts = urlsplit(settings.MEDENGAGE_ADDRESS)
    if parts.scheme != "https":
        yield fault("Links in letters do not begin with https", "Set MEDENGAGE_ADDRESS")
    if "*" in settings.ALLOWED_HOSTS:
        yield fault("The server answers to every name", "Name it in MEDENGAGE_HOSTS")
    elif parts.hostname not in settings.ALLOWED_HOSTS:
        yield fault(
            "The server refuses the address that links lead to",
            "Add the name in MEDENGAGE_ADDRESS to MEDENGAGE_HOSTS",
        )


def https() -> Iterator[Found]:
    """Managers' cookies travel encrypted, and browsers remember that all the rest does."""
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield fault("Cookies of managers also travel unencrypted", "Set MEDENGAGE_HTTPS=yes")
    if settings.SECURE_PROXY_SSL_HEADER is None:
        yield fault(
            "The server does not know that its visitors come over https",
            "Set MEDENGAGE_PROXY=yes, and let the proxy set X-Forwarded-Proto",
        )
    if settings.SECURE_HSTS_SECONDS < HALF_A_YEAR:
        yield advice(
            "Browsers are not told to stay with https",
            "Set MEDENGAGE_HSTS_SECONDS=31536000 when https works",
        )


def letters() -> Iterator[Found]:
    """Letters need a mail server, unless links are given out on paper."""
    if settings.EMAIL_BACKEND == NOWHERE:
        yield advice("No letter can be sent", "Set MEDENGAGE_MAIL_HOST and MEDENGAGE_MAIL_FROM")
    elif settings.EMAIL_BACKEND != SMTP:
        yield fault("Letters reach nobody", "Set MEDENGAGE_MAIL_HOST and MEDENGAGE_MAIL_FROM")
