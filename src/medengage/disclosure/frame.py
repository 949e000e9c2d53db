"""The frame: who can be told apart by the attributes that results are reported by.

An *atom* is an occupied combination of all reporting attributes (surgery, consultant, women). No
released figure can separate two doctors of one atom, so every question about what a release gives
away is a question about atoms and their sizes, never about single doctors' answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medengage.errors import StudyError

__all__ = ["Counts", "Flags", "Frame"]

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Frame:
    """Atoms of one wave with their sizes; holds counts only.

    ``atoms`` has one tuple of attribute values an atom, in the order of ``attributes``.
    ``answered`` (A,) counts the respondents of each atom. ``scored`` (A,) counts the fewest who
    have a value on any measure that will be released, so that a skipped item cannot make a group
    smaller than it looks. ``eligible`` (A,) is the roster, where it is known that finely.
    ``gone`` (A,) marks records that were corrected away since an earlier release: nothing new sums
    them, but earlier figures did.
    Raises ``StudyError`` where more doctors answered than the roster has, ``ValueError`` for a
    frame that contradicts itself.
    """

    attributes: tuple[str, ...]
    atoms: tuple[tuple[str, ...], ...]
    answered: Counts
    scored: Counts
    eligible: Counts | None = None
    gone: Flags | None = None

    def __post_init__(self) -> None:
        if len(set(self.attributes)) < len(self.attributes):
            raise ValueError("an attribute stands twice in the frame")
        if any(len(atom) != len(self.attributes) for atom in self.atoms):
            raise ValueError("an atom has one value an attribute")
        if len(set(self.atoms)) < len(self.atoms):
            raise ValueError("an atom stands twice in the frame")
        if self.answered.shape != (len(self.atoms),) or self.scored.shape != self.answered.shape:
            raise ValueError("one count an atom")
        if (self.scored > self.answered).any() or (self.scored < 0).any():
            raise ValueError("more scores than answers, or fewer than none")
        if self.gone is not None and self.gone.shape != self.answered.shape:
            raise ValueError("one mark an atom")
        self._check_roster()

    def _check_roster(self) -> None:
        if self.eligible is None:
            return
        if self.eligible.shape != self.answered.shape:
            raise ValueError("one count an atom")
        if over := int((self.answered > self.eligible).sum()):
            raise StudyError(
                "more doctors answered than the roster has",
                subject=f"{over} combinations of {', '.join(self.attributes)}",
                hint="give the roster of the day the survey opened",
            )

    @property
    def n(self) -> int:
        """All respondents."""
        return int(self.answered[self.counted].sum())

    @property
    def counted(self) -> Flags:
        """(A,) atoms that new figures can sum: somebody answered, and the record still stands."""
        present = self.answered > 0
        return present if self.gone is None else present & ~self.gone

    def column(self, attribute: str) -> tuple[str, ...]:
        """The value of one attribute for each atom; ``StudyError`` for an unknown attribute."""
        if attribute not in self.attributes:
            raise StudyError(
                "results are wished for by an attribute that the answers do not have",
                subject=attribute,
                hint="known attributes: " + (", ".join(self.attributes) or "none"),
            )
        place = self.attributes.index(attribute)
        return tuple(atom[place] for atom in self.atoms)

    def values(self, attribute: str) -> tuple[str, ...]:
        """The values of one attribute, in the order of first appearance."""
        place = self.attributes.index(attribute)
        return tuple(dict.fromkeys(atom[place] for atom in self.atoms))

    def mask(self, where: Mapping[str, tuple[str, ...]]) -> Flags:
        """(A,) which atoms have, for every named attribute, one of the given values."""
        places = {self.attributes.index(name): frozenset(values) for name, values in where.items()}
        return np.array(
            [
                all(atom[place] in values for place, values in places.items())
                for atom in self.atoms
            ],
            dtype=bool,
        )
