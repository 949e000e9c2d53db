"""Links, known by their hash alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from medengage.web.campaigns.models import Campaign

__all__ = ["Ticket"]

HEX = 64


class Ticket(models.Model):
    """A link that may answer once: the hash of it, the form, and coarse attributes of its doctor.

    It is the same before and after somebody answers with it. Whether it was used, the other
    database knows by a name that nobody can join with this one.
    """

    name = models.CharField(primary_key=True, max_length=HEX)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="tickets")
    form = models.CharField(max_length=20, default="doctors")
    attributes = models.JSONField(default=dict)

    class Meta:
        """No order: not even that of making them."""

        ordering: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return "a ticket"
