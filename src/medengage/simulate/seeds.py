"""One stream of random numbers for every purpose, organisation and wave.

A stream depends on the seed and on what it is for, never on what else was drawn. So organisation
17 in wave 9 is the same doctors with the same answers, in a region of 50 or alone.
"""

from __future__ import annotations

from enum import IntEnum, auto

import numpy as np

__all__ = ["Purpose", "stream"]


class Purpose(IntEnum):
    """What a stream of random numbers is for; the numbers must never change their meaning."""

    ROSTER = auto()
    LEVELS = auto()
    STEPS = auto()
    PERSONS = auto()
    MOODS = auto()
    RESPONSE = auto()
    ANSWERS = auto()
    MODULE = auto()
    MANAGERS = auto()
    ORDER = auto()
    DRIVERS = auto()
    COMMENTS = auto()
    OUTCOMES = auto()
    CLINICIANS = auto()
    SECRET = auto()


def stream(seed: int, purpose: Purpose, *place: int) -> np.random.Generator:
    """PCG64 seeded by the child of ``SeedSequence(seed)`` at ``(purpose, *place)``.

    It is the child that nested calls of ``SeedSequence.spawn`` give in that place, reached
    directly. Raises ``ValueError`` for negative numbers.
    """
    sequence = np.random.SeedSequence(seed, spawn_key=(int(purpose), *place))
    return np.random.Generator(np.random.PCG64(sequence))
