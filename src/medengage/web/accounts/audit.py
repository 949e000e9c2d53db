"""The record of what was done, written by every action in its own transaction."""

from __future__ import annotations

from enum import StrEnum

from django.db import connection

from medengage.web.accounts.models import AuditEvent, Unit, User

__all__ = ["Event", "record"]


class Event(StrEnum):
    """What can be done; each action writes one of these."""

    ACCOUNT_MADE = "account made"
    ACCOUNT_READY = "second factor set up"
    ACCOUNT_RESET = "second factor removed"
    ACCOUNT_LOCKED = "account locked for a while"
    PASSWORD_CHANGED = "password changed"
    SIGNED_IN = "signed in"
    ROLE_GIVEN = "role given"
    ROLE_TAKEN = "role taken"
    UNIT_MADE = "unit made"
    UNIT_CHANGED = "unit changed"
    CAMPAIGN_MADE = "campaign made"
    CAMPAIGN_CHANGED = "campaign changed"
    CAMPAIGN_DELETED = "campaign deleted"
    CAMPAIGN_READY = "campaign ready"
    CAMPAIGN_OPENED = "campaign opened"
    CAMPAIGN_CLOSED = "campaign closed"
    CAMPAIGN_PUBLISHED = "results published"
    ROSTER_UPLOADED = "roster uploaded"
    ROSTER_TAKEN = "roster accepted"
    ROSTER_DROPPED = "roster dropped"
    ROSTER_FORGOTTEN = "roster deleted in time"
    LETTER_CHANGED = "letter changed"
    LETTERS_QUEUED = "letters queued"
    LINKS_TAKEN = "links downloaded"
    POSTERS_PRINTED = "posters printed"
    ANSWERS_BROUGHT = "answers brought in"
    NORM_JOINED = "organisation may contribute to the norm"
    NORM_BROUGHT = "contribution to the norm came in"
    NORM_MERGED = "contributions merged"
    NORM_WITHDRAWN = "contribution withdrawn"
    NORM_PUBLISHED = "norm published"
    VALUES_BROUGHT = "values of a measure brought in"


def record(
    event: Event, subject: str, *, by: User | None, unit: Unit | None, **facts: object
) -> None:
    """Write down that somebody did something; ``by`` is ``None`` for the server itself.

    Only inside the transaction of the action, so that both happen or neither: ``RuntimeError``
    elsewhere. ``facts`` are counts and names of settings, never a doctor's.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is written in the transaction of what it tells")
    AuditEvent.objects.create(
        who="the server" if by is None else by.name,
        user=by,
        unit=unit,
        event=event.value,
        subject=subject[:300],
        facts=facts,
    )
