"""The ledger: every figure that was ever released, so that old and new are certified together.

A figure is a set of atoms of one wave (or of pooled waves), written down by their attributes. The
ledger holds no result and no count. Before anything new is released, ``known`` gives the figures
that are out already as rows over the present frame, and ``build`` counts them as released: what
nobody could work out from the new figures alone but from old and new together, is refused.
"""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from pydantic import Field, ValidationError

from medengage.disclosure.certificate import Verdict, certify
from medengage.disclosure.frame import Frame
from medengage.disclosure.lattice import Lattice
from medengage.disclosure.revisions import BEFORE, WAVE, with_wave
from medengage.disclosure.tableau import Integers
from medengage.errors import DisclosureRefused, Problem, StudyError
from medengage.findings import Fact

__all__ = ["Entry", "Ledger", "LedgerFigure"]


class LedgerFigure(Fact):
    """One released figure: the id of its group and its atoms (places in the entry's list)."""

    id: str
    atoms: tuple[int, ...]


class Entry(Fact):
    """One release: of which waves and which version of their records, with all its figures.

    ``attributes`` start with the wave; ``atoms`` are the occupied combinations of them, sorted.
    ``version`` counts the corrections of the records up to this release, ``limit`` is the fewest
    doctors that any combination of figures was proven to rest on.
    """

    version: int = Field(default=1, ge=1)
    limit: int
    attributes: tuple[str, ...]
    atoms: tuple[tuple[str, ...], ...]
    figures: tuple[LedgerFigure, ...]

    @property
    def waves(self) -> frozenset[str]:
        """The waves whose answers the figures sum."""
        return frozenset(atom[0] for atom in self.atoms)

    @classmethod
    def of(cls, lattice: Lattice, wave: str, *, version: int = 1) -> Self:
        """The entry for a certified lattice that is being released."""
        frame = with_wave(lattice.frame, wave)
        present = [place for place in range(len(frame.atoms)) if frame.answered[place] > 0]
        order = sorted(present, key=lambda place: frame.atoms[place])
        return cls(
            version=version,
            limit=lattice.limit,
            attributes=frame.attributes,
            atoms=tuple(frame.atoms[place] for place in order),
            figures=tuple(
                LedgerFigure(
                    id=group.id,
                    atoms=tuple(number for number, at in enumerate(order) if group.atoms[at]),
                )
                for group in lattice.groups
            ),
        )

    def rows(self, frame: Frame, version: int) -> Integers:
        """(M, A) the entry's figures over a frame of the same records, perhaps since corrected.

        Raises ``DisclosureRefused`` where the frame cannot express them.
        """
        prefix = BEFORE * (version - self.version)
        names = (WAVE, *(prefix + name for name in self.attributes[1:]))
        missing = [name for name in names if name not in frame.attributes]
        if missing or not self.waves <= {atom[0] for atom in frame.atoms}:
            raise DisclosureRefused(
                "old and new figures cannot be compared, so nothing new can be shown",
                subject=", ".join(missing)
                or "a wave is missing: " + ", ".join(sorted(self.waves)),
                hint="build on a frame with all waves and attributes of the earlier releases",
            )
        places = [frame.attributes.index(name) for name in names]
        number = {atom: place for place, atom in enumerate(self.atoms)}
        codes = np.array(
            [number.get(tuple(atom[place] for place in places), -1) for atom in frame.atoms],
            dtype=np.int64,
        )
        return np.array(
            [np.isin(codes, figure.atoms) for figure in self.figures], dtype=np.int64
        ).reshape(len(self.figures), len(codes))


class Ledger(Fact):
    """All releases so far, oldest first. A value: ``add`` gives a new ledger."""

    schema_version: Literal[1] = 1
    entries: tuple[Entry, ...] = ()

    def add(self, entry: Entry) -> Ledger:
        """The ledger with one more release."""
        return Ledger(entries=(*self.entries, entry))

    def touching(self, frame: Frame) -> tuple[Entry, ...]:
        """The releases that sum answers of the waves of this frame (with the wave attribute)."""
        waves = {atom[0] for atom in frame.atoms}
        return tuple(entry for entry in self.entries if entry.waves & waves)

    def known(self, frame: Frame, wave: str, *, version: int = 1) -> Integers:
        """(M, A) all figures that are out already and have answers in common with this frame.

        ``version`` says how often the records of the frame have been corrected. Raises
        ``DisclosureRefused`` where an earlier release cannot be expressed over this frame: it had
        an attribute that is missing here, or pooled a wave that is missing here.
        """
        full = with_wave(frame, wave)
        rows = [entry.rows(full, version) for entry in self.touching(full)]
        return np.vstack([np.zeros((0, len(full.atoms)), dtype=np.int64), *rows])

    def judge(self, lattice: Lattice, wave: str, *, version: int = 1) -> Verdict:
        """Is the lattice safe beside everything that is out? Old figures are not judged again."""
        known = self.known(lattice.frame, wave, version=version)
        present = lattice.frame.answered > 0
        return certify(
            lattice.matrix[:, present],
            lattice.frame.scored[present],
            lattice.limit,
            known=known[:, present],
        )

    def refuse_rolling(self, lattice: Lattice, wave: str) -> None:
        """Raise ``DisclosureRefused`` for pooled waves that overlap an earlier pool in part.

        Two windows that overlap differ by single waves, and as soon as one of those is known, so
        are the others. Overlap is allowed only where every wave's part of every group is large
        enough to be shown by itself.
        """
        frame = with_wave(lattice.frame, wave)
        waves = np.array([atom[0] for atom in frame.atoms])
        window = frozenset(waves.tolist())
        pools = [entry.waves for entry in self.entries if len(entry.waves) > 1]
        if len(window) == 1 or not any(pool & window and pool != window for pool in pools):
            return
        for group in lattice.groups:
            parts = [int(frame.scored[group.atoms & (waves == one)].sum()) for one in window]
            if any(0 < part < lattice.limit for part in parts):
                raise DisclosureRefused(
                    "a rolling window would show single waves of a small group",
                    subject=group.title or group.id,
                    hint="pool waves into windows that do not overlap",
                )

    def to_json(self) -> str:
        """Canonical JSON with a final newline; the same ledger gives the same bytes."""
        return self.model_dump_json(indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes, subject: str = "ledger.json") -> Ledger:
        """Read back what ``to_json`` wrote; raises ``StudyError`` for anything else."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            problems = [
                Problem(".".join(str(step) for step in item["loc"]), str(item["msg"]))
                for item in error.errors(include_input=False)
            ]
            raise StudyError(
                "the ledger cannot be read", subject=subject, problems=problems
            ) from None
