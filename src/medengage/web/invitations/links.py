"""Links: random, easy to type, and kept as hashes."""

from __future__ import annotations

import base64
import hashlib
import secrets

__all__ = ["BYTES", "hashed", "new_link"]

BYTES = 16
"""128 random bits: a link cannot be guessed."""


def hashed(token: str) -> str:
    """What is kept of a link: SHA-256 of it, 64 hex digits."""
    return hashlib.sha256(b"medengage ticket\0" + token.encode()).hexdigest()


def new_link() -> str:
    """A new link: 26 small letters and digits."""
    return base64.b32encode(secrets.token_bytes(BYTES)).decode().rstrip("=").lower()
