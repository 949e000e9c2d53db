"""What a report may compare its findings with: a norm, an earlier wave, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from medengage.findings import Findings
from medengage.norms.release import NormRelease

__all__ = ["ALONE", "Beside"]


@dataclass(frozen=True)
class Beside:
    """A norm of the same instrument, and earlier findings of the same organisation."""

    norm: NormRelease | None = None
    before: Findings | None = None


ALONE = Beside()
"""Nothing to compare with."""
