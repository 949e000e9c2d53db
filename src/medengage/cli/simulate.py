"""``medengage simulate``: studies with a known truth, to try everything without a doctor."""

from __future__ import annotations

from pathlib import Path

import click

from medengage.cli.options import progress
from medengage.simulate import region as simulated_region
from medengage.stores import folder as store

__all__ = ["simulate"]


@click.group()
def simulate() -> None:
    """Make study folders with a known truth, to try everything without a doctor."""
