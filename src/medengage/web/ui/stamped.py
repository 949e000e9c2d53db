"""Addresses of our own styles and script that change with what is in the file."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

__all__ = ["StampedFiles"]

DIGITS = 12


class StampedFiles(StaticFilesStorage):
    """A file's address ends in a stamp of its content, so that browsers may keep it for long.

    After an update the stamp is another, and nobody sees a page with the styles of yesterday. No
    step that copies files is needed before the server starts.
    """

    def url(self, name: str | None) -> str:
        """The address with the stamp; a file that does not exist has an address without one."""
        address: str = super().url(name)
        found = finders.find(name or "")
        if not isinstance(found, str):
            return address
        return f"{address}?{sha256(Path(found).read_bytes()).hexdigest()[:DIGITS]}"
