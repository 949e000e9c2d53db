"""``analyse(study) -> Findings``: the table of contents of the private side."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

from medengage.definitions.instrument import Instrument
from medengage.disclosure.protect import Draft, DraftItem, DraftScale, protect
from medengage.findings import About, Findings, InstrumentUsed, ItemFinding, ScaleFinding
from medengage.measure import aggregation, participation, profiles, psychometrics, summaries
from medengage.measure.grouping import Grouping, grouping
from medengage.measure.scoring import Scores, score
from medengage.measure.study import Study

__all__ = ["analyse"]

Step = Callable[[str, int, int], None]
STEPS = (
    "Scoring",
    "Planning the release",
    "Participation",
    "Scales",
    "Items",
    "Profiles",
    "Protecting",
)


def analyse(study: Study, step: Step | None = None) -> Findings:
    """Turn the answers of one study into findings that may leave the room.

    ``step(what, done, total)`` is told of progress. Raises ``StudyError`` where the answers do not
    fit the policy, ``DisclosureRefused`` where too few doctors answered to show anything.
    """
    tell = _teller(step)
    tell()
    scores = score(study)
    tell()
    groups = grouping(study, scores)
    tell()
    who = participation.participation(study, scores, groups)
    tell()
    scales = _scales(study, scores, groups, who)
    tell()
    items = _items(study, scores)
    tell()
    quadrant = profiles.quadrant(study.instrument, scores, groups, scales)
    continuum = profiles.continuum(study.instrument, scores, groups, scales)
    engaged = profiles.engaged(study, scores)
    tell()
    return protect(
        Draft(
            about=_about(study),
            participation=who.finding,
            scales=tuple(scales),
            items=tuple(items),
            quadrant=quadrant,
            continuum=continuum,
            engaged=engaged,
            eligible=who.eligible,
        ),
        groups.plan,
        study.policy,
    )


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
            blocks = summaries.block_estimates(values, groups, confidence) if main else {}
            finding = ScaleFinding(
                id=scale.id,
                title=scale.title,
                level=instrument.level(scale.id),
                part_of=scale.part_of,
                aspect=scale.aspect,
                meaning=scale.meaning,
                discuss=scale.discuss,
                instrument=instrument.id,
                overall=summaries.descriptive(values, who.total, confidence),
                analytic=summaries.analytic(values, confidence),
                weighted=who.weighted(values, confidence) if main else None,
                spread=summaries.spread(values),
                distribution=summaries.HIDDEN,
                groups=aggregation.only_if_comparable(blocks, together.get(scale.id)),
                reliability=reliable.get(scale.id),
                aggregation=together.get(scale.id),
            )
            found.append(DraftScale(finding, summaries.score_bands(values)))
    return found


def _items(study: Study, scores: Scores) -> list[DraftItem]:
    found = []
    total, confidence = participation.total(study), study.policy.confidence
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
                    mean=summaries.item_mean(scores, name),
                    favourable=shares[name],
                    distribution=summaries.HIDDEN,
                    missing_percent=100 - 100 * shares[name].n / scores.n,
                    item_rest=quality[name].item_rest,
                    alpha_if_dropped=quality[name].alpha_if_dropped,
                )
                counts = summaries.item_counts(scores, instrument, name)
                found.append(DraftItem(finding, shares[name], counts))
    return found


def _text(study: Study, instrument: Instrument, item: str) -> str | None:
    shown = instrument.verbatim and instrument.item(item).text is not None
    return instrument.text(item, study.words) if shown else None
