"""Columns that describe the respondents: attributes, the phase of answering, and the id.

An attribute has few values, each shared by many doctors. A column that holds something else (a
comment, a name, an address) would tell who answered; it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from medengage.measure.responses import NOT_STATED, Attribute
from medengage.stores.cells import Cells, distinct, looked_up
from medengage.tables.names import NO_ANSWER, counted, fold
from medengage.tables.notes import Notes, Where

__all__ = ["Rules", "attribute", "note_repeated_ids", "phases"]

MOST_VALUES = 50
ALWAYS_ALLOWED = 5
ADDRESS = re.compile(r"@[\w-]+\.\w")
NUMBERS = re.compile(r"([0-9]+)")
NONE, UNKNOWN = -1, -2


@dataclass(frozen=True)
class Rules:
    """What is known of an attribute beforehand.

    ``recode`` maps raw values to values; ``labels`` are the values it may have, in order, or
    empty where nobody has listed them; ``source`` says who has.
    """

    recode: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    source: str = ""

    @cached_property
    def _recode(self) -> dict[str, str]:
        return {fold(raw): value for raw, value in self.recode.items()}

    @cached_property
    def place(self) -> dict[str, int]:
        """Folded label -> its place."""
        return {fold(label): place for place, label in enumerate(self.labels)}

    def canonical(self, raw: str) -> str:
        """The value that a raw cell means, in its own spelling; "" where it is not stated."""
        cell = self._recode.get(fold(raw), raw)
        folded = fold(cell)
        if folded in self.place:
            return self.labels[self.place[folded]]
        return "" if folded in NO_ANSWER or folded == NOT_STATED else " ".join(cell.split())


def attribute(
    cells: Cells, rules: Rules, rows: npt.NDArray[np.int64], where: Where, notes: Notes
) -> Attribute | None:
    """The attribute in a column; ``None`` where it would identify doctors.

    Values are compared without case and spacing. Labels follow the order of ``rules`` or else the
    natural order (2 before 10). Notes unknown values by their rows.
    """
    raw, codes = distinct(cells)
    values = [rules.canonical(value) for value in raw]
    if any(ADDRESS.search(value) for value in values):
        notes.problem(where, "the column holds addresses.", "Remove it: addresses identify.")
        return None
    if not rules.labels:
        rules = Rules(labels=_labels(values, codes, where, notes))
        if len(rules.labels) > max(min(MOST_VALUES, len(codes) // 3), ALWAYS_ALLOWED):
            _note_identifying(len(rules.labels), where, notes)
            return None
    number = np.array([rules.place.get(fold(v), UNKNOWN) if v else NONE for v in values], np.int32)
    found = number[codes] if values else codes
    if (stray := found == UNKNOWN).any():
        notes.problem(
            Where.of(where.file, rows[stray], where.column),
            f"the value is not one of those listed in {rules.source}.",
            "Add it there, mend its spelling, or merge it with recode.",
        )
    return Attribute(rules.labels, np.maximum(found, NONE))


def _labels(
    values: Sequence[str], codes: npt.NDArray[np.int32], where: Where, notes: Notes
) -> tuple[str, ...]:
    """The different values in natural order, the commonest spelling of each."""
    times = np.bincount(codes, minlength=len(values))
    spelled: dict[str, dict[str, int]] = {}
    for value, count in zip(values, times.tolist(), strict=True):
        if value:
            spellings = spelled.setdefault(fold(value), {})
            spellings[value] = spellings.get(value, 0) + count
    merged = sum(len(spellings) > 1 for spellings in spelled.values())
    if merged:
        what = f"{counted(merged, 'value')} written in several ways; the spellings were merged."
        notes.advise(where, what)
    chosen = [min(found, key=lambda v: (-found[v], v)) for found in spelled.values()]
    return tuple(sorted(chosen, key=_natural))


def _natural(label: str) -> tuple[tuple[bool, int, str], ...]:
    """Sorts runs of digits by their size, however long they are, and before letters."""
    parts = [part for part in NUMBERS.split(fold(label)) if part]
    return tuple(
        (False, len(part.lstrip("0")), part.lstrip("0"))
        if NUMBERS.fullmatch(part)
        else (True, 0, part)
        for part in parts
    )


def _note_identifying(values: int, where: Where, notes: Notes) -> None:
    notes.problem(
        where,
        f"the column has {values:,} different values, too many for an attribute.",
        "So fine a column identifies doctors. Merge values with recode, or list them in"
        " categories if they are units.",
    )


def phases(
    cells: Cells, rows: npt.NDArray[np.int64], where: Where, notes: Notes
) -> npt.NDArray[np.int8]:
    """The phase of answering (N,): 1, 2 or 3, and 0 where it is empty."""
    found = looked_up(cells, _phase)
    if (found < 0).any():
        notes.problem(
            Where.of(where.file, rows[found < 0], where.column),
            "the phase is not 1, 2 or 3.",
            "1 is before the first reminder, 2 between, 3 after the last.",
        )
    return np.maximum(found, 0).astype(np.int8)


def _phase(cell: str) -> int:
    folded = fold(cell).removesuffix(".0")
    if folded in NO_ANSWER or folded == "0":
        return 0
    return int(folded) if folded in {"1", "2", "3"} else UNKNOWN


def note_repeated_ids(
    cells: Cells, rows: npt.NDArray[np.int64], where: Where, notes: Notes
) -> None:
    """Note the rows whose id stands in another row as well; the ids are then forgotten."""
    ids, codes = distinct(cells)
    times = np.bincount(codes, minlength=len(ids))
    times[[place for place, value in enumerate(ids) if fold(value) in NO_ANSWER]] = 0
    if times.size and (repeated := times[codes] > 1).any():
        notes.problem(
            Where.of(where.file, rows[repeated], where.column),
            "several rows have the same id.",
            "Keep one row for each doctor.",
        )
