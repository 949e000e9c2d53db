"""How an instrument is cut into pages of few statements."""

from __future__ import annotations

from dataclasses import dataclass

from medengage.definitions.instrument import Instrument

__all__ = ["NOT_SAID", "PER_PAGE", "Page", "Question", "pages"]

PER_PAGE = 5
"""As many statements as a phone shows with a little scrolling."""
NOT_SAID = 0
"""The option "prefer not to say"; it counts as no answer."""


@dataclass(frozen=True)
class Question:
    """One statement with its options: (number, label)."""

    id: str
    text: str
    options: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Page:
    """Some statements; ``number`` counts from 1 to ``of``."""

    number: int
    of: int
    questions: tuple[Question, ...]


Words = tuple[tuple[str, str], ...]
MOST_KNOWN = 64


KNOWN: dict[tuple[str, Words], tuple[Page, ...]] = {}
"""Pages that were cut already, by instrument and words."""


def pages(instrument: Instrument, words: Words) -> tuple[Page, ...]:
    """The statements in their order, five a page; ``words`` fill placeholders in their texts.

    A published version never changes, so its pages are cut once for each set of words.
    """
    key = instrument.reference, words
    if key not in KNOWN:
        if len(KNOWN) >= MOST_KNOWN:
            KNOWN.clear()
        KNOWN[key] = _pages(instrument, dict(words))
    return KNOWN[key]


def _pages(instrument: Instrument, words: dict[str, str]) -> tuple[Page, ...]:
    questions = [_question(instrument, name, words) for name in instrument.item_ids]
    parts = [questions[at : at + PER_PAGE] for at in range(0, len(questions), PER_PAGE)]
    return tuple(
        Page(number, len(parts), tuple(part)) for number, part in enumerate(parts, start=1)
    )


def _question(instrument: Instrument, name: str, words: dict[str, str]) -> Question:
    labels = instrument.options_of(name).labels
    return Question(name, instrument.text(name, words), tuple(enumerate(labels, start=1)))
