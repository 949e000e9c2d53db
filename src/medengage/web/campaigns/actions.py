"""Making, opening, reminding, closing. The key of the answers is made when a campaign opens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.db import transaction

from medengage.errors import StudyError
from medengage.web.accounts.audit import Event, record
from medengage.web.accounts.models import Unit, User
from medengage.web.campaigns.models import Campaign, State
from medengage.web.campaigns.queries import RECENT
from medengage.web.keys import KeyFolder

__all__ = [
    "advance",
    "back_to_draft",
    "change",
    "close",
    "delete",
    "make",
    "make_ready",
    "open_for_answers",
]

LAST_PHASE = 3
Facts = Mapping[str, object]


def make(unit: Unit, facts: Facts, *, by: User | None) -> Campaign:
    """A new draft for an organisation; ``facts`` are fields of the campaign."""
    with transaction.atomic():
        campaign = Campaign.objects.create(unit=unit, organisation=unit.name, **facts)
        record(Event.CAMPAIGN_MADE, str(campaign), by=by, unit=unit)
    return campaign


def change(campaign: Campaign, facts: Facts, *, by: User | None) -> Campaign:
    """Other facts for a draft, which stays a draft. Raises ``StudyError`` for anything else.

    What doctors are asked and how results are grouped is promised to them, so nothing of it can be
    changed once a campaign is open.
    """
    with transaction.atomic():
        fresh = _locked(campaign)
        if fresh.state not in {State.DRAFT, State.READY}:
            raise StudyError("only a draft can be changed", subject=str(fresh))
        changed = sorted(name for name, value in facts.items() if getattr(fresh, name) != value)
        for name in changed:
            setattr(fresh, name, facts[name])
        if changed:
            fresh.state = State.DRAFT
            fresh.save()
            record(Event.CAMPAIGN_CHANGED, str(fresh), by=by, unit=fresh.unit, fields=changed)
    return fresh


def delete(campaign: Campaign, *, by: User | None) -> None:
    """Throw a draft away, with its roster. Raises ``StudyError`` for one that was opened."""
    with transaction.atomic():
        fresh = _locked(campaign)
        if fresh.state not in {State.DRAFT, State.READY}:
            raise StudyError("a campaign that was opened cannot be deleted", subject=str(fresh))
        record(Event.CAMPAIGN_DELETED, str(fresh), by=by, unit=fresh.unit)
        fresh.delete()


def make_ready(campaign: Campaign, *, by: User | None) -> None:
    """Everything on the check-list is done. Raises ``StudyError`` for a campaign that is no draft.

    The check-list itself needs the roster and the letters; who calls this has gone through it.
    """
    with transaction.atomic():
        fresh = _locked(campaign)
        if fresh.state != State.DRAFT:
            raise StudyError("only a draft can be made ready", subject=str(fresh))
        fresh.state = State.READY
        fresh.save()
        record(Event.CAMPAIGN_READY, str(fresh), by=by, unit=fresh.unit)


def back_to_draft(campaign: Campaign) -> None:
    """Something on the check-list changed, so it has to be gone through again."""
    Campaign.objects.filter(pk=campaign.pk, state=State.READY).update(state=State.DRAFT)


def open_for_answers(campaign: Campaign, today: date, *, by: User | None = None) -> None:
    """Let doctors answer. Raises ``StudyError`` for a campaign that was open already."""
    with transaction.atomic():
        fresh = _locked(campaign)
        if fresh.state not in {State.DRAFT, State.READY}:
            raise StudyError("this campaign was opened before", subject=str(fresh))
        fresh.state, fresh.phase, fresh.opened = State.OPEN, 1, today
        fresh.save()
        record(Event.CAMPAIGN_OPENED, str(fresh), by=by, unit=fresh.unit)
        keys = KeyFolder(settings.MEDENGAGE_KEYS)
        if keys.of(str(fresh.pk)) is None:
            keys.made(str(fresh.pk))


def advance(campaign: Campaign) -> int:
    """A reminder was sent: answers from now on are later ones. Gives the phase, at most 3."""
    with transaction.atomic():
        fresh = _locked(campaign)
        if fresh.state != State.OPEN:
            raise StudyError("only an open campaign is reminded of", subject=str(fresh))
        fresh.phase = min(LAST_PHASE, fresh.phase + 1)
        fresh.save()
    return fresh.phase


def close(campaign: Campaign, today: date, *, by: User | None = None) -> None:
    """No doctor can answer any more. To close again does nothing; ``StudyError`` for a draft."""
    with transaction.atomic():
        fresh = _locked(campaign)
        if fresh.state in {State.DRAFT, State.READY}:
            raise StudyError("a draft cannot be closed", subject=str(fresh))
        if fresh.state == State.OPEN:
            fresh.state, fresh.closed = State.CLOSED, max(today, fresh.opened or today)
            fresh.save()
            record(Event.CAMPAIGN_CLOSED, str(fresh), by=by, unit=fresh.unit)


def _locked(campaign: Campaign) -> Campaign:
    """The campaign as it is now, for this transaction alone; ``StudyError`` if it is gone.

    When the transaction ends, this process forgets what it had read of it before.
    """
    transaction.on_commit(lambda: RECENT.pop(campaign.pk, None))
    fresh = Campaign.objects.select_for_update().filter(pk=campaign.pk).first()
    if fresh is None:
        raise StudyError("this campaign was deleted")
    return fresh
