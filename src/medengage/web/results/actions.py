"""Closing a campaign, and publishing what may be published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from medengage.errors import MedengageError, StudyError
from medengage.findings import Findings
from medengage.measure.analyse import released
from medengage.web.accounts.audit import Event, record
from medengage.web.accounts.models import User
from medengage.web.campaigns.actions import close
from medengage.web.campaigns.models import Campaign, State
from medengage.web.keys import KeyFolder
from medengage.web.responses import actions as responses
from medengage.web.results import queries
from medengage.web.results.models import Job, Progress, Snapshot

__all__ = ["ask_for_results", "close_for_good", "publish", "stopped", "work"]

Step = Callable[[str, int, int], None]


def close_for_good(campaign: Campaign, today: date, *, by: User | None = None) -> None:
    """Take no more answers, shuffle what waits, and destroy the key that could tell links apart.

    Every step may be made again after a crash, until the last one, which ends it.
    """
    close(campaign, today, by=by)
    name, keys = str(campaign.pk), KeyFolder(settings.MEDENGAGE_KEYS)
    key = keys.of(name)
    if key is not None:
        responses.shut(name, key)
        keys.destroy(name)


def publish(campaign: Campaign, step: Step | None = None, *, by: User | None = None) -> Findings:
    """Certify, attack and publish the results of a closed campaign.

    The ledger is written first: a crash in between leaves figures that count as released and are
    not out, never the reverse. Raises ``DisclosureRefused`` and ``StudyError`` as ``released``.
    """
    study = queries.study(campaign)
    findings, ledger = released(study, queries.ledger(campaign), step)
    responses.keep_ledger(str(campaign.pk), ledger.to_json())
    with transaction.atomic():
        fresh = Campaign.objects.select_for_update().get(pk=campaign.pk)
        Snapshot.objects.get_or_create(
            checksum=findings.checksum,
            defaults={"campaign": fresh, "findings": findings.to_json()},
        )
        fresh.state = State.PUBLISHED
        fresh.save()
        record(Event.CAMPAIGN_PUBLISHED, str(fresh), by=by, unit=fresh.unit)
    return findings


def ask_for_results(campaign: Campaign, *, by: User | None) -> bool:
    """Have results worked out and published. ``False`` where that is under way already.

    Raises ``StudyError`` for a campaign that is not closed.
    """
    if campaign.state not in {State.CLOSED, State.PUBLISHED}:
        raise StudyError(
            "results are worked out when a campaign has closed", subject=str(campaign)
        )
    with transaction.atomic():
        job, made = Job.objects.select_for_update().get_or_create(campaign=campaign)
        if not made and queries.is_under_way(job):
            return False
        job.by, job.progress, job.told = by, Progress.WAITING, ""
        job.step, job.done, job.of = "", 0, 0
        job.save()
    return True


def work(campaign: Campaign) -> None:
    """Do what ``ask_for_results`` asked for, telling how far it is; a refusal is told as well.

    Nothing happens where somebody else has begun.
    """
    waiting = Job.objects.filter(campaign=campaign, progress=Progress.WAITING)
    if not waiting.update(progress=Progress.RUNNING, beat=timezone.now()):
        return
    mine = Job.objects.filter(campaign=campaign)
    by = mine.get().by

    def told(words: str, done: int, of: int) -> None:
        mine.update(step=words[:200], done=done, of=of, beat=timezone.now())

    try:
        publish(campaign, told, by=by)
    except MedengageError as error:
        mine.update(progress=Progress.REFUSED, told=str(error), beat=timezone.now())
    else:
        mine.update(progress=Progress.DONE, beat=timezone.now())


def stopped(campaign_id: UUID) -> None:
    """The work ended before it was done: somebody may ask for it again."""
    running = Job.objects.filter(campaign=campaign_id, progress=Progress.RUNNING)
    running.update(progress=Progress.STOPPED, beat=timezone.now())
