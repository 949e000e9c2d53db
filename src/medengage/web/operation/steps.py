"""What a step of the periodic work tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Report", "Step"]


@dataclass(frozen=True)
class Report:
    """One thing that was done, or could not be; names campaigns and counts, never a doctor."""

    words: str
    failed: bool = False


Step = Callable[[datetime], Iterator[Report]]
"""Does what is due at a time, once: called again, it has nothing to tell."""
