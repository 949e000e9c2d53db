"""What has to be done from time to time: each step does a thing once, however often it is called.

A step that fails is told and stops no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError

from medengage.errors import MedengageError
from medengage.web.operation.closing import close_what_is_over
from medengage.web.operation.letters import send_letters
from medengage.web.operation.locks import TICK, locked
from medengage.web.operation.marks import TICKED, leave
from medengage.web.operation.retention import forget_drafts, forget_people, forget_visits
from medengage.web.operation.steps import Report, Step

__all__ = ["STEPS", "Done", "tick"]

STEPS: dict[str, Step] = {
    "closing": close_what_is_over,
    "letters": send_letters,
    "rosters": forget_people,
    "drafts": forget_drafts,
    "sessions": forget_visits,
}
"""In this order: nobody is reminded of a campaign that is over."""


@dataclass(frozen=True)
class Done:
    """What one tick did, and what it could not do."""

    told: tuple[str, ...]
    failed: tuple[str, ...]


def tick(now: datetime) -> Done:
    """Do what is due; ``StudyError`` while another tick is at work."""
    with locked(settings.DATA, TICK):
        reports = [report for name, step in STEPS.items() for report in _tried(name, step, now)]
        leave(TICKED)
    return Done(
        tuple(report.words for report in reports if not report.failed),
        tuple(report.words for report in reports if report.failed),
    )


def _tried(name: str, step: Step, now: datetime) -> Iterator[Report]:
    """What a step tells, and how it failed.

    An error of the database or the system is named by its kind alone, because its words may hold
    an address.
    """
    try:
        yield from step(now)
    except MedengageError as error:
        yield Report(f"{name}: {error}", failed=True)
    except (DatabaseError, OSError) as error:
        yield Report(f"{name}: {type(error).__name__}", failed=True)
