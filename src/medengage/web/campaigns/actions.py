"""Opening, reminding, closing. The key of the answers is made when a campaign opens."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction

from medengage.errors import StudyError
from medengage.web.campaigns.models import Campaign, State
from medengage.web.keys import KeyFolder

__all__ = ["advance", "close", "open_for_answers"]

LAST_PHASE = 3


def open_for_answers(campaign: Campaign, today: date) -> None:
    """Let doctors answer. Raises ``StudyError`` for a campaign that is no draft."""
    with transaction.atomic():
        fresh = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if fresh.state != State.DRAFT:
            raise StudyError("only a draft can be opened", subject=str(fresh))
        fresh.state, fresh.phase, fresh.opened = State.OPEN, 1, today
        fresh.save()
        keys = KeyFolder(settings.MEDENGAGE_KEYS)
        if keys.of(str(fresh.pk)) is None:
            keys.made(str(fresh.pk))


def advance(campaign: Campaign) -> int:
    """A reminder was sent: answers from now on are later ones. Gives the phase, at most 3."""
    with transaction.atomic():
        fresh = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if fresh.state != State.OPEN:
            raise StudyError("only an open campaign is reminded of", subject=str(fresh))
        fresh.phase = min(LAST_PHASE, fresh.phase + 1)
        fresh.save()
    return fresh.phase


def close(campaign: Campaign, today: date) -> None:
    """No doctor can answer any more. To close again does nothing; ``StudyError`` for a draft."""
    with transaction.atomic():
        fresh = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if fresh.state == State.DRAFT:
            raise StudyError("a draft cannot be closed", subject=str(fresh))
        if fresh.state == State.OPEN:
            fresh.state, fresh.closed = State.CLOSED, max(today, fresh.opened or today)
            fresh.save()
