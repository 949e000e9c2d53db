"""What was published, and how far the work on it is."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from medengage.web.accounts.models import User
from medengage.web.campaigns.models import Campaign

__all__ = ["DayBand", "Job", "Progress", "Snapshot"]


class Progress(models.TextChoices):
    """How far the work on results is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"


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


class Job(models.Model):
    """Working out, certifying and publishing the results of one campaign, as somebody asked for.

    ``step`` says in words what is done now, ``done`` of ``of`` steps before it; ``told`` is why
    nothing could be published. ``beat`` is when the work was last heard of.
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="job")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    progress = models.CharField(max_length=10, choices=Progress, default=Progress.WAITING)
    step = models.CharField(max_length=200, blank=True)
    done = models.PositiveSmallIntegerField(default=0)
    of = models.PositiveSmallIntegerField(default=0)
    told = models.TextField(blank=True)
    beat = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"results of {self.campaign}: {self.progress}"


class DayBand(models.Model):
    """Roughly how many had answered on one day: the lower end of a band of ten points."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=20)
    day = models.DateField()
    low = models.PositiveSmallIntegerField()

    class Meta:
        """One for each form, which is replaced once a day."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "form"], name="one_band_a_form"),
        ]

    def __str__(self) -> str:
        return f"participation in {self.campaign}"
