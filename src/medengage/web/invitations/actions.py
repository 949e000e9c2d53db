"""Making links. The links themselves are given back once, and kept nowhere."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from django.db import transaction

from medengage.web.campaigns.models import Campaign
from medengage.web.invitations.links import hashed, new_link
from medengage.web.invitations.models import Ticket

__all__ = ["links_for"]


def links_for(
    campaign: Campaign, doctors: Sequence[Mapping[str, str]], *, form: str = "doctors"
) -> list[str]:
    """A link for each of some doctors, in their order: 26 letters and digits, easy to type.

    ``doctors`` are their coarse attributes. Tickets are written in an order of their own.
    """
    tokens = [new_link() for _ in doctors]
    pairs = list(zip(tokens, doctors, strict=True))
    secrets.SystemRandom().shuffle(pairs)
    with transaction.atomic():
        Ticket.objects.bulk_create(
            Ticket(name=hashed(token), campaign=campaign, form=form, attributes=dict(attributes))
            for token, attributes in pairs
        )
    return tokens
