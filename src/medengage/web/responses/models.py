"""What was answered. No person, no link, no time, no order, no relation to the other database."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

__all__ = ["Closed", "Comment", "Draft", "Receipt", "ReleaseLedger", "Response", "Sealed"]

CAMPAIGN = 36
FORM = 20
HEX = 64


class Receipt(models.Model):
    """A link was used. Which one, only the campaign's key tells, and only while it exists."""

    name = models.CharField(primary_key=True, max_length=HEX)
    campaign = models.CharField(max_length=CAMPAIGN, db_index=True)

    class Meta:
        """One receipt a link: the database itself refuses a second answer."""

    def __str__(self) -> str:
        return "a receipt"


class Sealed(models.Model):
    """Answers that wait for others to the same form, sealed, before they are shuffled."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.CharField(max_length=CAMPAIGN, db_index=True)
    form = models.CharField(max_length=FORM)
    box = models.BinaryField()

    def __str__(self) -> str:
        return "sealed answers"


class Response(models.Model):
    """One doctor's answers; ``about`` holds coarse attributes and phase, sealed.

    A rare pair of attributes, or the only late answer among nine early ones, would tell whose
    answers these are. The wave's key opens ``about``, for counting alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.CharField(max_length=CAMPAIGN, db_index=True)
    form = models.CharField(max_length=FORM)
    answers = models.JSONField()
    about = models.BinaryField()

    class Meta:
        """No default order: rows come as the database likes, and readers sort by content."""

        ordering: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return "a response"


class Comment(models.Model):
    """What somebody wrote, apart from the answers of the same person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.CharField(max_length=CAMPAIGN, db_index=True)
    text = models.TextField()
    may_be_quoted = models.BooleanField()

    def __str__(self) -> str:
        return "a comment"


class Draft(models.Model):
    """Answers that were not sent yet; the server cannot read them without the doctor's link."""

    name = models.CharField(primary_key=True, max_length=HEX)
    campaign = models.CharField(max_length=CAMPAIGN, db_index=True)
    box = models.BinaryField()

    def __str__(self) -> str:
        return "a draft"


class Closed(models.Model):
    """No answer is taken for this campaign any more."""

    campaign = models.CharField(primary_key=True, max_length=CAMPAIGN)

    def __str__(self) -> str:
        return "a closed campaign"


class ReleaseLedger(models.Model):
    """Which groups of a campaign were ever released: as private as the answers."""

    campaign = models.CharField(primary_key=True, max_length=CAMPAIGN)
    text = models.TextField()

    def __str__(self) -> str:
        return "a ledger of releases"
