"""Letters that came back: a delivery-status notification (RFC 3464) finds its letter by its mark.

The mark is random and stands in the Message-ID, which the notification quotes. No address is read
out of it. Only counts are kept and shown.
"""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email import message_from_binary_file, message_from_bytes, policy
from email.message import Message
from pathlib import Path

from medengage.errors import StudyError
from medengage.web.mailing.models import Outgoing, Sending

__all__ = ["Read", "import_bounces", "record_bounce"]

MARK = re.compile(r"<([0-9a-f]{32})@")
LARGEST = 5 * 1024 * 1024
"""Bytes of a message that are worth reading: a notification is small."""

MOST_PARTS = 50


@dataclass(frozen=True)
class Read:
    """How many messages were read, and how many of them were letters that came back."""

    messages: int = 0
    bounced: int = 0


def record_bounce(message: Message) -> bool:
    """Note that a letter came back; ``False`` for any other message, and for one noted before.

    Delays and receipts are no bounces: only an ``Action: failed`` is.
    """
    if not _says_failed(message):
        return False
    letters = Outgoing.objects.filter(mark__in=_marks(message))
    return bool(letters.exclude(state=Sending.BOUNCED).update(state=Sending.BOUNCED, error=""))


def _says_failed(message: Message) -> bool:
    """Does a part of the notification say that the letter was not delivered, for good?"""
    statuses = [part for part in _parts(message) if _kind(part) == "message/delivery-status"]
    blocks = [block for status in statuses for block in _blocks(status)]
    return any((block.get("Action") or "").strip().lower() == "failed" for block in blocks)


def _blocks(status: Message) -> list[Message]:
    """The fields of a status: Python reads them as messages without a body."""
    content = status.get_payload()
    return (
        [one for one in content if isinstance(one, Message)] if isinstance(content, list) else []
    )


def _marks(message: Message) -> set[str]:
    """Marks in the returned letter's Message-ID, however it is enclosed."""
    names = [message.get("In-Reply-To"), message.get("References")]
    for part in _parts(message):
        if part is not message:
            names.append(part.get("Message-ID"))
        if _kind(part) in {"text/rfc822-headers", "message/rfc822-headers"}:
            names.append(_named_in(part))
    return {mark for name in names if name for mark in MARK.findall(str(name))}


def _named_in(part: Message) -> str | None:
    """The Message-ID in headers that were sent back as a text."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return None
    return message_from_bytes(content, policy=policy.compat32).get("Message-ID")


def _parts(message: Message) -> list[Message]:
    """A message and what it is made of; no more than a notification has."""
    return [part for part, _ in zip(message.walk(), range(MOST_PARTS), strict=False)]


def _kind(part: Message) -> str:
    return part.get_content_type()


def import_bounces(path: Path) -> Read:
    """Read a mailbox that notifications are sent to: an mbox file, a Maildir, or .eml files.

    Read again, it counts nothing twice. Messages are neither changed nor deleted. Raises
    ``StudyError`` where there is nothing of the kind.
    """
    messages = bounced = 0
    for message in _messages(path):
        messages += 1
        bounced += record_bounce(message)
    return Read(messages, bounced)


def _messages(path: Path) -> Iterator[Message]:
    if path.is_file():
        return _boxed(mailbox.mbox(path, factory=None, create=False))
    if (path / "cur").is_dir() and (path / "new").is_dir():
        return _boxed(mailbox.Maildir(path, factory=None, create=False))
    if path.is_dir():
        return _files(path)
    raise StudyError("there is no mailbox", hint="name an mbox file, a Maildir or a folder")


def _boxed(box: mailbox.mbox | mailbox.Maildir) -> Iterator[Message]:
    with closing(box):
        for key in box.iterkeys():
            with closing(box.get_file(key)) as file:
                content = file.read(LARGEST + 1)
            if len(content) <= LARGEST:
                yield message_from_bytes(content, policy=policy.compat32)


def _files(folder: Path) -> Iterator[Message]:
    for file in sorted(folder.glob("*.eml")):
        if file.is_file() and file.stat().st_size <= LARGEST:
            with file.open("rb") as opened:
                yield message_from_binary_file(opened, policy=policy.compat32)
