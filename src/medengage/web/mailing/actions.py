"""Writing letters, queueing them for everybody, and giving links out without mail."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from django.conf import settings
from django.db import transaction

from medengage.errors import StudyError
from medengage.web.accounts.audit import Event, record
from medengage.web.accounts.models import User
from medengage.web.campaigns.actions import advance
from medengage.web.campaigns.models import Campaign, State
from medengage.web.invitations.queries import addressees
from medengage.web.mailing.backends import REFUSAL
from medengage.web.mailing.compose import problems
from medengage.web.mailing.configuration import NOWHERE
from medengage.web.mailing.kinds import LINKED, REMINDERS, Kind
from medengage.web.mailing.models import Letter, Mailing, Outgoing
from medengage.web.mailing.queries import address_of_link, due, languages, missing, readers
from medengage.web.mailing.wording import Wording

__all__ = ["WHEN", "mail_merge", "queue", "queue_due", "restore_letter", "write_letter"]

WHEN = {
    Kind.PRENOTICE: {State.READY},
    Kind.THANKS: {State.CLOSED, State.PUBLISHED},
    **{kind: {State.OPEN} for kind in LINKED},
}
"""The states of a campaign in which a letter makes sense."""

FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a formula begins, in narrow and in wide letters."""


def write_letter(
    campaign: Campaign, kind: Kind, language: str, wording: Wording, *, by: User | None = None
) -> None:
    """Keep a campaign's own wording; ``StudyError`` with every problem where it is not fit."""
    if found := problems(kind, wording):
        raise StudyError("this letter cannot be sent as it is", subject=kind, problems=found)
    if language not in languages(campaign):
        raise StudyError("the campaign has no such language", subject=kind)
    with transaction.atomic():
        Letter.objects.update_or_create(
            campaign=campaign,
            kind=kind,
            language=language,
            defaults={"subject": wording.subject.strip(), "body": wording.body.strip() + "\n"},
        )
        _recorded(Event.LETTER_CHANGED, campaign, by, kind=kind, language=language)


def restore_letter(
    campaign: Campaign, kind: Kind, language: str, *, by: User | None = None
) -> None:
    """Go back to our wording; nothing happens where it is in use."""
    with transaction.atomic():
        own = Letter.objects.filter(campaign=campaign, kind=kind, language=language)
        if own.delete()[0]:
            _recorded(Event.LETTER_CHANGED, campaign, by, kind=kind, language=language)


def queue(campaign: Campaign, kind: Kind, *, by: User | None = None) -> int:
    """Queue a letter for everybody with an address who has not got it; gives for how many.

    To queue again reaches only those who joined the roster since. The first time a reminder is
    queued, the campaign's phase advances, for answers from now on are later ones. ``StudyError``
    where the campaign is in another state, lacks names or dates, or no mail server is set.
    """
    with transaction.atomic():
        fresh = Campaign.objects.select_for_update().get(pk=campaign.pk)
        _check(fresh, kind)
        _, first = Mailing.objects.get_or_create(campaign=fresh, kind=kind)
        if first and kind in REMINDERS:
            _advance(fresh, kind)
        number = _queued(fresh, kind)
        if first or number:
            _recorded(Event.LETTERS_QUEUED, fresh, by, kind=kind, letters=number)
    return number


def _check(campaign: Campaign, kind: Kind) -> None:
    if settings.EMAIL_BACKEND == NOWHERE:
        raise StudyError(REFUSAL, subject=str(campaign))
    if campaign.state not in WHEN[kind]:
        raise StudyError(f"not sent while a campaign is {campaign.state}", subject=kind.label)
    if found := missing(campaign):
        raise StudyError("letters cannot be sent yet", subject=str(campaign), problems=found)


def _advance(campaign: Campaign, kind: Kind) -> None:
    """Phase 2 begins with the first reminder that is sent, phase 3 with the last planned."""
    planned = min(len(REMINDERS), len(campaign.reminders))
    if campaign.phase == 1 or REMINDERS.index(kind) + 1 >= planned:
        advance(campaign)


def _queued(campaign: Campaign, kind: Kind) -> int:
    """New rows of the outbox, in an order that is not that of the roster's writing."""
    has = set(
        Outgoing.objects.filter(campaign=campaign, kind=kind).values_list("invitee", flat=True)
    )
    rows = [
        Outgoing(campaign=campaign, invitee=one.id, kind=kind)
        for one in readers(campaign, kind)
        if one.id not in has
    ]
    Outgoing.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def queue_due(now: datetime) -> int:
    """Queue every letter that is due by now, but none of a campaign that is not fit to send.

    Gives how many letters; run often, it does each thing once. Nothing happens without a way to
    send, so that nothing piles up.
    """
    if settings.EMAIL_BACKEND == NOWHERE:
        return 0
    return sum(
        queue(found.campaign, found.kind) for found in due(now) if not missing(found.campaign)
    )


def mail_merge(campaign: Campaign, *, by: User | None = None) -> bytes:
    """Name, address and link of everybody who is asked, as CSV for a mail-merge program.

    A spreadsheet that opens it runs no formula: a cell that could be one begins with an
    apostrophe, and every cell is quoted, so that no other separator splits it. The file begins
    with a mark by which spreadsheets see that it is UTF-8.
    """
    text = io.StringIO()
    rows = csv.writer(text, quoting=csv.QUOTE_ALL)
    rows.writerow(["name", "address", "link"])
    asked = addressees(campaign)
    rows.writerows([_cell(a.name), _cell(a.address), address_of_link(a.link)] for a in asked)
    with transaction.atomic():
        _recorded(Event.LINKS_TAKEN, campaign, by, links=len(asked))
    return text.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def _recorded(event: Event, campaign: Campaign, by: User | None, **facts: object) -> None:
    record(event, str(campaign), by=by, unit=campaign.unit, **facts)
