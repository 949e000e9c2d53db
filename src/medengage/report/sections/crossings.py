"""Two attributes at once: a table with the first as rows and the second as columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from medengage.findings import Estimate, Findings, Group, ScaleFinding
from medengage.report.blocks import Cell, Table
from medengage.report.words import confidence, doctors, estimate, listed, unbroken, values_name

__all__ = ["crossing_table"]

Values = tuple[str, ...]

REASONS = {
    "difference": "would give too few doctors away",
    "combination": "would give too few doctors away",
    "unproven": "could not be proven safe",
    "range": "would tell too much of a smaller group",
}
"""Short words for a cell; those of a small group are short already."""


def crossing_table(findings: Findings, name: str, scale: ScaleFinding) -> Table:
    """Score, interval and n of each cell, or why it is not shown.

    Where several cells of a row are shown together, the first holds their figure.
    """
    return _Crossing(findings, name, scale).table()


@dataclass(frozen=True)
class _Crossing:
    """One breakdown by two attributes."""

    findings: Findings
    name: str
    scale: ScaleFinding

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        return self.findings.of_breakdown(self.name)

    @cached_property
    def attributes(self) -> Values:
        return tuple(self.groups[0].where)

    @cached_property
    def columns(self) -> tuple[Values, ...]:
        return self._along(self.attributes[1])

    def table(self) -> Table:
        first, second = self.attributes
        heads = tuple(values_name(second, column) for column in self.columns)
        rows = tuple(
            (values_name(first, row), *(self._cell(row, column) for column in self.columns))
            for row in self._along(first)
        )
        caption = f"{self.scale.title} by {first} and {second}, 0 to 100"
        return Table(caption, (first.capitalize(), *heads), rows, self._notes())

    def _along(self, attribute: str) -> tuple[Values, ...]:
        """The groups of one attribute as its own breakdown has them, then what else cells name."""
        found = [group.where[attribute] for group in self.findings.of_breakdown(attribute)]
        known = {value for values in found for value in values}
        for group in sorted(self.groups, key=lambda group: len(group.where[attribute])):
            left = tuple(value for value in group.where[attribute] if value not in known)
            found += [left] if left else []
            known.update(left)
        return tuple(found)

    def _cell(self, row: Values, column: Values) -> Cell:
        group = self._group(row, column)
        if group is None:
            return self._reason(row, column)
        covered = [one for one in self.columns if set(one) <= set(group.where[self.attributes[1]])]
        others = [values_name(self.attributes[1], one) for one in covered if one != column]
        if column != covered[0]:
            return f"with {others[0]}"
        told = self._figure(group)
        return f"{told}, with {' and '.join(others)}" if others else told

    def _group(self, row: Values, column: Values) -> Group | None:
        """The group that holds this cell, alone or with other columns."""
        first, second = self.attributes
        return next(
            (
                group
                for group in sorted(self.groups, key=lambda group: len(group.where[second]))
                if set(row) <= set(group.where[first]) and set(column) <= set(group.where[second])
            ),
            None,
        )

    def _figure(self, group: Group) -> str:
        figure = self.scale.groups.get(group.id)
        if not isinstance(figure, Estimate):
            return "not shown" if figure is None else figure.words
        return f"{unbroken(estimate(figure))}, {unbroken(doctors(figure.n))}"

    def _reason(self, row: Values, column: Values) -> str:
        """Why a cell is missing, from the list of withheld groups."""
        title = ", ".join(listed([v or "not stated" for v in values]) for values in (row, column))
        for held in self.findings.certificate.withheld:
            if held.breakdown == self.name and held.title == title:
                return f"not shown: {REASONS.get(held.reason, held.words)}"
        return "not shown"

    def _notes(self) -> tuple[str, ...]:
        told = f"Score ({confidence(self.findings)}), and doctors in steps of five."
        second = self.attributes[1]
        if any(group.where[second] not in self.columns for group in self.groups):
            return (told, "“With”: columns that are shown together, in the first of them.")
        return (told,)
