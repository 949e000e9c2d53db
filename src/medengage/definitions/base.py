"""``Definition``: what every content file says about itself, and how a file becomes a value.

A definition is knowledge with an author, a version, sources and a licence. It is written in TOML
so that a clinician can read and change it; this module turns a file into a frozen value or into a
``ContentError`` that names the file, the place in it and the mend.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from medengage.errors import ContentError, Problem

__all__ = [
    "Definition",
    "Fault",
    "Identifier",
    "Inconsistent",
    "Reference",
    "Text",
    "Title",
    "Value",
    "Version",
    "parse",
    "told",
    "toml_table",
]

ID = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
# No leading zeros and few digits: one version has one spelling, and comparing it is cheap.
NUMBER = r"(0|[1-9][0-9]{0,4})"
VERSION = rf"{NUMBER}\.{NUMBER}\.{NUMBER}"

Identifier = Annotated[str, StringConstraints(pattern=f"^{ID}$", max_length=80)]
Version = Annotated[str, StringConstraints(pattern=f"^{VERSION}$")]
Reference = Annotated[str, StringConstraints(pattern=f"^{ID}@{VERSION}$", max_length=100)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=600, strip_whitespace=True)]

PATTERNS = {
    f"^{ID}$": ("this is not an id.", "Use small letters, digits and single hyphens."),
    f"^{VERSION}$": ("this is not a version.", "Write three numbers, such as 1.0.0."),
    f"^{ID}@{VERSION}$": ("this names no version.", "Write id@version, such as my-scale@1.0.0."),
}
MENDS = {
    "missing": "Add it.",
    "extra_forbidden": "Remove it, or mend its spelling.",
    "date_from_datetime_parsing": "Write a day as 2026-09-01, without quotes.",
    "string_too_short": "Write it, or remove the line.",
    "string_too_long": "Shorten it.",
}
LONGEST_STEP = 60
"""Places name keys and ids of anybody's file; longer ones are cut."""


class Fault(NamedTuple):
    """Something inconsistent between parts of a table: where (steps from its root), what, mend."""

    place: tuple[int | str, ...]
    what: str
    mend: str = ""


class Inconsistent(ValueError):
    """The parts of a definition do not fit each other; ``faults`` lists every misfit."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(fault.what for fault in self.faults))


class Value(BaseModel):
    """A frozen part of a definition; unknown keys are refused, so that a typing slip is found."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other fields; what was derived from the old ones is forgotten."""
        copy = super().model_copy(update=update, deep=deep)
        for name in set(copy.__dict__) - set(type(self).model_fields):
            del copy.__dict__[name]
        return copy


class Definition(Value):
    """Root of all definitions: who says it, since when, from which sources, under which licence.

    ``sources`` are keys of the bibliography (``content/sources.toml``); ``licence`` is an SPDX
    expression or ``proprietary``; ``next_review`` is the day by which a person must have looked
    at it again.
    """

    id: Identifier
    version: Version
    title: Title
    licence: Title
    sources: tuple[str, ...]
    reviewed: date
    next_review: date
    language: str = "en"
    note: str = ""

    @model_validator(mode="after")
    def _review_is_ahead(self) -> Self:
        if self.next_review <= self.reviewed:
            what = "next_review must be later than reviewed."
            raise Inconsistent([Fault(("next_review",), what)])
        return self

    @cached_property
    def checksum(self) -> str:
        """SHA-256 of the canonical JSON of the content: equal content, equal checksum.

        The layout of the file, and whether it spells out a default, make no difference. A field
        that a later release adds leaves old checksums alone where a file does not use it.
        """
        content = self.model_dump(mode="json", exclude_defaults=True)
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def reference(self) -> str:
        """``id@version``, the way other files point here."""
        return f"{self.id}@{self.version}"


Anything = TypeVar("Anything", bound=BaseModel)


def toml_table(data: bytes, file: str) -> dict[str, Any]:
    """Parse TOML; raises ``ContentError`` naming file and line where it is not TOML."""
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        hint = "save it as UTF-8 in your editor"
        raise ContentError("the file is not UTF-8 text", subject=file, hint=hint) from error
    except (ValueError, RecursionError) as error:
        # Besides its own error, the parser lets a number of too many digits and a too deep
        # nesting through as these.
        hint = _toml_place(error)
        raise ContentError("the file is not valid TOML", subject=file, hint=hint) from error


def parse(kind: type[Anything], table: Mapping[str, Any], file: Path | str) -> Anything:
    """One definition from its table; raises ``ContentError`` that lists every wrong place."""
    try:
        return kind.model_validate(dict(table))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        problems = [problem for item in found for problem in _problems(item, table, str(file))]
        raise ContentError(
            "the definition is wrong", subject=str(file), problems=problems
        ) from None


def told(error: ContentError, place: str) -> Problem:
    """The error as one problem at a place, in sentences."""
    mend = f"{error.hint[0].upper()}{error.hint[1:]}" if error.hint else ""
    return Problem(
        place, f"{error.message}.", mend if not mend or mend[-1] in ".?" else f"{mend}."
    )


def _toml_place(error: Exception) -> str:
    text = str(error)
    return text if "(at " in text else "see the TOML rules: strings in quotes, tables in brackets"


def _problems(item: Any, table: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """What one error of the schema means; a misfit between parts may mean several things."""
    cause = item.get("ctx", {}).get("error")
    faults = cause.faults if isinstance(cause, Inconsistent) else [Fault((), *_reason(item))]
    for fault in faults:
        place = _place((*item["loc"], *fault.place), table)
        yield Problem(f"{file}, {place}", fault.what, fault.mend)


def _place(loc: tuple[int | str, ...], table: Mapping[str, Any]) -> str:
    """``items[3] (learning-4).text`` reads better than ``items.3.text``."""
    parts: list[str] = []
    here: Any = table
    for step in loc:
        here = _inside(here, step)
        if isinstance(step, int):
            parts.append(f"{parts.pop() if parts else ''}[{step + 1}]{_name(here)}")
        else:
            parts.append(_shown(step))
    return ".".join(parts) or "whole file"


def _inside(here: Any, step: int | str) -> Any:
    try:
        return here[step]
    except (KeyError, IndexError, TypeError):
        return None


def _name(here: Any) -> str:
    found = here.get("id") if isinstance(here, Mapping) else None
    return f" ({_shown(found)})" if isinstance(found, str) else ""


def _shown(text: str) -> str:
    """A key fit for a terminal: no control characters, no endless length."""
    plain = text if text.isprintable() else ascii(text)[1:-1]
    return plain if len(plain) <= LONGEST_STEP else plain[:LONGEST_STEP] + "..."


def _reason(item: Any) -> tuple[str, str]:
    """What is wrong in plain words, and the mend."""
    pattern = item.get("ctx", {}).get("pattern")
    if pattern in PATTERNS:
        return PATTERNS[pattern]
    message = str(item["msg"]).removeprefix("Value error, ")
    return message[0].lower() + message[1:] + ".", MENDS.get(item["type"], "")
