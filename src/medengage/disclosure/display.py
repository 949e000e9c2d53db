"""Display protection: how figures are rounded and capped before anybody sees them.

Rounding guards against attacks that use whole numbers ("the mean of eleven answers must be a
multiple of 1/11") and against false precision. Ends of intervals are rounded outwards, so that a
shown interval never claims more than the computed one.

| figure | below 50 doctors | from 50 doctors |
| --- | --- | --- |
| mean of a scale (0-100) | whole points | 0.1 points |
| percentage | steps of 5, at least 3 doctors on each side, or capped at 10 and 90 | 1 point |
| | (withheld below 30 doctors) | |
| distribution | from 20 doctors, categories merged until each is empty or holds 3 | same |
"""

from __future__ import annotations

import math

from medengage.findings import Distribution, Estimate, Policy, Share, ShareFigure, Suppressed

__all__ = [
    "COARSE",
    "FEW",
    "FINE",
    "MANY",
    "RESPONSE_ELIGIBLE",
    "TOP",
    "distribution",
    "nearly_unanimous",
    "response_percent",
    "rounded_estimate",
    "rounded_n",
    "share",
    "small_group",
    "speaks_for_all",
    "to_step",
]

MANY = 50
"""From this many doctors on figures are shown in finer steps."""
TWO = 2
FEW = 3
"""A category of a distribution is empty or holds at least this many doctors."""
FINE, COARSE = 0.1, 1.0
"""Steps of means, in points of 0-100: from fifty doctors on, and below."""
CAP_LOW, CAP_HIGH = 10.0, 90.0
HALF = 50.0
TOP = 100.0
"""The upper end of scales."""
TINY = 1e-9
RESPONSE_STEP = 5.0
RESPONSE_CAPS = (5.0, 95.0)
RESPONSE_ELIGIBLE = 30
"""Response rates are shown from this many eligible doctors on."""


def to_step(value: float, step: float) -> float:
    """``value`` rounded to the nearest multiple of ``step``, halves away from zero."""
    steps = math.copysign(math.floor(abs(value) / step + 0.5), value)
    return round(steps * step, 10) + 0.0  # and no minus zero


def rounded_n(n: int, minimum: int) -> int:
    """The n of a block in steps of five, never shown below the minimum group."""
    return max(minimum, int(to_step(n, 5)))


def response_percent(n: int, eligible: int, *, exact: bool = False) -> float | None:
    """Response rate in steps of five, capped at 5 and 95; ``None`` below 30 eligible doctors.

    ``exact`` gives whole percents, for the organisation as a whole.
    """
    if eligible < RESPONSE_ELIGIBLE:
        return None
    percent = 100 * n / eligible
    if exact:
        return to_step(percent, 1)
    return min(RESPONSE_CAPS[1], max(RESPONSE_CAPS[0], to_step(percent, RESPONSE_STEP)))


def small_group(policy: Policy) -> Suppressed:
    """The words for a figure that too few doctors stand behind."""
    return Suppressed(
        reason="small group", words=f"not shown: fewer than {policy.minimum_group} doctors"
    )


def rounded_estimate(estimate: Estimate, shown_n: int) -> Estimate:
    """The estimate as it is shown: value in steps, interval ends outwards, n as given."""
    step = FINE if estimate.n >= MANY else COARSE
    return estimate.model_copy(
        update={
            "value": to_step(estimate.value, step),
            "low": _down(estimate.low, step),
            "high": _up(estimate.high, step),
            "n": shown_n,
        }
    )


def share(share_: Share, policy: Policy) -> ShareFigure:
    """A percentage in steps; capped where fewer than three doctors stand on one side."""
    if share_.n < policy.minimum_group:
        return small_group(policy)
    step = 1.0 if share_.n >= MANY else 5.0
    if min(share_.value, 100 - share_.value) * share_.n / 100 < FEW - 1e-9:
        return _capped(share_)
    value = to_step(share_.value, step)
    low, high = min(value, _down(share_.low, step)), max(value, _up(share_.high, step))
    return Share(value=value, low=low, high=high, n=share_.n)


def nearly_unanimous() -> Suppressed:
    """The words for a figure that would say what nearly every doctor answered."""
    return Suppressed(reason="small group", words="not shown: nearly all doctors answered alike")


def speaks_for_all(low: float, high: float, n: int, *, top: float, away: float) -> bool:
    """Would a mean of n values (0 to ``top``) that lies in [low, high] say what everybody gave?

    True where it may be that all values together are less than ``away`` from the nearest end.
    """
    return min(n * high, n * (top - low)) < away - TINY


def _capped(share_: Share) -> ShareFigure:
    """One or two doctors on one side could be guessed at: say only "at most" or "at least".

    Below thirty doctors, a tenth of them are one or two: that would say it all the same.
    """
    if share_.n * CAP_LOW / TOP < FEW:
        return nearly_unanimous()
    if share_.value > HALF:
        return Share(value=CAP_HIGH, low=CAP_HIGH, high=100, n=share_.n, bound="at least")
    return Share(value=CAP_LOW, low=0, high=CAP_LOW, n=share_.n, bound="at most")


def distribution(
    labels: tuple[str, ...], counts: tuple[int, ...], policy: Policy
) -> Distribution | Suppressed:
    """Percent of doctors in ordered categories, neighbours merged until none holds one or two.

    ``counts`` are doctors per category. Withheld below ``policy.distribution_group`` doctors, or
    where all doctors would stand in one category: that tells what each of them answered.
    """
    n = sum(counts)
    if n < policy.distribution_group:
        words = f"not shown: a distribution needs {policy.distribution_group} doctors"
        return Suppressed(reason="small group", words=words)
    groups = _without_few(list(counts))
    if sum(any(counts[place] for place in group) for group in groups) < TWO:
        return nearly_unanimous()
    step = 1.0 if n >= MANY else 5.0
    shown = tuple(_joined([labels[place] for place in group]) for group in groups)
    percent = tuple(to_step(100 * sum(counts[p] for p in group) / n, step) for group in groups)
    return Distribution(labels=shown, percent=percent, n=n)


def _without_few(counts: list[int]) -> list[list[int]]:
    """Places grouped so that no group holds one or two doctors; neighbours join, smaller first."""
    groups = [[place] for place in range(len(counts))]
    while len(groups) > 1:
        sizes = [sum(counts[place] for place in group) for group in groups]
        few = [place for place, size in enumerate(sizes) if 0 < size < FEW]
        if not few:
            break
        here = min(few, key=lambda place: sizes[place])
        near = [place for place in (here - 1, here + 1) if 0 <= place < len(groups)]
        partner = min(near, key=lambda place: (sizes[place] == 0, sizes[place]))
        first, second = sorted((here, partner))
        groups[first : second + 1] = [groups[first] + groups[second]]
    return groups


def _joined(labels: list[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"


def _down(value: float, step: float) -> float:
    return max(0.0, round(math.floor(value / step + 1e-9) * step, 10))


def _up(value: float, step: float) -> float:
    return min(100.0, round(math.ceil(value / step - 1e-9) * step, 10))
