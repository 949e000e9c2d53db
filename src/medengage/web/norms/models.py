"""What a coordinator keeps: the ledger line by line, what waits to go into it, published norms."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from medengage.web.accounts.models import Unit

__all__ = ["Line", "Norm", "Waiting"]

HEX = 64


class Line(models.Model):
    """One entry of the ledger, as text; written once, never changed."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        """In their order; two entries never have one number."""

        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "number"], name="one_line_a_number"),
        ]

    def __str__(self) -> str:
        return f"entry {self.number}"

    def save(self, *args: Any, **named: Any) -> None:
        """Write a new entry; ``TypeError`` for one that was written before."""
        if self.pk is not None:
            raise TypeError("an entry of the ledger is never changed")
        super().save(*args, **named)


class Waiting(models.Model):
    """A signed contribution that came in; ``told`` says why it was not taken."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    organisation = models.CharField(max_length=200)
    instrument = models.CharField(max_length=200)
    wave = models.CharField(max_length=200)
    doctors = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=HEX)
    told = models.CharField(max_length=300, blank=True)

    class Meta:
        """By organisation; the same contribution waits once."""

        ordering: ClassVar[list[str]] = ["organisation", "wave"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "digest"], name="waits_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.wave}"


class Norm(models.Model):
    """A norm as it was published: written once, never changed."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    identifier = models.CharField(max_length=HEX, unique=True)
    instrument = models.CharField(max_length=200)
    checksum = models.CharField(max_length=HEX)
    text = models.TextField()
    published = models.DateTimeField(auto_now_add=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar[list[str]] = ["-published", "-pk"]

    def __str__(self) -> str:
        return f"norm {self.identifier[:12]}"

    def save(self, *args: Any, **named: Any) -> None:
        """Write a new norm; ``TypeError`` for one that was written before."""
        if self.pk is not None:
            raise TypeError("a norm is never changed")
        super().save(*args, **named)
