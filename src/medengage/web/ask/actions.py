"""What managers do that needs more than one app: the check-list, opening, closing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import transaction

from medengage.errors import Problem, StudyError
from medengage.web.accounts.models import User
from medengage.web.ask.queries import open_checks
from medengage.web.campaigns import actions as campaigns
from medengage.web.campaigns.models import Campaign, State
from medengage.web.invitations.actions import launch
from medengage.web.results.actions import ask_for_results, close_for_good
from medengage.web.results.worker import start

__all__ = ["Act", "close_campaign", "make_ready", "open_campaign", "publish_results"]

Act = Callable[[], object]


def make_ready(campaign: Campaign, *, by: User | None) -> None:
    """Say that the draft is finished. Raises ``StudyError`` with what is still to do."""
    _refuse_unfinished(campaign)
    campaigns.make_ready(campaign, by=by)


def open_campaign(campaign: Campaign, today: date, *, by: User | None) -> None:
    """Open for answers: attributes are made coarse and frozen, and every doctor gets a link.

    All in one transaction. Raises ``StudyError`` for a campaign that is not ready.
    """
    if campaign.state != State.READY:
        raise StudyError("go through the check-list first", subject=str(campaign))
    _refuse_unfinished(campaign)
    with transaction.atomic():
        campaigns.open_for_answers(campaign, today, by=by)
        launch(campaign)


def close_campaign(campaign: Campaign, today: date, *, by: User | None) -> None:
    """Take no more answers. Raises ``StudyError`` for a draft; to close again does nothing."""
    close_for_good(campaign, today, by=by)


def publish_results(campaign: Campaign, *, by: User | None) -> None:
    """Begin to work out results, in a process of its own. Raises ``StudyError`` before closing."""
    if ask_for_results(campaign, by=by):
        start(str(campaign.pk))


def _refuse_unfinished(campaign: Campaign) -> None:
    left = open_checks(campaign)
    if left:
        raise StudyError(
            "something is still to do",
            subject=str(campaign),
            problems=[Problem(check.name, check.words) for check in left],
        )
