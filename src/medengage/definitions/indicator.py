"""``Indicator``: an outer measure of performance, and what must be known before it is compared.

An indicator is either an ordered rating or a number. It says about what kind of place it speaks,
because a rating of one general practice is no rating of the trust it belongs to, and whether what
it measures is made of engagement itself, because then it goes with engagement by definition.
"""

from __future__ import annotations

import math
from typing import Literal, Self

from pydantic import Field, model_validator

from medengage.definitions.base import Definition, Fault, Inconsistent, Text, Title

__all__ = ["Indicator"]

PAIR = 2


class Indicator(Definition):
    """What is measured.

    ``meaning`` in one sentence. ``levels`` of an ordered rating, worst first; () for a number,
    which is counted in ``unit``. ``synonyms`` are other spellings of levels. ``unrated`` are words
    that mean no rating. ``better`` says which end is good. ``circular`` says in words why it
    contains engagement; "" where it does not. ``place`` is the kind of place whose value counts,
    "" for the organisation itself. ``fresh_months`` is how old a value may be when engagement is
    measured.
    """

    meaning: Text
    levels: tuple[Title, ...] = ()
    synonyms: dict[str, Title] = Field(default_factory=dict)
    unrated: tuple[str, ...] = ("Not rated",)
    unit: str = ""
    better: Literal["high", "low"] = "high"
    circular: str = ""
    place: str = ""
    fresh_months: int = Field(default=48, ge=1)

    @model_validator(mode="after")
    def _levels_fit(self) -> Self:
        faults = []
        if self.levels and len(set(self.levels)) < max(PAIR, len(self.levels)):
            faults.append(Fault(("levels",), "a rating has two levels or more, each once."))
        if unknown := sorted(set(self.synonyms.values()) - set(self.levels)):
            faults.append(Fault(("synonyms",), f"{unknown[0]} is no level."))
        if self.levels and self.better == "low":
            faults.append(Fault(("better",), "levels stand from worst to best.", "Remove it."))
        if faults:
            raise Inconsistent(faults)
        return self

    def value(self, text: str) -> float | None:
        """A cell as a number, the place of its level from 1; ``None`` for no rating.

        Capitals and spaces make no difference. Raises ``ValueError`` for a word that is no level,
        or no number.
        """
        cell = " ".join(text.split()).casefold()
        if not cell or cell in {word.casefold() for word in self.unrated}:
            return None
        if not self.levels:
            number = float(cell)
            if not math.isfinite(number):
                raise ValueError("no number")
            return number
        known = {level.casefold(): place for place, level in enumerate(self.levels, start=1)}
        other = {word.casefold(): level.casefold() for word, level in self.synonyms.items()}
        cell = other.get(cell, cell)
        if cell not in known:
            raise ValueError(f"no level of {self.title}: use {', '.join(self.levels)}")
        return float(known[cell])
