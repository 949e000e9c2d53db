"""The outbox at work: one connection for many letters, and pauses that grow where it fails.

Each letter is claimed in a transaction before it is handed over, and marked in another one after.
Who dies between the two has handed over a letter that is not marked, and it is sent again later.
So a crash doubles at most the one letter in flight, and loses none. A server that hangs up after
taking a letter and before saying so doubles that one too: nobody can tell the two cases apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q

from medengage.web.campaigns.models import Campaign, State
from medengage.web.invitations.queries import Addressee
from medengage.web.mailing.compose import filled, joined, message
from medengage.web.mailing.configuration import NOWHERE
from medengage.web.mailing.kinds import LINKED, Kind
from medengage.web.mailing.models import Outgoing, Sending
from medengage.web.mailing.queries import Part, address_of_link, parts, readers
from medengage.web.mailing.server import LASTING, Trouble, handed_over, hung_up, opened

__all__ = ["PAUSES", "Delivered", "deliver"]

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
"""How long a letter waits after each try that failed; after one more it has failed for good."""

PATIENCE = 5
"""So many letters that fail one after another are the server's trouble: the batch stops."""

MINUTE = timedelta(minutes=1)


@dataclass
class Delivered:
    """What one call did: letters sent, failed for good, and put off.

    ``stopped`` is why it ended early, "" where it did not.
    """

    sent: int = 0
    failed: int = 0
    put_off: int = 0
    stopped: str = ""


def deliver(limit: int, now: datetime) -> Delivered:
    """Send letters that wait, at most ``limit`` and at most the setting's number a minute.

    A letter that is refused for good has failed; one that meets trouble is tried again after
    growing pauses. Where the server itself is in trouble, the batch stops and the rest waits. No
    error of the mail server is raised or logged, because it may quote an address: its kind is
    kept beside the letter, in a word of our own.
    """
    rows = _waiting(_allowed(limit, now), now)
    if rows and settings.EMAIL_BACKEND == NOWHERE:
        return Delivered(stopped=Trouble.NO_SERVER)
    connection = get_connection()
    batch = _Batch(connection, now)
    try:
        for row in rows:
            if not batch.goes_on(row):
                break
    finally:
        hung_up(connection)
    return batch.done


def _allowed(limit: int, now: datetime) -> int:
    """How many letters may be tried: those of the last minute count, whoever sent them."""
    a_minute: int = getattr(settings, "MEDENGAGE_MAIL_PER_MINUTE", 0)
    if a_minute <= 0:
        return max(0, limit)
    recent = Outgoing.objects.filter(tried__gt=now - MINUTE, tried__lte=now).count()
    return max(0, min(limit, a_minute - recent))


def _waiting(number: int, now: datetime) -> list[Outgoing]:
    """The next letters that may be tried."""
    ready = Q(next_try=None) | Q(next_try__lte=now)
    waiting = Outgoing.objects.filter(ready, state=Sending.WAITING)
    return list(waiting.select_related("campaign").order_by("pk")[:number])


@dataclass
class _Batch:
    """One call of ``deliver``: its connection, what it has looked up, and what it has done."""

    connection: BaseEmailBackend
    now: datetime
    done: Delivered = field(default_factory=Delivered)
    in_a_row: int = 0
    desks: dict[tuple[UUID, str], _Desk] = field(default_factory=dict)

    def goes_on(self, row: Outgoing) -> bool:
        """Try one letter; ``False`` where the server is in trouble and the rest should wait."""
        if trouble := opened(self.connection):
            self.done.stopped = trouble
            return False
        if not _claimed(row, self.now):
            return True
        trouble = self._sent(row)
        if trouble == Trouble.SENDER:
            _release(row)
            self.done.stopped = trouble
            return False
        _mark(row, trouble, self.done)
        return self._has_patience(trouble)

    def _has_patience(self, trouble: Trouble | None) -> bool:
        passing = trouble is not None and trouble not in LASTING
        self.in_a_row = self.in_a_row + 1 if passing else 0
        if trouble is not None and self.in_a_row >= PATIENCE:
            self.done.stopped = trouble
        return not self.done.stopped

    def _sent(self, row: Outgoing) -> Trouble | None:
        """Put a letter together and hand it over; what went wrong, if anything did."""
        which = (row.campaign_id, row.kind)
        if which not in self.desks:
            self.desks[which] = _desk(row)
        letter = self.desks[which].letter(row)
        return letter if isinstance(letter, Trouble) else handed_over(self.connection, letter)


@dataclass(frozen=True, repr=False)
class _Desk:
    """All that letters of one kind have in common, looked up once a batch."""

    campaign: Campaign
    kind: Kind
    parts: Sequence[Part]
    people: Mapping[UUID, Addressee]

    def letter(self, row: Outgoing) -> EmailMessage | Trouble:
        """The letter of a row, or why there is none."""
        reader = self.people.get(row.invitee)
        if reader is None:
            shut = self.kind in LINKED and self.campaign.state != State.OPEN
            return Trouble.CLOSED if shut else Trouble.GONE
        link = address_of_link(reader.link) if reader.link else ""
        wording = joined(
            [filled(p.wording, {**p.values, "link": link and link + p.tail}) for p in self.parts]
        )
        to = (reader.name, reader.address)
        try:
            return message(wording, to=to, sender=_sender(self.campaign), mark=row.mark)
        except ValueError:
            return Trouble.ADDRESS


def _desk(row: Outgoing) -> _Desk:
    campaign, kind = row.campaign, Kind(row.kind)
    return _Desk(
        campaign,
        kind,
        parts(campaign, kind),
        {one.id: one for one in readers(campaign, kind)},
    )


def _sender(campaign: Campaign) -> str:
    """The address letters come from, under the organisation's name if it has none."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or " ".join(campaign.organisation.split()), address))


def _claimed(row: Outgoing, now: datetime) -> bool:
    """Take a letter: no other process will try it before the pause is over."""
    pause = PAUSES[min(row.tries, len(PAUSES) - 1)]
    ours = Outgoing.objects.filter(pk=row.pk, state=Sending.WAITING, tries=row.tries)
    return bool(ours.update(tries=row.tries + 1, tried=now, next_try=now + pause))


def _release(row: Outgoing) -> None:
    """Give a letter back that another one would have met the same trouble as."""
    Outgoing.objects.filter(pk=row.pk).update(tries=row.tries, error=Trouble.SENDER)


def _mark(row: Outgoing, trouble: Trouble | None, done: Delivered) -> None:
    """Write down how it went; a letter that is put off keeps the pause of its claim."""
    last = trouble in LASTING or row.tries >= len(PAUSES)
    if trouble is None:
        state, done.sent = Sending.SENT, done.sent + 1
    elif last:
        state, done.failed = Sending.FAILED, done.failed + 1
    else:
        state, done.put_off = Sending.WAITING, done.put_off + 1
    waits = Outgoing.objects.filter(pk=row.pk, state=Sending.WAITING)
    waits.update(state=state, error=trouble or "")
