"""Numbers, dates and uncertainty in the words that every report uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from medengage.findings import (
    Estimate,
    Figure,
    Findings,
    Group,
    ScaleFinding,
    Share,
    ShareFigure,
    Suppressed,
)

__all__ = [
    "asked",
    "day",
    "doctors",
    "estimate",
    "foot",
    "group_name",
    "interval",
    "listed",
    "lowest_and_highest",
    "number",
    "period",
    "probability",
    "share",
]


ALMOST_SURE, ALMOST_NEVER = 0.99, 0.01
TWO = 2


def number(value: float) -> str:
    """58.0 as "58", 58.25 as "58.25"."""
    return f"{value:.10g}"


def doctors(n: int) -> str:
    """``212 doctors``, ``1 doctor``."""
    return "1 doctor" if n == 1 else f"{n:,} doctors"


def day(moment: date) -> str:
    """``3 March 2027``."""
    return f"{moment.day} {moment:%B %Y}"


def period(findings: Findings) -> str:
    """When the doctors were asked."""
    return f"{day(findings.about.opened)} to {day(findings.about.closed)}"


def listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def interval(figure: Estimate | Share) -> str:
    """``56 to 60``."""
    return f"{number(figure.low)} to {number(figure.high)}"


def estimate(figure: Figure) -> str:
    """``58 (56 to 60)``, or the words for a figure that is withheld."""
    if isinstance(figure, Suppressed):
        return figure.words
    return f"{number(figure.value)} ({interval(figure)})"


def share(figure: ShareFigure) -> str:
    """``62 % (58 to 66)``, ``at least 90 %``, or the words for a figure that is withheld."""
    if isinstance(figure, Suppressed):
        return figure.words
    if figure.bound is not None:
        return f"{figure.bound} {number(figure.value)} %"
    return f"{number(figure.value)} % ({interval(figure)})"


def probability(p: float) -> str:
    """``85 %``, and never "0 %" or "100 %" for something that is only very likely."""
    if p > ALMOST_SURE:
        return "over 99 %"
    return "under 1 %" if p < ALMOST_NEVER else f"{100 * p:.0f} %"


def group_name(findings: Findings, group: Group | str) -> str:
    """A block's name, or the organisation's."""
    found = findings.group(group) if isinstance(group, str) else group
    return found.title or findings.about.organisation


def asked(findings: Findings) -> str:
    """``212 of 356 doctors answered (60 %).``"""
    who = findings.participation
    if who.eligible is None:
        return f"{doctors(who.answered)} answered; how many were asked is not known."
    rate = "" if who.response_percent is None else f" ({number(who.response_percent)} %)"
    return f"{who.answered:,} of {who.eligible:,} doctors answered{rate}."


def foot(findings: Findings) -> str:
    """Where the figures come from, in one line."""
    used = "; ".join(f"{i.title} ({i.id} {i.version})" for i in findings.about.instruments)
    about = findings.about
    return f"{about.study}, {period(findings)}. {used}. medengage {about.package_version}."


def lowest_and_highest(scales: Sequence[ScaleFinding]) -> tuple[str, str]:
    """Which scales are lowest and highest, and whether that can be told.

    A scale is called lowest only if its interval lies below every other one; otherwise all whose
    intervals meet the lowest one's are named together.
    """
    shown = [(scale, scale.overall) for scale in scales if isinstance(scale.overall, Estimate)]
    if len(shown) < TWO:
        return "", ""
    low = min(shown, key=lambda pair: pair[1].value)[1]
    high = max(shown, key=lambda pair: pair[1].value)[1]
    lowest = [scale for scale, figure in shown if figure.low <= low.high]
    highest = [scale for scale, figure in shown if figure.high >= high.low]
    return _extreme("lowest", lowest, shown), _extreme("highest", highest, shown)


def _extreme(
    word: str, chosen: Sequence[ScaleFinding], shown: Sequence[tuple[ScaleFinding, Estimate]]
) -> str:
    if len(chosen) == len(shown):
        return f"Which is {word} cannot be told: all intervals overlap."
    names = listed([f"{scale.title} {estimate(scale.overall)}" for scale in chosen])
    if len(chosen) == 1:
        return f"{word.capitalize()}: {names}."
    return f"{word.capitalize()}: {names}; which of them comes first cannot be told."
