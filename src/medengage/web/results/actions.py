"""Closing a campaign, and publishing what may be published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db import transaction

from medengage.findings import Findings
from medengage.measure.analyse import released
from medengage.web.campaigns.actions import close
from medengage.web.campaigns.models import Campaign, State
from medengage.web.keys import KeyFolder
from medengage.web.responses import actions as responses
from medengage.web.results import queries
from medengage.web.results.models import Snapshot

__all__ = ["close_for_good", "publish"]

Step = Callable[[str, int, int], None]


def close_for_good(campaign: Campaign, today: date) -> None:
    """Take no more answers, shuffle what waits, and destroy the key that could tell links apart.

    Every step may be made again after a crash, until the last one, which ends it.
    """
    close(campaign, today)
    name, keys = str(campaign.pk), KeyFolder(settings.MEDENGAGE_KEYS)
    key = keys.of(name)
    if key is not None:
        responses.shut(name, key)
        keys.destroy(name)


def publish(campaign: Campaign, step: Step | None = None) -> Findings:
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
    return findings
