"""Answers as they come in: graded responses, then straight-liners, gaps and drop-outs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from medengage.simulate.items import ItemModel
from medengage.simulate.truth import AnswerTruth

__all__ = ["draw_answers", "leave_out", "straight_line", "willing_answers"]

Answers = npt.NDArray[np.int8]
Codes = npt.NDArray[np.int32]
Generator = np.random.Generator

FIRST_STOP = 0.2
"""Nobody drops out before this share of the items."""


def draw_answers(
    rng: Generator,
    model: ItemModel,
    *,
    z: npt.NDArray[np.float64],
    grade: Codes,
    truth: AnswerTruth,
) -> Answers:
    """(N, J) answers as ticked, 1 the lowest option and 0 missing.

    ``z`` (N, L) the doctors' standard subscales, ``grade`` (N,) their grades. Reverse-keyed items
    are not mirrored yet: that is the work of scoring.
    """
    answers = willing_answers(rng, model, z=z, grade=grade)
    straight_line(rng, answers, highest=model.highest, share=truth.straight_liners)
    leave_out(rng, answers, grade=grade, truth=truth)
    return answers


def willing_answers(
    rng: Generator, model: ItemModel, *, z: npt.NDArray[np.float64], grade: Codes
) -> Answers:
    """(N, J) complete and honest answers of the graded response model."""
    loading = model.loading.astype(np.float32)
    latent = rng.standard_normal((len(z), model.items), dtype=np.float32)
    latent *= np.sqrt(1.0 - loading**2)
    latent += loading * z.astype(np.float32)[:, model.subscale]
    if model.dif.any():
        latent -= model.dif.astype(np.float32)[grade]
    answers = np.ones(latent.shape, dtype=np.int8)
    for threshold in model.threshold.T.astype(np.float32):
        answers += latent > threshold
    turned = model.reversed
    answers[:, turned] = (model.highest[turned] + 1).astype(np.int8) - answers[:, turned]
    return answers


def straight_line(
    rng: Generator, answers: Answers, *, highest: npt.NDArray[np.int64], share: float
) -> None:
    """Let a share of the doctors repeat their first answer throughout, in place."""
    rows = np.flatnonzero(rng.random(len(answers)) < share)
    answers[rows] = np.minimum(answers[rows, :1], highest.astype(np.int8))


def leave_out(rng: Generator, answers: Answers, *, grade: Codes, truth: AnswerTruth) -> None:
    """Set answers to missing, in place.

    At random (MCAR), more often towards the end and by grade (MAR), and in one block to the end
    for those who drop out. Nothing here depends on what would have been answered.
    """
    doctors, items = answers.shape
    place = np.linspace(0.0, 1.0, items)
    late = truth.missing_late * np.array(truth.missing_by_grade)[:, None] * place
    chance = (1.0 - (1.0 - truth.missing) * (1.0 - late)).astype(np.float32)
    answers[rng.random((doctors, items), dtype=np.float32) < chance[grade]] = 0
    first = max(1, int(FIRST_STOP * items))
    stop = np.where(
        rng.random(doctors) < truth.drop_out,
        rng.integers(first, max(items, first + 1), size=doctors),
        items,
    )
    answers[np.arange(items) >= stop[:, None]] = 0
