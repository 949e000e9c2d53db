"""What somebody can see in finished findings, and the attack suite run on it.

The attacker knows more than any reader: the roster by all attributes, who answered and who skipped
what, and the groups that were certified although nobody is shown them. The figures are read back
from the findings themselves, so that one that came in by another way is attacked as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from medengage.disclosure.attacks import (
    AttackResult,
    Release,
    ShownMean,
    ShownShare,
    membership,
    run,
)
from medengage.disclosure.attacks.release import Floats
from medengage.disclosure.display import COARSE, FINE, MANY
from medengage.disclosure.frame import Frame
from medengage.disclosure.ledger import Ledger
from medengage.disclosure.plan import ALIKE
from medengage.disclosure.regimes import REGIMES, GivenAway, by_attributes, given_away
from medengage.disclosure.revisions import with_wave
from medengage.disclosure.tableau import Flags, Integers
from medengage.errors import StudyError
from medengage.findings import (
    ORGANISATION,
    AttackTried,
    Distribution,
    Estimate,
    Figure,
    Findings,
    ItemFinding,
    Share,
)
from medengage.measure.grouping import WHETHER_ALIKE, Grouping, grouping
from medengage.measure.scoring import Scores, score
from medengage.measure.seen_counts import rosters, shown_counts
from medengage.measure.study import Study
from medengage.measure.weights import weighting

__all__ = ["attacked", "instead", "seen", "tried"]

HALF, TOP = 0.5, 100.0
DIGITS = 9
TINY = 1e-6
CAPS = {"at most": (0.0, 10.0), "at least": (90.0, 100.0)}
NOT_HERE = {
    "A9": "Linking copies of addresses and answers: a study folder holds no addresses.",
    "A11": "Reading comments for rare words: findings hold no comments.",
}


def attacked(
    study: Study,
    findings: Findings,
    groups: Grouping | None = None,
    *,
    ledger: Ledger | None = None,
) -> tuple[AttackResult, ...]:
    """The whole suite on the findings of a study, A1 to A12 in order.

    ``groups`` is the study's grouping where it is at hand, ``ledger`` knows the figures of earlier
    releases: they count as seen. Raises ``StudyError`` where the findings name a group that the
    study cannot have.
    """
    scores = score(study)
    groups = groups or _grouping(study, scores, ledger)
    release = seen(study, findings, scores, groups)
    if ledger is not None:
        release = release.only((*_earlier(ledger, release, study.wave), *release.means))
    found = {one.attack: one for one in run(release)}
    found["A12"] = _membership(study, findings, scores, groups)
    for attack, words in NOT_HERE.items():
        found[attack] = AttackResult(attack, 0, (), words)
    return tuple(found[name] for name in sorted(found, key=lambda name: int(name[1:])))


def tried(results: tuple[AttackResult, ...]) -> tuple[AttackTried, ...]:
    """The results as facts that go into the certificate; they name nobody."""
    return tuple(
        AttackTried(attack=one.attack, tried=one.tried, found=len(one.found), words=one.words)
        for one in results
    )


def instead(study: Study, regime: str) -> GivenAway:
    """What a weaker rule (``regimes.REGIMES``) would give away of the same doctors.

    Raises ``KeyError`` for a rule of another name, ``StudyError`` for a study without breakdowns.
    """
    policy = study.policy
    if not policy.margins:
        raise StudyError("without a breakdown every rule shows the same", subject=study.id)
    frame = by_attributes(_grouping(study, score(study)).plan.frame, policy.attributes)
    return given_away(REGIMES[regime].release(frame, policy.margins, policy.minimum_group))


def _grouping(study: Study, scores: Scores, ledger: Ledger | None = None) -> Grouping:
    """The study's grouping; the secret of an archived wave is gone, but groups need none."""
    return grouping(replace(study, secret=study.secret or bytes(32)), scores, ledger)


