"""The steps of the loop that somebody's roles open, for the head of every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from medengage.web.accounts.demonstration import demonstration
from medengage.web.accounts.models import User
from medengage.web.accounts.permissions import Permission
from medengage.web.accounts.queries import units_with

__all__ = ["Step", "navigation"]


@dataclass(frozen=True)
class Step:
    """One step of the loop: what it is called, where it is, whether somebody is there now."""

    name: str
    url: str
    current: bool


STEPS = {
    "Ask": ("ask:home", Permission.VIEW_CAMPAIGN),
    "Results": ("insight:results", Permission.VIEW_RESULTS),
    "Norms": ("norms:home", Permission.COORDINATE_NORMS),
}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """``navigation`` and ``visitor`` for templates; nothing on the respondents' pages."""
    if not request.path.startswith("/m/"):
        return {}
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"navigation": [], "demo": demonstration(request)}
    here = _here(request)
    steps = [
        Step(name, reverse(url), name == here)
        for name, (url, permission) in STEPS.items()
        if units_with(user, permission)
    ]
    return {"navigation": steps, "visitor": user, "is_demo": settings.MEDENGAGE_DEMO}


def _here(request: HttpRequest) -> str:
    """Every address of the managers begins alike, so the longest that fits decides."""
    known = {reverse(url): name for name, (url, _) in STEPS.items()}
    fits = [address for address in known if request.path.startswith(address)]
    return known[max(fits, key=len)] if fits else ""
