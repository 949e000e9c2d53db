"""What the sign-in pages of a demonstration give away; nothing anywhere else."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp
from django.conf import settings
from django.http import HttpRequest

from medengage.web.accounts.models import Membership
from medengage.web.accounts.permissions import Role

__all__ = ["PASSWORD", "SECRET", "Demonstration", "demonstration"]

PASSWORD = "engaged doctors improve care"
SECRET = "MEDENGAGEDEMOSECRETMEDENGAGEDEMO"
"""The second factor of every demonstration account, base 32."""


@dataclass(frozen=True)
class Demonstration:
    """Accounts with their roles, their password, and the code of the moment."""

    accounts: tuple[tuple[str, str], ...]
    password: str
    code: str


def demonstration(_: HttpRequest) -> Demonstration | None:
    """What may be shown; ``None`` where this is no demonstration."""
    if not settings.MEDENGAGE_DEMO:
        return None
    found = Membership.objects.select_related("user", "unit").order_by("pk")
    accounts = tuple((one.user.address, f"{Role(one.role).words}, {one.unit}") for one in found)
    return Demonstration(accounts, PASSWORD, pyotp.TOTP(SECRET).now())
