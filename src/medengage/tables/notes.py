"""Everything that is noticed while a study is read: problems and advice, each with its place.

A note names a file, rows and a column and says what is the matter. It never holds what stands in
a cell, so that it may be printed, logged and sent to a colleague.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from medengage.errors import Problem
from medengage.tables.names import shown

__all__ = ["MANIFEST", "Notes", "Where", "rows_in_words"]

MANIFEST = "study.toml"
LISTED = 3

Rows = Sequence[int] | npt.NDArray[np.int64]


@dataclass(frozen=True)
class Where:
    """A place in the study folder; rows are numbered as a spreadsheet program shows them.

    ``rows`` are the first few, ``more`` counts the others.
    """

    file: str
    rows: tuple[int, ...] = ()
    column: str = ""
    more: int = 0

    @classmethod
    def of(cls, file: str, rows: Rows, column: str = "") -> Where:
        """From any number of row numbers, lowest first."""
        first = tuple(int(row) for row in rows[:LISTED])
        return cls(file, first, column, len(rows) - len(first))

    def __str__(self) -> str:
        parts = [self.file, rows_in_words(self.rows, self.more)]
        parts += [f"column {shown(self.column)}"] if self.column else []
        return ", ".join(part for part in parts if part)


@dataclass
class Notes:
    """Collects notes; ``problems`` stop the reading, ``advice`` does not."""

    _problems: list[tuple[Where, Problem]] = field(default_factory=list, repr=False)
    _advice: list[tuple[Where, Problem]] = field(default_factory=list, repr=False)

    def problem(self, where: Where | str, what: str, mend: str = "") -> None:
        """Note something that must be mended."""
        self._add(self._problems, where, what, mend)

    def advise(self, where: Where | str, what: str, mend: str = "") -> None:
        """Note something that its owner should know."""
        self._add(self._advice, where, what, mend)

    def take(self, problems: Iterable[Problem], file: str) -> None:
        """Note the problems of an error that some other reader raised."""
        self._problems.extend((Where(file), problem) for problem in problems)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems: study.toml first, then file by file as they were read, by row."""
        return self._sorted(self._problems)

    @property
    def advice(self) -> tuple[Problem, ...]:
        """All advice by file, then by row."""
        return self._sorted(self._advice)

    def _add(
        self, notes: list[tuple[Where, Problem]], where: Where | str, what: str, mend: str
    ) -> None:
        place = Where(where) if isinstance(where, str) else where
        notes.append((place, Problem(str(place), what, mend)))

    def _sorted(self, notes: list[tuple[Where, Problem]]) -> tuple[Problem, ...]:
        files = [where.file.partition(", ")[0] for where, _ in notes]
        rank = {file: number for number, file in enumerate(dict.fromkeys([MANIFEST, *files]))}
        order = sorted(
            range(len(notes)), key=lambda k: (rank[files[k]], min(notes[k][0].rows, default=0))
        )
        return tuple(notes[k][1] for k in order)


def rows_in_words(rows: Sequence[int], more: int = 0) -> str:
    """``row 14``, ``rows 14, 15 and 16`` or ``rows 14, 15, 16 and 213 more``."""
    if len(rows) <= 1:
        return "".join(f"row {row}" for row in rows)
    if more:
        return f"rows {', '.join(map(str, rows))} and {more:,} more"
    return f"rows {', '.join(map(str, rows[:-1]))} and {rows[-1]}"
