"""Who is asked, and links, known by their hash alone."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from medengage.web.accounts.models import Unit
from medengage.web.campaigns.models import Campaign

__all__ = ["Invitee", "RememberedMapping", "Ticket", "Upload"]

HEX = 64


class Ticket(models.Model):
    """A link that may answer once: the hash of it, the form, and coarse attributes of its doctor.

    It is the same before and after somebody answers with it. Whether it was used, the other
    database knows by a name that nobody can join with this one. A ``spare``
    one is printed for somebody on the roster without an address, and so counts nobody twice.
    """

    name = models.CharField(primary_key=True, max_length=HEX)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="tickets")
    form = models.CharField(max_length=20, default="doctors")
    attributes = models.JSONField(default=dict)
    spare = models.BooleanField(default=False)

    class Meta:
        """No order: not even that of making them."""

        ordering: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return "a ticket"


class Invitee(models.Model):
    """Somebody who is asked: the roster of a campaign. Deleted a month after it closes.

    No link is stored: it is worked out from ``id`` and the campaign's key when a letter is sent.
    ``attributes`` are as the roster has them until the campaign opens, and coarse from then on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="invitees")
    form = models.CharField(max_length=20, default="doctors")
    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=320, blank=True)
    attributes = models.JSONField(default=dict)

    class Meta:
        """Nobody is asked twice with one form."""

        ordering: ClassVar[list[str]] = []
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "form", "address"],
                condition=~models.Q(address=""),
                name="asked_once",
            ),
        ]

    def __str__(self) -> str:
        return "somebody who is asked"


class Upload(models.Model):
    """A roster that was uploaded and not accepted yet: the file as it came, and how it is read."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="uploads")
    form = models.CharField(max_length=20, default="doctors")
    filename = models.CharField(max_length=200)
    content = models.BinaryField()
    mapping = models.JSONField(default=dict)

    class Meta:
        """One at a time for each form."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "form"], name="one_upload_at_a_time"),
        ]

    def __str__(self) -> str:
        return "an uploaded roster"


class RememberedMapping(models.Model):
    """How the columns of an organisation's rosters were read the last time."""

    unit = models.OneToOneField(Unit, on_delete=models.CASCADE, related_name="+")
    mapping = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"columns of {self.unit}"
