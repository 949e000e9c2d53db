"""The gate: every figure passes here on its way into ``Findings``, and nothing passes elsewhere.

``protect`` takes the unrounded figures of a study (a ``Draft``) and the groups that were planned
from counts alone. It refuses figures of groups that were not planned or are too small, rounds the
rest for display and builds the ``Findings``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medengage.disclosure.display import (
    FEW,
    MANY,
    distribution,
    rounded_estimate,
    rounded_n,
    share,
    small_group,
    to_step,
)
from medengage.disclosure.plan import ReleasePlan
from medengage.errors import DisclosureRefused
from medengage.findings import (
    ORGANISATION,
    About,
    Aggregation,
    EngagedFinding,
    Estimate,
    Figure,
    Findings,
    Group,
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

__all__ = ["Counts", "Draft", "DraftItem", "DraftScale", "protect", "response_percent"]

RESPONSE_STEP = 5.0
RESPONSE_CAPS = (5.0, 95.0)
RESPONSE_ELIGIBLE = 30


@dataclass(frozen=True)
class Counts:
    """Doctors per ordered category, before protection."""

    labels: tuple[str, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class DraftScale:
    """A scale's figures before protection; ``finding`` holds all but the distribution."""

    finding: ScaleFinding
    distribution: Counts


@dataclass(frozen=True)
class DraftItem:
    """An item's figures before protection."""

    finding: ItemFinding
    favourable: Share
    distribution: Counts


@dataclass(frozen=True)
class Draft:
    """Everything that was worked out from a study, unrounded. Never leaves the private side.

    ``eligible`` maps group id -> doctors who could have answered, where the roster knows.
    """

    about: About
    participation: Participation
    scales: tuple[DraftScale, ...]
    items: tuple[DraftItem, ...] = ()
    quadrant: QuadrantFinding | None = None
    continuum: tuple[StageFinding, ...] = ()
    engaged: EngagedFinding | None = None
    eligible: Mapping[str, int] | None = None


def protect(draft: Draft, plan: ReleasePlan, policy: Policy) -> Findings:
    """The only maker of ``Findings`` from a study's figures.

    Raises ``DisclosureRefused`` where the draft holds a group that was not planned or a figure
    that rests on fewer than ``policy.minimum_group`` doctors.
    """
    _refuse_unplanned(draft, plan)
    return Findings(
        about=draft.about,
        policy=policy,
        groups=_groups(plan, policy, draft.eligible or {}),
        participation=_participation(draft.participation, policy),
        scales=tuple(_scale(scale, policy) for scale in draft.scales),
        items=tuple(_item(item, policy) for item in draft.items),
        quadrant=_quadrant(draft.quadrant, policy),
        continuum=tuple(_stages(stages, policy) for stages in draft.continuum),
        engaged=_engaged(draft.engaged, policy),
        release_notes=plan.notes,
    )


def _refuse_unplanned(draft: Draft, plan: ReleasePlan) -> None:
    used = {name for scale in draft.scales for name in scale.finding.groups}
    used |= {point.group for point in draft.quadrant.points} if draft.quadrant else set()
    used |= {stages.group for stages in draft.continuum}
    if used - {group.id for group in plan.groups}:
        raise DisclosureRefused("a figure was made for a group that may not be shown")


def _groups(plan: ReleasePlan, policy: Policy, eligible: Mapping[str, int]) -> tuple[Group, ...]:
    frame = plan.frame
    groups = []
    for planned in plan.groups:
        n, size = int(frame.answered[planned.atoms].sum()), eligible.get(planned.id)
        whole = planned.id == ORGANISATION
        group = Group(
            id=planned.id,
            title=planned.title,
            breakdown=ORGANISATION if whole else policy.breakdown or "",
            members=planned.members,
            n=n if whole else rounded_n(n, policy.minimum_group),
            eligible=size,
            response_percent=None if size is None else response_percent(n, size, exact=whole),
        )
        groups.append(group)
    return tuple(groups)


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
    raise DisclosureRefused("a planned group is too small for one of its figures")


def _scale(draft: DraftScale, policy: Policy) -> ScaleFinding:
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


def _item(draft: DraftItem, policy: Policy) -> ItemFinding:
    item, n = draft.finding, draft.favourable.n
    shown = n >= policy.minimum_group
    step = 0.01 if n >= MANY else 0.1
    return item.model_copy(
        update={
            "mean": to_step(item.mean, step) if shown and item.mean is not None else None,
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


def _participation(found: Participation, policy: Policy) -> Participation:
    sensitivity = found.index_without_straight_liners
    return found.model_copy(
        update={
            "response_percent": None
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


def _quadrant(found: QuadrantFinding | None, policy: Policy) -> QuadrantFinding | None:
    if found is None:
        return None
    points = tuple(_point(point, policy) for point in found.points)
    return found.model_copy(update={"points": points})


def _point(point: QuadrantPoint, policy: Policy) -> QuadrantPoint:
    if point.n < policy.minimum_group:
        raise DisclosureRefused("a planned group is too small for its place in the quadrant")
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


def _stages(found: StageFinding, policy: Policy) -> StageFinding:
    if found.n < policy.minimum_group:
        raise DisclosureRefused("a planned group is too small for its stage")
    whole = found.group == ORGANISATION
    return found.model_copy(
        update={
            "probabilities": tuple(to_step(p, 0.01) for p in found.probabilities),
            "n": found.n if whole else rounded_n(found.n, policy.minimum_group),
        }
    )


def _engaged(found: EngagedFinding | None, policy: Policy) -> EngagedFinding | None:
    if found is None:
        return None
    both = {"by_all_facets": found.by_all_facets, "by_mean": found.by_mean}
    return found.model_copy(
        update={
            name: share(figure, policy) if isinstance(figure, Share) else figure
            for name, figure in both.items()
        }
    )
