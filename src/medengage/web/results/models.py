"""What was published."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from medengage.web.campaigns.models import Campaign

__all__ = ["Snapshot"]


class Snapshot(models.Model):
    """Certified findings as they were published: written once, never changed."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="snapshots")
    findings = models.TextField()
    checksum = models.CharField(max_length=64, unique=True)
    published = models.DateTimeField(auto_now_add=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar[list[str]] = ["-published", "-pk"]

    def __str__(self) -> str:
        return f"results of {self.campaign}"

    def save(self, *args: Any, **named: Any) -> None:
        """Write a new snapshot; ``TypeError`` for one that was written before."""
        if self.pk is not None:
            raise TypeError("what was published is never changed")
        super().save(*args, **named)
