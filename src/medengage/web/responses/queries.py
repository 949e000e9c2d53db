"""Reading answers: for counting alone, and a doctor's own draft."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from medengage.web.keys import CampaignKey
from medengage.web.responses.models import Draft, Receipt, ReleaseLedger, Response

__all__ = ["Row", "answered", "draft", "ledger", "mixed", "rows", "was_used"]


@dataclass(frozen=True)
class Row:
    """One doctor's answers, coarse attributes and phase."""

    answers: Mapping[str, int]
    attributes: Mapping[str, str]
    phase: int


def rows(campaign: str, form: str) -> list[Row]:
    """All answers to one form of a campaign, in an order that only their content decides."""
    found = Response.objects.filter(campaign=campaign, form=form)
    kept = [Row(one.answers, one.attributes, one.phase) for one in found]
    return sorted(kept, key=lambda row: json.dumps([row.answers, row.attributes, row.phase]))


def ledger(campaign: str) -> str | None:
    """What was released of a campaign, as it was kept."""
    kept = ReleaseLedger.objects.filter(campaign=campaign).first()
    return None if kept is None else kept.text


def was_used(key: CampaignKey, token: str) -> bool:
    """Was this link used to send answers?"""
    return Receipt.objects.filter(name=key.receipt(token)).exists()


def mixed(campaign: str, form: str) -> int:
    """How many answers to a form were shuffled with others and written down."""
    return Response.objects.filter(campaign=campaign, form=form).count()


def answered(campaign: str) -> int:
    """How many have answered; shown in bands alone."""
    return Receipt.objects.filter(campaign=campaign).count()


def draft(key: CampaignKey, token: str) -> Mapping[str, Any]:
    """What a doctor has answered so far; empty where nothing is kept. Raises ``Damaged``."""
    kept = Draft.objects.filter(name=key.draft_name(token)).first()
    if kept is None:
        return {}
    found: dict[str, Any] = json.loads(key.open_draft(token, bytes(kept.box)))
    return found
