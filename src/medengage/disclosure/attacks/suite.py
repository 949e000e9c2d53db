"""All attacks that need nothing but the release itself, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from medengage.disclosure.attacks.intervals import channels, extremes, intervals
from medengage.disclosure.attacks.linear import closure, colluders, differencing
from medengage.disclosure.attacks.records import membership
from medengage.disclosure.attacks.release import AttackResult, Release
from medengage.disclosure.attacks.temporal import averaging, over_time
from medengage.disclosure.attacks.unions import unions

__all__ = ["ATTACKS", "run"]

ATTACKS: Mapping[str, Callable[[Release], AttackResult]] = {
    "A1": differencing,
    "A2": closure,
    "A3": unions,
    "A4": intervals,
    "A5": extremes,
    "A6": colluders,
    "A7": over_time,
    "A8": channels,
    "A10": averaging,
    "A12": membership,
}


def run(release: Release) -> tuple[AttackResult, ...]:
    """The results of all attacks on a release; A9 and A11 need records and comments besides."""
    return tuple(attack(release) for attack in ATTACKS.values())
