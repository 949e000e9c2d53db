"""The first person of an organisation: everybody else is invited by somebody who is there."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from medengage.web.accounts.actions import give_role, make_unit, welcome
from medengage.web.accounts.models import Kind, Unit, User
from medengage.web.accounts.permissions import Role

__all__ = ["begin"]


def begin(organisation: str, name: str, address: str) -> str:
    """An organisation with somebody who manages its surveys; gives a link to choose a password.

    What is there already stays as it is, so that a link that expired can be made anew.
    """
    with transaction.atomic():
        unit = Unit.objects.filter(name=organisation, parent=None).first()
        if unit is None:
            unit = make_unit(organisation, Kind.ORGANISATION, None, by=None)
        user = give_role(address, name, Role.SURVEY_MANAGER, unit, by=None)
    return f"{settings.MEDENGAGE_ADDRESS}{_path(user)}"


def _path(user: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:welcome", args=[uid, welcome(user)])
