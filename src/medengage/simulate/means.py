"""True means of organisations: what an interval should cover.

Two targets, as there are two intervals. The *roster* mean belongs to the doctors who are there
(descriptive interval, with finite population correction). The *process* mean belongs to the
place: its posts as they are, filled with doctors drawn afresh (analytic interval). Each is given
in latent points and, because answers are bounded and coarse, as the instrument's score.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medengage.definitions.instrument import Instrument
from medengage.simulate.items import expected_scores, item_model, score_weights
from medengage.simulate.names import GRADES
from medengage.simulate.organisations import Organisation
from medengage.simulate.traits import INDEX, person_covariance, subscales

__all__ = ["TrueMeans", "true_means"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TrueMeans:
    """One number for each organisation, (O,), in points.

    ``latent_roster``, ``latent_process``  of the latent index;
    ``roster``, ``process``  expected score of the chosen scale when every item is answered. The
    score of a real census differs from ``roster`` by chance alone, because the same doctor would
    not tick the same twice.
    """

    latent_roster: Array
    latent_process: Array
    roster: Array
    process: Array


def true_means(
    places: Iterable[Organisation],
    wave: int,
    instrument: Instrument,
    *,
    scale: str | None = None,
    whole: Instrument | None = None,
) -> TrueMeans:
    """True means of some organisations in one wave, latent and as the instrument scores them.

    ``scale`` is the id of a scale, by default the index; ``whole`` the survey of which the
    instrument is a pulse. Raises ``ValueError`` for an instrument without an index where no scale
    is named.
    """
    chosen = tuple(places)
    scale_id = scale or (instrument.index.id if instrument.index else None)
    if scale_id is None:
        raise ValueError("this instrument has no index: name a scale")
    latent = np.array([_latent(place, wave) for place in chosen])
    weights = score_weights(instrument, scale_id)
    scored = np.array([_scores(place, wave, instrument, whole) @ weights for place in chosen])
    return TrueMeans(latent[:, 0], latent[:, 1], scored[:, 0], scored[:, 1])


def _latent(place: Organisation, wave: int) -> tuple[float, float]:
    expected = place.expected_traits(wave) @ INDEX
    return float(place.doctors(wave).index.mean()), float(expected.mean())


def _scores(
    place: Organisation, wave: int, instrument: Instrument, whole: Instrument | None
) -> Array:
    """(2, J) expected item scores: mean over the roster's doctors, mean over its posts."""
    truth = place.truth
    known = subscales(whole or instrument, truth.score)
    model = item_model(instrument, truth.answers, whole)
    fresh = known.spread(person_covariance(truth.score))
    first, counts = _posts(place)
    everybody = np.arange(place.roster.n)
    filled_by = (
        (place.doctors(wave).traits, everybody, np.ones(place.roster.n), np.zeros_like(fresh)),
        (place.expected_traits(wave), first, counts, fresh),
    )
    means = []
    for traits, rows, weights, spread in filled_by:
        z, grade = known.standard(traits[rows]), place.roster.grade[rows]
        straight = truth.answers.straight_liners
        scores = expected_scores(model, z, grade, spread=spread, straight_liners=straight)
        means.append(np.average(scores, axis=0, weights=weights))
    return np.array(means)


def _posts(place: Organisation) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """One doctor of each specialty and grade, and how many there are: their posts are alike."""
    kind = place.roster.specialty * len(GRADES) + place.roster.grade
    _, first, counts = np.unique(kind, return_index=True, return_counts=True)
    return first, counts
