"""Wording of a campaign's letters, and the outbox: who still has to get which letter."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models

from medengage.web.campaigns.models import Campaign
from medengage.web.mailing.kinds import Kind

__all__ = ["BODY", "SUBJECT", "Letter", "Mailing", "Outgoing", "Sending", "new_mark"]

SUBJECT, BODY = 120, 5000
"""Longest subject and body, in characters."""


def new_mark() -> str:
    """A random name for one letter: 32 hex digits that say nothing about anybody."""
    return secrets.token_hex(16)


class Letter(models.Model):
    """A wording that a campaign changed; where there is none, ours is used."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=20, choices=Kind)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=SUBJECT)
    body = models.TextField(max_length=BODY)

    class Meta:
        """One wording of a kind in a language."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "kind", "language"], name="worded_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.language}"


class Mailing(models.Model):
    """A letter was queued for everybody: it is not due again, and counts as one reminder."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="mailings")
    kind = models.CharField(max_length=20, choices=Kind)

    class Meta:
        """Once each."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "kind"], name="mailed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.campaign}"


class Sending(models.TextChoices):
    """How far a letter is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


class Outgoing(models.Model):
    """One letter to one person who is asked. It holds no address, no link and no text.

    All of these are put together in the moment of sending. ``mark`` is the random part of the
    Message-ID, by which a bounce finds its letter. ``error`` is one of our own words. ``tried``
    is when the server was last asked, for the limit a minute.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="outgoing")
    invitee = models.UUIDField()
    kind = models.CharField(max_length=20, choices=Kind)
    mark = models.CharField(max_length=32, unique=True, default=new_mark)
    state = models.CharField(max_length=10, choices=Sending, default=Sending.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(null=True)
    tried = models.DateTimeField(null=True, db_index=True)
    error = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        """Nobody gets a letter twice."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invitee", "kind"], name="sent_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "next_try"], name="what_waits"),
        ]

    def __str__(self) -> str:
        return f"a letter: {self.kind}"
