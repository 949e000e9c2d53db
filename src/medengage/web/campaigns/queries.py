"""Reading campaigns."""

from __future__ import annotations

from functools import lru_cache
from time import monotonic
from uuid import UUID

from django.core.exceptions import ValidationError

from medengage.definitions import catalogue
from medengage.definitions.instrument import Instrument
from medengage.findings import Policy
from medengage.web.accounts.models import Unit
from medengage.web.campaigns.models import Campaign, State

__all__ = [
    "DOCTORS",
    "FRESH",
    "MANAGERS",
    "RECENT",
    "Campaign",
    "State",
    "asked",
    "campaign",
    "campaigns",
    "choices",
    "due_to_close",
    "instrument",
    "is_open",
    "open_campaign",
    "policy",
    "recent",
]

DOCTORS, MANAGERS = "doctors", "managers"


def campaign(campaign_id: str) -> Campaign | None:
    """A campaign by its id; ``None`` for what is none."""
    try:
        return Campaign.objects.select_related("unit").filter(pk=campaign_id).first()
    except ValidationError:
        return None


RECENT: dict[UUID, tuple[float, Campaign]] = {}
FRESH = 1.0
"""Seconds for which a campaign is not read again."""


def recent(campaign_id: UUID) -> Campaign | None:
    """The campaign as it was within the last second; ``None`` for one that is gone.

    Good enough to show a page: what is sent is refused by the answers' database itself when the
    campaign has closed.
    """
    read, kept = RECENT.get(campaign_id, (-FRESH, None))
    now = monotonic()
    if kept is None or now - read > FRESH:
        kept = Campaign.objects.filter(pk=campaign_id).first()
        if kept is not None:
            RECENT[campaign_id] = now, kept
    return kept


def campaigns(units: list[Unit]) -> list[Campaign]:
    """All campaigns of some organisations: those that need attention first, then the newest."""
    order = [State.OPEN, State.CLOSED, State.READY, State.DRAFT, State.PUBLISHED]
    found = Campaign.objects.filter(unit__in=units).select_related("unit")
    newest = sorted(found, key=lambda one: (str(one.opened or ""), one.wave), reverse=True)
    return sorted(newest, key=lambda one: order.index(State(one.state)))


def due_to_close(today: object) -> list[Campaign]:
    """Open campaigns whose last day is over."""
    return list(Campaign.objects.filter(state=State.OPEN, closes__lt=today))


def open_campaign(campaign_id: str) -> Campaign | None:
    """The campaign, if doctors can answer it now."""
    return Campaign.objects.filter(pk=campaign_id, state=State.OPEN).first()


def is_open(campaign: Campaign) -> bool:
    """Can doctors answer it now?"""
    return campaign.state == State.OPEN


def instrument(campaign: Campaign) -> Instrument:
    """What doctors are asked; raises ``UnknownDefinition`` where the file is gone."""
    return _published(campaign.instrument)


def asked(campaign: Campaign, form: str) -> Instrument:
    """What one form asks: that of doctors, or that of managers."""
    return _published(campaign.managers_instrument if form == MANAGERS else campaign.instrument)


def policy(campaign: Campaign) -> Policy:
    """The rules of release."""
    return Policy.model_validate(campaign.policy)


def choices(respondents: str) -> list[Instrument]:
    """Published instruments whose items may be shown, for one kind of respondents."""
    found = [one for one in catalogue.find("instruments") if isinstance(one, Instrument)]
    return [one for one in found if one.respondents == respondents and one.verbatim]


@lru_cache(maxsize=64)
def _published(reference: str) -> Instrument:
    """A published version never changes, so it is read once."""
    return catalogue.instrument(reference)
