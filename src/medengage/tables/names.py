"""Comparing what people write: capitals, spaces and typographic marks make no difference."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from itertools import islice

__all__ = ["NO_ANSWER", "counted", "fold", "names_persons", "nearest", "shown"]

NO_ANSWER = frozenset({"", ".", "-", "na", "n/a", "#n/a", "nan", "null"})
"""Folded cells that mean "no answer" in any column, unless a label says otherwise."""

PLAIN = str.maketrans(
    "\u2018\u2019\u201c\u201d\u2010\u2011\u2013\u2014", "''\"\"----", "\ufeff\u200b"
)
LONGEST_SHOWN = 60
MOST_COMPARED = 500
PERSONS = re.compile(
    r"e-?mail|\bip ?addr(ess)?\b|\bphone\b|\btelephone\b|\bmobile( number)?\b|\bgmc\b|\bdob\b"
    r"|\bdate of birth\b|\bnhs number\b|\b(staff|payroll|employee|assignment) (number|no\.?|id)\b"
    r"|recipient(first|last)name|^(participant|respondent|doctor|your|full|first|last|family)?"
    r"('s)? ?name$|^(surname|forename|firstname|lastname)$"
)


def fold(text: str) -> str:
    """The text without differences of case, spacing and typographic quotes or dashes."""
    if text.isascii():
        return " ".join(text.split()).casefold()
    return " ".join(text.translate(PLAIN).split()).casefold()


def counted(number: int, thing: str) -> str:
    """``1 column``, ``7 columns``, or nothing at all."""
    return f"{number:,} {thing}{'s' if number > 1 else ''}" if number > 0 else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """ "Did you mean X?" for the most similar of the known names, or nothing."""
    folded = {fold(candidate): candidate for candidate in islice(known, MOST_COMPARED)}
    found = difflib.get_close_matches(fold(name)[:LONGEST_SHOWN], folded, n=1, cutoff=0.6)
    return f"Did you mean {folded[found[0]]}?" if found else ""


def names_persons(column: str) -> bool:
    """Whether a column of this name would tell who answered (an address, a name, a number)."""
    return PERSONS.search(fold(column).replace("_", " ")) is not None


def shown(name: str) -> str:
    """A name as it may stand in a message: one short line."""
    line = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return line if len(line) <= LONGEST_SHOWN else line[: LONGEST_SHOWN - 1].rstrip() + "…"
