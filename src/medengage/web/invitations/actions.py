"""The roster of a campaign, and the links that are cut from it when the campaign opens."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from medengage.errors import StudyError
from medengage.web.accounts.audit import Event, record
from medengage.web.accounts.models import User
from medengage.web.campaigns.actions import back_to_draft
from medengage.web.campaigns.models import Campaign, State
from medengage.web.campaigns.queries import DOCTORS, policy
from medengage.web.invitations.links import hashed, new_link
from medengage.web.invitations.models import Invitee, RememberedMapping, Ticket, Upload
from medengage.web.keys import KeyFolder
from medengage.web.roster.checks import Person
from medengage.web.roster.coarsening import coarsened
from medengage.web.roster.mapping import Columns

__all__ = [
    "drop_upload",
    "enrol",
    "forget_roster",
    "keep_upload",
    "launch",
    "links_for",
    "map_upload",
    "take_roster",
]

AT_A_TIME = 500
"""Rows of one statement."""


def keep_upload(
    campaign: Campaign, form: str, name: str, content: bytes, *, by: User | None
) -> None:
    """Keep a file until it is accepted or dropped, in place of one that waited before.

    Raises ``StudyError`` for a campaign that was opened.
    """
    with transaction.atomic():
        _refuse_opened(campaign)
        Upload.objects.update_or_create(
            campaign=campaign,
            form=form,
            defaults={"filename": name[-200:], "content": content, "mapping": {}},
        )
        record(Event.ROSTER_UPLOADED, str(campaign), by=by, unit=campaign.unit, form=form)


def map_upload(upload: Upload, mapping: Mapping[str, object]) -> None:
    """Read the columns of a file that waits in another way."""
    Upload.objects.filter(pk=upload.pk).update(mapping=dict(mapping))


def drop_upload(campaign: Campaign, form: str, *, by: User | None) -> None:
    """Forget a file that waits; the roster stays as it is."""
    with transaction.atomic():
        if Upload.objects.filter(campaign=campaign, form=form).delete()[0]:
            record(Event.ROSTER_DROPPED, str(campaign), by=by, unit=campaign.unit, form=form)


def enrol(campaign: Campaign, form: str, people: Sequence[Mapping[str, Any]]) -> int:
    """Put people on the roster of a form, in place of those before; gives how many.

    Each has ``name``, ``address`` ("" for none) and ``attributes``. Raises ``StudyError`` for a
    campaign that was opened.
    """
    with transaction.atomic():
        _refuse_opened(campaign)
        Invitee.objects.filter(campaign=campaign, form=form).delete()
        Invitee.objects.bulk_create(
            [Invitee(campaign=campaign, form=form, **one) for one in people], batch_size=1000
        )
    return len(people)


def take_roster(
    campaign: Campaign,
    form: str,
    people: Sequence[Person],
    columns: Columns,
    *,
    by: User | None,
) -> int:
    """Accept a file that waits: its people are the roster, its columns are remembered.

    Gives how many. Raises ``StudyError`` for a campaign that was opened, or where there is nobody.
    """
    if not people:
        raise StudyError("there is nobody to ask in this file", hint="mend it and bring it again")
    with transaction.atomic():
        enrol(campaign, form, [vars(person) for person in people])
        Upload.objects.filter(campaign=campaign, form=form).delete()
        if campaign.unit is not None:
            RememberedMapping.objects.update_or_create(
                unit=campaign.unit, defaults={"mapping": columns.as_json()}
            )
        record(
            Event.ROSTER_TAKEN,
            str(campaign),
            by=by,
            unit=campaign.unit,
            form=form,
            people=len(people),
        )
    return len(people)


def launch(campaign: Campaign) -> int:
    """Cut a link for everybody on the rosters; gives how many.

    Small groups are joined first, and the roster keeps what the links carry. Links follow from the
    invitee and the campaign's key, and are kept nowhere. Raises ``StudyError`` where the campaign
    has no key: open it first.
    """
    key = KeyFolder(settings.MEDENGAGE_KEYS).of(str(campaign.pk))
    if key is None:
        raise StudyError("links are cut when a campaign opens", subject=str(campaign))
    everybody = list(Invitee.objects.filter(campaign=campaign))
    _coarsen(campaign, everybody)
    tickets = [
        Ticket(
            name=hashed(key.link(str(one.pk))),
            campaign=campaign,
            form=one.form,
            attributes=one.attributes,
        )
        for one in everybody
    ]
    secrets.SystemRandom().shuffle(tickets)
    with transaction.atomic():
        _keep_coarse(everybody)
        Ticket.objects.bulk_create(tickets, batch_size=1000)
    return len(tickets)


def forget_roster(campaign: Campaign) -> int:
    """Delete names and addresses, and files that wait; gives how many people there were."""
    with transaction.atomic():
        people, _ = Invitee.objects.filter(campaign=campaign).delete()
        Upload.objects.filter(campaign=campaign).delete()
        record(Event.ROSTER_FORGOTTEN, str(campaign), by=None, unit=campaign.unit, people=people)
    return people


def links_for(
    campaign: Campaign,
    doctors: Sequence[Mapping[str, str]],
    *,
    form: str = DOCTORS,
    spare: bool = False,
) -> list[str]:
    """A link for each of some doctors, in their order: 26 letters and digits, easy to type.

    ``doctors`` are their coarse attributes. Tickets are written in an order of their own.
    ``spare`` links are for people on the roster, and count nobody twice.
    """
    tokens = [new_link() for _ in doctors]
    pairs = list(zip(tokens, doctors, strict=True))
    secrets.SystemRandom().shuffle(pairs)
    with transaction.atomic():
        Ticket.objects.bulk_create(
            Ticket(
                name=hashed(token),
                campaign=campaign,
                form=form,
                attributes=dict(attributes),
                spare=spare,
            )
            for token, attributes in pairs
        )
    return tokens


def _coarsen(campaign: Campaign, everybody: Sequence[Invitee]) -> None:
    """Only the groups that results are shown by, small ones joined; managers carry none."""
    rules = policy(campaign)
    doctors = [one for one in everybody if one.form == DOCTORS]
    joined = coarsened(
        [one.attributes for one in doctors], rules.attributes, rules.limit, rules.within
    )
    for one in everybody:
        one.attributes = joined.applied(one.attributes) if one.form == DOCTORS else {}


def _keep_coarse(everybody: Sequence[Invitee]) -> None:
    """Write the attributes of everybody, those who are alike in one statement."""
    alike: dict[str, list[Invitee]] = {}
    for one in everybody:
        alike.setdefault(json.dumps(one.attributes, sort_keys=True), []).append(one)
    for people in alike.values():
        for start in range(0, len(people), AT_A_TIME):
            part = [one.pk for one in people[start : start + AT_A_TIME]]
            Invitee.objects.filter(pk__in=part).update(attributes=people[0].attributes)


def _refuse_opened(campaign: Campaign) -> None:
    """Only the roster of a draft can be changed; the draft is checked again afterwards."""
    fresh = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if fresh.state not in {State.DRAFT, State.READY}:
        raise StudyError("the roster is frozen since the survey opened", subject=str(fresh))
    back_to_draft(fresh)
