"""From answers to scores: mirror, average, rescale and climb the scale tree (methods 1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from medengage.definitions.instrument import Aspect, Instrument
from medengage.measure.responses import Responses
from medengage.measure.study import Study
from medengage.stats import scoring

__all__ = ["ASPECTS", "Scores", "score"]

ASPECTS: tuple[Aspect, Aspect] = ("individual", "organisation")
"""The two axes of the quadrant: x, then y."""

Column = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of N respondents, 0-100, nan where the missing rule is not met.

    ``scale`` maps scale id -> (N,), ``aspect`` the two aspects of the main instrument. ``keyed``
    (N, J) holds the answers after mirroring, so that high means engaged. ``straight_lined`` and
    ``mostly_missing`` (N,) are flags; nobody is dropped for a flag, except that a doctor who left
    out more than half of the items has no index.
    """

    responses: Responses
    scale: Mapping[str, Column]
    aspect: Mapping[Aspect, Column]
    keyed: npt.NDArray[np.int8]
    straight_lined: npt.NDArray[np.bool_]
    mostly_missing: npt.NDArray[np.bool_]

    @property
    def n(self) -> int:
        """Number of respondents."""
        return self.responses.n

    @cached_property
    def measures(self) -> tuple[Column, ...]:
        """Everything that is released by group: the scales, then the aspects."""
        return (*self.scale.values(), *self.aspect.values())


def score(study: Study) -> Scores:
    """Scores of every scale of every instrument of the study.

    Only respondents with at least one scorable subscale of the main instrument count as having
    answered; forms without one are left out here, once, so that all later numbers agree on n.
    """
    keyed = _keyed(study)
    scale = {
        name: column
        for instrument in study.instruments
        for name, column in _tree(instrument, study.responses, keyed).items()
    }
    answered = _answered(study.instrument, scale)
    responses = study.responses.of(answered)
    kept = {name: column[answered] for name, column in scale.items()}
    main = responses.answers[:, responses.columns(study.instrument.item_ids)]
    reversed_ = [item.reversed for item in study.instrument.items]
    mostly_missing = scoring.mostly_missing(main)
    if study.instrument.index is not None:
        kept[study.instrument.index.id][mostly_missing] = np.nan
    return Scores(
        responses,
        kept,
        _aspects(study.instrument, kept),
        np.ascontiguousarray(keyed[answered]),
        scoring.straight_lined(main, reversed_),
        mostly_missing,
    )


def _keyed(study: Study) -> npt.NDArray[np.int8]:
    """Answers with reverse-keyed items mirrored; items of no instrument stay as they are."""
    responses = study.responses
    known = {
        item.id: (item.reversed, instrument.options_of(item.id).highest)
        for instrument in study.instruments
        for item in instrument.items
    }
    plain = (False, max(2, int(responses.answers.max(initial=1))))
    facts = [known.get(name, plain) for name in responses.items]
    return scoring.mirror(
        responses.answers, [fact[0] for fact in facts], 1, [fact[1] for fact in facts]
    )


def _tree(
    instrument: Instrument, responses: Responses, keyed: npt.NDArray[np.int8]
) -> dict[str, Column]:
    """Every scale of one instrument, children before parents."""
    leaves = instrument.subscales
    columns = [responses.columns(leaf.items).tolist() for leaf in leaves]
    # Items outside this instrument may have more options: their range must not matter here.
    high = np.full(len(responses.items), max(int(keyed.max(initial=1)), 2))
    for name in instrument.item_ids:
        high[responses.column[name]] = instrument.options_of(name).highest
    values = scoring.scale_scores(
        keyed,
        columns,
        lo=1,
        hi=high,
        min_items=[leaf.missing.min_items(len(leaf.items)) for leaf in leaves],
    )
    found = {leaf.id: values[:, place] for place, leaf in enumerate(leaves)}
    for scale in instrument.scoring_order:
        if not scale.items:
            parts = [found[part.id] for part in instrument.children(scale.id)]
            found[scale.id] = scoring.combine(np.column_stack(parts))
    return {scale.id: found[scale.id] for scale in instrument.scales}


def _answered(instrument: Instrument, scale: Mapping[str, Column]) -> npt.NDArray[np.bool_]:
    parts = [~np.isnan(scale[leaf.id]) for leaf in instrument.subscales]
    return np.asarray(np.logical_or.reduce(parts))


def _aspects(instrument: Instrument, scale: Mapping[str, Column]) -> dict[Aspect, Column]:
    """Mean of the subscales of each aspect; empty where the instrument knows no aspects."""
    found = {
        aspect: scoring.combine(np.column_stack([scale[s.id] for s in instrument.aspect(aspect)]))
        for aspect in ASPECTS
        if instrument.aspect(aspect)
    }
    return found if len(found) == len(ASPECTS) else {}
