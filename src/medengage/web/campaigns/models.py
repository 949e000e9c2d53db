"""A campaign and its states."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from medengage.web.accounts.models import Unit

__all__ = ["Campaign", "State"]


class State(models.TextChoices):
    """What can be done with a campaign."""

    DRAFT = "draft"
    READY = "ready"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"


def _english() -> list[str]:
    return ["en"]


def _weekly() -> list[int]:
    return [7, 14, 21]


class Campaign(models.Model):
    """One survey of one organisation: instrument, rules, dates, and how far it is.

    ``phase`` counts reminders: 1 before the first, 2 between, 3 after the last; 0 before opening.
    ``opens`` and ``closes`` are the days that are planned, ``opened`` and ``closed`` those that
    were. ``reminders`` are days after opening. ``statements_a_page`` is 0 for all on one page.
    ``medical_director`` and ``peer`` sign the letters, ``contact`` answers questions about them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="campaigns"
    )
    organisation = models.CharField(max_length=200)
    wave = models.CharField(max_length=100)
    instrument = models.CharField(max_length=100)
    managers_instrument = models.CharField(max_length=100, blank=True, default="")
    statements_a_page = models.PositiveSmallIntegerField(default=5)
    languages = models.JSONField(default=_english)
    opens = models.DateField(null=True, blank=True)
    closes = models.DateField(null=True, blank=True)
    reminders = models.JSONField(default=_weekly)
    medical_director = models.CharField(max_length=200, blank=True, default="")
    peer = models.CharField(max_length=200, blank=True, default="")
    contact = models.CharField(max_length=300, blank=True, default="")
    policy = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    phase = models.PositiveSmallIntegerField(default=0)
    opened = models.DateField(null=True, blank=True)
    closed = models.DateField(null=True, blank=True)

    class Meta:
        """Truth in constraints: a campaign closes after it opens, and is open in a phase."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closed__isnull=True)
                | models.Q(opened__isnull=True)
                | models.Q(closed__gte=models.F("opened")),
                name="closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=models.Q(phase__lte=3) & ~models.Q(state="open", phase=0),
                name="is_open_in_a_phase",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "ready"]) | models.Q(opened__isnull=False),
                name="opened_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.wave}"
