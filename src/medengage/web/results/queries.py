"""Answers become a study; snapshots become findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from django.conf import settings
from django.utils import timezone

from medengage.disclosure.ledger import Ledger
from medengage.errors import StudyError
from medengage.findings import Findings, Policy
from medengage.measure.responses import Attribute, Responses
from medengage.measure.study import Managers, Population, Study
from medengage.web.campaigns.models import Campaign
from medengage.web.campaigns.queries import DOCTORS, MANAGERS, asked, instrument
from medengage.web.invitations.queries import invited
from medengage.web.keys import Damaged, KeyFolder, WaveKey
from medengage.web.responses import queries as responses
from medengage.web.results.bringing import brought_study
from medengage.web.results.models import Job, Progress, Snapshot

__all__ = [
    "findings",
    "is_under_way",
    "job",
    "ledger",
    "newest",
    "published",
    "snapshot",
    "study",
]

SILENCE = timedelta(minutes=10)
"""Work that was not heard of for so long has stopped."""


def study(campaign: Campaign) -> Study:
    """Everything that is known of a closed campaign, as the library reads it.

    Doctors who could have answered are those who got a link. Raises ``ValueError`` for a campaign
    that is not closed.
    """
    if campaign.opened is None or campaign.closed is None:
        raise ValueError("a campaign is analysed when it has closed")
    brought = brought_study(campaign)
    return _answered(campaign) if brought is None else brought


def _answered(campaign: Campaign) -> Study:
    """What doctors answered here."""
    assert campaign.opened is not None
    assert campaign.closed is not None
    survey, names = instrument(campaign), invited(campaign, DOCTORS)
    attributes = tuple(sorted({name for one in names for name in one}))
    cells = Counter(tuple(one.get(name, "") for name in attributes) for one in names)
    secret = _secret(campaign)
    rows = responses.rows(str(campaign.pk), DOCTORS, WaveKey(secret))
    return Study(
        id=f"campaign-{campaign.pk}",
        organisation=campaign.organisation,
        wave=campaign.wave,
        opened=campaign.opened,
        closed=campaign.closed,
        instrument=survey,
        responses=_responses(rows, survey.item_ids, attributes),
        population=Population.of_cells(attributes, cells),
        policy=Policy.model_validate(campaign.policy),
        words=campaign.words,
        managers=_managers(campaign),
        secret=secret,
    )


def _secret(campaign: Campaign) -> bytes:
    """The secret of the wave; raises ``StudyError`` where it is lost."""
    try:
        return KeyFolder(settings.MEDENGAGE_KEYS).wave_secret(str(campaign.pk))
    except Damaged as error:
        raise StudyError(
            f"{error}, and the groups of the answers with it",
            subject=str(campaign),
            hint="put it back from its copy with: medengage web restore --keys",
        ) from None


def ledger(campaign: Campaign) -> Ledger:
    """What was released of a campaign before."""
    kept = responses.ledger(str(campaign.pk))
    return Ledger() if kept is None else Ledger.from_json(kept)


def findings(campaign: Campaign) -> Findings | None:
    """The newest published findings of a campaign; ``None`` before anything is published."""
    newest = Snapshot.objects.filter(campaign=campaign).first()
    return None if newest is None else Findings.from_json(newest.findings)


def job(campaign: Campaign) -> Job | None:
    """How far the work on results is; ``None`` before anybody asked for them."""
    return Job.objects.filter(campaign=campaign).first()


def is_under_way(job: Job) -> bool:
    """Is somebody at work? Work that was not heard of for minutes has stopped."""
    at_work = job.progress in {Progress.WAITING, Progress.RUNNING}
    return at_work and timezone.now() - job.beat < SILENCE


def snapshot(campaign: Campaign) -> Snapshot | None:
    """The newest published results of a campaign."""
    return Snapshot.objects.filter(campaign=campaign).first()


def published(campaigns: Sequence[Campaign]) -> list[Snapshot]:
    """The newest results of each of some campaigns, the newest first."""
    newest: dict[object, Snapshot] = {}
    for one in Snapshot.objects.filter(campaign__in=campaigns).select_related("campaign"):
        newest.setdefault(one.campaign_id, one)
    return list(newest.values())


def newest(campaigns: Sequence[Campaign]) -> list[Snapshot]:
    """The newest results of each organisation among some campaigns."""
    found: dict[object, Snapshot] = {}
    for one in published(campaigns):
        found.setdefault(one.campaign.unit_id, one)
    return list(found.values())


def _managers(campaign: Campaign) -> Managers | None:
    """What managers answered; ``None`` where they were not asked, or nobody answered."""
    rows = responses.rows(str(campaign.pk), MANAGERS, None) if campaign.managers_instrument else []
    if not rows:
        return None
    survey = asked(campaign, MANAGERS)
    return Managers(survey, _responses(rows, survey.item_ids, ()))


def _responses(
    rows: Sequence[responses.Row], items: tuple[str, ...], attributes: tuple[str, ...]
) -> Responses:
    answers = np.array(
        [[row.answers.get(name, 0) for name in items] for row in rows], dtype=np.int8
    ).reshape(len(rows), len(items))
    columns = {name: _attribute([row.attributes.get(name) for row in rows]) for name in attributes}
    phase = np.array([row.phase for row in rows], dtype=np.int8)
    return Responses(items, np.ascontiguousarray(answers), columns, phase)


def _attribute(values: Sequence[str | None]) -> Attribute:
    labels = tuple(sorted({value for value in values if value}))
    codes = [labels.index(value) if value else -1 for value in values]
    return Attribute(labels, np.array(codes, dtype=np.int32))
