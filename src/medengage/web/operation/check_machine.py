"""Looking at the machine: folders, disk, clock, mail server, and what was done lately."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import get_connection
from django.utils import timezone

from medengage.web.accounts.models import AuditEvent
from medengage.web.mailing.configuration import SMTP
from medengage.web.mailing.server import MEANING, hung_up, opened
from medengage.web.operation.findings import Found, advice, fault
from medengage.web.operation.marks import BACKED_UP, TICKED, left

__all__ = ["clock", "disk", "folders", "has_room", "lately", "mail_server", "process"]

OTHERS = stat.S_IRWXG | stat.S_IRWXO
ROOM = 1 << 30
"""Bytes that have to be free: a full disk takes no answers."""

BACKUP_AGE, TICK_AGE = timedelta(days=2), timedelta(hours=1)
NOT_SYNCHRONISED = 5
TIMEX = 512
"""More than the kernel writes about its clock."""


def folders() -> Iterator[Found]:
    """Data and keys are for the server's user alone."""
    data, keys = settings.DATA, settings.MEDENGAGE_KEYS
    if not data.is_dir():
        yield fault(f"There is no folder {data}", "Run: medengage web migrate")
        return
    private = [data, *(one for one in [keys, *keys.glob("*.key")] if one.exists())]
    private += sorted(data.glob("*.sqlite3*"))
    for path in private:
        yield from _private(path)
    if keys.is_dir() and not os.access(keys, os.R_OK | os.W_OK | os.X_OK):
        yield fault(f"Keys cannot be made in {keys}", "Make the server's user its owner")


def _private(path: Path) -> Iterator[Found]:
    found = path.stat()
    if found.st_mode & OTHERS:
        right = "0700" if path.is_dir() else "0600"
        yield fault(f"Others can reach into {path}", f"Run: chmod {right} {path}")
    if found.st_uid != os.geteuid():
        yield fault(f"{path} belongs to another user", "Run the commands as the server's user")


def disk() -> Iterator[Found]:
    """A full disk takes no answers."""
    if not has_room(settings.DATA):
        yield fault("Less than a gigabyte is free for the data", "Make room on the disk")


def has_room(folder: Path) -> bool:
    """Is enough free for some days of answers?"""
    return shutil.disk_usage(folder).free >= ROOM


def process() -> Iterator[Found]:
    """What runs as root, or leaves its memory behind, shows keys to others."""
    if os.geteuid() == 0:
        yield fault("This runs as root", "Run it as a user of its own")
    if resource.getrlimit(resource.RLIMIT_CORE)[0] != 0:
        yield advice("A crash could write keys to the disk", "Run: ulimit -c 0, as the units do")


def clock() -> Iterator[Found]:
    """Campaigns close by the clock, and codes for signing in hold for half a minute."""
    if _synchronised() is False:
        yield advice("Nobody sets the clock", "Install chrony or systemd-timesyncd")
    newest = AuditEvent.objects.order_by("-at").values_list("at", flat=True).first()
    if newest is not None and newest > timezone.now():
        yield fault("Something was done in the future", "Set the clock")
    if ZoneInfo(settings.TIME_ZONE).key in {"UTC", "Etc/UTC"}:
        yield advice("Days begin and end in UTC", "Set TZ, for example Europe/London")


def _synchronised() -> bool | None:
    """Does the kernel say that its clock is set by others? ``None`` where it does not say."""
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != NOT_SYNCHRONISED


def mail_server() -> Iterator[Found]:
    """The mail server takes us in; no letter is sent."""
    if settings.EMAIL_BACKEND == SMTP:
        connection = get_connection()
        if trouble := opened(connection):
            yield fault(
                f"Letters do not leave: {MEANING[trouble]}", "Look at the MEDENGAGE_MAIL_ settings"
            )
        hung_up(connection)


def lately() -> Iterator[Found]:
    """Periodic work goes on only where somebody set it up."""
    now = timezone.now()
    ticked, backed_up = left(TICKED), left(BACKED_UP)
    if ticked is None or now - ticked > TICK_AGE:
        yield fault(
            "Nothing closes campaigns and sends letters", "Start the timer of medengage web tick"
        )
    if backed_up is None or now - backed_up > BACKUP_AGE:
        yield fault("There is no backup of the last two days", "Start the timer of the backup")
