"""Which column is the name, which the address, and which are groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from medengage.tables.names import fold

__all__ = ["Columns", "guessed"]

WORDS: Mapping[str, tuple[str, ...]] = {
    "address": ("email", "e-mail", "email address", "e-mail address", "mail", "work email"),
    "name": ("name", "full name", "doctor", "employee name", "display name"),
    "first": ("first name", "forename", "given name", "firstname", "preferred name"),
    "last": ("last name", "surname", "family name", "lastname"),
    "division": ("division", "directorate", "care group", "business unit", "clinical group"),
    "specialty": ("specialty", "speciality", "department", "main specialty", "service"),
    "grade": ("grade", "role", "job title", "post", "position title", "staff group"),
    "sex": ("sex", "gender"),
    "site": ("site", "hospital", "location", "base", "hospital site"),
    "contract": ("contract", "contract type", "assignment category", "full or part time"),
}
"""What columns are called in rosters, folded."""


@dataclass(frozen=True)
class Columns:
    """Columns of a file by what they are; "" and () for what it does not have.

    ``name`` are one or two columns that are joined, ``groups`` maps an attribute to its column.
    """

    name: tuple[str, ...] = ()
    address: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def used(self) -> frozenset[str]:
        """Every column that is read; all others are never kept."""
        return frozenset(filter(None, (*self.name, self.address, *self.groups.values())))

    def as_json(self) -> dict[str, Any]:
        """As it can be kept."""
        return {"name": list(self.name), "address": self.address, "groups": dict(self.groups)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Columns:
        """From what was kept."""
        return cls(
            tuple(kept.get("name", ())), kept.get("address", ""), dict(kept.get("groups", {}))
        )


def guessed(header: Sequence[str], groups: Iterable[str], remembered: Columns) -> Columns:
    """What the columns probably are: as they were the last time, else by their names.

    ``groups`` are the attributes that results are shown by.
    """
    known = {fold(name): name for name in header}

    def column(words: Iterable[str], before: str) -> str:
        if fold(before) in known:
            return known[fold(before)]
        return next((known[word] for word in words if word in known), "")

    whole = remembered.name if all(fold(one) in known for one in remembered.name) else ()
    parts = (column(WORDS["first"], ""), column(WORDS["last"], ""))
    one = column(WORDS["name"], "")
    name = whole or (parts if all(parts) else (one,) if one else tuple(filter(None, parts)))
    found = {
        group: column((fold(group), *WORDS.get(group, ())), remembered.groups.get(group, ""))
        for group in groups
    }
    return Columns(
        tuple(known[fold(part)] for part in name),
        column(WORDS["address"], remembered.address),
        {group: place for group, place in found.items() if place},
    )
