"""Closing what is over, without anybody having to be there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from medengage.web.campaigns.models import Campaign, State
from medengage.web.campaigns.queries import due_to_close
from medengage.web.keys import Damaged
from medengage.web.operation.steps import Report
from medengage.web.results.actions import close_for_good

__all__ = ["close_what_is_over"]


def close_what_is_over(now: datetime) -> Iterator[Report]:
    """Close campaigns whose last day has passed, and finish closings that were interrupted.

    One that cannot be closed is told, and stops no other.
    """
    over = due_to_close(timezone.localdate(now))
    for words, campaigns in (("closed", over), ("finished closing", _half_closed())):
        for campaign in campaigns:
            yield _closed(campaign, words, now)


def _closed(campaign: Campaign, words: str, now: datetime) -> Report:
    try:
        close_for_good(campaign, timezone.localdate(now))
    except Damaged as error:
        return Report(f"cannot be closed: {campaign}: {error}", failed=True)
    return Report(f"{words}: {campaign}")


def _half_closed() -> list[Campaign]:
    """Campaigns that take no answers any more, while their key is still there."""
    keys = {file.stem for file in settings.MEDENGAGE_KEYS.glob("*.key")}
    closed = Campaign.objects.filter(state__in=[State.CLOSED, State.PUBLISHED])
    return [campaign for campaign in closed if str(campaign.pk) in keys]
