"""What a letter is made of."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Wording"]


@dataclass(frozen=True)
class Wording:
    """Subject and body of a letter, with placeholders or with what takes their place."""

    subject: str
    body: str
