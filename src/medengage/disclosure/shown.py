"""Every part of a draft as it is shown: small figures refused, the others rounded and capped."""

from __future__ import annotations

import math
from collections.abc import Mapping

from medengage.disclosure.audit import WIDTH
from medengage.disclosure.display import (
    COARSE,
    FEW,
    FINE,
    MANY,
    TOP,
    distribution,
    response_percent,
    rounded_estimate,
    rounded_n,
    share,
    small_group,
    speaks_for_all,
    to_step,
)
from medengage.disclosure.draft import DraftItem, DraftScale
from medengage.errors import DisclosureRefused
from medengage.findings import (
    ORGANISATION,
    Aggregation,
    Drivers,
    EngagedFinding,
    Estimate,
    Figure,
    Gap,
    ItemFinding,
    Nonresponse,
    Participation,
    Policy,
    QuadrantFinding,
    QuadrantPoint,
    Reliability,
    ScaleFinding,
    Share,
    StageFinding,
    Suppressed,
)

__all__ = [
    "shown_drivers",
    "shown_engaged",
    "shown_gap",
    "shown_item",
    "shown_participation",
    "shown_quadrant",
    "shown_scale",
    "shown_stages",
]


def _figure(figure: Figure, policy: Policy, *, whole: bool) -> Figure:
    if isinstance(figure, Suppressed):
        return figure
    if figure.n < policy.minimum_group:
        return small_group(policy) if whole else _never_in_a_block()
    return rounded_estimate(
        figure, figure.n if whole else rounded_n(figure.n, policy.minimum_group)
    )


def _never_in_a_block() -> Figure:
    # Withholding one block would let its figure be worked out from the total and the others.
    raise DisclosureRefused("a certified group is too small for one of its figures")


def shown_scale(draft: DraftScale, policy: Policy) -> ScaleFinding:
    """A scale: groups below the minimum never occur here, a small total is withheld."""
    scale = draft.finding
    shape = distribution(draft.distribution.labels, draft.distribution.counts, policy)
    return scale.model_copy(
        update={
            "overall": _figure(scale.overall, policy, whole=True),
            "analytic": _figure(scale.analytic, policy, whole=True),
            "weighted": scale.weighted and _figure(scale.weighted, policy, whole=True),
            "spread": _spread(scale, policy),
            "distribution": shape,
            "groups": {
                name: _figure(figure, policy, whole=False) for name, figure in scale.groups.items()
            },
            "reliability": _reliability(scale.reliability, policy),
            "aggregation": _aggregation(scale.aggregation, policy),
            "aggregation_within": {
                name: shown
                for name, found in scale.aggregation_within.items()
                if (shown := _aggregation(found, policy)) is not None
            },
        }
    )


def _spread(scale: ScaleFinding, policy: Policy) -> float | None:
    enough = isinstance(scale.overall, Estimate) and scale.overall.n >= policy.distribution_group
    return to_step(scale.spread, 0.1) if enough and scale.spread is not None else None


def _reliability(found: Reliability | None, policy: Policy) -> Reliability | None:
    if found is None or found.n < policy.distribution_group:
        return None
    return Reliability.model_validate(_rounded(found.model_dump(), 3))


def _aggregation(found: Aggregation | None, policy: Policy) -> Aggregation | None:
    if found is None or found.n < policy.distribution_group:
        return None
    return Aggregation.model_validate(_rounded(found.model_dump(), 4))


def _rounded(fields: Mapping[str, object], digits: int) -> dict[str, object]:
    return {
        name: round(value, digits) if isinstance(value, float) else value
        for name, value in fields.items()
    }


def shown_item(draft: DraftItem, policy: Policy) -> ItemFinding:
    """An item of the whole organisation."""
    item, n = draft.finding, draft.favourable.n
    return item.model_copy(
        update={
            "mean": _item_mean(item, n, policy) if n >= policy.minimum_group else None,
            "favourable": share(draft.favourable, policy),
            "distribution": distribution(
                draft.distribution.labels, draft.distribution.counts, policy
            ),
            "missing_percent": to_step(item.missing_percent, 1),
            "item_rest": _three(item.item_rest, n, policy),
            "alpha_if_dropped": _three(item.alpha_if_dropped, n, policy),
        }
    )


def _three(value: float | None, n: int, policy: Policy) -> float | None:
    return None if value is None or n < policy.distribution_group else round(value, 3)


def _item_mean(item: ItemFinding, n: int, policy: Policy) -> float | None:
    """The mean in steps; withheld where it says what a group below the minimum chose.

    If all doctors together are less options from an end than such a group has doctors, then any
    such group's mean is known to within one option.
    """
    if item.mean is None:
        return None
    step = 0.01 if n >= MANY else 0.1
    value, top = to_step(item.mean, step), item.options - 1
    low, high = value - 1 - step / 2, value - 1 + step / 2
    away = max(FEW, policy.minimum_group - 1)
    return None if speaks_for_all(low, high, n, top=top, away=away) else value


