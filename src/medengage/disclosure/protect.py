"""The gate: every figure passes here on its way into ``Findings``, and nothing passes elsewhere.

``protect`` takes the unrounded figures of a study (a ``Draft``) and the groups that were certified
from counts alone. It refuses figures of groups that were not certified or are too small, audits
how closely the shown means pin down small groups, rounds what is left for display and builds the
``Findings`` with their certificate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from medengage.disclosure.audit import WIDTH, Displayed, audit, feasible_range
from medengage.disclosure.display import (
    COARSE,
    FINE,
    MANY,
    response_percent,
    rounded_n,
    speaks_for_all,
    to_step,
)
from medengage.disclosure.draft import Draft, Exact
from medengage.disclosure.lattice import Lattice, ReleasedGroup, Wish
from medengage.disclosure.plan import SILENT, ReleasePlan, breakdown_name
from medengage.disclosure.shown import (
    shown_drivers,
    shown_engaged,
    shown_gap,
    shown_item,
    shown_participation,
    shown_quadrant,
    shown_scale,
    shown_stages,
)
from medengage.errors import DisclosureRefused
from medengage.findings import (
    ORGANISATION,
    AttackTried,
    Certificate,
    Findings,
    Group,
    Policy,
    WithheldGroup,
)

__all__ = ["attested", "in_fives", "protect"]

Floats = npt.NDArray[np.float64]

TOP = 100.0
SIGMAS = (2, 3, 4, 6)
"""Standard deviations of noise that a reader may allow for, one after the other."""
COUNTS = ("n", "answered")
RANGE = "its mean would tell the mean of a smaller group to within a few points"


def protect(draft: Draft, plan: ReleasePlan, policy: Policy) -> Findings:
    """The only maker of ``Findings`` from a study's figures.

    Raises ``DisclosureRefused`` where the draft holds a group that was not certified, a figure
    that rests on fewer than ``policy.minimum_group`` doctors, or where so few doctors answered so
    much alike that even the organisation's means would speak for single doctors.
    """
    _refuse_unplanned(draft, plan)
    shown, narrow = _audited(draft, plan)
    draft = _only(draft, {group.id for group in shown})
    findings = Findings(
        about=draft.about,
        policy=policy,
        groups=_groups([g for g in plan.in_order if g in shown], plan, draft.eligible or {}),
        participation=shown_participation(draft.participation, policy),
        scales=tuple(shown_scale(scale, policy) for scale in draft.scales),
        items=tuple(shown_item(item, policy) for item in draft.items),
        quadrant=shown_quadrant(draft.quadrant, policy),
        continuum=tuple(shown_stages(stages, policy) for stages in draft.continuum),
        engaged=shown_engaged(draft.engaged, policy),
        drivers=shown_drivers(draft.drivers, policy),
        gaps=tuple(gap for one in draft.gaps if (gap := shown_gap(one, policy)) is not None),
        release_notes=plan.notes,
        certificate=_certificate(draft, plan, shown, narrow),
    )
    who = draft.participation
    nearly_all = who.eligible is None and who.response_percent is not None
    return in_fives(findings) if nearly_all else findings


def in_fives(findings: Findings) -> Findings:
    """The findings with all numbers of doctors in steps of five, and no response rate of groups.

    Exact ones may tell, beside the roster, that everybody of a group answered: where nearly all
    answered, or where the number of all less those of some groups leaves no doubt about the
    others. The bias that silent doctors may make is told in whole points then.
    """
    least, who = findings.policy.minimum_group, findings.participation
    fields = _rounded_counts(findings.model_dump(), least)
    eligible = who.eligible
    if eligible is not None:
        rate = response_percent(who.answered, eligible)
        fields["participation"]["response_percent"] = rate
        fields["groups"][0]["response_percent"] = rate
    for group in fields["groups"][1:]:
        group["response_percent"] = None
    fields["participation"]["exact"] = False
    silent = fields["participation"]["nonresponse"]
    if silent is not None:
        silent["representation"] = ()
        for line in silent["sensitivity"]:
            line["bias"] = to_step(line["bias"], 1)
    return Findings.model_validate(fields)


def _rounded_counts(value: Any, least: int, name: str = "") -> Any:
    """The same fields, with every number of doctors in steps of five."""
    if isinstance(value, dict):
        return {key: _rounded_counts(part, least, key) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded_counts(part, least) for part in value]
    return rounded_n(value, least) if name in COUNTS and isinstance(value, int) else value


def attested(findings: Findings, attacks: Sequence[AttackTried]) -> Findings:
    """The findings with what was tried against them in their certificate.

    Raises ``DisclosureRefused`` where anything was found.
    """
    if leaks := [one for one in attacks if one.found]:
        raise DisclosureRefused(
            "an attack on the finished results succeeded, so nothing is given out",
            subject="; ".join(f"{one.attack}: {one.words}" for one in leaks),
            hint="report by coarser attributes, or by fewer of them",
        )
    certificate = findings.certificate.model_copy(update={"attacks": tuple(attacks)})
    return findings.model_copy(update={"certificate": certificate})


def _refuse_unplanned(draft: Draft, plan: ReleasePlan) -> None:
    used = {name for scale in draft.scales for name in scale.finding.groups}
    used |= {point.group for point in draft.quadrant.points} if draft.quadrant else set()
    used |= {stages.group for stages in draft.continuum}
    if used - {group.id for group in plan.groups}:
        raise DisclosureRefused("a figure was made for a group that may not be shown")


def _audited(
    draft: Draft, plan: ReleasePlan
) -> tuple[tuple[ReleasedGroup, ...], tuple[ReleasedGroup, ...]]:
    """The groups that may stay, and those whose means would tell too much of a few doctors.

    The audit does not rely on noise: it looks at the means as they would be rounded without it,
    and at the noisy ones as well, because those are what is seen.
    """
    lattice = replace(plan.lattice, groups=plan.groups)
    displayed = [*_displayed(draft, lattice)]
    loud = {name for one in displayed for name in _speaking(one, lattice)}
    groups = tuple(group for group in plan.groups if group.id not in loud)
    places = [place for place, group in enumerate(plan.groups) if group.id not in loud]
    quiet = replace(lattice, groups=groups)
    kept = audit(quiet, [one.part(places) for one in displayed]).kept
    stay = tuple(groups[place] for place in kept)
    if plan.whole not in stay:
        raise DisclosureRefused(
            "nothing can be shown: so few doctors answered so much alike that the results would "
            "speak for single doctors",
            hint="ask more doctors, or add this organisation to a larger one",
        )
    return stay, tuple(group for group in plan.groups if group not in stay)


def _displayed(draft: Draft, lattice: Lattice) -> Iterator[Displayed]:
    """Every measure twice: rounded without noise, and with it as far as it is shown."""
    names = [group.id for group in lattice.groups]
    for exact in draft.exact:
        n = lattice.matrix @ exact.sizes
        step = np.where(n >= MANY, FINE, COARSE)
        means = np.array([exact.means[name] for name in names])
        yield Displayed(exact.measure, _rounded(means, step), step / 2, exact.sizes)
        if exact.noisy:
            noisy = np.array([exact.noisy.get(name, np.nan) for name in names])
            shown = ~np.isnan(noisy)
            value = np.where(shown, _rounded(np.where(shown, noisy, means), step), means)
            yield _with_noise(exact, lattice, value, np.where(shown, step / 2, TOP))


def _rounded(means: Floats, step: Floats) -> Floats:
    return np.array([to_step(float(m), float(s)) for m, s in zip(means, step, strict=True)])


def _with_noise(exact: Exact, lattice: Lattice, value: Floats, half: Floats) -> Displayed:
    """Noisy means with as many deviations of the noise as it takes to make them agree."""
    everybody = lattice.groups[0].atoms
    for wide in SIGMAS:
        found = Displayed(exact.measure, value, half + wide * exact.noise_sd(lattice), exact.sizes)
        try:
            feasible_range(lattice.matrix, found, everybody)
        except ValueError:
            continue
        return found
    raise ValueError("noise that no draw gives")


def _speaking(one: Displayed, lattice: Lattice) -> Iterator[str]:
    """Groups all of whose doctors must have scored near one end."""
    n = lattice.matrix @ one.sizes
    low, high = one.mean - one.half, one.mean + one.half
    for place, group in enumerate(lattice.groups):
        if speaks_for_all(
            float(low[place]), float(high[place]), int(n[place]), top=TOP, away=WIDTH
        ):
            yield group.id


def _only(draft: Draft, stay: set[str]) -> Draft:
    """The draft without figures of other groups."""
    scales = []
    for scale in draft.scales:
        groups = {name: one for name, one in scale.finding.groups.items() if name in stay}
        finding = scale.finding.model_copy(update={"groups": groups})
        scales.append(replace(scale, finding=finding))
    points = () if draft.quadrant is None else draft.quadrant.points
    here = tuple(point for point in points if point.group in stay)
    return replace(
        draft,
        scales=tuple(scales),
        quadrant=draft.quadrant and draft.quadrant.model_copy(update={"points": here}),
        continuum=tuple(stages for stages in draft.continuum if stages.group in stay),
    )


def _groups(
    shown: Sequence[ReleasedGroup], plan: ReleasePlan, eligible: Mapping[str, int]
) -> tuple[Group, ...]:
    groups = []
    for planned in shown:
        size, whole = eligible.get(planned.id), planned.id == ORGANISATION
        group = Group(
            id=planned.id,
            title=planned.title,
            breakdown=breakdown_name(planned.wish.attributes),
            where=dict(planned.where),
            n=planned.n if whole else rounded_n(planned.n, plan.policy.minimum_group),
            eligible=size,
            response_percent=None
            if size is None
            else response_percent(planned.n, size, exact=whole),
        )
        groups.append(group)
    return tuple(groups)


def _certificate(
    draft: Draft,
    plan: ReleasePlan,
    shown: Sequence[ReleasedGroup],
    narrow: Sequence[ReleasedGroup],
) -> Certificate:
    frame = plan.frame
    counted = frame.counted
    masks = np.array([group.atoms[counted] for group in shown])
    main = draft.about.instruments[0].id
    return Certificate(
        attributes=tuple(name for name in frame.attributes if name not in SILENT),
        combinations=int(counted.sum()),
        figures=len(shown),
        statistics=len(np.unique(masks, axis=0)),
        measures=sum(scale.finding.instrument == main for scale in draft.scales)
        + (2 if draft.quadrant else 0),
        earlier=plan.earlier,
        silent=tuple(dict.fromkeys(breakdown_name(g.wish.attributes) for g in plan.silent)),
        merged=plan.merged,
        withheld=(
            *(_withheld(one.title, one.wish, one.reason, one.words) for one in plan.withheld),
            *(
                _withheld(one.title, one.wish, "range", RANGE)
                for one in plan.in_order
                if one in narrow
            ),
        ),
    )


def _withheld(title: str, wish: Wish, reason: str, words: str) -> WithheldGroup:
    return WithheldGroup.model_validate(
        {
            "title": title,
            "breakdown": breakdown_name(wish.attributes),
            "reason": reason,
            "words": words,
        }
    )
