"""What a monitor asks every minute: are answers taken? The page tells no secret and no number."""

from __future__ import annotations

import os

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from medengage.web.operation.backup import SIDES
from medengage.web.operation.check_machine import has_room
from medengage.web.operation.check_stores import is_reachable

__all__ = ["health"]

WELL, ILL = "Answers are taken.", "Answers may be lost or refused: run medengage web check."


@never_cache
@require_safe
def health(_: HttpRequest) -> JsonResponse:
    """Status 200 where all is well, 503 otherwise, with what was looked at."""
    parts = {
        **{f"database of {side}": is_reachable(alias) for side, alias in SIDES.items()},
        "folder of keys": _keys_can_be_made(),
        "room on the disk": has_room(settings.DATA),
    }
    is_well = all(parts.values())
    told = {name: "well" if well else "not well" for name, well in parts.items()}
    content = {"healthy": is_well, "words": WELL if is_well else ILL, "parts": told}
    return JsonResponse(content, status=200 if is_well else 503)


def _keys_can_be_made() -> bool:
    folder = settings.MEDENGAGE_KEYS
    there = folder if folder.exists() else folder.parent
    return os.access(there, os.R_OK | os.W_OK | os.X_OK)
