"""Reading letters: their wording, how many were sent, and which are due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count
from django.utils import formats, timezone, translation

from medengage.errors import Problem
from medengage.web.campaigns.models import Campaign, State
from medengage.web.campaigns.queries import instrument
from medengage.web.invitations.models import Invitee
from medengage.web.invitations.queries import Addressee, addressees
from medengage.web.mailing.compose import filled
from medengage.web.mailing.kinds import LINKED, REMINDERS, Kind, form_of
from medengage.web.mailing.models import Letter, Mailing, Outgoing, Sending
from medengage.web.mailing.server import MEANING, Trouble
from medengage.web.mailing.wording import Wording, ours

__all__ = [
    "Counts",
    "Due",
    "Part",
    "address_of_link",
    "counts",
    "due",
    "languages",
    "letter_for",
    "letters",
    "missing",
    "parts",
    "preview",
    "readers",
    "reasons",
    "values",
]

SECONDS_AN_ITEM = 10
NOTICE = timedelta(days=3)
"""How long before opening the notice is sent."""

FIRST = frozenset({Kind.PRENOTICE, Kind.INVITATION, Kind.MANAGERS})
"""Letters that do not look back on another."""

SAMPLE_LINK = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Counts:
    """How far the letters of one kind are."""

    waiting: int = 0
    sent: int = 0
    failed: int = 0
    bounced: int = 0


@dataclass(frozen=True)
class Due:
    """A letter that should be queued now."""

    campaign: Campaign
    kind: Kind


@dataclass(frozen=True)
class Part:
    """A letter in one language; ``tail`` ends its link, so that the page speaks it as well."""

    wording: Wording
    values: Mapping[str, str]
    tail: str


def letters(campaign: Campaign) -> dict[tuple[Kind, str], Wording]:
    """Every letter of a campaign in each of its languages, in the order of sending."""
    return {
        (kind, language): letter_for(campaign, kind, language)
        for kind in Kind
        for language in languages(campaign)
    }


def letter_for(campaign: Campaign, kind: Kind, language: str) -> Wording:
    """The wording of a campaign, or ours where it has none in this language."""
    own = Letter.objects.filter(campaign=campaign, kind=kind, language=language).first()
    return ours(kind, language) if own is None else Wording(own.subject, own.body)


def languages(campaign: Campaign) -> list[str]:
    """The languages of a campaign: its letters have a part in each, in this order."""
    return list(campaign.languages) or ["en"]


def missing(campaign: Campaign) -> list[Problem]:
    """What letters need and the campaign does not say yet."""
    needed = {
        "closes": "the last day to answer",
        "medical_director": "the name of the medical director",
        "peer": "the name of a colleague who signs",
        "contact": "whom doctors can ask",
    }
    return [
        Problem("letters", f"{what} is missing.")
        for name, what in needed.items()
        if not getattr(campaign, name)
    ]


def values(campaign: Campaign, language: str, link: str) -> Mapping[str, str]:
    """What takes the place of each placeholder; ``link`` is the whole address, or ""."""
    seconds = SECONDS_AN_ITEM * len(instrument(campaign).items)
    return {
        "organisation": campaign.organisation,
        "closes": _day(campaign.closes, language),
        "link": link,
        "medical_director": campaign.medical_director,
        "peer": campaign.peer,
        "minutes": str(max(1, round(seconds / 60))),
        "contact": campaign.contact,
    }


def _day(day: date | None, language: str) -> str:
    if day is None:
        return ""
    with translation.override(language):
        return formats.date_format(day, "l j F Y")


def parts(campaign: Campaign, kind: Kind) -> list[Part]:
    """A letter as it is sent, without its link: one part for each language of the campaign."""
    spoken = languages(campaign)
    return [
        Part(
            letter_for(campaign, kind, language),
            values(campaign, language, ""),
            "" if language == spoken[0] else f"?lang={language}",
        )
        for language in spoken
    ]


def preview(campaign: Campaign, wording: Wording, language: str) -> Wording:
    """A letter as its reader will see it, with a link that leads nowhere."""
    return filled(wording, values(campaign, language, address_of_link(SAMPLE_LINK)))


def address_of_link(token: str) -> str:
    """The whole address of a link, short enough to be typed."""
    base: str = settings.MEDENGAGE_ADDRESS
    return f"{base.rstrip('/')}/a/{token}/"


def readers(campaign: Campaign, kind: Kind) -> list[Addressee]:
    """Everybody with an address who gets a letter of a kind.

    Links exist only while the campaign is open; letters without one are sent before and after.
    """
    everybody = addressees(campaign) if kind in LINKED else _without_links(campaign)
    return [one for one in everybody if one.address and one.form == form_of(kind)]


def _without_links(campaign: Campaign) -> list[Addressee]:
    asked = Invitee.objects.filter(campaign=campaign)
    return [Addressee(one.pk, one.form, one.name, one.address, "") for one in asked]


def counts(campaign: Campaign) -> dict[Kind, Counts]:
    """How many letters of each kind wait, were sent, failed and came back.

    These are about invitations, not answers, so they are exact.
    """
    found = Outgoing.objects.filter(campaign=campaign).values_list("kind", "state")
    rows = {(kind, state): n for kind, state, n in found.annotate(n=Count("pk"))}
    return {
        kind: Counts(*(rows.get((kind, state), 0) for state in Sending.values)) for kind in Kind
    }


def reasons(campaign: Campaign) -> dict[str, int]:
    """Why letters failed, or still wait after a try, in our own words, and how many each."""
    told = Outgoing.objects.filter(campaign=campaign).exclude(error="").values_list("error")
    return {MEANING[Trouble(error)]: number for error, number in told.annotate(n=Count("pk"))}


def due(now: datetime) -> list[Due]:
    """Letters that should be queued by now and are not, in the order of sending.

    Asked again without queueing, it answers the same; what was queued is never due again. Of
    several reminders that were missed only the last is due, so that nobody gets two in one day.
    Reminders and thanks are due only to those who were invited by letter.
    """
    today = timezone.localdate(now)
    done = set(Mailing.objects.values_list("campaign", "kind"))
    return [
        Due(campaign, kind)
        for campaign in Campaign.objects.exclude(state=State.DRAFT)
        for kind in _by(campaign, today)
        if (campaign.pk, kind) not in done
        and (kind in FIRST or (campaign.pk, Kind.INVITATION) in done)
    ]


def _by(campaign: Campaign, today: date) -> list[Kind]:
    """What should have been queued by a day."""
    if campaign.state == State.READY:
        early = campaign.opens is not None and today >= campaign.opens - NOTICE
        return [Kind.PRENOTICE] if early else []
    if campaign.state != State.OPEN:
        return [Kind.THANKS]
    asked = [Kind.INVITATION, *([Kind.MANAGERS] if campaign.managers_instrument else [])]
    return [*asked, *_last_reminder(campaign, today)]


def _last_reminder(campaign: Campaign, today: date) -> list[Kind]:
    since = (today - campaign.opened).days if campaign.opened else -1
    past_closing = campaign.closes is not None and today > campaign.closes
    days = zip(REMINDERS, sorted(campaign.reminders), strict=False)
    by_now = [] if past_closing else [kind for kind, day in days if day <= since]
    return by_now[-1:]
