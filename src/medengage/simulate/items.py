"""The items of an instrument as a graded response model, and what their scores are expected to be.

Normal-ogive graded response model (Samejima 1969) in its factor-analytic form: a doctor whose
subscale stands at z (in SD) answers item j above option c when

    loading_j z + sqrt(1 - loading_j^2) e > threshold_jc + dif_jg,      e ~ N(0, 1).

Loadings and difficulties depend on the item's id and its survey alone, so the same item behaves
alike in a full survey and in a pulse. Expected scores need no simulation: where z is normal with
mean m and variance v, the chance of an answer above c is
``Phi((loading m - threshold - dif) / sqrt(loading^2 v + 1 - loading^2))``.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from medengage.definitions.instrument import Instrument
from medengage.simulate.names import GRADES, JUNIOR
from medengage.simulate.truth import AnswerTruth

__all__ = ["ItemModel", "expected_scores", "item_model", "score_weights"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]

DIF_FROM = 10
"""Shorter questionnaires have no items that mean something else to one grade."""

HALF_HASH = 2**16


@dataclass(frozen=True, eq=False)
class ItemModel:
    """J items of one instrument.

    ``subscale`` (J,) place of each item's subscale in ``instrument.subscales``; ``loading`` (J,);
    ``threshold`` (J, K - 1), infinite beyond an item's own options; ``dif`` (grades, J) added to
    the thresholds; ``highest`` (J,) highest option; ``reversed`` (J,) reverse-keyed.
    """

    subscale: npt.NDArray[np.intp]
    loading: Array
    threshold: Array
    dif: Array
    highest: npt.NDArray[np.int64]
    reversed: npt.NDArray[np.bool_]

    @property
    def items(self) -> int:
        """Number of items."""
        return len(self.loading)


def item_model(
    instrument: Instrument, truth: AnswerTruth, whole: Instrument | None = None
) -> ItemModel:
    """The model of an instrument's items; a pulse names the ``whole`` survey it is part of.

    With ``whole``, items measure the subscales of that survey. Raises ``KeyError`` for an item
    that the whole survey does not have.
    """
    survey = whole or instrument
    place = {name: n for n, leaf in enumerate(survey.subscales) for name in leaf.items}
    highest = [instrument.options_of(name).highest for name in instrument.item_ids]
    chance = np.array([_two_numbers(name) for name in instrument.item_ids])
    # Difficulties are centred in their survey, so that every survey has the same mean score.
    average = np.mean([_two_numbers(name)[1] for name in survey.item_ids])
    low, high = truth.loadings
    return ItemModel(
        subscale=np.array([place[name] for name in instrument.item_ids], dtype=np.intp),
        loading=low + (high - low) * chance[:, 0],
        threshold=_thresholds(chance[:, 1] - average, highest, truth),
        dif=_dif(instrument, survey, truth),
        highest=np.array(highest, dtype=np.int64),
        reversed=np.array([item.reversed for item in instrument.items]),
    )


def _two_numbers(item_id: str) -> tuple[float, float]:
    """Two numbers in [0, 1) that depend on the item's id and on nothing else."""
    high, low = divmod(crc32(item_id.encode()), HALF_HASH)
    return low / HALF_HASH, high / HALF_HASH


def _thresholds(difficulty: Array, highest: list[int], truth: AnswerTruth) -> Array:
    """(J, K - 1) equally spaced thresholds; ``difficulty`` (J,) from -1/2 to 1/2."""
    centre = truth.threshold_centre + 2.0 * truth.threshold_spread * difficulty
    table = np.full((len(highest), max(highest) - 1), np.inf)
    for row, options in enumerate(highest):
        steps = np.arange(options - 1) - (options - 2) / 2.0
        distance = truth.threshold_range / max(options - 2, 1)
        table[row, : options - 1] = centre[row] + distance * steps
    return table


def _dif(instrument: Instrument, survey: Instrument, truth: AnswerTruth) -> Array:
    """One item harder and one easier for junior doctors, a third and two thirds through."""
    table = np.zeros((len(GRADES), len(instrument.items)))
    total = len(survey.items)
    if truth.dif and total >= DIF_FROM:
        for place, shift in ((total // 3, truth.dif_shift), (2 * total // 3, -truth.dif_shift)):
            table[JUNIOR, np.array(instrument.item_ids) == survey.item_ids[place]] = shift
    return table


def score_weights(instrument: Instrument, scale_id: str) -> Array:
    """(J,) weight of each item in the score of a scale: items in subscales, parts in wholes."""
    parts = instrument.children(scale_id)
    if parts:
        return np.asarray(np.mean([score_weights(instrument, p.id) for p in parts], axis=0))
    chosen = np.isin(instrument.item_ids, instrument.scale(scale_id).items)
    return np.asarray(chosen / chosen.sum())


def expected_scores(
    model: ItemModel, z: Array, grade: Codes, *, spread: Array, straight_liners: float
) -> Array:
    """(C, J) expected score of each item, 0-100 and mirrored, for C groups of doctors alike.

    ``z`` (C, L) the groups' mean subscales, ``spread`` (L,) their variance within a group: 0 for
    single doctors, who then get the score expected over their own mood. A share of
    ``straight_liners`` repeats the answer to the first item. Every item is taken to be answered.
    """
    loading = model.loading
    error = np.sqrt(loading**2 * spread[model.subscale] + 1.0 - loading**2)
    centre = loading * z[:, model.subscale] - model.dif[grade]
    above = ndtr((centre[:, :, None] - model.threshold) / error[:, None])
    straight = _first_answer(model, above[:, 0]) @ _when_all_answer(model)
    engaged = 100.0 * above.sum(axis=2) / (model.highest - 1)
    return np.asarray((1.0 - straight_liners) * engaged + straight_liners * straight)


def _first_answer(model: ItemModel, above: Array) -> Array:
    """(C, K) chance of each option of the first item, as it is ticked."""
    edges = np.pad(above, ((0, 0), (1, 1)), constant_values=((0, 0), (1.0, 0.0)))
    chance = -np.diff(edges, axis=1)
    return chance[:, _turned(model, 0)] if model.reversed[0] else chance


def _turned(model: ItemModel, item: int) -> npt.NDArray[np.int64]:
    """Options of an item in opposite order; options it does not have stay in place."""
    options = np.arange(model.threshold.shape[1] + 1)
    top = model.highest[item] - 1
    return np.where(options <= top, top - options, options)


def _when_all_answer(model: ItemModel) -> Array:
    """(K, J) mirrored score of every item when all are ticked with the same option."""
    option = np.arange(model.threshold.shape[1] + 1)[:, None]
    ticked = np.minimum(option, model.highest - 1) / (model.highest - 1)
    return 100.0 * np.where(model.reversed, 1.0 - ticked, ticked)
