"""Finding the ticket of a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medengage.web.campaigns.models import Campaign
from medengage.web.invitations.links import hashed
from medengage.web.invitations.models import Ticket

__all__ = ["Invitation", "invitation", "invited"]


@dataclass(frozen=True)
class Invitation:
    """What a link stands for."""

    campaign: Campaign
    form: str
    attributes: Mapping[str, str]


def invitation(token: str) -> Invitation | None:
    """What a link stands for; ``None`` for one that was never made."""
    ticket = Ticket.objects.select_related("campaign").filter(name=hashed(token.lower())).first()
    if ticket is None:
        return None
    return Invitation(ticket.campaign, ticket.form, dict(ticket.attributes))


def invited(campaign: Campaign, form: str) -> list[dict[str, str]]:
    """The coarse attributes of everybody who got a link to a form of a campaign."""
    tickets = Ticket.objects.filter(campaign=campaign, form=form)
    return [dict(ticket.attributes) for ticket in tickets]
