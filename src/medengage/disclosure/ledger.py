"""The ledger: every figure that was ever released, so that old and new are certified together.

A figure is a set of atoms of one wave (or of pooled waves), written down by their attributes. The
ledger holds no result and no count. Before anything new is released, ``known`` gives the figures
that are out already as rows over the present frame, and ``build`` counts them as released: what
nobody could work out from the new figures alone but from old and new together, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, StringConstraints, ValidationError, model_validator

from medengage.disclosure.certificate import Verdict, certify
from medengage.disclosure.frame import Frame
from medengage.disclosure.lattice import Lattice
from medengage.disclosure.revisions import BEFORE, WAVE, with_wave
from medengage.disclosure.tableau import Integers
from medengage.errors import DisclosureRefused, Problem, StudyError
from medengage.findings import Fact

__all__ = ["Entry", "Ledger", "LedgerFigure"]

LISTED = 10
"""Problems of a damaged ledger that are told one by one."""
UNKNOWN = ""
"""In place of a fingerprint: there was no secret to make one with."""

Fingerprint = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")]
Place = Annotated[int, Field(ge=0)]


class LedgerFigure(Fact):
    """One released figure: the id of its group and its atoms (places in the entry's list)."""

    id: str
    atoms: tuple[Place, ...]


class Entry(Fact):
    """One release: of which waves and which version of their records, with all its figures.

    ``attributes`` start with the wave; ``atoms`` are the occupied combinations of them, sorted.
    ``version`` counts the corrections of the records up to this release, ``limit`` is the fewest
    doctors that any combination of figures was proven to rest on. ``answers`` is a fingerprint of
    all records (HMAC-SHA256 under the wave's secret, hex), "" where there was no secret.
    ``noise`` is the noise of a sum as a share of the whole range of scores, where it is known.
    """

    version: int = Field(default=1, ge=1)
    answers: Fingerprint = UNKNOWN
    noise: float | None = Field(default=None, ge=0)
    limit: int = Field(ge=1)
    attributes: tuple[str, ...]
    atoms: tuple[tuple[str, ...], ...]
    figures: tuple[LedgerFigure, ...]

    @model_validator(mode="after")
    def _figures_are_about_atoms(self) -> Self:
        if self.attributes[:1] != (WAVE,) or len(set(self.attributes)) < len(self.attributes):
            raise ValueError("the attributes are the wave and others, each once")
        if any(len(atom) != len(self.attributes) for atom in self.atoms):
            raise ValueError("an atom has one value an attribute")
        if len(set(self.atoms)) < len(self.atoms):
            raise ValueError("an atom stands twice")
        for figure in self.figures:
            if any(place >= len(self.atoms) for place in figure.atoms):
                raise ValueError("a figure names an atom that is not there")
        return self

    @property
    def waves(self) -> frozenset[str]:
        """The waves whose answers the figures sum."""
        return frozenset(atom[0] for atom in self.atoms)

    @classmethod
    def of(
        cls,
        lattice: Lattice,
        wave: str,
        *,
        version: int = 1,
        answers: str = "",
        noise: float | None = None,
    ) -> Self:
        """The entry for a certified lattice that is being released."""
        frame = with_wave(lattice.frame, wave)
        present = [place for place in range(len(frame.atoms)) if frame.answered[place] > 0]
        order = sorted(present, key=lambda place: frame.atoms[place])
        return cls(
            version=version,
            answers=answers,
            noise=noise,
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
    """All releases so far, oldest first. A value: ``add`` and ``archive`` give a new ledger.

    ``archived`` says that the wave's secret was destroyed and nothing further may be released.
    Whoever releases (``measure.analyse.released``) asks ``refuse_archived`` and
    ``refuse_changed`` before anything is worked out, and ``known`` before groups are planned.
    """

    schema_version: Literal[1] = 1
    entries: tuple[Entry, ...] = ()
    archived: bool = False

    def add(self, entry: Entry) -> Ledger:
        """The ledger with one more release; the same figures on the same answers count once.

        Raises ``DisclosureRefused`` once the wave is archived.
        """
        self.refuse_archived()
        if entry in self.entries:
            return self
        return Ledger(entries=(*self.entries, entry))

    def archive(self) -> Ledger:
        """The same ledger, closed: nothing can be added any more."""
        return Ledger(entries=self.entries, archived=True)

    def continues(self, earlier: Ledger) -> bool:
        """Is this the earlier ledger, perhaps with more releases, and neither reopened?"""
        begins = self.entries[: len(earlier.entries)] == earlier.entries
        return begins and (self.archived or not earlier.archived)

    def of_wave(self, wave: str) -> tuple[Entry, ...]:
        """The releases that sum answers of one wave."""
        return tuple(entry for entry in self.entries if wave in entry.waves)

    def refuse_archived(self) -> None:
        """Raise ``DisclosureRefused`` once the wave's secret was destroyed."""
        if self.archived:
            raise DisclosureRefused(
                "the wave is archived: its secret was destroyed, nothing further can be released",
                hint="what was released before stays as it is",
            )

    def refuse_changed(self, wave: str, answers: str) -> None:
        """Raise ``DisclosureRefused`` where answers changed since an earlier release of the wave.

        Old and new figures together would show the few doctors whose answers changed. ``answers``
        is the fingerprint of all records as they are now, "" without a secret: nothing is known
        of changes then, and an earlier release with a fingerprint cannot be compared with. The
        same answers under the name of another wave are refused as well, because nothing would
        be certified beside what is out. Where it is known which records changed,
        ``revisions.corrected`` and ``known`` tell whether they are many enough. Releases of
        pooled waves are left to ``known``.
        """
        alone = frozenset({wave})
        earlier = {entry.answers for entry in self.entries if entry.waves == alone}
        if UNKNOWN in (earlier | {answers}) and earlier - {answers}:
            raise _refusal(
                "it cannot be told whether the answers are those of the earlier release",
                wave,
                "give the study the secret that it had then",
            )
        if earlier - {answers}:
            raise _refusal(
                "the answers have changed since the earlier release of this wave; old and new"
                " figures together would show the few doctors whose answers changed",
                wave,
                "keep the earlier release",
            )
        others = {entry.answers for entry in self.entries if wave not in entry.waves}
        if answers in others - {UNKNOWN}:
            raise _refusal(
                "these answers were released before as another wave",
                wave,
                "name the wave as it was",
            )

    def refuse_other_noise(self, wave: str, noise: float) -> None:
        """Raise ``DisclosureRefused`` where an earlier release of the wave had other noise.

        The same keys with two strengths of noise would let anybody solve for the means without it.
        """
        if any(entry.noise not in (None, noise) for entry in self.of_wave(wave)):
            raise _refusal(
                "the noise has changed since the earlier release of this wave; old and new"
                " figures together would show the means without noise",
                wave,
                "give the policy the noise that it had then",
            )

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

        Whoever plans a release of ``pooled`` waves calls it with the finished lattice, before
        ``Entry.of``. A study of one wave needs no call; for one wave it does nothing.
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
        """Read back what ``to_json`` wrote.

        Raises ``StudyError`` for anything else, with the place of what is wrong and without
        quoting it.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            found = error.errors(include_input=False, include_url=False)
        problems = [_problem(item, subject) for item in found[:LISTED]]
        if more := len(found) - len(problems):
            problems.append(Problem(subject, f"{more:,} more of the kind."))
        raise StudyError(
            "the ledger cannot be read",
            subject=subject,
            hint="bring it back from a copy; delete it only if no release has left this room",
            problems=problems,
        )


def _refusal(message: str, wave: str, mend: str) -> DisclosureRefused:
    hint = f"{mend}; or, if nothing of it has left this room, delete ledger.json"
    return DisclosureRefused(message, subject=f"wave {wave}", hint=hint)


def _problem(item: Mapping[str, Any], subject: str) -> Problem:
    """``ledger.json, entries[2].limit``; the name of a foreign field is not repeated."""
    foreign = item["type"] == "extra_forbidden"
    steps = item["loc"][:-1] if foreign else item["loc"]
    place = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps)
    what = "a field that no ledger has" if foreign else str(item["msg"])
    what = what.removeprefix("Value error, ")
    where = f"{subject}, {place[1:]}" if place else subject
    return Problem(where, f"{what[0].lower()}{what[1:]}.")
