"""Two ways of Django's mail that reach nobody: into files, and a refusal that says what to set."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

__all__ = ["REFUSAL", "Files", "MailRefused", "Nowhere"]

REFUSAL = (
    "no mail server is set, so no letter can be sent: set MEDENGAGE_MAIL_HOST and "
    "MEDENGAGE_MAIL_FROM, or give the links out as a mail-merge file or on posters"
)


class MailRefused(OSError):
    """There is no way to send a letter."""


class Files(BaseEmailBackend):
    """Writes each letter into a file of its own, which any mail program opens: development."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write letters; gives how many."""
        folder = Path(getattr(settings, "EMAIL_FILE_PATH", "mail"))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for letter in email_messages:
            file = folder / f"{secrets.token_hex(8)}.eml"
            file.write_bytes(letter.message().as_bytes())
        return len(email_messages)


class Nowhere(BaseEmailBackend):
    """Production without a mail server."""

    def open(self) -> bool:
        """Raises ``MailRefused``, with what to set."""
        raise MailRefused(REFUSAL)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Raises ``MailRefused``, with what to set."""
        raise MailRefused(REFUSAL)
