"""Values of outer measures that were brought in: figures of organisations, never answers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from medengage.web.accounts.models import Unit

__all__ = ["Value"]


class Value(models.Model):
    """One value of one organisation, by its name in the file; ``unit`` is where it was brought."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    indicator = models.CharField(max_length=100)
    organisation = models.CharField(max_length=200)
    value = models.FloatField()
    day = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)

    class Meta:
        """By organisation; each has one value of a measure."""

        ordering: ClassVar[list[str]] = ["indicator", "organisation"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "indicator", "organisation"], name="one_value_of_a_measure"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} of {self.organisation}"
