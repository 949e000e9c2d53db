"""How numbers are written: no more decimals than they have, and as many as their neighbours."""

from __future__ import annotations

__all__ = ["alike", "number"]

MOST = 3


def number(value: float) -> str:
    """58.0 as "58", 58.25 as "58.25", 5400 as "5,400"."""
    return alike(value)[0]


def alike(*values: float) -> tuple[str, ...]:
    """Numbers with the same decimals: as few as show each of them, at most three.

    >>> alike(58, 56.3, 60.1)
    ('58.0', '56.3', '60.1')
    """
    decimals = max((_needed(value) for value in values), default=0)
    return tuple(f"{round(value, decimals) + 0.0:,.{decimals}f}" for value in values)


def _needed(value: float) -> int:
    written = f"{value:.{MOST}f}".rstrip("0")
    return len(written.partition(".")[2])
