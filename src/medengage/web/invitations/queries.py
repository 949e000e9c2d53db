"""Finding the ticket of a link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from medengage.web.campaigns.models import Campaign
from medengage.web.campaigns.queries import recent
from medengage.web.invitations.links import hashed
from medengage.web.invitations.models import Invitee, RememberedMapping, Ticket, Upload
from medengage.web.keys import KeyFolder

__all__ = [
    "Addressee",
    "Invitation",
    "Upload",
    "addressees",
    "groups_of",
    "invitation",
    "invited",
    "remembered",
    "roster",
    "spares",
    "upload",
]


@dataclass(frozen=True)
class Invitation:
    """What a link stands for."""

    campaign: Campaign
    form: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, repr=False)
class Addressee:
    """Somebody to write to, with the link of this campaign; ``address`` "" for none."""

    id: UUID
    form: str
    name: str
    address: str
    link: str


def addressees(campaign: Campaign) -> list[Addressee]:
    """Everybody who is asked, with links; nobody where the campaign is not open.

    Links are worked out here and kept nowhere. They are the same each time, so that a reminder
    carries the link of the invitation.
    """
    key = KeyFolder(settings.MEDENGAGE_KEYS).of(str(campaign.pk))
    if key is None:
        return []
    asked = Invitee.objects.filter(campaign=campaign)
    found = [
        Addressee(one.pk, one.form, one.name, one.address, key.link(str(one.pk))) for one in asked
    ]
    return sorted(found, key=lambda one: (one.name, one.address, str(one.id)))


_KNOWN: dict[str, Ticket] = {}
"""Tickets that were asked for: they never change, and a doctor asks some twenty times."""
MOST_KNOWN = 20_000


def invitation(token: str) -> Invitation | None:
    """What a link stands for; ``None`` for one that was never made."""
    name = hashed(token.lower())
    ticket = _KNOWN.get(name) or Ticket.objects.filter(name=name).first()
    campaign = None if ticket is None else recent(ticket.campaign_id)
    if ticket is None or campaign is None:
        return None
    if len(_KNOWN) >= MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN[name] = ticket
    return Invitation(campaign, ticket.form, dict(ticket.attributes))


def invited(campaign: Campaign, form: str) -> list[dict[str, str]]:
    """The coarse attributes of everybody who got a link to a form of a campaign."""
    tickets = Ticket.objects.filter(campaign=campaign, form=form, spare=False)
    return [dict(ticket.attributes) for ticket in tickets]


def roster(campaign: Campaign, form: str) -> list[dict[str, str]]:
    """The attributes of everybody on the roster of a form."""
    found = Invitee.objects.filter(campaign=campaign, form=form).values_list("attributes")
    return [dict(attributes) for (attributes,) in found]


def upload(campaign: Campaign, form: str) -> Upload | None:
    """A roster that was uploaded and waits to be accepted."""
    return Upload.objects.filter(campaign=campaign, form=form).first()


def remembered(campaign: Campaign) -> Mapping[str, str]:
    """How the columns of this organisation's last roster were read; empty for none."""
    found = RememberedMapping.objects.filter(unit=campaign.unit_id).first()
    return {} if found is None else dict(found.mapping)


def spares(campaign: Campaign) -> int:
    """How many more links can be printed: doctors without an address, less those printed."""
    without = Invitee.objects.filter(campaign=campaign, form="doctors", address="").count()
    return max(0, without - Ticket.objects.filter(campaign=campaign, spare=True).count())


def groups_of(campaign: Campaign, form: str) -> dict[str, list[tuple[str, int]]]:
    """Attribute -> its groups on the roster with how many people, the largest first."""
    counts: dict[str, Counter[str]] = {}
    people = roster(campaign, form)
    for attributes in people:
        for name, value in attributes.items():
            counts.setdefault(name, Counter())[value] += 1
    found = {
        name: sorted(c.items(), key=lambda one: (-one[1], one[0])) for name, c in counts.items()
    }
    return {"everybody": [("on the roster", len(people))], **found} if people else {}
