"""What a study gives to a norm: sums of groups that its certified release holds, and of no others.

Sums are exact, without the noise of published means. They are certified all the same, for the
certificate is about exact sums: whatever can be computed from the groups of a release concerns as
many doctors as the policy asks for. Where results are shown by unit, spread between units is that
between the units as they are shown, joined ones counting once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from medengage.disclosure.lattice import ReleasedGroup
from medengage.disclosure.ledger import Entry, Ledger
from medengage.errors import StudyError, TooFewResponses
from medengage.measure.grouping import Grouping, grouping
from medengage.measure.noising import fingerprint
from medengage.measure.scoring import Scores, score
from medengage.measure.study import Study
from medengage.norms.contribution import ALL, FEWEST, Contribution
from medengage.norms.privacy import NoisyHistogram, noisy_histogram
from medengage.norms.sums import ScaleSums, scale_sums

__all__ = ["certified", "contribution"]

FIVES = 5
PHASES = (1, 2, 3)


def contribution(
    study: Study,
    ledger: Ledger,
    *,
    organisation: str,
    seq: int = 1,
    epsilon: float | None = None,
) -> Contribution:
    """The sums of a study that was released before, for the coordinator of a norm.

    ``organisation`` is the code that the coordinator knows, ``seq`` the version. How many could
    have answered is rounded up to fives, so that it does not tell when everybody did. With
    ``epsilon`` the histogram of the index is given with noise, and nothing else. Raises
    ``StudyError`` where the study was not released or nobody knows how many could have answered,
    ``TooFewResponses`` below thirty doctors.
    """
    if not ledger.of_wave(study.wave):
        raise StudyError("analyse the study first: only what was released is contributed")
    if study.population is None:
        raise StudyError("a norm needs to know how many doctors could have answered")
    scores = score(study)
    groups = grouping(study, scores, ledger)
    if groups.plan.whole.n < FEWEST:
        raise TooFewResponses("a contribution to a norm", n=groups.plan.whole.n, needed=FEWEST)
    units = _units(study, groups)
    given: dict[str, Any] = {"phases": (0, 0, 0)}
    if epsilon is None:
        given["phases"] = _phases(scores)
        given["scales"] = dict(_scales(study, scores, groups, units))
    else:
        given["noisy"] = _noisy(study, scores, epsilon)
    return Contribution(
        organisation=organisation,
        instrument=study.instrument.reference,
        instrument_checksum=study.instrument.checksum,
        language=study.instrument.language,
        wave=study.wave,
        opened=study.opened,
        closed=study.closed,
        seq=seq,
        minimum_group=study.policy.minimum_group,
        eligible=-(-study.population.total // FIVES) * FIVES,
        **given,
    )


def _noisy(study: Study, scores: Scores, epsilon: float) -> dict[str, NoisyHistogram]:
    """The index alone: noise on ten scales would leave nothing of each."""
    index = study.instrument.index
    if index is None:
        raise StudyError("a histogram with noise is given of the index, and there is none")
    column = scores.scale[index.id]
    return {index.id: noisy_histogram(column[np.isfinite(column)], epsilon)}


def certified(study: Study) -> Ledger:
    """The ledger of a study whose groups were certified, without working any figure out.

    What ``released`` leaves behind, for a hospital that contributes to a norm and shows nothing
    else. Raises ``DisclosureRefused`` where too few doctors answered to show anything.
    """
    scores = score(study)
    groups = grouping(study, scores)
    answers = fingerprint(study, scores.responses)
    entry = Entry.of(groups.plan.lattice, study.wave, answers=answers, noise=study.policy.noise)
    return Ledger().add(entry)


def _units(study: Study, groups: Grouping) -> npt.NDArray[np.int64]:
    """(N,) the unit of each respondent as it is shown; all one where none is."""
    wanted = (study.policy.breakdown,)
    shown = [one for one in groups.plan.groups if one.wish.attributes == wanted]
    return groups.numbered(shown) if shown else np.zeros(len(groups.atom), dtype=np.int64)


def _phases(scores: Scores) -> tuple[int, int, int]:
    """How many answered early, between and late, in fives; nobody where it is not known."""
    known = scores.responses.phase
    if known is None:
        return 0, 0, 0
    early, between, late = (int(np.count_nonzero(known == phase)) for phase in PHASES)
    return early // FIVES * FIVES, between // FIVES * FIVES, late // FIVES * FIVES


def _scales(
    study: Study, scores: Scores, groups: Grouping, units: npt.NDArray[np.int64]
) -> list[tuple[str, dict[str, ScaleSums]]]:
    """Every scale of the main instrument that thirty doctors have."""
    strata = _strata(study, groups)
    found = []
    for scale in study.instrument.scales:
        column = scores.scale[scale.id]
        there = np.isfinite(column)
        rows = {ALL: there, **{name: there & groups.rows(one) for name, one in strata.items()}}
        sums = {
            name: scale_sums(column[of], units[of])
            for name, of in rows.items()
            if int(of.sum()) >= FEWEST
        }
        if ALL in sums:
            found.append((scale.id, sums))
    return found


def _strata(study: Study, groups: Grouping) -> dict[str, ReleasedGroup]:
    """Certified groups of the attribute that results are weighted by, such as grades."""
    wanted = (study.policy.weighting,)
    shown = [one for one in groups.plan.groups if one.wish.attributes == wanted]
    return {one.title: one for one in shown}
