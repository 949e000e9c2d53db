"""Writing answers down: once for each link, shuffled with others, under every interruption.

The whole protocol is one transaction of one database, so that there is nothing between two
databases that could be half done (docs/adr/0018). The receipt's primary key decides races; a
transaction that was not committed leaves nothing; a second attempt finds the receipt.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction

from medengage.web.keys import CampaignKey
from medengage.web.responses.gate import at_the_gate
from medengage.web.responses.models import (
    Closed,
    Comment,
    Draft,
    Receipt,
    ReleaseLedger,
    Response,
    Sealed,
)
from medengage.web.stores import ANSWERS

__all__ = [
    "BATCH",
    "SentAnswers",
    "TooLate",
    "flush",
    "keep_draft",
    "keep_ledger",
    "record",
    "shut",
]

BATCH = 10
"""Answers wait until so many can be shuffled; at closing they wait no longer."""


class TooLate(RuntimeError):
    """The campaign closed before the answers came in; nothing was written."""


@dataclass(frozen=True)
class SentAnswers:
    """What one doctor sends: item id -> option (0 for none), coarse attributes, the phase.

    ``comment`` "" for none; ``may_be_quoted`` is the consent given beside it.
    """

    form: str
    phase: int
    answers: Mapping[str, int]
    attributes: Mapping[str, str]
    comment: str = ""
    may_be_quoted: bool = False


def record(campaign: str, key: CampaignKey, token: str, sent: SentAnswers) -> bool:
    """Write down what was sent with a link. ``False`` where the link had been used before.

    Committed means safe: the answers survive a crash at any later moment. The draft of the link
    goes in the same transaction. Raises ``TooLate`` where the campaign has closed.
    """
    try:
        with at_the_gate(campaign):
            _refuse_closed(campaign)
            Receipt.objects.create(name=key.receipt(token), campaign=campaign)
            Sealed.objects.create(campaign=campaign, box=key.seal(_packed(sent)))
            Draft.objects.filter(name=key.draft_name(token)).delete()
    except IntegrityError:
        return False
    flush(campaign, key)
    return True


def flush(campaign: str, key: CampaignKey, *, closing: bool = False) -> int:
    """Shuffle what waits and write it down, if there is enough of it; gives how much.

    All at once or not at all. Rows get random keys and are written in random order, answers and
    comments each in an order of their own. Raises ``Damaged`` where a box cannot be opened.
    """
    with transaction.atomic(using=ANSWERS):
        waiting = list(Sealed.objects.select_for_update().filter(campaign=campaign))
        if not waiting or (len(waiting) < BATCH and not closing):
            return 0
        sent = [_unpacked(key.unseal(bytes(box.box))) for box in waiting]
        secrets.SystemRandom().shuffle(sent)
        Response.objects.bulk_create(_response(campaign, one) for one in sent)
        comments = [_comment(campaign, one) for one in sent if one.comment]
        secrets.SystemRandom().shuffle(comments)
        Comment.objects.bulk_create(comments)
        Sealed.objects.filter(pk__in=[box.pk for box in waiting]).delete()
    return len(sent)


def keep_draft(campaign: str, key: CampaignKey, token: str, answers: Mapping[str, Any]) -> bool:
    """Keep what a doctor has answered so far. ``False`` where the link has been used already."""
    box = key.seal_draft(token, json.dumps(dict(answers)).encode())
    with at_the_gate(campaign):
        _refuse_closed(campaign)
        if Receipt.objects.filter(name=key.receipt(token)).exists():
            return False
        Draft.objects.bulk_create(
            [Draft(name=key.draft_name(token), campaign=campaign, box=box)],
            update_conflicts=True,
            unique_fields=["name"],
            update_fields=["box"],
        )
    return True


def shut(campaign: str, key: CampaignKey) -> int:
    """Take no more answers, write down what waits, delete all drafts; gives how much waited.

    Whoever is just sending is waited for; whoever comes later gets ``TooLate``. To shut again does
    nothing. After this the campaign's key is not needed any more.
    """
    with at_the_gate(campaign, alone=True):
        Closed.objects.get_or_create(campaign=campaign)
        waited = flush(campaign, key, closing=True)
        Draft.objects.filter(campaign=campaign).delete()
    return waited


def keep_ledger(campaign: str, text: str) -> None:
    """Remember what was released of a campaign."""
    ReleaseLedger.objects.update_or_create(campaign=campaign, defaults={"text": text})


def _refuse_closed(campaign: str) -> None:
    if Closed.objects.filter(campaign=campaign).exists():
        raise TooLate("the campaign has closed")


def _packed(sent: SentAnswers) -> bytes:
    return json.dumps(asdict(sent), sort_keys=True).encode()


def _unpacked(content: bytes) -> SentAnswers:
    return SentAnswers(**json.loads(content))


def _response(campaign: str, sent: SentAnswers) -> Response:
    return Response(
        campaign=campaign,
        form=sent.form,
        phase=sent.phase,
        answers=dict(sent.answers),
        attributes=dict(sent.attributes),
    )


def _comment(campaign: str, sent: SentAnswers) -> Comment:
    return Comment(campaign=campaign, text=sent.comment, may_be_quoted=sent.may_be_quoted)
