"""``analyse(study) -> Findings``: the table of contents of the private side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import version

import numpy as np

from medengage.definitions.instrument import Instrument
from medengage.disclosure.draft import Draft, DraftItem, DraftScale, Exact
from medengage.disclosure.ledger import Entry, Ledger
from medengage.disclosure.protect import attested, in_fives, protect
from medengage.findings import (
    ORGANISATION,
    About,
    Estimate,
    Figure,
    Findings,
    InstrumentUsed,
    ItemFinding,
    ScaleFinding,
)
from medengage.measure import aggregation, participation, profiles, psychometrics, summaries
from medengage.measure.drivers import drivers
from medengage.measure.gap import gaps
from medengage.measure.grouping import Grouping, grouping
from medengage.measure.noising import fingerprint
from medengage.measure.scoring import Scores, score
from medengage.measure.seen import attacked, tried
from medengage.measure.study import Study

__all__ = ["analyse", "released"]

WHO_ANSWERED = "A12"
"""The attack on counts and rates; coarser counts are the answer to it."""
Step = Callable[[str, int, int], None]
STEPS = (
    "Scoring",
    "Certifying groups",
    "Participation",
    "Scales",
    "Items",
    "Profiles",
    "Protecting",
    "Attacking the release",
)


def analyse(study: Study, step: Step | None = None) -> Findings:
    """Turn the answers of one study into findings that may leave the room.

    ``step(what, done, total)`` is told of progress. Raises ``StudyError`` where the answers do not
    fit the policy, ``DisclosureRefused`` where too few doctors answered to show anything.
    """
    return released(study, Ledger(), step)[0]


def released(study: Study, ledger: Ledger, step: Step | None = None) -> tuple[Findings, Ledger]:
    """Findings that are certified together with all earlier releases, and the longer ledger.

    The attack suite is run on the finished findings; nothing that it could break is given out.
    Raises as ``analyse``, and ``DisclosureRefused`` where old and new figures together would show
    a small group, where the answers changed since, or where the wave is archived.
    """
    ledger.refuse_archived()
    tell = _teller(step)
    tell()
    scores = score(study)
    answers = fingerprint(study, scores.responses)
    ledger.refuse_changed(study.wave, answers)
    ledger.refuse_other_noise(study.wave, study.policy.noise)
    tell()
    groups = grouping(study, scores, ledger)
    tell()
    who = participation.participation(study, scores, groups)
    tell()
    scales = _scales(study, scores, groups, who)
    tell()
    items = _items(study, scores, groups)
    tell()
    draft = Draft(
        about=_about(study),
        participation=who.finding,
        scales=tuple(scales),
        items=tuple(items),
        quadrant=profiles.quadrant(study.instrument, scores, groups, scales),
        continuum=profiles.continuum(study.instrument, scores, groups, scales),
        engaged=profiles.engaged(study, scores),
        drivers=drivers(study, scores),
        gaps=gaps(study, scores, groups),
        eligible=who.eligible,
        exact=tuple(_exact(study, scores, groups, scales)),
    )
    tell()
    findings = protect(draft, groups.plan, study.policy)
    tell()
    results = attacked(study, findings, groups, ledger=ledger)
    if any(one.found and one.attack == WHO_ANSWERED for one in results):
        findings = in_fives(findings)
        results = attacked(study, findings, groups, ledger=ledger)
    findings = attested(findings, tried(results))
    entry = Entry.of(groups.plan.lattice, study.wave, answers=answers, noise=study.policy.noise)
    return findings, ledger.add(entry)


def _teller(step: Step | None) -> Callable[[], None]:
    names = iter(enumerate(STEPS))

    def tell() -> None:
        done, what = next(names)
        if step is not None:
            step(what, done, len(STEPS))

    return tell


def _about(study: Study) -> About:
    return About(
        study=study.id,
        organisation=study.organisation,
        wave=study.wave,
        opened=study.opened,
        closed=study.closed,
        instruments=tuple(_used(instrument) for instrument in study.instruments),
        words=dict(study.words),
        package_version=version("medengage"),
        synthetic=study.synthetic,
    )


def _used(instrument: Instrument) -> InstrumentUsed:
    return InstrumentUsed(
        id=instrument.id,
        version=instrument.version,
        title=instrument.title,
        checksum=instrument.checksum,
        licence=instrument.licence,
    )


def _scales(
    study: Study, scores: Scores, groups: Grouping, who: participation.Participants
) -> list[DraftScale]:
    """Main instrument with its blocks, then the scales of the modules as a whole."""
    found = []
    for instrument in study.instruments:
        main = instrument is study.instrument
        reliable = psychometrics.scale_reliability(instrument, scores)
        together = aggregation.aggregation(instrument, scores, groups) if main else {}
        for scale in instrument.scales:
            values, confidence = scores.scale[scale.id], study.policy.confidence
            column = summaries.masked(values, groups, scale.id)
            figures = summaries.group_estimates(column, groups, confidence) if main else {}
            decided = together.get(scale.id, {})
            finding = ScaleFinding(
                id=scale.id,
                title=scale.title,
                level=instrument.level(scale.id),
                part_of=scale.part_of,
                aspect=scale.aspect,
                meaning=scale.meaning,
                discuss=scale.discuss,
                instrument=instrument.id,
                overall=summaries.descriptive(column, who.total, confidence),
                analytic=summaries.analytic(column, confidence),
                weighted=_weighted(scale.id, values, groups, who, confidence) if main else None,
                spread=summaries.spread(values),
                distribution=summaries.HIDDEN,
                groups=aggregation.only_if_comparable(figures, decided, groups.plan),
                reliability=reliable.get(scale.id),
                aggregation=decided.get(study.policy.breakdown or ""),
                aggregation_within={
                    unit: one for unit, one in decided.items() if unit != study.policy.breakdown
                },
            )
            found.append(DraftScale(finding, summaries.score_bands(values)))
    return found


def _exact(
    study: Study, scores: Scores, groups: Grouping, scales: list[DraftScale]
) -> Iterator[Exact]:
    """The means of everything that is shown by group, for the audit alone."""
    columns = {scale.id: scores.scale[scale.id] for scale in study.instrument.scales}
    columns |= {f"aspect:{name}": values for name, values in scores.aspect.items()}
    figures = {s.finding.id: {ORGANISATION: s.finding.overall, **s.finding.groups} for s in scales}
    for name, values in columns.items():
        column = summaries.Masked(values, groups.noise, None)
        sizes = np.bincount(groups.atom[column.known], minlength=len(groups.plan.frame.atoms))
        noisy = {
            group: figure.value
            for group, figure in figures.get(name, {}).items()
            if isinstance(figure, Estimate)
        }
        yield Exact(
            name,
            summaries.group_means(column, groups),
            sizes.astype(np.int64),
            noisy if groups.noise.alpha else {},
            groups.noise.alpha,
        )


def _items(study: Study, scores: Scores, groups: Grouping) -> list[DraftItem]:
    found = []
    total, confidence = participation.total(study, scores.n), study.policy.confidence
    for instrument in study.instruments:
        quality = psychometrics.item_quality(instrument, scores)
        shares = summaries.item_shares(scores, instrument, total, confidence)
        for scale in instrument.subscales:
            for name in scale.items:
                finding = ItemFinding(
                    id=name,
                    scale=scale.id,
                    text=_text(study, instrument, name),
                    reversed=instrument.item(name).reversed,
                    options=instrument.options_of(name).highest,
                    mean=summaries.item_mean(
                        scores, groups, name, instrument.options_of(name).highest
                    ),
                    favourable=shares[name],
                    distribution=summaries.HIDDEN,
                    missing_percent=100 - 100 * shares[name].n / scores.n,
                    item_rest=quality[name].item_rest,
                    alpha_if_dropped=quality[name].alpha_if_dropped,
                )
                counts = summaries.item_counts(scores, instrument, name)
                found.append(DraftItem(finding, shares[name], counts))
    return found


def _weighted(
    name: str,
    values: summaries.Column,
    groups: Grouping,
    who: participation.Participants,
    confidence: float,
) -> Figure | None:
    return who.weighted(summaries.masked(values, groups, f"weighted:{name}"), confidence)


def _text(study: Study, instrument: Instrument, item: str) -> str | None:
    shown = instrument.verbatim and instrument.item(item).text is not None
    return instrument.text(item, study.words) if shown else None
