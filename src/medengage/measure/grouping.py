"""Which respondent belongs to which atom, group and stratum of a release plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medengage.disclosure.frame import Frame
from medengage.disclosure.lattice import ReleasedGroup
from medengage.disclosure.ledger import Ledger
from medengage.disclosure.plan import ALIKE, PHASE, ReleasePlan, plan_release
from medengage.disclosure.revisions import WAVE, with_wave
from medengage.errors import StudyError
from medengage.measure.noising import Noise
from medengage.measure.responses import Attribute
from medengage.measure.scoring import Scores
from medengage.measure.study import Study

__all__ = ["Grouping", "grouping"]

Codes = npt.NDArray[np.int64]
Rows = npt.NDArray[np.bool_]

NOBODY = -1
PHASES = ("not known", "early", "middle", "late")
WHETHER_ALIKE = ("varied", "all alike")


@dataclass(frozen=True, eq=False)
class Grouping:
    """The plan of a release, where every respondent stands in it, and the wave's noise.

    ``atom`` (N,) numbers the atom of each respondent.
    """

    plan: ReleasePlan
    atom: Codes
    noise: Noise

    def rows(self, group: ReleasedGroup) -> Rows:
        """(N,) who belongs to the group."""
        return np.asarray(group.atoms[self.atom])

    def numbered(self, groups: Sequence[ReleasedGroup]) -> Codes:
        """(N,) which of some disjoint groups each respondent belongs to; -1 for none."""
        of_atom = np.full(len(self.plan.frame.atoms), NOBODY, dtype=np.int64)
        for number, group in enumerate(groups):
            of_atom[group.atoms] = number
        return of_atom[self.atom]

    def values(self, name: str) -> Codes:
        """(N,) number of the merged values of an attribute that each respondent has."""
        blocks = self.plan.lattice.blocks[name]
        number = {value: place for place, block in enumerate(blocks) for value in block}
        of_atom = np.array([number[value] for value in self.plan.frame.column(name)])
        return np.asarray(of_atom[self.atom], dtype=np.int64)

    @property
    def block(self) -> Codes:
        """(N,) the unit of each respondent; 0 for all without a breakdown, -1 if not shown."""
        blocks = self.plan.blocks
        return self.numbered(blocks) if blocks else np.zeros(len(self.atom), dtype=np.int64)

    @property
    def stratum(self) -> Codes:
        """(N,) the weighting stratum of each respondent."""
        return self.plan.strata[self.atom]


def grouping(study: Study, scores: Scores, ledger: Ledger | None = None) -> Grouping:
    """Plan the release from counts and place the respondents in it.

    ``ledger`` knows the figures of earlier releases of the same answers; they are certified
    together with the new ones. Raises ``StudyError`` for an attribute that the answers do not
    have, ``DisclosureRefused`` where too few doctors answered to show anything.
    """
    columns = _columns(study, scores, _earlier(ledger, study))
    codes = [column.codes for column in columns.values()]
    table = np.column_stack(codes) if codes else np.zeros((scores.n, 0), dtype=np.int32)
    cells, atom = np.unique(table, axis=0, return_inverse=True)
    atom = atom.reshape(-1).astype(np.int64)
    occupied = [
        tuple(column.labels[code] for column, code in zip(columns.values(), cell, strict=True))
        for cell in cells
    ]
    atoms = (*occupied, *_silent_atoms(study, tuple(columns), set(occupied)))
    frame = Frame(
        tuple(columns),
        atoms,
        answered=np.bincount(atom, minlength=len(atoms)).astype(np.int64),
        scored=_scored(study, scores, atom, len(atoms)),
    )
    known = None if ledger is None else _known(ledger, frame, study)
    plan = plan_release(frame, study.policy, known=known)
    return Grouping(plan, atom, Noise.of(study, scores.responses))


def _silent_atoms(
    study: Study, names: tuple[str, ...], occupied: set[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """Combinations on the roster in which nobody answered, as far as the roster is known."""
    asked = tuple(name for name in names if name not in (PHASE, ALIKE))
    joint = None if study.population is None else study.population.cross(asked)
    if not joint:
        return []
    nothing = (PHASES[0], WHETHER_ALIKE[0])
    rest = tuple(
        value for name, value in zip((PHASE, ALIKE), nothing, strict=True) if name in names
    )
    taken = {atom[: len(asked)] for atom in occupied}
    return [(*cell, *rest) for cell in sorted(joint) if cell not in taken]


def _known(ledger: Ledger, frame: Frame, study: Study) -> Codes | None:
    rows = ledger.known(with_wave(frame, study.wave), study.wave)
    return rows if len(rows) else None


def _earlier(ledger: Ledger | None, study: Study) -> tuple[str, ...]:
    """Attributes by which figures of this wave were released before."""
    entries = ledger.of_wave(study.wave) if ledger else ()
    return tuple(name for entry in entries for name in entry.attributes if name != WAVE)


def _columns(study: Study, scores: Scores, earlier: tuple[str, ...]) -> dict[str, Attribute]:
    """What doctors are told apart by: reporting attributes, weights, early or late, all alike."""
    known = (*earlier, *_attributes(study, scores))
    found = {
        name: scores.responses.attributes[name].with_not_stated()
        for name in known
        if name in scores.responses.attributes
    }
    few = study.policy.minimum_group
    phase = scores.responses.phase
    if phase is not None and (PHASE in earlier or _occupied(phase, few)):
        found[PHASE] = Attribute(PHASES, phase.astype(np.int32))
    if ALIKE in earlier or _occupied(scores.straight_lined, few):
        found[ALIKE] = Attribute(WHETHER_ALIKE, scores.straight_lined.astype(np.int32))
    return found


def _attributes(study: Study, scores: Scores) -> tuple[str, ...]:
    """Reporting attributes, those that they lie within, and the one of the weights."""
    known, policy = scores.responses.attributes, study.policy
    lines = [policy.within[name] for name in policy.attributes if name in policy.within]
    wanted = (*policy.attributes, *lines)
    if unknown := [name for name in wanted if name not in known]:
        raise StudyError(
            "results cannot be broken down by an attribute that the answers do not have",
            subject=unknown[0],
            hint="known attributes: " + (", ".join(sorted(known)) or "none"),
        )
    roster = study.population.margins if study.population else {}
    weight = policy.weighting
    weights = (weight,) if weight is not None and weight in roster and weight in known else ()
    return tuple(dict.fromkeys((*wanted, *weights)))


def _occupied(codes: npt.NDArray[np.bool_] | npt.NDArray[np.int8], few: int) -> bool:
    """Two values or more, each of at least the minimum group?"""
    _, counts = np.unique(codes, return_counts=True)
    return len(counts) > 1 and bool(counts.min() >= few)


def _scored(study: Study, scores: Scores, atom: Codes, atoms: int) -> Codes:
    """Per atom the fewest respondents with a value on any measure that is shown by group."""
    by_group = [scores.scale[scale.id] for scale in study.instrument.scales]
    if scores.aspect:
        # A place in the quadrant needs both aspects: their sum is nan where one is.
        by_group.append(np.sum(list(scores.aspect.values()), axis=0))
    counts = [np.bincount(atom[~np.isnan(values)], minlength=atoms) for values in by_group]
    return np.asarray(np.min(counts, axis=0), dtype=np.int64)
