"""How an instrument is cut into pages of few statements, in the language of whoever answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from medengage.definitions.instrument import Instrument
from medengage.definitions.texts import apply_texts, languages, load_texts
from medengage.web.respond.languages import speaking

__all__ = ["NOT_SAID", "SECONDS", "Page", "Question", "pages"]

SECONDS = 10
"""For one statement; letters promise as much."""
NOT_SAID = 0
"""The option "prefer not to say"; it counts as no answer."""


@dataclass(frozen=True)
class Question:
    """One statement with its options: (number, label), the last of them "prefer not to say".

    ``language`` is "" where it is that of the page.
    """

    id: str
    text: str
    options: tuple[tuple[int, str], ...]
    language: str = ""


@dataclass(frozen=True)
class Page:
    """Some statements; ``number`` counts from 1 to ``of``.

    ``minutes`` is about how long it takes from here to the end, rounded up.
    """

    number: int
    of: int
    minutes: int
    questions: tuple[Question, ...]


Words = tuple[tuple[str, str], ...]
MOST_KNOWN = 64


KNOWN: dict[tuple[str, Words, str, int], tuple[Page, ...]] = {}
"""Pages that were cut already, by instrument, words, language and statements a page."""


def pages(
    instrument: Instrument, words: Words, language: str, a_page: int = 5
) -> tuple[Page, ...]:
    """The statements in their order, ``a_page`` on each (0 for all); ``words`` fill placeholders.

    Five are as many as a phone shows with a little scrolling.

    Words for another language than the instrument's own end in its tag: ``organisation-fr``.
    Where nobody has translated the statements, they stay as they are and say so. A published
    version never changes, so its pages are cut once for each set of words and language.
    """
    key = instrument.reference, words, language, a_page
    if key not in KNOWN:
        if len(KNOWN) >= MOST_KNOWN:
            KNOWN.clear()
        KNOWN[key] = _pages(instrument, dict(words), language, a_page)
    return KNOWN[key]


def _pages(
    instrument: Instrument, words: dict[str, str], language: str, a_page: int
) -> tuple[Page, ...]:
    told = _translated(instrument, language)
    if told.language != instrument.language:
        words = _words_in(language, words)
    with speaking(language):
        questions = [_question(told, name, words, language) for name in told.item_ids]
    a_page = a_page or len(questions)
    parts = [questions[at : at + a_page] for at in range(0, len(questions), a_page)]
    return tuple(
        Page(number, len(parts), _minutes(len(questions) - (number - 1) * a_page), tuple(part))
        for number, part in enumerate(parts, start=1)
    )


def _translated(instrument: Instrument, language: str) -> Instrument:
    """The instrument in a language, or as it is where it does not exist in that language."""
    if language == instrument.language or language not in languages(instrument):
        return instrument
    return apply_texts(instrument, load_texts(instrument, language))


def _words_in(language: str, words: Mapping[str, str]) -> dict[str, str]:
    """The words of a campaign for a language; "cet hôpital" is no English word, nor the other."""
    tail = f"-{language}"
    return {name.removesuffix(tail): word for name, word in words.items() if name.endswith(tail)}


def _minutes(statements: int) -> int:
    return -(-statements * SECONDS // 60)


def _question(told: Instrument, name: str, words: dict[str, str], language: str) -> Question:
    options = told.options_of(name)
    labels = enumerate(options.labels, start=1)
    foreign = told.language != language
    not_said = options.not_applicable or gettext("Prefer not to say")
    return Question(
        name,
        told.text(name, words),
        (*labels, (NOT_SAID, not_said)),
        told.language if foreign else "",
    )
