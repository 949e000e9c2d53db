"""Comments with planted themes, moods and personal details, to test text analysis and redaction.

The sentences stand in ``comments.toml``. Nothing in them comes from a real person.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from string import Formatter
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit

__all__ = ["Comment", "Planted", "comments", "patient_number", "themes"]

Generator = np.random.Generator
Texts = Mapping[str, Any]

DRAMA_NUMBERS = "07700 900"
TEST_PATIENTS = "999"


@dataclass(frozen=True, slots=True)
class Planted:
    """A personal detail that redaction must find: its kind and the exact words."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment and the truth about it; which doctor wrote it is not kept."""

    text: str
    theme: str
    positive: bool
    personal: tuple[Planted, ...] = ()


def themes() -> tuple[str, ...]:
    """Ids of the planted themes."""
    return tuple(theme["id"] for theme in _texts()["themes"])


def comments(
    rng: Generator,
    engagement: npt.NDArray[np.float64],
    *,
    share: float = 0.35,
    personal: float = 0.05,
) -> tuple[Comment, ...]:
    """Comments of a ``share`` of the doctors, the more engaged the friendlier, in random order.

    ``engagement`` (N,) in SD; ``P(positive) = expit(engagement)``. A share of ``personal`` of the
    comments gives away a personal detail. Raises ``ValueError`` for shares outside 0 to 1.
    """
    if not 0.0 <= min(share, personal) <= max(share, personal) <= 1.0:
        raise ValueError("shares lie between 0 and 1")
    texts = _texts()
    writers = rng.permutation(np.flatnonzero(rng.random(len(engagement)) < share))
    friendly = rng.random(len(writers)) < expit(engagement[writers])
    careless = rng.random(len(writers)) < personal
    return tuple(
        _comment(rng, texts, positive=bool(mood), careless=bool(slip))
        for mood, slip in zip(friendly, careless, strict=True)
    )


def patient_number(rng: Generator) -> str:
    """A patient number of ten digits with a valid check digit, from the range kept for tests.

    Modulus 11: the check digit is ``11 - (sum of digit_i (11 - i)) mod 11``; 11 is written 0, and
    a number that would need 10 is not used.
    """
    while True:
        digits = TEST_PATIENTS + f"{rng.integers(10**6):06d}"
        total = sum(int(digit) * (10 - place) for place, digit in enumerate(digits))
        check = str((11 - total % 11) % 11)
        if len(check) == 1:
            return f"{digits[:3]} {digits[3:6]} {digits[6:]}{check}"


def _texts() -> Texts:
    file = resources.files("medengage.simulate") / "comments.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _comment(rng: Generator, texts: Texts, *, positive: bool, careless: bool) -> Comment:
    theme = texts["themes"][rng.integers(len(texts["themes"]))]
    sentence = _filled(rng, _one(rng, theme["positive" if positive else "negative"]), texts)
    parts = [_sentence(_one(rng, texts["openings"]) + sentence)]
    planted: tuple[Planted, ...] = ()
    if careless:
        template = texts["personal"][rng.integers(len(texts["personal"]))]
        planted = (Planted(template["kind"], _detail(rng, template["kind"], texts["details"])),)
        parts.append(template["text"].format(found=planted[0].words))
    parts.append(_one(rng, texts["closings"]))
    return Comment(" ".join(part for part in parts if part), theme["id"], positive, planted)


def _filled(rng: Generator, sentence: str, texts: Texts) -> str:
    slots = {name for _, name, _, _ in Formatter().parse(sentence) if name}
    return sentence.format(**{name: _one(rng, texts["slots"][name]) for name in sorted(slots)})


def _detail(rng: Generator, kind: str, details: Texts) -> str:
    given, family = _one(rng, details["given"]), _one(rng, details["family"])
    made = {
        "name": f"{_one(rng, details['titles'])} {given} {family}",
        "telephone": f"{DRAMA_NUMBERS}{rng.integers(1000):03d}",
        "email": f"{given}.{family}@example.org".lower(),
        "registration": f"9{rng.integers(10**6):06d}",
        "patient number": patient_number(rng),
        "date": f"{rng.integers(1, 29)} {_one(rng, details['months'])}",
        "place": _one(rng, details["place"]),
        "role": _one(rng, details["role"]),
    }
    return made[kind]


def _one(rng: Generator, choices: Sequence[str]) -> str:
    return choices[int(rng.integers(len(choices)))]


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]
