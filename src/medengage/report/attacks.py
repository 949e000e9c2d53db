"""The attack suite in words that need no mathematics."""

from __future__ import annotations

from collections.abc import Mapping

from medengage.findings import AttackTried, Certificate

__all__ = ["ATTACKS", "attack_words", "got_through", "stopped"]

ATTACKS: Mapping[str, str] = {
    "A1": "Subtract a shown group from one that contains it",
    "A2": "Solve all shown sums together for each small group",
    "A3": "Search every union of small groups",
    "A4": "Narrow down the means of small groups",
    "A5": "Find results that speak for everybody in a group",
    "A6": "Let doctors take their own answers out",
    "A7": "Compare releases of different times",
    "A8": "Compare pages, files and reports with each other",
    "A9": "Match copies of addresses and answers by their order",
    "A10": "Average the noise away",
    "A11": "Find rare words in comments",
    "A12": "Work out who answered from counts and rates",
}
"""Attack -> what an intruder would do."""


def attack_words(attack: AttackTried) -> str:
    """What was done; never what was found, because that names a small group."""
    return ATTACKS.get(attack.attack) or attack.words.partition(":")[0]


STOPPED = "stopped before the end"
"""How the words of an attack say that its effort ran out."""


def stopped(attack: AttackTried) -> bool:
    """Did the attack run out of effort? Then it found nothing and shows nothing."""
    return STOPPED in attack.words


def got_through(certificate: Certificate) -> tuple[AttackTried, ...]:
    """The attacks that found something."""
    return tuple(one for one in certificate.attacks if one.found)
