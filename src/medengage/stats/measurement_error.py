"""How exactly one person's score is known, and when a change of it is more than noise.

``r`` is the reliability of this scale in the norm group (test-retest if known, else alpha or
omega), ``sd`` the standard deviation of the scores there. For the doctor's own private history
only: never add these up over a unit, and never use them for a unit's mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from scipy.special import ndtri

__all__ = [
    "ReliableChange",
    "reliable_change",
    "standard_error_of_estimate",
    "standard_error_of_measurement",
    "true_score",
]


@dataclass(frozen=True, slots=True)
class ReliableChange:
    """Whether two scores of one person differ by more than the instrument's own noise.

    ``index``            change / ``standard_error`` of the difference of two scores;
    ``smallest``         smallest change, in points, that counts as reliable;
    ``reliable``         the change is larger than that, up or down.
    """

    change: float
    standard_error: float
    index: float
    smallest: float
    reliable: bool


def standard_error_of_measurement(sd: float, r: float) -> float:
    """``sd sqrt(1 - r)``: spread of one person's scores around the true score, in points.

    Raises ``ValueError`` unless ``sd >= 0`` and ``0 <= r <= 1`` (Lord & Novick 1968).

    >>> round(standard_error_of_measurement(7.5, 0.8), 3)
    3.354
    """
    _require(sd, r)
    return sd * sqrt(1.0 - r)


def true_score(score: float, *, mean: float, r: float) -> float:
    """``mean + r (score - mean)``: best guess of the true score, drawn towards the group's mean.

    Raises ``ValueError`` unless ``0 <= r <= 1`` (Kelley 1927).

    >>> true_score(80.0, mean=60.0, r=0.75)
    75.0
    """
    _require(0.0, r)
    return mean + r * (score - mean)


def standard_error_of_estimate(sd: float, r: float) -> float:
    """``sd sqrt(r (1 - r))``: standard error of ``true_score``, in points.

    Raises ``ValueError`` unless ``sd >= 0`` and ``0 <= r <= 1`` (Kelley 1927).

    >>> standard_error_of_estimate(18.0, 0.5)
    9.0
    """
    _require(sd, r)
    return sd * sqrt(r * (1.0 - r))


def reliable_change(
    before: float, after: float, *, sd: float, r: float, confidence: float = 0.95
) -> ReliableChange:
    """Reliable change index ``(after - before) / (sqrt(2) SEM)`` (Jacobson & Truax 1991).

    Reliable if it exceeds the normal quantile of ``confidence`` (1.96 for 95 %). Say which
    reliability was used: internal consistency instead of test-retest makes changes look surer
    than they are. Raises ``ValueError`` unless ``sd > 0`` and ``0 <= r < 1``.

    >>> round(reliable_change(32.5, 47.5, sd=7.5, r=0.8).index, 2)
    3.16
    """
    standard_error = sqrt(2.0) * standard_error_of_measurement(sd, r)
    if standard_error == 0.0:
        raise ValueError("without measurement error every change is reliable")
    smallest = float(ndtri((1.0 + confidence) / 2.0)) * standard_error
    change = after - before
    return ReliableChange(
        change=change,
        standard_error=standard_error,
        index=change / standard_error,
        smallest=smallest,
        reliable=abs(change) > smallest,
    )


def _require(sd: float, r: float) -> None:
    if not (sd >= 0.0 and 0.0 <= r <= 1.0):
        raise ValueError("a spread is not negative, and a reliability lies between 0 and 1")
