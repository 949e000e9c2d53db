"""Reading answers: for counting alone, and a doctor's own draft."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from medengage.web.keys import CampaignKey, WaveKey
from medengage.web.responses.models import Receipt, ReleaseLedger, Response, Sealed
from medengage.web.responses.statements import draft_box, has_receipt

__all__ = ["Row", "answered", "draft", "ledger", "mixed", "rows", "was_used"]

AT_ONCE = 2000
TENS = 10


@dataclass(frozen=True)
class Row:
    """One doctor's answers, coarse attributes, and phase: 0 where it is lost."""

    answers: Mapping[str, int]
    attributes: Mapping[str, str]
    phase: int


def rows(campaign: str, form: str, wave: WaveKey | None) -> list[Row]:
    """All answers to one form of a campaign, in an order that only their content decides.

    Raises ``Damaged`` where the wave's key does not open what is about a doctor. Without a key,
    which is all that is left where it is lost, there are answers without attributes or phase.
    """
    found = Response.objects.filter(campaign=campaign, form=form).values_list("answers", "about")
    kept = [
        Row(answers, *_about(wave, bytes(about))) for answers, about in found.iterator(AT_ONCE)
    ]
    return sorted(kept, key=lambda row: json.dumps([row.answers, row.attributes, row.phase]))


def _about(wave: WaveKey | None, box: bytes) -> tuple[Mapping[str, str], int]:
    if wave is None:
        return {}, 0
    phase, attributes = json.loads(wave.unseal(box))
    return attributes, phase


def ledger(campaign: str) -> str | None:
    """What was released of a campaign, as it was kept."""
    kept = ReleaseLedger.objects.filter(campaign=campaign).first()
    return None if kept is None else kept.text


def was_used(key: CampaignKey, token: str) -> bool:
    """Was this link used to send answers?"""
    return has_receipt(key.receipt(token))


def mixed(campaign: str, form: str) -> int:
    """How many answers to a form there are, in tens: nobody sees one more arrive."""
    mine = {"campaign": campaign, "form": form}
    everything = Response.objects.filter(**mine).count() + Sealed.objects.filter(**mine).count()
    return everything // TENS * TENS


def answered(campaign: str) -> int:
    """How many have answered; shown in bands alone."""
    return Receipt.objects.filter(campaign=campaign).count()


def draft(key: CampaignKey, token: str) -> Mapping[str, Any]:
    """What a doctor has answered so far; empty where nothing is kept. Raises ``Damaged``."""
    box = draft_box(key.draft_name(token))
    found: dict[str, Any] = {} if box is None else json.loads(key.open_draft(token, box))
    return found
