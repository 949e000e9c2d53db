"""Queueing letters that are due, and sending those that wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from medengage.web.mailing.actions import queue_due
from medengage.web.mailing.delivery import deliver
from medengage.web.mailing.server import MEANING, Trouble
from medengage.web.operation.steps import Report

__all__ = ["MOST", "send_letters"]

MOST = 500
"""Letters at a time at most; the setting's number a minute holds as well."""


def send_letters(now: datetime) -> Iterator[Report]:
    """Queue what is due and send what waits; tells how many, never to whom."""
    queued = queue_due(now)
    done = deliver(MOST, now)
    counts = {
        "letters queued": queued,
        "letters sent": done.sent,
        "letters refused for good": done.failed,
        "letters put off": done.put_off,
    }
    yield from (Report(f"{what}: {number}") for what, number in counts.items() if number)
    if done.stopped:
        words = f"sending stopped: {MEANING[Trouble(done.stopped)]}"
        yield Report(words, failed=True)
