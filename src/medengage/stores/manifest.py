"""``study.toml``: what was asked, where the answers stand and how their columns are called.

Every key is explained in docs/reference/study-folder.md. Unknown keys are refused, so that a
typing slip is found; file names must stay inside the study folder.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from medengage.definitions.base import Identifier, Title, parse, toml_table
from medengage.errors import ContentError, Problem
from medengage.findings import Policy
from medengage.stores.policy import check_names, current, placed
from medengage.tables.names import fold
from medengage.tables.notes import MANIFEST, Notes

__all__ = [
    "MANIFEST",
    "AnswersSection",
    "AttributeName",
    "Filename",
    "ManagersSection",
    "Manifest",
    "PopulationSection",
    "Section",
    "StudySection",
    "manifest",
]

LONGEST_NAME = 240
RESERVED = {"attribute", "value", "count"}

LINE = re.compile(r"at line \d+, column \d+|at end of document")
INSIDE_VALUES = re.compile(r"(, (?:responses|managers)\.(?:values|recode\.[a-z0-9-]+))\..*", re.S)


def _inside(name: str) -> str:
    """A relative path that stays below the study folder on every system."""
    paths = PurePosixPath(name), PureWindowsPath(name)
    leaves = any(path.is_absolute() or path.anchor or ".." in path.parts for path in paths)
    if leaves or not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise ValueError("name a file inside the study folder")
    return name


def _not_reserved(name: str) -> str:
    if name in RESERVED:
        raise ValueError("an attribute cannot be called attribute, value or count")
    return name


def _named_alike(value: Any) -> Any:
    """``["division", "grade"]`` is short for columns of the same names."""
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return {name: name for name in value}
    return value


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _off(value: Any) -> Any:
    """TOML has no word for nothing: an empty text turns a rule of the policy off."""
    if isinstance(value, dict):
        return {key: None if rule == "" else rule for key, rule in value.items()}
    return value


def _differ(labels: tuple[str, ...]) -> tuple[str, ...]:
    if len({fold(label) for label in labels}) < len(labels):
        raise ValueError("two categories are the same but for capitals or spaces")
    return labels


Filename = Annotated[str, AfterValidator(_inside)]
Reference = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(@\d+\.\d+\.\d+)?$")]
AttributeName = Annotated[Identifier, AfterValidator(_not_reserved)]
ColumnName = Annotated[str, StringConstraints(min_length=1)]
Category = Annotated[str, StringConstraints(min_length=1)]
Columns = Annotated[dict[AttributeName, ColumnName], BeforeValidator(_named_alike)]


class Section(BaseModel):
    """A table of the file; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StudySection(Section):
    """``[study]``: which campaign this is and what was asked."""

    id: Identifier
    organisation: Title
    wave: Title
    opened: date
    closed: date
    instrument: Reference
    modules: tuple[Reference, ...] = ()
    synthetic: bool = False
    content: Filename | None = None

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> Self:
        if self.closed < self.opened:
            raise ValueError("the study closes before it opens; mend opened or closed")
        return self


class AnswersSection(Section):
    """``[responses]``: the file of answers and what its columns mean.

    ``values`` are further labels, 0 for "no answer"; ``lowest_option`` is 0 where the program
    numbers the options from 0; ``recode`` merges raw values of an attribute before anything else
    looks at them; ``categories`` are the values an attribute may have, in the order of reports.
    """

    file: Filename
    sheet: str | None = None
    export: Literal["plain", "limesurvey", "qualtrics", "microsoft-forms"] = "plain"
    lowest_option: Literal[0, 1] = 1
    id: ColumnName | None = None
    phase: ColumnName | None = None
    ignore: tuple[ColumnName, ...] = ()
    items: dict[Identifier, ColumnName] = Field(default_factory=dict)
    attributes: Columns = Field(default_factory=dict)
    values: dict[str, Annotated[int, Field(ge=0, le=11)]] = Field(default_factory=dict)
    recode: dict[AttributeName, dict[str, Category]] = Field(default_factory=dict)
    categories: dict[
        AttributeName,
        Annotated[tuple[Category, ...], AfterValidator(_differ), Field(min_length=1)],
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _rules_are_for_attributes(self) -> Self:
        if {*self.recode, *self.categories} - set(self.attributes):
            raise ValueError("recode and categories are for names that attributes lists")
        return self


class ManagersSection(AnswersSection):
    """``[managers]``: like ``[responses]``, for the managers' form."""

    instrument: Reference


class PopulationSection(Section):
    """``[population]``: how many doctors could have answered, as files of counts or a total."""

    file: Annotated[tuple[Filename, ...], BeforeValidator(_one_or_more)] = ()
    sheet: str | None = None
    total: int | None = Field(default=None, ge=1)
    count: ColumnName = "count"
    attributes: Columns = Field(default_factory=dict)

    @model_validator(mode="after")
    def _something_is_given(self) -> Self:
        if not self.file and self.total is None:
            raise ValueError("give a file of counts, a total, or both")
        return self


class Manifest(Section):
    """The whole of ``study.toml``."""

    study: StudySection
    words: dict[str, str] = Field(default_factory=dict)
    responses: AnswersSection
    population: PopulationSection | None = None
    managers: ManagersSection | None = None
    policy: Annotated[Policy, BeforeValidator(_off)] = Policy()


def manifest(data: bytes, notes: Notes) -> Manifest | None:
    """The manifest in the bytes of a ``study.toml``; what is wrong is noted, place by place.

    ``None`` where nothing further can be read. A policy that does not fit the attributes is noted
    as well, but does not keep the answers from being examined.
    """
    try:
        found = parse(Manifest, current(toml_table(data, MANIFEST), notes), MANIFEST)
    except ContentError as error:
        problems = [placed(_without_values(problem)) for problem in error.problems]
        notes.take(problems, MANIFEST)
        if not error.problems:
            place = LINE.search(error.hint)
            notes.problem(MANIFEST, f"{error.message}{f' ({place[0]})' if place else ''}.")
        return None
    check_names(found.policy, found.responses.attributes, notes)
    return found


def _without_values(problem: Problem) -> Problem:
    """Keys of ``values`` and ``recode`` are what doctors wrote, so a place ends before them."""
    return replace(problem, place=INSIDE_VALUES.sub(r"\1", problem.place))
