"""How wrong may the headline be, because some doctors did not answer?

Nobody knows what the silent doctors think. Three lines of evidence are shown next to every
headline: whether those who answered look like the roster, whether those who answered late differ
from those who answered early, and how different the silent ones would have to be to overturn the
finding. Weighting on grade removes only the first kind of bias.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, log_expit, xlogy

from medengage.errors import TooFewResponses
from medengage.stats.intervals import Interval, t_quantile

__all__ = [
    "R_WARNING",
    "ResponseLabel",
    "ResponseModel",
    "main_effects",
    "nonresponse_bias",
    "phase_slope",
    "r_indicator",
    "response_label",
    "response_model",
    "response_rate",
    "standardised_differences",
    "tipping_point",
]

Vector = NDArray[np.float64]

R_WARNING = 0.8
"""An R-indicator below this gets a warning."""

GOOD_RATE = 0.60
BANDS_RATE = 0.40

MOST_STEPS = 100
MOST_HALVINGS = 40
DEVIANCE_TOLERANCE = 1e-12
SEPARATED = 15.0
"""A linear predictor beyond this (odds of 3 million to 1) is on its way to infinity."""

COLLINEAR = 1e-12
PAIR = 2


class ResponseLabel(StrEnum):
    """How a response rate may be read."""

    GOOD = "good"
    SENSITIVITY = "read with the sensitivity line"
    NO_BANDS = "no bands or ranks"


@dataclass(frozen=True, slots=True, eq=False)
class ResponseModel:
    """Fitted logistic model of who answers.

    ``coefficients``  log-odds: intercept first, then the columns of the frame; of the equivalent
    ones the shortest, where columns repeat each other;
    ``propensities``  modelled chance to answer in each cell;
    ``deviance``      ``2 sum log(observed/modelled)`` over answers and non-answers;
    ``separated``     some chance is 0 or 1 as near as can be told: do not read its log-odds, only
    its propensity.
    """

    coefficients: Vector
    propensities: Vector
    deviance: float
    separated: bool


def response_rate(responded: int, eligible: int) -> float:
    """``responded / eligible``: a census count, so it has no interval.

    Raises ``TooFewResponses`` if nobody was eligible, ``ValueError`` if more answered than could.

    >>> response_rate(240, 400)
    0.6
    """
    if eligible == 0:
        raise TooFewResponses("response rate", n=0, needed=1)
    if not 0 <= responded <= eligible:
        raise ValueError("more answers than doctors who could answer")
    return responded / eligible


def response_label(rate: float) -> ResponseLabel:
    """From 60 % good; from 40 % read with the sensitivity line; below, no bands or ranks.

    Raises ``ValueError`` outside [0, 1]. Source: the specification's own rule.
    """
    if not 0.0 <= rate <= 1.0:
        raise ValueError("a response rate lies between 0 and 1")
    if rate >= GOOD_RATE:
        return ResponseLabel.GOOD
    return ResponseLabel.SENSITIVITY if rate >= BANDS_RATE else ResponseLabel.NO_BANDS


def nonresponse_bias(rate: ArrayLike, d: ArrayLike, *, sd: ArrayLike) -> Vector:
    """Error of the mean if silent doctors score ``d`` SDs lower: ``(1 - RR) d SD``; any shape.

    In score points. Raises ``ValueError`` if a rate lies outside [0, 1]. Source: Cochran 1977,
    13.2.

    >>> round(float(nonresponse_bias(0.4, 0.3, sd=18)), 2)
    3.24
    """
    share = np.asarray(rate, dtype=np.float64)
    if not ((share >= 0.0) & (share <= 1.0)).all():
        raise ValueError("a response rate lies between 0 and 1")
    return np.asarray((1.0 - share) * np.asarray(d) * np.asarray(sd), dtype=np.float64)


def tipping_point(difference: float, rate: float, *, sd: float) -> float | None:
    """How many SDs silent doctors must differ to explain a difference away.

    ``d* = |difference| / ((1 - RR) SD)``. None if everybody answered. Raises ``ValueError`` unless
    ``0 <= rate <= 1`` and ``sd > 0``. The inverse of ``nonresponse_bias``.

    >>> round(tipping_point(3.0, 0.6, sd=18), 3)
    0.417
    """
    if not 0.0 <= rate <= 1.0 or sd <= 0.0:
        raise ValueError("a response rate lies between 0 and 1, an SD is above 0")
    return None if rate == 1.0 else abs(difference) / ((1.0 - rate) * sd)


def standardised_differences(respondents: ArrayLike, roster: ArrayLike) -> Vector:
    """Shares of the categories of one attribute: respondents minus roster, in SDs.

    ``(p - P) / sqrt((p(1-p) + P(1-P))/2)`` from counts per category; 0 where both shares are 0 or
    both 1. Beyond 0.1 in size deserves a look. Raises ``TooFewResponses`` without respondents,
    ``ValueError`` if a category has more respondents than doctors. Source: Austin 2009.

    >>> standardised_differences([50, 40, 10], [180, 160, 60]).round(3).tolist()
    [0.1, 0.0, -0.152]
    """
    here, there = np.asarray(respondents, dtype=np.float64), np.asarray(roster, dtype=np.float64)
    if here.shape != there.shape or (here > there).any() or (here < 0.0).any():
        raise ValueError("every category has at most as many respondents as doctors")
    if here.sum() == 0.0:
        raise TooFewResponses("comparison with the roster", n=0, needed=1)
    p, whole = here / here.sum(), there / there.sum()
    spread = np.sqrt((p * (1.0 - p) + whole * (1.0 - whole)) / 2.0)
    return np.asarray((p - whole) / np.where(spread > 0.0, spread, 1.0), dtype=np.float64)


def main_effects(*factors: ArrayLike) -> Vector:
    """Columns of 0 and 1 for every category but the first of each factor, side by side.

    One row per doctor (or cell). Raises ``ValueError`` without factors or if lengths differ.
    Checked against R: ``model.matrix(~ a + b)`` without its intercept.

    >>> main_effects([1, 2, 3]).tolist()
    [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """
    columns = [np.asarray(factor) for factor in factors]
    if len({column.shape for column in columns}) != 1:
        raise ValueError("factors have one category for each of the same rows")
    dummies = [column[:, None] == np.unique(column)[1:] for column in columns]
    return np.concatenate(dummies, axis=1).astype(np.float64)


def response_model(
    responded: ArrayLike, eligible: ArrayLike, *, frame: ArrayLike
) -> ResponseModel:
    """Logistic regression of answering on what the roster knows, from counts per cell.

    ``logit P(answer) = b0 + frame b``, maximum likelihood by iteratively reweighted least squares.
    ``responded`` and ``eligible`` count doctors per cell; ``frame`` has one row per cell
    (``main_effects(grade, division)``). A cell where all or none answer drives log-odds to
    infinity; steps stop when the deviance does, by when the propensities stand. Columns that
    repeat each other share their effect. Raises ``TooFewResponses`` if nobody was eligible,
    ``ValueError`` if shapes differ or a cell has more answers than doctors. Source: McCullagh and
    Nelder 1989. Checked against R: ``glm(cbind(y, n - y) ~ grade + division, binomial)``.
    """
    y, n = np.asarray(responded, dtype=np.float64), np.asarray(eligible, dtype=np.float64)
    columns = np.asarray(frame, dtype=np.float64)
    if y.shape != n.shape or len(columns) != len(y) or ((y > n) | (y < 0.0)).any():
        raise ValueError(
            "every cell has a row in the frame and at most as many answers as doctors"
        )
    if n.sum() == 0.0:
        raise TooFewResponses("model of response", n=0, needed=1)
    design = np.column_stack([np.ones(len(y)), columns])
    coefficients, deviance = _fit(design, y, n)
    predictor = design @ coefficients
    separated = bool((np.abs(predictor[n > 0]) > SEPARATED).any())
    return ResponseModel(coefficients, expit(predictor), deviance, separated)


def _fit(design: Vector, y: Vector, n: Vector) -> tuple[Vector, float]:
    """Newton steps, halved where they overshoot: the likelihood is concave, so none get lost."""
    coefficients = np.zeros(design.shape[1])
    deviance = _deviance(design @ coefficients, y, n)
    for _ in range(MOST_STEPS):
        step = _newton_step(design, y, n, design @ coefficients)
        slack = DEVIANCE_TOLERANCE * (deviance + 1.0)
        for _ in range(MOST_HALVINGS):
            reached = _deviance(design @ (coefficients + step), y, n)
            if reached <= deviance + slack:
                break
            step /= 2.0
        coefficients, before, deviance = coefficients + step, deviance, reached
        if before - deviance <= slack:
            break
    return coefficients, deviance


def _newton_step(design: Vector, y: Vector, n: Vector, predictor: Vector) -> Vector:
    """Weighted least squares of the working residuals; the shortest of equivalent steps."""
    chance = expit(predictor)
    root = np.sqrt(n * chance * (1.0 - chance))
    pull = np.divide(y - n * chance, root, out=np.zeros_like(y), where=root > 0.0)
    step = np.linalg.lstsq(design * root[:, None], pull)[0]
    return np.asarray(step, dtype=np.float64)


def _deviance(predictor: Vector, y: Vector, n: Vector) -> float:
    """Twice the log-likelihood that the model falls short of the cells' own shares."""
    silent, whole = n - y, np.maximum(n, 1.0)
    best = xlogy(y, y / whole) + xlogy(silent, silent / whole)
    modelled = y * log_expit(predictor) + silent * log_expit(-predictor)
    return 2.0 * float((best - modelled).sum())


def r_indicator(propensities: ArrayLike, eligible: ArrayLike) -> float:
    """Representativity of the response: ``R = 1 - 2 SD(propensity)`` over all eligible doctors.

    1 = all kinds of doctors answer equally readily; 0 = the least representative possible. Below
    0.8 show a warning. SD with divisor N - 1. It knows only the attributes in the model, and
    chance alone pulls it down a little in a small frame. Raises ``TooFewResponses`` below two
    doctors. Source: Schouten, Cobben and Bethlehem 2009.

    >>> round(r_indicator([0.4, 0.6], [200, 200]), 3)
    0.8
    """
    rho, n = np.asarray(propensities, dtype=np.float64), np.asarray(eligible, dtype=np.float64)
    whole = float(n.sum())
    if whole < PAIR:
        raise TooFewResponses("R-indicator", n=int(whole), needed=PAIR)
    spread = float(n @ (rho - (n @ rho) / whole) ** 2) / (whole - 1.0)
    return 1.0 - 2.0 * float(np.sqrt(spread))


def phase_slope(
    scores: ArrayLike, phase: ArrayLike, *, adjust: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Late minus early: how scores change over the phases of fieldwork, like with like.

    Least squares of score on phase (1 before the first reminder, 2, 3 after the last) and the
    columns ``adjust`` (``main_effects(grade, division)``; no columns for none). The value is the
    slope times the distance from the first to the last phase seen, in score points, with its t
    interval. Found by taking the fit on ``adjust`` out of both score and phase (Frisch-Waugh).
    Silent doctors may resemble late ones; they need not. Rows with a NaN score are left out.
    Raises ``TooFewResponses`` if all comparable doctors answered in one phase, or no more rows
    than coefficients remain; ``ValueError`` if lengths differ. Source: Lin and
    Schaeffer 1995. Checked against R: ``lm(score ~ phase + grade + division)``.
    """
    y, wave = np.asarray(scores, dtype=np.float64), np.asarray(phase, dtype=np.float64)
    columns = np.asarray(adjust, dtype=np.float64)
    if not len(y) == len(wave) == len(columns):
        raise ValueError("score, phase and adjustment have one row per respondent")
    there = ~np.isnan(y)
    y, wave = y[there], wave[there]
    base = np.column_stack([np.ones(len(y)), columns[there]])
    (free_y, free_wave), rank = _without(base, np.column_stack([y, wave]))
    df, moved = len(y) - rank - 1, float(free_wave @ free_wave)
    if df < 1:
        raise TooFewResponses("late minus early", n=len(y), needed=rank + 2)
    if moved <= COLLINEAR * float(wave @ wave):
        raise TooFewResponses("late minus early, among comparable doctors", n=0, needed=1)
    slope = float(free_wave @ free_y) / moved
    rest = free_y - slope * free_wave
    span = float(np.ptp(wave))
    se = span * float(np.sqrt(rest @ rest / df / moved))
    half = float(t_quantile(df, confidence)) * se
    return Interval(span * slope, se, span * slope - half, span * slope + half, len(y))


def _without(base: Vector, columns: Vector) -> tuple[Vector, int]:
    """Residuals of the columns (as rows) after a least-squares fit on the base, and its rank."""
    fit, _, rank, _ = np.linalg.lstsq(base, columns)
    return (columns - base @ fit).T, int(rank)