def seen(study: Study, findings: Findings, scores: Scores, groups: Grouping) -> Release:
    """The findings as an attacker sees them, over the atoms of the study.

    Of the scores only which of them exist is used.
    """
    frame, policy = groups.plan.frame, findings.policy
    atoms = {group.id: _atoms(frame, group.where) for group in findings.groups}
    valued = dict(_valued(groups, scores))
    weights = _weights(study, findings, groups)
    means = [
        *_scale_means(findings, atoms, weights),
        *_alike(findings, frame),
        *_places(findings, atoms),
        *_beside_managers(findings, atoms[ORGANISATION]),
        *(
            _item_mean(i, i.mean, atoms[ORGANISATION])
            for i in findings.items
            if i.mean is not None
        ),
    ]
    silent = [ShownMean(one.title, one.atoms) for one in groups.plan.lattice.groups]
    if weights is not None:
        levels = np.unique(weights[frame.counted])
        silent += [ShownMean("doctors of one weight", weights == level) for level in levels]
    return Release(
        frame,
        policy.minimum_group,
        (*_by_the_rules(means, valued), *silent),
        tuple(_shares(findings)),
        tuple(shown_counts(study, findings, scores, frame)),
        collusion=policy.colluders,
        alpha=policy.noise,
        valued=valued,
    )


def _atoms(frame: Frame, where: Mapping[str, tuple[str, ...]]) -> Flags:
    unknown = [name for name in where if name not in frame.attributes]
    if unknown:
        raise StudyError(
            "the findings show a group that the answers do not have",
            subject=unknown[0],
            hint="analyse the answers again",
        )
    return np.asarray(frame.mask(where) & frame.counted)


def _valued(groups: Grouping, scores: Scores) -> Iterator[tuple[str, Integers]]:
    """Doctors with a value by atom (A,), for every measure."""
    known = {name: ~np.isnan(values) for name, values in scores.scale.items()}
    for name, place in scores.responses.column.items():
        known[f"item:{name}"] = scores.keyed[:, place] > 0
    if scores.aspect:
        both = ~np.isnan(np.sum(list(scores.aspect.values()), axis=0))
        known |= {"quadrant x": both, "quadrant y": both}
    for name, rows in known.items():
        counts = np.bincount(groups.atom[rows], minlength=len(groups.plan.frame.atoms))
        yield name, counts.astype(np.int64)


def _weights(study: Study, findings: Findings, groups: Grouping) -> Floats | None:
    """(A,) how much a doctor of each atom counts in weighted means; ``None`` without any."""
    if not any(isinstance(scale.weighted, Estimate) for scale in findings.scales):
        return None
    weights = weighting(study, groups).weights
    if weights is None:
        raise StudyError("the findings show weighted means, but nothing can be weighted")
    of_atom = np.zeros(len(groups.plan.frame.atoms))
    of_atom[groups.atom] = weights.values / weights.values.mean()
    return np.round(of_atom, DIGITS)


def _scale_means(
    findings: Findings, atoms: Mapping[str, Flags], weights: Floats | None
) -> Iterator[ShownMean]:
    """Every mean of every scale: of the whole, two or three times, and of its groups."""
    names = {group.id: group.title or "everybody" for group in findings.groups}
    everybody = atoms[ORGANISATION]
    for scale in findings.scales:
        for figure in (scale.overall, scale.analytic):
            yield from _twice(figure, ShownMean("everybody", everybody, measure=scale.id))
        if scale.weighted is not None:
            mean = ShownMean("everybody", everybody, measure=scale.id, weights=weights)
            yield from _twice(scale.weighted, mean)
        for name, figure in scale.groups.items():
            yield from _twice(figure, ShownMean(names[name], atoms[name], measure=scale.id))


def _twice(figure: Figure, mean: ShownMean) -> Iterator[ShownMean]:
    """A mean is shown twice: as such, and as the middle of an interval that is not cut off.

    Both ends are rounded outwards by less than a step, so the middle is right to half a step.
    """
    if not isinstance(figure, Estimate):
        return
    yield replace(mean, value=figure.value)
    if figure.low > 0 and figure.high < TOP:
        yield replace(mean, value=(figure.low + figure.high) / 2, half=-1.0)


def _alike(findings: Findings, frame: Frame) -> Iterator[ShownMean]:
    """The index of those who did not give one answer to everything."""
    figure, index = findings.participation.index_without_straight_liners, findings.index
    if isinstance(figure, Estimate) and index is not None:
        varied = _atoms(frame, {ALIKE: WHETHER_ALIKE[:1]})
        yield from _twice(figure, ShownMean("without all alike", varied, measure=index.id))


