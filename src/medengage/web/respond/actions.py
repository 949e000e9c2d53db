"""What a doctor's steps do: keep a draft, send. The only code that sees a link and answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from medengage.web.campaigns.queries import asked
from medengage.web.invitations.queries import Invitation
from medengage.web.keys import CampaignKey, Damaged, KeyFolder
from medengage.web.responses import actions, queries

__all__ = [
    "COMMENT",
    "LANGUAGE",
    "MAY_BE_QUOTED",
    "STARTED",
    "draft",
    "keep",
    "key_of",
    "send",
    "was_used",
]

STARTED, LANGUAGE = "-started", "-language"
COMMENT, MAY_BE_QUOTED = "-comment", "-may-be-quoted"
"""Entries of a draft that are no items: no item's id begins with a hyphen."""


def key_of(invitation: Invitation) -> CampaignKey | None:
    """The key of the campaign; ``None`` once it has closed."""
    return KeyFolder(settings.MEDENGAGE_KEYS).of(str(invitation.campaign.pk))


def was_used(invitation: Invitation, token: str) -> bool:
    """Was this link used to send answers?"""
    key = key_of(invitation)
    return key is not None and queries.was_used(key, token)


def draft(invitation: Invitation, token: str) -> dict[str, Any]:
    """What the doctor has answered so far; empty for a draft that cannot be opened."""
    key = key_of(invitation)
    try:
        return {} if key is None else dict(queries.draft(key, token))
    except Damaged:
        return {}


def keep(invitation: Invitation, token: str, entries: Mapping[str, Any]) -> bool:
    """Add entries to the draft. ``False`` where it is too late for one."""
    key = key_of(invitation)
    if key is None:
        return False
    try:
        return actions.keep_draft(str(invitation.campaign.pk), key, token, entries)
    except actions.TooLate:
        return False


def send(invitation: Invitation, token: str, kept: Mapping[str, Any]) -> bool:
    """Send a draft for good. ``False`` where nothing was answered or the campaign is closed.

    A link that was used before counts as sent: a doctor who presses twice is thanked twice.
    """
    key = key_of(invitation)
    if key is None:
        return False
    names = asked(invitation.campaign, invitation.form).item_ids
    answers = {name: int(kept[name]) for name in names if kept.get(name)}
    if not answers:
        return queries.was_used(key, token)
    sent = actions.SentAnswers(
        form=invitation.form,
        phase=invitation.campaign.phase,
        answers=answers,
        attributes=dict(invitation.attributes),
        comment=str(kept.get(COMMENT, "")),
        may_be_quoted=bool(kept.get(MAY_BE_QUOTED, False)),
    )
    try:
        actions.record(str(invitation.campaign.pk), key, token, sent)
    except actions.TooLate:
        return False
    return True
