"""The attack suite: everything a motivated intruder would try on a release.

Each attack is a function that takes what can be seen of a release and reports what it tried and
what it got. ``run`` makes all those that need nothing but the release.

| id | attack | module |
| --- | --- | --- |
| A1 | differences of shown groups | linear |
| A2 | all small groups from all shown groups together | linear |
| A3 | all unions of small cells, by integer programming | unions |
| A4 | bounds from rounded means and whole answers | intervals |
| A5 | results that speak for everybody in a group | intervals |
| A6 | colluders who remove their own answers | linear |
| A7 | releases of several moments | temporal |
| A8 | several channels | intervals |
| A9 | order of records in copies, logs and backups | records |
| A10 | averaging the noise away | temporal |
| A11 | rare words in comments | records |
| A12 | who answered at all | records |
"""

from medengage.disclosure.attacks.intervals import channels, extremes, intervals
from medengage.disclosure.attacks.linear import closure, colluders, differencing
from medengage.disclosure.attacks.records import Dump, linkage, membership, telling_texts
from medengage.disclosure.attacks.release import (
    AttackResult,
    Found,
    Release,
    ShownCount,
    ShownMean,
    ShownShare,
)
from medengage.disclosure.attacks.suite import run
from medengage.disclosure.attacks.temporal import averaging, over_time
from medengage.disclosure.attacks.unions import unions

__all__ = [
    "AttackResult",
    "Dump",
    "Found",
    "Release",
    "ShownCount",
    "ShownMean",
    "ShownShare",
    "averaging",
    "channels",
    "closure",
    "colluders",
    "differencing",
    "extremes",
    "intervals",
    "linkage",
    "membership",
    "over_time",
    "run",
    "telling_texts",
    "unions",
]
