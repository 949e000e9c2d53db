"""Our own wording of every letter: short, plain, and true about what the letter's sender knows.

A campaign may change each of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from medengage.web.mailing.kinds import Kind
from medengage.web.mailing.wording.english import ENGLISH
from medengage.web.mailing.wording.french import FRENCH
from medengage.web.mailing.wording.parts import Wording

__all__ = ["DEFAULTS", "Wording", "ours"]

DEFAULTS: Mapping[str, Mapping[Kind, Wording]] = {"en": ENGLISH, "fr": FRENCH}
"""What is sent where a campaign has no wording of its own, by language."""


def ours(kind: Kind, language: str) -> Wording:
    """Our wording in a language; in English where we have none."""
    return DEFAULTS.get(language, ENGLISH)[kind]
