"""People, units, roles, and the record of what was done."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from medengage.web.accounts.permissions import Role

__all__ = ["AuditEvent", "Kind", "Membership", "Unit", "User"]


class _People(BaseUserManager["User"]):
    """Finds people by their address, however it is written."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The person with an address."""
        return self.get(address=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who signs in. Doctors who answer are none of these: they have a link.

    ``secret`` makes the six digits of the second factor; it is sealed under the server's key.
    ``last_step`` is the time step of the last code that was taken, so that no code works twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    address = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    secret = models.BinaryField(default=bytes)
    last_step = models.BigIntegerField(default=0)
    recovery = models.JSONField(default=list)
    failures = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "address"
    EMAIL_FIELD = "address"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[_People] = _People()

    def __str__(self) -> str:
        return self.name


class Kind(models.TextChoices):
    """What a unit is, from the top of the tree down."""

    SYSTEM = "system", "System of several organisations"
    ORGANISATION = "organisation", "Organisation"
    DIVISION = "division", "Site or division"
    SPECIALTY = "specialty", "Specialty"
    TEAM = "team", "Team"


class Unit(models.Model):
    """A node of the tree: system, organisation, site or division, specialty, team."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=200)

    class Meta:
        """By name; two units of one parent have two names."""

        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parent", "name"], name="one_name_below_a_parent"),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(parent__isnull=True),
                name="one_name_at_the_top",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Somebody's role at a unit, and so at everything below it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(role.value, role.words) for role in Role])

    class Meta:
        """A role is given once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "unit", "role"], name="a_role_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.unit}"


class AuditEvent(models.Model):
    """Somebody did something: written in the same transaction, and never changed.

    Names are copied, so that the record outlives the people and things it speaks of. It holds no
    address of a doctor, no link, no answer.
    """

    at = models.DateTimeField(auto_now_add=True)
    who = models.CharField(max_length=200)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.SET_NULL, related_name="+")
    event = models.CharField(max_length=50)
    subject = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)

    class Meta:
        """The newest first."""

        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.event}: {self.subject}"

    def save(self, *args: Any, **named: Any) -> None:
        """Write a new event; ``TypeError`` for one that was written before."""
        if self.pk is not None:
            raise TypeError("what was done is never changed")
        super().save(*args, **named)
