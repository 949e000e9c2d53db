"""Forgetting in time: names and addresses soon after closing, drafts that nobody can open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from medengage.web.campaigns.models import Campaign, State
from medengage.web.invitations.actions import forget_roster
from medengage.web.operation.steps import Report
from medengage.web.responses.actions import forget_drafts_of

__all__ = ["KEPT", "forget_drafts", "forget_people", "forget_visits"]

KEPT = timedelta(days=15)
"""How long the roster stays after closing. Doctors are promised that names and addresses are gone
within thirty days; the rest of that time is for copies, of which fourteen days are kept."""

OVER = (State.CLOSED, State.PUBLISHED)


def forget_people(now: datetime) -> Iterator[Report]:
    """Delete the rosters of campaigns that closed, or should have, fifteen days ago."""
    last = timezone.localdate(now) - KEPT
    closed = Q(state__in=OVER, closed__lte=last)
    never_opened = Q(state__in=[State.DRAFT, State.READY], closes__lte=last)
    has_some = Q(invitees__isnull=False) | Q(uploads__isnull=False)
    found = Campaign.objects.filter(closed | never_opened).filter(has_some).distinct()
    for campaign in found.order_by("organisation", "wave"):
        people = forget_roster(campaign)
        yield Report(f"roster deleted: {campaign}, {people} people")


def forget_drafts(_: datetime) -> Iterator[Report]:
    """Delete drafts of closed campaigns, which a restored copy may have brought back."""
    closed = Campaign.objects.filter(state__in=OVER).values_list("pk", flat=True)
    number = forget_drafts_of([str(pk) for pk in closed])
    if number:
        yield Report(f"drafts of closed campaigns deleted: {number}")


def forget_visits(now: datetime) -> Iterator[Report]:
    """Delete sessions of managers that are over."""
    number, _ = Session.objects.filter(expire_date__lt=now).delete()
    if number:
        yield Report(f"sessions deleted: {number}")
