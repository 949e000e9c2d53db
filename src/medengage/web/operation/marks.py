"""When periodic work was last done: the time of an empty file in the data folder."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings

__all__ = ["BACKED_UP", "TICKED", "leave", "left"]

BACKED_UP, TICKED = "backed-up", "ticked"


def leave(name: str) -> None:
    """Note that it was done now."""
    (settings.DATA / f"{name}.mark").touch(mode=0o600)


def left(name: str) -> datetime | None:
    """When it was last done; ``None`` for never."""
    try:
        return datetime.fromtimestamp((settings.DATA / f"{name}.mark").stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
