"""Writing answers down: once for each link, shuffled with others, under every interruption.

The whole protocol is one transaction of one database, so that there is nothing between two
databases that could be half done (docs/adr/0018). The receipt's primary key decides races; a
transaction that was not committed leaves nothing; a second attempt finds the receipt.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction

from medengage.web.keys import CampaignKey, Damaged, WaveKey
from medengage.web.responses.gate import at_the_gate, one_at_a_time
from medengage.web.responses.leavings import leave_nothing_behind
from medengage.web.responses.models import (
    Closed,
    Comment,
    Draft,
    Receipt,
    ReleaseLedger,
    Response,
    Sealed,
)
from medengage.web.responses.queries import draft
from medengage.web.responses.statements import closed_or_used, put_draft
from medengage.web.stores import ANSWERS

__all__ = [
    "BATCH",
    "SentAnswers",
    "TooLate",
    "flush",
    "forget_drafts_of",
    "keep_draft",
    "keep_ledger",
    "record",
    "shut",
]

BATCH = 10
"""So many answers are written down together, and so many more stay; at closing all go."""
AT_ONCE = 1000
"""Rows in one statement, for surveys of many thousands."""

chance = secrets.SystemRandom()


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
    receipt = key.receipt(token)
    try:
        with at_the_gate(campaign):
            one_at_a_time(receipt)
            _refuse_closed(campaign)
            Receipt.objects.create(name=receipt, campaign=campaign)
            Sealed.objects.create(campaign=campaign, form=sent.form, box=key.seal(_packed(sent)))
            Draft.objects.filter(name=key.draft_name(token)).delete()
    except IntegrityError:
        return False
    if Sealed.objects.filter(campaign=campaign, form=sent.form).count() >= 2 * BATCH:
        flush(campaign, key, sent.form)
    return True


def flush(campaign: str, key: CampaignKey, form: str, *, closing: bool = False) -> int:
    """Shuffle what waits for a form and write a part of it down; gives how much.

    Ten of twenty go, whichever chance takes, so that ten always stay and what is left at closing
    is never fewer than ten, unless fewer answered. All at once or not at all. Rows get random keys
    and are written in random order, answers and comments each in an order of their own. Raises
    ``Damaged`` where a box cannot be opened.
    """
    with transaction.atomic(using=ANSWERS):
        one_at_a_time(f"shuffling {campaign}")
        waiting = list(Sealed.objects.filter(campaign=campaign, form=form))
        chance.shuffle(waiting)
        if not closing:
            waiting = waiting[:BATCH] if len(waiting) >= 2 * BATCH else []
        sent = [_unpacked(key.unseal(bytes(box.box))) for box in waiting]
        Response.objects.bulk_create(_response(campaign, key.wave, one) for one in sent)
        comments = [_comment(campaign, one) for one in sent if one.comment]
        chance.shuffle(comments)
        Comment.objects.bulk_create(comments)
        Sealed.objects.filter(pk__in=[box.pk for box in waiting]).delete()
    return len(sent)


def keep_draft(campaign: str, key: CampaignKey, token: str, entries: Mapping[str, Any]) -> bool:
    """Add entries to the draft of a link. ``False`` where the link has been used already.

    What another device kept meanwhile stays, for the draft is read where nobody else can write it.
    A draft that cannot be opened is begun anew. Raises ``TooLate`` where the campaign has closed.
    """
    receipt = key.receipt(token)
    with at_the_gate(campaign):
        one_at_a_time(receipt)
        closed, used = closed_or_used(campaign, receipt)
        if closed:
            raise TooLate("the campaign has closed")
        if not used:
            kept = json.dumps({**_kept(key, token), **entries})
            put_draft(key.draft_name(token), campaign, key.seal_draft(token, kept.encode()))
    return not used


def _kept(key: CampaignKey, token: str) -> Mapping[str, Any]:
    try:
        return draft(key, token)
    except Damaged:
        return {}


def shut(campaign: str, key: CampaignKey) -> int:
    """Take no more answers, write down what waits, delete all drafts; gives how much waited.

    Whoever is just sending is waited for; whoever comes later gets ``TooLate``. At last all
    answers are written anew in one order of chance, so that what stays tells no batches. To shut
    again does no harm. After this the campaign's key is not needed any more.
    """
    with at_the_gate(campaign, alone=True):
        Closed.objects.get_or_create(campaign=campaign)
        forms = Sealed.objects.filter(campaign=campaign).values_list("form", flat=True).distinct()
        waited = sum(flush(campaign, key, form, closing=True) for form in list(forms))
        Draft.objects.filter(campaign=campaign).delete()
        one_at_a_time(f"shuffling {campaign}")
        _mix_all(campaign, key.wave)
    leave_nothing_behind(Response, Comment, Sealed, Draft, Receipt)
    return waited


def forget_drafts_of(campaigns: Collection[str]) -> int:
    """Delete the drafts of some campaigns; gives how many there were."""
    return Draft.objects.filter(campaign__in=campaigns).delete()[0]


def keep_ledger(campaign: str, text: str) -> None:
    """Remember what was released of a campaign."""
    ReleaseLedger.objects.update_or_create(campaign=campaign, defaults={"text": text})


def _refuse_closed(campaign: str) -> None:
    if Closed.objects.filter(campaign=campaign).exists():
        raise TooLate("the campaign has closed")


def _mix_all(campaign: str, wave: WaveKey) -> None:
    """Write every answer and comment of a campaign anew, each kind in one order of chance."""
    rows = list(Response.objects.filter(campaign=campaign))
    for row in rows:
        row.pk, row.about = uuid4(), wave.seal(wave.unseal(bytes(row.about)))
    comments = list(Comment.objects.filter(campaign=campaign))
    for comment in comments:
        comment.pk = uuid4()
    chance.shuffle(rows)
    chance.shuffle(comments)
    Response.objects.filter(campaign=campaign).delete()
    Response.objects.bulk_create(rows, batch_size=AT_ONCE)
    Comment.objects.filter(campaign=campaign).delete()
    Comment.objects.bulk_create(comments, batch_size=AT_ONCE)


def _packed(sent: SentAnswers) -> bytes:
    return json.dumps(asdict(sent), sort_keys=True).encode()


def _unpacked(content: bytes) -> SentAnswers:
    return SentAnswers(**json.loads(content))


def _response(campaign: str, wave: WaveKey, sent: SentAnswers) -> Response:
    about = json.dumps([sent.phase, dict(sent.attributes)])
    return Response(
        campaign=campaign,
        form=sent.form,
        answers=dict(sent.answers),
        about=wave.seal(about.encode()),
    )


def _comment(campaign: str, sent: SentAnswers) -> Comment:
    return Comment(campaign=campaign, text=sent.comment, may_be_quoted=sent.may_be_quoted)
