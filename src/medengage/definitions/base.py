"""``Definition``: what every content file says about itself, and how a file becomes a value.

A definition is knowledge with an author, a version, sources and a licence. It is written in TOML
so that a clinician can read and change it; this module turns a file into a frozen value or into a
``ContentError`` that names the file, the place in it and the mend.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from medengage.errors import ContentError, Problem

__all__ = ["Definition", "Identifier", "Title", "Value", "Version", "parse", "toml_table"]

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class Value(BaseModel):
    """A frozen part of a definition; unknown keys are refused, so that a typing slip is found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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
    licence: str
    sources: tuple[str, ...]
    reviewed: date
    next_review: date
    language: str = "en"
    note: str = ""

    @model_validator(mode="after")
    def _review_is_ahead(self) -> Self:
        if self.next_review <= self.reviewed:
            raise ValueError("next_review must be later than reviewed")
        return self

    @cached_property
    def checksum(self) -> str:
        """SHA-256 of the canonical JSON of the content: equal content, equal checksum."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
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
        raise ContentError("the file is not UTF-8 text", subject=file) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ContentError(
            "the file is not valid TOML", subject=file, hint=_toml_place(error)
        ) from error


def parse(kind: type[Anything], table: Mapping[str, Any], file: Path | str) -> Anything:
    """One definition from its table; raises ``ContentError`` that lists every wrong place."""
    try:
        return kind.model_validate(dict(table))
    except ValidationError as error:
        problems = [
            Problem(f"{file}, {_place(item['loc'], table)}", _reason(item), _mend(item["type"]))
            for item in error.errors()
        ]
        raise ContentError(
            "the definition is wrong", subject=str(file), problems=problems
        ) from None


def _toml_place(error: Exception) -> str:
    text = str(error)
    return text if "line" in text else "see the TOML rules: strings in quotes, tables in brackets"


def _place(loc: tuple[int | str, ...], table: Mapping[str, Any]) -> str:
    """``items[3] (learning-4).text`` reads better than ``items.3.text``."""
    parts: list[str] = []
    here: Any = table
    for step in loc:
        here = _inside(here, step)
        if isinstance(step, int):
            name = f" ({here['id']})" if isinstance(here, Mapping) and "id" in here else ""
            parts[-1] += f"[{step + 1}]{name}" if parts else f"[{step + 1}]"
        else:
            parts.append(step)
    return ".".join(parts) or "whole file"


def _inside(here: Any, step: int | str) -> Any:
    try:
        return here[step]
    except (KeyError, IndexError, TypeError):
        return None


def _reason(item: Any) -> str:
    message = str(item["msg"]).removeprefix("Value error, ")
    return message[0].lower() + message[1:] + "."


def _mend(kind: str) -> str:
    return {
        "missing": "Add it.",
        "extra_forbidden": "Remove it, or mend its spelling.",
        "string_pattern_mismatch": "Use small letters, digits and single hyphens.",
        "date_from_datetime_parsing": "Write a day as 2026-09-01, without quotes.",
    }.get(kind, "")
