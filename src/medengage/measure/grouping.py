"""Which respondent belongs to which atom, block and stratum of a release plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medengage.disclosure.frame import Frame
from medengage.disclosure.plan import PlannedGroup, ReleasePlan, plan_release
from medengage.errors import StudyError
from medengage.findings import Policy
from medengage.measure.scoring import Scores
from medengage.measure.study import Study

__all__ = ["Grouping", "grouping"]

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Grouping:
    """The plan of a release and where every respondent stands in it.

    ``atom`` (N,) numbers the atom of each respondent, ``block`` (N,) the block (all 0 where there
    is no breakdown).
    """

    plan: ReleasePlan
    atom: Codes
    block: Codes

    def rows(self, group: PlannedGroup) -> npt.NDArray[np.bool_]:
        """(N,) who belongs to the group."""
        return np.asarray(group.atoms[self.atom])

    @property
    def stratum(self) -> Codes:
        """(N,) the weighting stratum of each respondent."""
        return self.plan.strata[self.atom]


def grouping(study: Study, scores: Scores) -> Grouping:
    """Plan the release from counts and place the respondents in it.

    Raises ``StudyError`` for a breakdown that the answers do not have, ``DisclosureRefused`` where
    too few doctors answered to show anything.
    """
    attributes = _attributes(study, scores, study.policy)
    columns = [scores.responses.attributes[name].with_not_stated() for name in attributes]
    codes = [column.codes for column in columns]
    table = np.column_stack(codes) if codes else np.zeros((scores.n, 0), dtype=np.int32)
    cells, atom = np.unique(table, axis=0, return_inverse=True)
    atom = atom.reshape(-1).astype(np.int64)
    atoms = tuple(
        tuple(column.labels[code] for column, code in zip(columns, cell, strict=True))
        for cell in cells
    )
    frame = Frame(
        attributes,
        atoms,
        answered=np.bincount(atom, minlength=len(atoms)).astype(np.int64),
        scored=_scored(study, scores, atom, len(atoms)),
    )
    plan = plan_release(frame, study.policy)
    return Grouping(plan, atom, _block(plan)[atom])


def _attributes(study: Study, scores: Scores, policy: Policy) -> tuple[str, ...]:
    """The breakdown first, then the attribute that results are weighted by."""
    known = scores.responses.attributes
    if policy.breakdown is not None and policy.breakdown not in known:
        raise StudyError(
            "results cannot be broken down by an attribute that the answers do not have",
            subject=policy.breakdown,
            hint="known attributes: " + (", ".join(sorted(known)) or "none"),
        )
    roster = study.population.margins if study.population else {}
    wanted = [policy.breakdown, policy.weighting if policy.weighting in roster else None]
    return tuple(dict.fromkeys(name for name in wanted if name is not None and name in known))


def _scored(study: Study, scores: Scores, atom: Codes, atoms: int) -> Codes:
    """Per atom the fewest respondents with a value on any measure that is shown by group."""
    by_group = [scores.scale[scale.id] for scale in study.instrument.scales]
    by_group += list(scores.aspect.values())
    counts = [np.bincount(atom[~np.isnan(values)], minlength=atoms) for values in by_group]
    return np.asarray(np.min(counts, axis=0), dtype=np.int64)


def _block(plan: ReleasePlan) -> Codes:
    block = np.zeros(len(plan.frame.atoms), dtype=np.int64)
    for number, group in enumerate(plan.blocks):
        block[group.atoms] = number
    return block
