"""Packages that a format needs, and what to install where one is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from medengage.errors import FormatError

__all__ = ["needed"]


def needed(module: str, package: str, what: str) -> Any:
    """The module; raises ``FormatError`` that says what to install, such as for ``a PDF``."""
    try:
        return import_module(module)
    except ImportError as error:
        raise FormatError(
            f"{what} needs one more package",
            subject=package,
            hint="pip install 'medengage[reports]'",
        ) from error
