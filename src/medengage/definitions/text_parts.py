"""What a file of texts may hold: the words of an instrument's parts, keyed by id."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from medengage.definitions.base import Identifier, Reference, Text, Title, Value

__all__ = ["InstrumentTexts", "Licence", "OptionTexts", "QuadrantTexts", "ScaleTexts"]

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]


class Licence(Value):
    """The organisation's own licence for texts that are not ours."""

    holder: Title
    reference: Title
    valid_until: date


class OptionTexts(Value):
    """The labels of one set of options, lowest first."""

    labels: tuple[Title, ...] = Field(min_length=2, max_length=11)
    not_applicable: str = ""


class ScaleTexts(Value):
    """The words of one scale."""

    title: Title
    meaning: str = ""
    discuss: str = ""


class QuadrantTexts(Value):
    """The names of the four quadrants."""

    low_low: Title
    high_low: Title
    low_high: Title
    high_high: Title


class InstrumentTexts(Value):
    """Texts for one instrument, keyed by id.

    ``language`` is a BCP 47 tag; ``review`` says who has looked at a translation, or that nobody
    has.
    """

    instrument: Reference
    language: Language = "en"
    review: str = ""
    licence: Licence | None = None
    title: Title | None = None
    introduction: str = ""
    words: dict[Identifier, Title] = Field(default_factory=dict)
    items: dict[Identifier, Text]
    options: dict[Identifier, OptionTexts] = Field(default_factory=dict)
    scales: dict[Identifier, ScaleTexts] = Field(default_factory=dict)
    quadrant: QuadrantTexts | None = None
    stages: tuple[Title, ...] = ()
