"""Reading campaigns."""

from __future__ import annotations

from functools import lru_cache

from medengage.definitions import catalogue
from medengage.definitions.instrument import Instrument
from medengage.web.campaigns.models import Campaign, State

__all__ = ["instrument", "is_open", "open_campaign"]


def open_campaign(campaign_id: str) -> Campaign | None:
    """The campaign, if doctors can answer it now."""
    return Campaign.objects.filter(pk=campaign_id, state=State.OPEN).first()


def is_open(campaign: Campaign) -> bool:
    """Can doctors answer it now?"""
    return campaign.state == State.OPEN


def instrument(campaign: Campaign) -> Instrument:
    """What is asked; raises ``UnknownDefinition`` where the file is gone."""
    return _published(campaign.instrument)


@lru_cache(maxsize=64)
def _published(reference: str) -> Instrument:
    """A published version never changes, so it is read once."""
    return catalogue.instrument(reference)