def _places(findings: Findings, atoms: Mapping[str, Flags]) -> Iterator[ShownMean]:
    """Places in the quadrant: that of the organisation is a mean.

    Those of units are drawn to each other; that they rest on means counts, but not their value.
    """
    for point in findings.quadrant.points if findings.quadrant else ():
        for axis, value in (("x", point.x), ("y", point.y)):
            shown = value if point.group == ORGANISATION else None
            name = f"quadrant {axis}"
            yield ShownMean(point.group, atoms[point.group], shown, measure=name)


def _beside_managers(findings: Findings, everybody: Flags) -> Iterator[ShownMean]:
    """The organisation's means once more, as they stand beside what managers believe."""
    for gap in findings.gaps:
        yield ShownMean("beside managers", everybody, gap.doctors, measure=gap.scale)


def _item_mean(item: ItemFinding, mean: float, everybody: Flags) -> ShownMean:
    measure, top = f"item:{item.id}", item.options - 1.0
    return ShownMean(item.id, everybody, mean - 1, measure=measure, top=top, unit=1.0)


def _by_the_rules(means: list[ShownMean], valued: Mapping[str, Integers]) -> Iterator[ShownMean]:
    """The means with their rounding: that of the rules, or finer if the value is."""
    for mean in means:
        n = int(valued[mean.measure][mean.atoms].sum())
        if n == 0:
            continue
        step = (FINE if n >= MANY else COARSE) / (1.0 if mean.unit is None else 10.0)
        middle = mean.half < 0
        half = HALF * step if middle or mean.value is None else _half(mean.value, step)
        yield replace(mean, half=half, asked=HALF * step)


def _half(value: float, step: float) -> float:
    """Half a step, or half of the last decimal of a value that is rounded finer."""
    if abs(value / step - round(value / step)) < TINY:
        return HALF * step
    return HALF * next((10.0**-d for d in range(1, DIGITS) if round(value, d) == value), 0.0)


def _shares(findings: Findings) -> Iterator[ShownShare]:
    """Favourable and engaged shares, and every category of every distribution."""
    for item in findings.items:
        yield from _share(f"{item.id}, favourable", item.favourable)
        yield from _categories(item.id, item.distribution)
    for scale in findings.scales:
        yield from _categories(scale.id, scale.distribution)
    if findings.engaged is not None:
        yield from _share("engaged by all facets", findings.engaged.by_all_facets)
        yield from _share("engaged by their mean", findings.engaged.by_mean)


def _share(label: str, figure: object) -> Iterator[ShownShare]:
    if isinstance(figure, Share):
        low, high = (None, None) if figure.bound is None else CAPS[figure.bound]
        step = 1.0 if figure.n >= MANY else 5.0
        yield ShownShare(label, figure.n, figure.value, _half(figure.value, step), low, high)


def _categories(label: str, figure: object) -> Iterator[ShownShare]:
    if not isinstance(figure, Distribution):
        return
    step, of_two = 1.0 if figure.n >= MANY else 5.0, len(figure.labels) == len("ab")
    for name, percent in zip(figure.labels, figure.percent, strict=True):
        half = _half(percent, step)
        yield ShownShare(f"{label}, {name}", figure.n, percent, half, of_two=of_two)


def _earlier(ledger: Ledger, release: Release, wave: str) -> Iterator[ShownMean]:
    """The figures of earlier releases that are not among those of this one, oldest first.

    How large they were does not matter here.
    """
    frame = with_wave(release.frame, wave)
    now = {row.astype(bool).tobytes() for row in release.matrix}
    for place, entry in enumerate(ledger.touching(frame), start=-len(ledger.entries)):
        for figure, row in zip(entry.figures, entry.rows(frame, entry.version), strict=True):
            if row.astype(bool).tobytes() not in now:
                yield ShownMean(f"earlier {figure.id}", row.astype(bool), moment=place)


def _membership(
    study: Study, findings: Findings, scores: Scores, groups: Grouping
) -> AttackResult:
    """A12 on the roster, or attribute by attribute where it is known no finer."""
    k = findings.policy.minimum_group
    return membership(
        *(
            Release(roster, k, (), counts=tuple(shown_counts(study, findings, scores, roster)))
            for roster in rosters(study, groups)
        )
    )