def shown_participation(found: Participation, policy: Policy) -> Participation:
    """Participation: percentages that would tell one or two doctors are left out."""
    sensitivity = found.index_without_straight_liners
    return found.model_copy(
        update={
            "response_percent": found.response_percent
            if found.eligible is None
            else response_percent(found.answered, found.eligible, exact=True),
            "mostly_missing_percent": _few_hidden(found.mostly_missing_percent, found.answered),
            "straight_lined_percent": _few_hidden(found.straight_lined_percent, found.answered),
            "index_without_straight_liners": sensitivity
            and _figure(sensitivity, policy, whole=True),
            "nonresponse": _nonresponse(found.nonresponse),
        }
    )


def _nonresponse(found: Nonresponse | None) -> Nonresponse | None:
    if found is None:
        return None
    phase, deff = found.phase, found.design_effect
    return found.model_copy(
        update={
            "design_effect": None if deff is None else to_step(deff, 0.01),
            "sensitivity": tuple(
                line.model_copy(update={"bias": to_step(line.bias, 0.1)})
                for line in found.sensitivity
            ),
            "phase": phase
            and phase.model_copy(
                update={
                    name: to_step(getattr(phase, name), 0.1)
                    for name in ("difference", "low", "high")
                }
            ),
        }
    )


def _few_hidden(percent: float | None, n: int) -> float | None:
    """A percentage of all respondents; one or two doctors are not told apart from none."""
    if percent is None or 0 < percent * n / 100 < FEW - 1e-9:
        return None
    return to_step(percent, 1)


def shown_quadrant(found: QuadrantFinding | None, policy: Policy) -> QuadrantFinding | None:
    """Places in the quadrant, rounded as means are."""
    if found is None:
        return None
    points = tuple(_point(point, policy) for point in found.points)
    return found.model_copy(update={"points": points})


def _point(point: QuadrantPoint, policy: Policy) -> QuadrantPoint:
    if point.n < policy.minimum_group:
        raise DisclosureRefused("a certified group is too small for its place in the quadrant")
    step = 0.1 if point.n >= MANY else 1.0
    whole = point.group == ORGANISATION
    return point.model_copy(
        update={
            "x": to_step(point.x, step),
            "y": to_step(point.y, step),
            "axes": (to_step(point.axes[0], step), to_step(point.axes[1], step)),
            "angle": to_step(point.angle, 1),
            "probabilities": tuple(to_step(p, 0.01) for p in point.probabilities),
            "n": point.n if whole else rounded_n(point.n, policy.minimum_group),
        }
    )


def shown_stages(found: StageFinding, policy: Policy) -> StageFinding:
    """Probabilities of stages, in whole percents."""
    if found.n < policy.minimum_group:
        raise DisclosureRefused("a certified group is too small for its stage")
    whole = found.group == ORGANISATION
    return found.model_copy(
        update={
            "probabilities": tuple(to_step(p, 0.01) for p in found.probabilities),
            "n": found.n if whole else rounded_n(found.n, policy.minimum_group),
        }
    )


def shown_engaged(found: EngagedFinding | None, policy: Policy) -> EngagedFinding | None:
    """Shares of engaged doctors."""
    if found is None:
        return None
    both = {"by_all_facets": found.by_all_facets, "by_mean": found.by_mean}
    return found.model_copy(
        update={
            name: share(figure, policy) if isinstance(figure, Share) else figure
            for name, figure in both.items()
        }
    )


def shown_drivers(found: Drivers | None, policy: Policy) -> Drivers | None:
    """Shares and probabilities in whole percents; they are about a hundred doctors or more."""
    if found is None:
        return None
    drivers = tuple(
        one.model_copy(
            update={
                "share": to_step(one.share, 1),
                "low": to_step(one.low, 1),
                "high": to_step(one.high, 1),
                **{name: to_step(getattr(one, name), 0.01) for name in PROBABILITIES},
            }
        )
        for one in found.drivers
    )
    n = rounded_n(found.n, policy.minimum_group)
    return found.model_copy(
        update={"drivers": drivers, "r2_percent": to_step(found.r2_percent, 1), "n": n}
    )


PROBABILITIES = ("first", "top_three", "important", "above_noise")


def shown_gap(found: Gap, policy: Policy) -> Gap | None:
    """Means of both sides in the steps of the smaller side; ``None`` if one speaks for each.

    The difference is that of the shown means, and the interval stands around it, wider by a step:
    so nobody can work out either mean more finely than it is shown.
    """
    if min(found.n, found.managers_n) < policy.minimum_group:
        raise DisclosureRefused("managers and doctors are compared with too few on a side")
    step = FINE if min(found.n, found.managers_n) >= MANY else COARSE
    sides = (found.managers, found.managers_n), (found.doctors, found.n)
    shown = [to_step(mean, step) for mean, _ in sides]
    for mean, (_, n) in zip(shown, sides, strict=True):
        if speaks_for_all(mean - step / 2, mean + step / 2, n, top=TOP, away=WIDTH):
            return None
    difference = to_step(shown[0] - shown[1], step)
    half = (1 + math.ceil((found.high - found.low) / 2 / step)) * step
    return found.model_copy(
        update={
            "managers": shown[0],
            "doctors": shown[1],
            "difference": difference,
            "low": to_step(difference - half, step),
            "high": to_step(difference + half, step),
            "hedges_g": None if found.hedges_g is None else to_step(found.hedges_g, 0.1),
            "managers_n": rounded_n(found.managers_n, policy.minimum_group),
        }
    )
