"""``Findings``: the whole, which refuses to exist with a figure from a small group."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from medengage.errors import DisclosureRefused, Problem, StudyError
from medengage.findings.facts import ORGANISATION, About, Distribution, Fact, Group, Policy
from medengage.findings.parts import (
    EngagedFinding,
    ItemFinding,
    Participation,
    QuadrantFinding,
    ScaleFinding,
    StageFinding,
)
from medengage.findings.relations import Drivers, Gap
from medengage.findings.release import Certificate

__all__ = ["Findings"]


class Findings(Fact):
    """Protected group results of one study. Refuses to exist with a figure from a small group."""

    schema_version: Literal[1] = 1
    about: About
    policy: Policy
    groups: tuple[Group, ...] = Field(min_length=1)
    participation: Participation
    scales: tuple[ScaleFinding, ...] = Field(min_length=1)
    items: tuple[ItemFinding, ...] = ()
    quadrant: QuadrantFinding | None = None
    continuum: tuple[StageFinding, ...] = ()
    engaged: EngagedFinding | None = None
    drivers: Drivers | None = None
    gaps: tuple[Gap, ...] = ()
    release_notes: tuple[str, ...] = ()
    certificate: Certificate

    @model_validator(mode="after")
    def _no_small_cell(self) -> Self:
        for place, fact in _facts(self):
            n = getattr(fact, "n", None)
            if n is not None and n < self.policy.minimum_group:
                raise ValueError(f"{place} rests on too few doctors to be released")
            if isinstance(fact, Distribution) and fact.n < self.policy.distribution_group:
                raise ValueError(f"{place} shows a distribution of too few doctors")
        return self

    @model_validator(mode="after")
    def _groups_are_known(self) -> Self:
        known = {group.id for group in self.groups}
        if ORGANISATION not in known:
            raise ValueError("findings start with the organisation as a whole")
        used = {name for scale in self.scales for name in scale.groups}
        used |= {point.group for point in self.quadrant.points} if self.quadrant else set()
        used |= {stage.group for stage in self.continuum}
        if used - known:
            raise ValueError(f"figures for unknown groups: {sorted(used - known)}")
        return self

    @model_validator(mode="after")
    def _certificate_is_about_these_groups(self) -> Self:
        if self.certificate.figures != len(self.groups):
            raise ValueError("the certificate is about another number of groups")
        return self

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other parts, examined like new findings; raises as the constructor does."""
        copy = super().model_copy(update=update, deep=deep)
        return type(self).model_validate(copy.model_dump())

    @property
    def organisation(self) -> Group:
        """The group of all respondents."""
        return self.group(ORGANISATION)

    @property
    def blocks(self) -> tuple[Group, ...]:
        """The units that are compared: the groups of the policy's breakdown."""
        return self.of_breakdown(self.policy.breakdown or "")

    @property
    def breakdowns(self) -> tuple[str, ...]:
        """The names of all breakdowns that have groups, in order of priority."""
        named = dict.fromkeys(group.breakdown for group in self.groups)
        return tuple(name for name in named if name != ORGANISATION)

    def of_breakdown(self, name: str) -> tuple[Group, ...]:
        """The groups of one breakdown (``grade``, ``division by grade``), in their order."""
        return tuple(
            group for group in self.groups if group.breakdown == name and group.id != ORGANISATION
        )

    @property
    def index(self) -> ScaleFinding | None:
        """The index of the main instrument, where it has one."""
        return next((scale for scale in self.main_scales if scale.level == "index"), None)

    @property
    def main_scales(self) -> tuple[ScaleFinding, ...]:
        """The scales of the main instrument; modules (say-stay-strive) come after them."""
        main = self.about.instruments[0].id
        return tuple(scale for scale in self.scales if scale.instrument in ("", main))

    def group(self, group_id: str) -> Group:
        """The group of this id; raises ``KeyError``."""
        return {group.id: group for group in self.groups}[group_id]

    def scale(self, scale_id: str) -> ScaleFinding:
        """The scale of this id, or the index for ``index``; raises ``KeyError``."""
        if scale_id == "index" and self.index is not None:
            return self.index
        return {scale.id: scale for scale in self.scales}[scale_id]

    def at_level(self, level: str) -> tuple[ScaleFinding, ...]:
        """Main scales of one level: ``index``, ``meta-scale`` or ``subscale``."""
        return tuple(scale for scale in self.main_scales if scale.level == level)

    def to_json(self) -> str:
        """Canonical JSON with a final newline; the same findings give the same bytes."""
        return self.model_dump_json(indent=1, exclude_none=False) + "\n"

    @property
    def checksum(self) -> str:
        """SHA-256 of ``to_json`` in hex: names this very release."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str | bytes, subject: str = "findings.json") -> Findings:
        """Read back what ``to_json`` wrote.

        Raises ``DisclosureRefused`` where a figure rests on too few doctors, ``StudyError`` for
        anything else that is wrong.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise _refusal(error, subject) from None


def _facts(fact: Fact, place: str = "findings") -> Iterator[tuple[str, Fact]]:
    """Every part of the findings with the path that leads to it."""
    yield place, fact
    for name in type(fact).model_fields:
        value = getattr(fact, name)
        if isinstance(value, Fact):
            yield from _facts(value, f"{place}.{name}")
        elif isinstance(value, tuple | dict):
            pairs = value.items() if isinstance(value, dict) else enumerate(value)
            for key, part in pairs:
                if isinstance(part, Fact):
                    yield from _facts(part, f"{place}.{name}[{key}]")


def _refusal(error: ValidationError, subject: str) -> StudyError | DisclosureRefused:
    problems = [
        Problem(".".join(str(step) for step in item["loc"]) or "findings", str(item["msg"]))
        for item in error.errors(include_input=False)
    ]
    if any("too few doctors" in problem.what for problem in problems):
        return DisclosureRefused("the findings hold a small group", subject=subject)
    return StudyError("the findings cannot be read", subject=subject, problems=problems)
