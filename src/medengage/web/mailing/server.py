"""Speaking with the mail server, and naming what goes wrong without quoting it.

A mail server's answers and Python's errors about them hold addresses. None of them leaves this
module: it gives one of a few words of our own.
"""

from __future__ import annotations

import smtplib
import ssl
from enum import StrEnum

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

__all__ = ["LASTING", "MEANING", "Trouble", "handed_over", "hung_up", "opened"]

PERMANENT, GOING_AWAY = 500, 421


class Trouble(StrEnum):
    """Why a letter was not sent."""

    REFUSED = "refused"
    LATER = "later"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    SIGN_IN = "sign-in"
    SENDER = "sender"
    ADDRESS = "address"
    CLOSED = "closed"
    GONE = "gone"
    NO_SERVER = "no server"


MEANING: dict[Trouble, str] = {
    Trouble.REFUSED: "the mail server refused the letter for good",
    Trouble.LATER: "the mail server asked to try again later",
    Trouble.CONNECTION: "the mail server could not be reached, or hung up",
    Trouble.CERTIFICATE: "the mail server could not prove who it is",
    Trouble.SIGN_IN: "the mail server does not accept our user and password",
    Trouble.SENDER: "the mail server does not accept the address letters come from",
    Trouble.ADDRESS: "the reader's address cannot be written to",
    Trouble.CLOSED: "the campaign closed before it was sent",
    Trouble.GONE: "the reader is no longer on the roster",
    Trouble.NO_SERVER: "no mail server is set",
}
"""What managers and administrators read."""

LASTING = frozenset({Trouble.REFUSED, Trouble.ADDRESS, Trouble.CLOSED, Trouble.GONE})
"""Another try would end the same."""


def opened(connection: BaseEmailBackend) -> Trouble | None:
    """Be connected, anew where the server hung up; what stands in the way, if anything does."""
    try:
        connection.open()
    except smtplib.SMTPAuthenticationError:
        return Trouble.SIGN_IN
    except ssl.SSLCertVerificationError:
        return Trouble.CERTIFICATE
    except OSError:
        return Trouble.CONNECTION
    return None


def handed_over(connection: BaseEmailBackend, letter: EmailMessage) -> Trouble | None:
    """Give a letter to the server; what went wrong, if anything did.

    ``None`` means that the server took the letter. After trouble with the connection it is hung
    up, so that the next letter begins with a new one.
    """
    trouble = _trouble(connection, letter)
    if trouble == Trouble.CONNECTION:
        hung_up(connection)
    return trouble


def _trouble(connection: BaseEmailBackend, letter: EmailMessage) -> Trouble | None:
    try:
        connection.send_messages([letter])
    except smtplib.SMTPRecipientsRefused as refusal:
        return _by_code(*(code for code, _ in refusal.recipients.values()))
    except smtplib.SMTPSenderRefused as refusal:
        return _by_code(refusal.smtp_code, lasting=Trouble.SENDER)
    except smtplib.SMTPResponseException as refusal:
        return _by_code(refusal.smtp_code)
    except (smtplib.SMTPNotSupportedError, ValueError):
        return Trouble.ADDRESS
    except OSError:
        return Trouble.CONNECTION
    return None


def _by_code(code: int, *, lasting: Trouble = Trouble.REFUSED) -> Trouble:
    """What a reply code means: RFC 5321, 4.2.1."""
    if code == GOING_AWAY:
        return Trouble.CONNECTION
    return lasting if code >= PERMANENT else Trouble.LATER


def hung_up(connection: BaseEmailBackend) -> None:
    """Say goodbye; a server that is gone already is no trouble."""
    try:
        connection.close()
    except OSError:
        return
