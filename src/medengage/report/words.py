"""Numbers, dates and uncertainty in the words that every report uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from medengage.findings import (
    Estimate,
    Figure,
    Findings,
    Group,
    Share,
    ShareFigure,
    Suppressed,
)
from medengage.report.decimals import alike, number

__all__ = [
    "asked",
    "breakdown",
    "confidence",
    "day",
    "doctors",
    "estimate",
    "estimate_and_n",
    "foot",
    "group_name",
    "interval",
    "listed",
    "number",
    "period",
    "plural",
    "probability",
    "score",
    "share",
    "share_and_n",
    "shortened",
    "unbroken",
    "values_name",
    "whole",
]

ALMOST_SURE, ALMOST_NEVER = 0.99, 0.01


def whole(value: float) -> str:
    """58.2 as "58", for sentences; halves go up."""
    return str(int(value + 0.5))


def doctors(n: int) -> str:
    """``212 doctors``, ``1 doctor``."""
    return "1 doctor" if n == 1 else f"{n:,} doctors"


def plural(word: str) -> str:
    """``divisions``, ``specialties``."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"


def day(moment: date) -> str:
    """``3 March 2027``."""
    return f"{moment.day} {moment:%B %Y}"


def period(findings: Findings) -> str:
    """When the doctors were asked, as ``3 to 31 March 2027`` where that is enough."""
    first, last = findings.about.opened, findings.about.closed
    if first == last:
        return day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {day(last)}"
    return f"{day(first)} to {day(last)}"


def listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def interval(figure: Estimate | Share) -> str:
    """``56.0 to 60.1``, with the decimals of the value."""
    _, low, high = alike(figure.value, figure.low, figure.high)
    return f"{low} to {high}"


def estimate(figure: Figure) -> str:
    """``58 (56 to 60)``, or the words for a figure that is withheld."""
    if isinstance(figure, Suppressed):
        return figure.words
    return f"{score(figure)} ({interval(figure)})"


def score(figure: Estimate | Share) -> str:
    """``58.0``, with the decimals of its interval."""
    return alike(figure.value, figure.low, figure.high)[0]


def estimate_and_n(figure: Figure) -> str:
    """``58 (56 to 60), 212 doctors``, or the words for a figure that is withheld."""
    if isinstance(figure, Suppressed):
        return figure.words
    return f"{estimate(figure)}, {doctors(figure.n)}"


def share(figure: ShareFigure) -> str:
    """``62 % (58 to 66)``, ``at least 90 %``, or the words for a figure that is withheld."""
    if isinstance(figure, Suppressed):
        return figure.words
    if figure.bound is not None:
        return f"{figure.bound} {number(figure.value)} %"
    return f"{score(figure)} % ({interval(figure)})"


def share_and_n(figure: ShareFigure) -> str:
    """``62 % (58 to 66), 212 doctors``, or the words for a figure that is withheld."""
    if isinstance(figure, Suppressed):
        return figure.words
    return f"{share(figure)}, {doctors(figure.n)}"


def probability(p: float) -> str:
    """``85 %``, and never "0 %" or "100 %" for something that is only very likely."""
    if p > ALMOST_SURE:
        return "over 99 %"
    return "under 1 %" if p < ALMOST_NEVER else f"{100 * p:.0f} %"


def confidence(findings: Findings) -> str:
    """``95 % interval``."""
    return f"{number(100 * findings.policy.confidence)} % interval"


def breakdown(findings: Findings) -> str:
    """What the groups are: ``division``."""
    return findings.policy.breakdown or "group"


def group_name(findings: Findings, group: Group | str) -> str:
    """A group's name, or the organisation's; a bare number is told what it numbers."""
    found = findings.group(group) if isinstance(group, str) else group
    if not found.where:
        return found.title or findings.about.organisation
    return ", ".join(values_name(name, values) for name, values in found.where.items())


def values_name(attribute: str, values: Sequence[str]) -> str:
    """``Pathology and Pharmacy``; bare numbers say what they number: ``Companies 7 and 9``."""
    told = listed([value or "not stated" for value in values])
    if any(letter.isalpha() for letter in told.replace(" and ", "")):
        return told
    what = attribute if len(values) == 1 else plural(attribute)
    return f"{what.capitalize()} {told}"


def unbroken(text: str) -> str:
    """The text as one word, which no line ends in."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def shortened(text: str, most: int) -> str:
    """The text in at most so many letters; what is cut off becomes "…"."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def asked(findings: Findings) -> str:
    """``212 of 356 doctors answered (60 %).``"""
    who = findings.participation
    about = "" if who.exact else "About "
    if who.eligible is None and who.response_percent is not None:
        return f"{about}{doctors(who.answered)} answered, at least 95 % of all."
    if who.eligible is None:
        return f"{doctors(who.answered)} answered; how many were asked is not known."
    rate = "" if who.response_percent is None else f" ({number(who.response_percent)} %)"
    return f"{about}{who.answered:,} of {who.eligible:,} doctors answered{rate}."


def foot(findings: Findings) -> str:
    """Where the figures come from, in one line."""
    used = "; ".join(f"{i.title} ({i.id} {i.version})" for i in findings.about.instruments)
    about = findings.about
    return f"Study {about.study}, {period(findings)}. {used}. medengage {about.package_version}."
