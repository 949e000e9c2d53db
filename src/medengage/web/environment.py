"""What a deployment decides, read from environment variables once, when the settings load."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

__all__ = ["env", "env_bool", "env_int", "env_secret"]

YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def env(name: str, default: str = "") -> str:
    """A text."""
    return os.environ.get(name, default)


def env_bool(name: str, *, default: bool) -> bool:
    """Yes or no; anything else is refused by name."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() not in YES | NO:
        raise ImproperlyConfigured(f"{name} is neither yes nor no")
    return value.lower() in YES


def env_int(name: str, default: int) -> int:
    """A whole number; anything else is refused by name."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is not a whole number") from None


def env_secret(name: str) -> str:
    """A secret, or the content of the file that ``<name>_FILE`` names; "" where neither is set."""
    file = os.environ.get(f"{name}_FILE")
    if file is None:
        return os.environ.get(name, "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}") from None
