"""A real mail server on the loopback interface, which can be told to misbehave."""

from __future__ import annotations

import asyncio
import email
import logging
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from django.test import override_settings

Answer = Callable[[str], str]


def fine(address: str) -> str:
    """Every address is welcome."""
    return "250 OK"


class PostOffice:
    """Takes letters; ``at_rcpt`` and ``at_data`` answer for an address, "" hangs up."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.asked: Counter[str] = Counter()
        self.connections = 0
        self.at_mail = self.at_rcpt = self.at_data = fine

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, host: str, said: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = host
        return said

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.at_mail(address)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked[address] += 1
        answer = self.at_rcpt(address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.at_data(envelope.rcpt_tos[0])
        if not answer:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "421 gone"
        if answer.startswith("2"):
            content = envelope.content
            assert isinstance(content, bytes)
            letter = email.message_from_bytes(content, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
        return answer

    def to(self) -> Counter[str]:
        """How many letters came for each address."""
        return Counter(str(letter["To"].addresses[0].addr_spec) for letter in self.letters)


def _nobody(*_: object) -> AuthResult:
    """No password is right."""
    return AuthResult(success=False, handled=False)


@contextmanager
def open_office() -> Iterator[PostOffice]:
    """A mail server, to which Django's settings point."""
    office = PostOffice()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # The server writes down who it hears from: its own log is not ours.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    controller = Controller(
        office,
        hostname="127.0.0.1",
        port=port,
        authenticator=_nobody,
        auth_require_tls=False,
    )
    controller.start()
    settings: dict[str, Any] = {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
        "EMAIL_TIMEOUT": 5,
        "DEFAULT_FROM_EMAIL": "survey@letters.example",
        "MEDENGAGE_ADDRESS": "https://survey.example",
        "MEDENGAGE_MAIL_PER_MINUTE": 0,
    }
    try:
        with override_settings(**settings):
            yield office
    finally:
        controller.stop()
